"""Input that could not be saved because somebody else was first: kept, shown beside the draft, put together with it or given up."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.record import record

from .drafts import Start, edited_fields, hold, newest, read_start, start_of
from .merging import Difference, Raw, Side, differences, merge
from .models import SetAside
from .reviewing import InReview, ReviewLock

if TYPE_CHECKING:
    from .pages import OpinionPage


class ChoiceMissing(Exception):
    """A difference that both sides made waits for a choice; the message says how many do."""


class DraftLocked(Exception):
    """The draft may not be changed now (locked, in review, scheduled); the message says why."""


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that is not the same on both sides; ``chosen`` is the side that alone has changed it."""

    name: str
    label: str
    mine: str
    theirs: str
    chosen: Side | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A kept input beside the draft as it stands; ``start`` is what the page that shows both began from."""

    kept: SetAside
    page: "OpinionPage"
    fields: list[FieldDifference]
    blocks: list[Difference]
    start: Start

    @property
    def open(self) -> int:
        """How many differences wait for a choice."""
        return sum(item.chosen is None for item in self.fields) + sum(item.chosen is None for item in self.blocks)


@transaction.atomic
def set_aside(page: "OpinionPage", start: Start, *, blocks: Sequence[Raw] | None, actor: User, why: str = SetAside.Why.STALE) -> SetAside:
    """Keep what a form held: ``page`` with its values, ``blocks`` of the body as far as the form covered it. The same input that waits already, sent by
    a second click, is kept once."""
    hold(page.pk)
    values = {} if start.fields is None else {name: _value(page, name) for name in edited_fields(page)}
    entered = json.loads(json.dumps([[start.fields, start.blocks, start.part], values, None if blocks is None else list(blocks)]))
    same = (row for row in open_inputs(page.pk, actor.pk) if [row.started_from, row.fields, row.blocks] == entered)
    return next(same, None) or SetAside.objects.create(opinion_id=page.pk, user=actor, started_from=entered[0], fields=entered[1], blocks=entered[2], why=why)


def _value(page: "OpinionPage", name: str) -> Any:
    return page._meta.get_field(name).value_to_string(page)


def open_inputs(key: int, user: int) -> list[SetAside]:
    """Return the inputs of a person into a document that wait to be put together, the newest first."""
    return list(SetAside.objects.filter(opinion_id=key, user_id=user, outcome=SetAside.Outcome.OPEN))


def waiting_inputs() -> QuerySet[SetAside]:
    """Return the inputs of all persons that wait to be put together, the oldest first; their words are for their author alone."""
    found = SetAside.objects.filter(outcome=SetAside.Outcome.OPEN).select_related("user", "opinion")
    return found.defer("started_from", "fields", "blocks", "opinion__body").order_by("pk")


def conflict(kept: SetAside) -> Conflict:
    """Set a kept input beside the draft as it stands now."""
    page = newest(kept.opinion_id)
    start = _start(kept)
    base = dict(start.blocks or ())
    found = differences(base, list(page.body.raw_data), kept.blocks) if kept.blocks is not None else []
    return Conflict(kept, page, _field_differences(page, kept, dict(start.fields or ())), found, start_of(page))


def _start(kept: SetAside) -> Start:
    return read_start(json.dumps(kept.started_from))


def _field_differences(page: "OpinionPage", kept: SetAside, base: Mapping[str, str]) -> list[FieldDifference]:
    now = dict(start_of(page, body=False).fields or ())
    mine = _with_fields(newest(page.pk), kept.fields)
    own = dict(start_of(mine, body=False).fields or ())
    found = []
    for name in kept.fields:
        if name not in now or own[name] == now[name]:
            continue
        chosen = Side.MINE if now[name] == base.get(name) else Side.THEIRS if own[name] == base.get(name) else None
        label = str(page._meta.get_field(name).verbose_name)
        found.append(FieldDifference(name, label, _shown(mine, name), _shown(page, name), chosen))
    return found


def _with_fields(page: "OpinionPage", values: Mapping[str, Any]) -> "OpinionPage":
    for name, value in values.items():
        field: Any = page._meta.get_field(name)
        setattr(page, field.attname, None if value in ("", "None") and field.null else field.to_python(value))
    return page


def _shown(page: "OpinionPage", name: str) -> str:
    """Return a value as people read it."""
    display = getattr(page, f"get_{name}_display", None)
    value = display() if display else getattr(page, name)
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    return "" if value is None else str(value)


def put_together(kept: SetAside, chosen: Mapping[str, str], *, seen: Start, actor: User) -> "OpinionPage":
    """Save a kept input together with the draft, by the sides ``chosen`` (field name or block id → side).

    Raises:
        StaleDraft: the draft has changed again since ``seen``.
        ChoiceMissing: both sides changed something, and no side was chosen.
        DraftLocked: the draft may not be changed now.
    """
    with transaction.atomic():
        hold(kept.opinion_id)
        row = SetAside.objects.select_for_update().get(pk=kept.pk)
        found = conflict(row)
        page = found.page
        check_unlocked(page, actor)
        page.started_from = seen
        sides = _sides(found, chosen)
        _with_fields(page, {item.name: row.fields[item.name] for item in found.fields if sides[item.name] is Side.MINE})
        if row.blocks is not None:
            base = dict(_start(row).blocks or ())
            body = merge(base, list(page.body.raw_data), row.blocks, {item.block_id: sides[item.block_id] for item in found.blocks})
            page.body = type(page).body.field.to_python(body)
        store(page, actor=actor)
        _settle(row, SetAside.Outcome.MERGED)
        record(actor=actor, action="opinion.merge_input", target=page, details={name: side.value for name, side in list(sides.items())[:200]})
        return page


def _sides(found: Conflict, chosen: Mapping[str, str]) -> dict[str, Side]:
    sides: dict[str, Side] = {}
    missing = 0
    for key, allowed, preset in (
        *((item.name, (Side.MINE, Side.THEIRS), item.chosen) for item in found.fields),
        *((item.block_id, item.choices, item.chosen) for item in found.blocks),
    ):
        side = next((side for side in allowed if side.value == chosen.get(key)), preset)
        if side is None:
            missing += 1
        else:
            sides[key] = side
    if missing:
        raise ChoiceMissing(_("还有 %d 处两边都改过，请逐处选择采用哪一边。") % missing)
    return sides


def store(page: "OpinionPage", *, actor: User) -> None:
    """Save a draft as the editor does: the row too where nothing is published."""
    if not page.live:
        page.save(clean=False)
    page.save_revision(user=actor, log_action=True, clean=False)


def check_unlocked(page: "OpinionPage", actor: User) -> None:
    """Raise ``DraftLocked`` where the editor would not let a person save."""
    lock = page.get_lock()
    if lock is not None and lock.for_user(actor):
        raise DraftLocked(str(InReview()) if isinstance(lock, ReviewLock) else _("这份文件已锁定，现在不能修改。"))


def drop(kept: SetAside, *, actor: User) -> None:
    """Give an input up; it stays stored, and can be taken up again."""
    _settle(kept, SetAside.Outcome.DROPPED)
    record(actor=actor, action="opinion.drop_input", target=kept.opinion, details={"input": kept.pk})


def take_up(kept: SetAside, *, actor: User) -> None:
    """Take an input that was given up into hand again."""
    _settle(kept, SetAside.Outcome.OPEN)
    record(actor=actor, action="opinion.take_up_input", target=kept.opinion, details={"input": kept.pk})


def _settle(kept: SetAside, outcome: SetAside.Outcome) -> None:
    kept.outcome = outcome
    kept.save(update_fields=["outcome"])
