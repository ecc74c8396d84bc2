"""The everyday words as rows: brought in from the file that comes along, read for each question."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Count, Max

from .models import EverydayWord
from .table import Words, folded

_FILE = Path(__file__).parent / "data" / "words.tsv"

_held: tuple[object, Words] | None = None


def load_words() -> tuple[int, int]:
    """Bring the file into the database; return how many rows were added and brought up to date. What people have edited stays as it is."""
    rows = {row.word: row for row in EverydayWord.objects.all()}
    added, changed = [], []
    for word, facts in _seeds():
        row = rows.get(word)
        if row is None:
            added.append(EverydayWord(word=word, official=facts["official"], reason=facts["reason"], seeded=facts))
        elif row.seeded is not None and row.seeded != facts and row.facts == row.seeded:
            row.official, row.reason, row.seeded = facts["official"], facts["reason"], facts
            changed.append(row)
    EverydayWord.objects.bulk_create(added)
    for row in changed:
        row.save()
    return len(added), len(changed)


def _seeds() -> Iterator[tuple[str, dict[str, Any]]]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE):
            yield row["word"], {"official": row["official"].split("|"), "reason": row["reason"]}


def current_words() -> Words:
    """Return the words in use; read anew after an edit in any process."""
    global _held
    stamp = EverydayWord.objects.aggregate(n=Count("pk"), last=Max("changed_at"))
    held = _held
    if held is None or held[0] != stamp:
        rows = EverydayWord.objects.filter(active=True).values_list("word", "official")
        held = _held = (stamp, Words({folded(word): tuple(map(folded, official)) for word, official in rows}))
    return held[1]
