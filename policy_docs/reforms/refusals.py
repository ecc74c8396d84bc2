"""Why a reform is not entered or taken back, in words for people."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy_docs.units.successions import Fault, Problem
from policy_docs.units.vocabulary import Vocabulary

from .entry import NewUnit


class ReformRefused(Exception):
    """The reform is not entered or taken back; ``said`` holds each reason with what to do."""

    def __init__(self, *said: str) -> None:
        super().__init__("".join(said))
        self.said = said


class SeenIsStale(ReformRefused):
    """Units, names or reforms have changed since the preview that the person confirms."""

    def __init__(self) -> None:
        super().__init__(_("还没有登记：在您查看预览以后，单位、写法或机构改革又有改动。下面是按现在的情况重新算的预览，请看过再确认。"))


class UseHasChanged(ReformRefused):
    """Since the preview somebody has begun to use a unit that the reform brought, or has ceased to."""

    def __init__(self) -> None:
        super().__init__(_("没有撤销：在您查看以后，有人用到了这项改革登记的单位，例如核对了它的职责。下面是按现在的情况重新算的，请看过再确认。"))


class StateHasChanged(ReformRefused):
    """Somebody else has taken the reform back, or entered it again, meanwhile."""


class BuiltUpon(ReformRefused):
    """Later reforms rest on this one; ``said`` names them."""

    def __init__(self, title: str, later: Sequence[str]) -> None:
        names = "、".join(f"“{name}”" for name in later)
        super().__init__(_("不能撤销“%(title)s”：后来登记的%(names)s以它为基础。请先撤销后来的，再撤销这一项。") % {"title": title, "names": names})


_WORDS = {
    Fault.SELF: gettext_lazy("“%(old)s”不能由自己承接，请改选另一个单位。"),
    Fault.TWICE: gettext_lazy("“%(old)s”到“%(new)s”的这项承接已经登记过（%(held)s），不用再登记。"),
    Fault.CYCLE: gettext_lazy("“%(old)s”的职责转到“%(new)s”以后，又会经其他改革转回“%(old)s”。请核对两项改革的方向。"),
    Fault.HAS_HEIR: gettext_lazy("“%(old)s”已经整体转到“%(heir)s”（%(held)s），不能再整体转给“%(new)s”。如果是后来的改革，原单位请选“%(heir)s”。"),
    Fault.GIVER_GONE: gettext_lazy("“%(old)s”在这之前已经整体转到“%(heir)s”（%(held)s），不能再划出职能。原单位请选“%(heir)s”。"),
    Fault.TAKER_GONE: gettext_lazy("“%(new)s”在这之前或者同一天已经整体转到“%(heir)s”（%(held)s），不能再承接。承接单位请选“%(heir)s”。"),
    Fault.STILL_USED: gettext_lazy("按已登记的“%(held)s”，“%(old)s”在这些日期以后还有职责划入或者划出，不能在这之前整体转走。请核对日期。"),
}


def told(problem: Problem, vocabulary: Vocabulary, titles: dict[str, str]) -> str:
    """Return a problem in words; ``titles`` of events by key."""
    names = {key: kind.name for key, kind in vocabulary.kinds_by_key.items()}
    other = problem.other
    held = titles.get(other.event, "") if other else ""
    return _WORDS[problem.fault] % {
        "old": names.get(problem.item.predecessor, problem.item.predecessor),
        "new": names.get(problem.item.successor, problem.item.successor),
        "heir": names.get(other.successor, other.successor) if other else "",
        "held": held or _("同一项改革"),
    }


def name_taken(unit: NewUnit) -> str:
    """Say that a unit of the name is there."""
    return _("已有名为“%s”的单位，请在承接单位中直接选它。") % unit.name


def way_taken(text: str, unit: str) -> str:
    """Say that another unit is written so."""
    return _("“%(text)s”已是“%(unit)s”的写法，不能再作新单位的写法。请改用别的名称，或者承接单位直接选“%(unit)s”。") % {"text": text, "unit": unit}
