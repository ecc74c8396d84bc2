"""The topics of the data files as rows: added where they are missing, brought up to date where nobody has edited them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from cms.audit.record import record

from . import actions
from .models import Topic

_FOLDER = Path(__file__).parent / "data"
_FIELDS = ("name", "note", "bases")


@dataclass(frozen=True, slots=True)
class Seed:
    """A topic of the data files."""

    key: str
    above: str
    name: str
    note: str
    bases: tuple[dict[str, str], ...]

    @property
    def facts(self) -> dict[str, Any]:
        """What is compared."""
        return {"name": self.name, "note": self.note, "bases": list(self.bases)}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a run added, brought up to date, and left alone because people have edited it or hold its name."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def seeds() -> list[Seed]:
    """Return the topics of the data files, those above first."""
    bases: dict[str, list[dict[str, str]]] = {}
    for row in _rows("bases"):
        bases.setdefault(row.pop("topic"), []).append(row)
    return [Seed(row["key"], row["above"], row["name"], row["note"], tuple(bases.get(row["key"], ()))) for row in _rows("topics")]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)


@transaction.atomic
def load_topics(*, dry_run: bool = False) -> Loaded:
    """Bring the data files into the database; what people have edited, moved, merged or retired stays as it is. Running it again changes nothing."""
    forest = actions.hold_tree()
    added: list[str] = []
    changed: list[str] = []
    kept: list[str] = []
    rows = {topic.key: topic for topic in Topic.objects.exclude(key=None)}
    names = {node.name for node in forest.nodes.values()}
    for seed in seeds():
        topic = rows.get(seed.key)
        above = rows.get(seed.above)
        if topic is None and (seed.name in names or bool(seed.above) is not (above is not None)):
            kept.append(seed.name)  # people have a topic of that name
        elif topic is None:
            rows[seed.key] = _add(seed, above)
            added.append(seed.name)
        elif topic.seeded != seed.facts:
            (changed if _renew(topic, seed) else kept).append(topic.name)
    if forest.nodes and (added or changed):
        record(actor=None, action="topic.load", target=Topic.objects.order_by("path")[0], details={"added": added, "changed": changed})
    if dry_run:
        transaction.set_rollback(True)
    return Loaded(tuple(added), tuple(changed), tuple(kept))


def _add(seed: Seed, above: Topic | None) -> Topic:
    fields = {"key": seed.key, "slug": actions.free_slug(seed.name), "seeded": seed.facts, **seed.facts}
    topic: Topic = Topic.objects.get(pk=above.pk).add_child(**fields) if above is not None else Topic.add_root(**fields)
    return topic


def _renew(topic: Topic, seed: Seed) -> bool:
    """Change the fields that are still what the files last said; say whether one has changed."""
    facts = {name: getattr(topic, name) for name in _FIELDS}
    free: dict[str, Any] = {name: value for name, value in seed.facts.items() if facts[name] == topic.seeded.get(name) != value}
    if not free:
        return False
    try:
        topic = actions.change(
            topic.pk,
            seen=actions.stamp_of(topic),
            name=str(free.get("name", topic.name)),
            note=str(free.get("note", topic.note)),
            words=topic.words,
            actor=None,
        )
    except actions.TopicRefused:
        return False
    topic.bases = free.get("bases", topic.bases)
    topic.seeded = topic.seeded | free
    topic.save(update_fields=["bases", "seeded"])
    return True
