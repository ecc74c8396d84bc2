"""A table of contacts that somebody has sent: kept with what it would change until that is done or given up."""

import datetime
import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record
from policy_docs.importing.apart import SecondProcess
from policy_docs.importing.names import clean_name
from policy_docs.units.aliases import current_vocabulary

from .actions import DirectoryRefused, NotYours, apply, hold_entries, join, listed, person_of
from .models import DirectoryUpload, entries_of
from .people import compare
from .planning import Plan, Planner
from .sheet import read_sheet

SECONDS = 30.0  # that reading one table may take
KEPT = datetime.timedelta(days=7)  # numbers of a dry run that nobody has come back to
State = DirectoryUpload.State

_reading = SecondProcess()


class Differs(DirectoryRefused):
    """The directory has changed since the dry run was shown; it now shows what would be changed today."""

    def __str__(self) -> str:
        return _("没有导入：您核对以后，通讯录又有改动。下面已按现在的情况重新比对，请再核对一次。")


class Settled(DirectoryRefused):
    """The import has been done or given up."""

    def __str__(self) -> str:
        return _("这次导入已经办理过了，没有重复导入。")


def _check(actor: User) -> None:
    if not viewer_of(actor).sees_all:
        raise NotYours


def receive(data: bytes, *, name: str, actor: User) -> DirectoryUpload:
    """Read a table and keep what it would change; nothing of the directory changes.

    Raises:
        NotYours: not the coordination office.
        SourceError: it cannot be read; nothing is kept.
    """
    _check(actor)
    shown, _folder = clean_name(name)
    rows = _reading.call(read_sheet, shown, data, seconds=SECONDS)
    plan = _plan(rows)
    forget_old()
    return DirectoryUpload.objects.create(name=shown, rows=rows, plan=plan.as_json(), counts=plan.counts(), uploaded_by=actor)


def _plan(rows: Any) -> Plan:
    return Planner(current_vocabulary(), timezone.localdate()).plan([(int(number), cells) for number, cells in rows])


def mark(upload: DirectoryUpload) -> str:
    """Return a mark of what is shown: a page that shows another plan cannot have it done."""
    return hashlib.sha256(json.dumps(upload.plan, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:20]


def confirm(upload: DirectoryUpload, *, seen: str, actor: User) -> int:
    """Do exactly what was shown and return how many rows of persons that changed.

    Raises:
        NotYours: not the coordination office.
        Settled: done or given up before.
        Differs: it would not be what was shown; the new plan is kept, nothing is done.
    """
    _check(actor)
    try:
        return _confirm(upload, seen=seen, actor=actor)
    except _Changed as changed:
        # past the transaction that was rolled back: what is shown next must be what the directory says now
        DirectoryUpload.objects.filter(pk=upload.pk, state=State.SHOWN).update(plan=changed.plan.as_json(), counts=changed.plan.counts())
        raise Differs from changed


class _Changed(Exception):
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__()


@transaction.atomic
def _confirm(upload: DirectoryUpload, *, seen: str, actor: User) -> int:
    held = _hold(upload)
    today = timezone.localdate()
    # under the locks of all units the rows are read against, so that nobody changes one in between
    hold_entries(_seats(held))
    plan = _plan(held.rows)
    if plan.as_json() != held.plan or mark(held) != seen:
        raise _Changed(plan)
    join(plan.wanted, actor=actor)
    entries = {(entry.kind_id, entry.jurisdiction_id): entry for entry in entries_of(plan.wanted)}
    number = 0
    for seat, wanted in plan.wanted.items():
        rows = listed(entries[seat], today)
        changes = compare({pk: person_of(row) for pk, row in rows.items()}, wanted)
        apply(entries[seat], changes, rows, actor=actor, way="xlsx")
        number += sum(change.step != "same" for change in changes)
    _settle(held, State.DONE)
    record(actor=actor, action="directory.import", target=held, details={"by": actor.pk, "counts": held.counts})
    return number


def _seats(held: DirectoryUpload) -> set[tuple[str, str]]:
    return {(line["seat"][0], line["seat"][1]) for line in held.plan if line["seat"][0]}


def _hold(upload: DirectoryUpload) -> DirectoryUpload:
    held = DirectoryUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if held.state != State.SHOWN:
        raise Settled
    return held


def _settle(held: DirectoryUpload, state: str) -> None:
    """Numbers and names are kept in the directory alone."""
    held.state, held.rows, held.plan = state, [], []
    held.save(update_fields=["state", "rows", "plan"])


@transaction.atomic
def give_up(upload: DirectoryUpload, *, actor: User) -> None:
    """Forget a table. Raises ``NotYours`` or ``Settled``."""
    _check(actor)
    _settle(_hold(upload), State.GIVEN_UP)


def forget_old() -> None:
    """Forget the rows of tables that nobody has come back to."""
    old = DirectoryUpload.objects.filter(state=State.SHOWN, uploaded_at__lt=timezone.now() - KEPT)
    old.update(state=State.GIVEN_UP, rows=[], plan=[])
