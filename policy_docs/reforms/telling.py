"""Telling the units that a reform touches, on the levels and in the place that it changes."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from policy_docs.notices.actions import Touched, tell
from policy_docs.notices.models import Notice
from policy_docs.units.aliases import LEVELS, current_vocabulary
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import LevelChoices
from policy_docs.units.places import COUNTRY
from policy_docs.units.types import Addressee, Level, Reach
from policy_docs.units.vocabulary import Succession

_SAID = 4  # successions that are worded; the page of the reform has all


def tell_units(event: ReformEvent, successions: Sequence[Succession], *, is_undone: bool = False) -> None:
    """Tell givers and takers that a reform has been entered or taken back, in the transaction of that."""
    vocabulary = current_vocabulary()
    code = event.place_id or COUNTRY
    own = vocabulary.places_by_code[code].level
    touched: dict[tuple[str, str, str, str], None] = {}
    for item in successions:
        for kind in (item.predecessor, item.successor):
            if kind in vocabulary.kinds_by_key:  # a unit that went with the reform has nobody to be told
                touched |= dict.fromkeys((kind, to.reach.value, to.levels_key, "") for to in _addressees(item, own))
    words = [item.basis.partition("：")[2] or item.basis for item in successions[:_SAID]]
    said = "；".join(words) + (_("等 %d 项") % len(successions) if len(successions) > _SAID else "")
    said = _("这项登记已经撤销，以下各项不再算数，职责归属恢复到登记以前：%s。") % said if is_undone else f"{said}。{_days(event)}"
    tell(
        Notice.Deed.REFORM, [Touched(code, laid) for laid in touched], title=event.title, said=said, link=reverse("policy_docs:reform", args=[event.public_key])
    )  # fmt: skip


def _addressees(item: Succession, own: Level) -> list[Addressee]:
    """On whom it is laid: the units of the place itself and those below it, as far as their level has a day."""
    lower = tuple(
        level for level in (*LEVELS, Level.TOWNSHIP) if level.depth > own.depth and (Level.COUNTY if level is Level.TOWNSHIP else level) in item.dates
    )
    found = [Addressee(Reach.OWN)] if own in item.dates else []
    return [*found, Addressee(Reach.LOWER, lower)] if lower else found


def _days(event: ReformEvent) -> str:
    days = [(LevelChoices(level.value).label, getattr(event, f"{level.value}_on")) for level in LEVELS]
    return _("日期：%s。") % "，".join(f"{label}{day.year}年{day.month}月{day.day}日" for label, day in days if day)
