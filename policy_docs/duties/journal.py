"""Who did what to a duty, in words, from the audit trail."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cms.audit.models import AuditEntry
from policy_docs.units.types import Addressee, Reach
from policy_docs.units.vocabulary import Vocabulary

from .bench import COUNTERPART, addressee_words, levels_of
from .models import Duty, RoleChoices
from .notes import Shown
from .types import Act

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed: when, who, what; ``can_undo``: it is the last and stands."""

    at: datetime.datetime
    who: str
    what: str
    reason: str
    can_undo: bool
    note: Shown | None = None


def with_notes(deeds: Sequence[Deed], notes: Sequence[Shown]) -> list[Deed]:
    """Return deeds and notes in one order, newest first."""
    told = [Deed(shown.note.made_at, shown.note.author_name, shown.note.text, "", False, shown) for shown in notes]
    return sorted([*deeds, *told], key=lambda deed: deed.at, reverse=True)


def journal(duty: Duty, code: str, vocabulary: Vocabulary) -> list[Deed]:
    """Return what was done to a duty, newest first. ``code`` is the document's place. One query."""
    entries = AuditEntry.objects.filter(target=f"{duty._meta.label_lower}:{duty.pk}").order_by("-pk")[:_SHOWN]
    deeds, undone, is_last = [], 0, True
    for entry in entries:
        counts = entry.action != "duty.undo"
        stands = counts and not undone
        undone += 1 if not counts else -1 if undone else 0
        deeds.append(Deed(entry.at, entry.actor, _words(entry, code, vocabulary), str(entry.details.get("reason", "")), stands and is_last))
        is_last = is_last and not stands
    return deeds


def _words(entry: AuditEntry, code: str, vocabulary: Vocabulary) -> str:
    if entry.action == "duty.confirmed":
        return _("接受")
    if entry.action == "duty.rejected":
        return _("驳回")
    if entry.action == "duty.ended":
        return _("随条款失效")
    if entry.action == "duty.rest":
        return _("重新选定依据句，接受")
    if entry.action == "duty.undo":
        return _("撤销上一次办理")
    before, after = entry.details.get("before") or {}, entry.details.get("after", {})
    changes = changed_words(before, after, code, vocabulary, is_counterpart=_is_counterpart(entry.details))
    if entry.action == "duty.add":
        return _("补入：%s") % "，".join(changes)
    return (_("改为%s") % "，".join(changes)) if changes else _("接受")


def _is_counterpart(details: Mapping[str, Any]) -> bool:
    return details.get("act") == Act.COUNTERPART.value


def changed_words(before: Mapping[str, Any], after: Mapping[str, Any], code: str, vocabulary: Vocabulary, *, is_counterpart: bool = False) -> list[str]:
    """Return what differs between two states of a duty: “牵头”, 单位, 承担层级."""
    found = []
    if before.get("kind_id") != after.get("kind_id"):
        known = vocabulary.kinds_by_key.get(after.get("kind_id", ""))
        found.append(known.name if known else str(after.get("kind_id")))
    if before.get("role") != after.get("role") or is_counterpart:
        found.append(f"“{role_words(str(after.get('role')), is_counterpart=is_counterpart)}”")
    where = ("reach", "levels", "place")
    if any(before.get(name) != after.get(name) for name in where):
        to = Addressee(Reach(after.get("reach", Reach.GENERIC)), levels_of(after.get("levels", "")), after.get("place", ""))
        found.append(addressee_words(to, code, vocabulary))
    return found


def role_words(role: str, *, is_counterpart: bool = False) -> str:
    """Return a role as people read it."""
    return _("对象") if is_counterpart or role == COUNTERPART else str(RoleChoices(role).label)
