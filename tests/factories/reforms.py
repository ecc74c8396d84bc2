"""Reforms as people enter them, in a store with one document of a prefecture and one of its province."""

from pathlib import Path

from cms.accounts.models import User
from policy_docs.importing.run import run
from policy_docs.reforms import actions, undoing
from policy_docs.reforms.entry import Entry, NewUnit, Step
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import VocabularyStamp
from policy_docs.units.types import Level

PLACE, PROVINCE, OTHER = "532300", "530000", "530100"
DATES = {Level.COUNTRY: "2018-03-21", Level.PROVINCE: "2018-11-01", Level.PREFECTURE: "2019-01-01", Level.COUNTY: "2019-03-31"}
TEXTS = {
    "a": "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于协作的意见\n一、职责\n（一）信访局应当登记来访。\n（二）州信访局应当按月通报规划信访情况。\n"
    "（三）网格治理局应当提供台账。\n（四）公安机关应当协助查询。\n2017年5月3日\n",
    "b": "云政法发〔2016〕3号\n中共云南省委政法委员会\n关于协作的意见\n一、职责\n（一）信访部门应当接待来访。\n2016年5月3日\n",
}  # fmt: skip
NEW = NewUnit("网格治理部门", "网格治理", {Level.PREFECTURE: "{p}网格治理局", Level.COUNTY: "{p}网格治理局"}, ("网格调度中心",))


def filled(folder: Path) -> None:
    """Import the documents."""
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    list(run([folder / f"{name}.txt" for name in TEXTS], actor=None))


def officer(name: str = "李静") -> User:
    """An officer of the coordination office."""
    return User.objects.create(username=name, display_name=name, role="coordination", place=PLACE)


def entry(*steps: Step, kind: str = "merge", title: str = "2018年机构改革", units: tuple[NewUnit, ...] = (), **changed: object) -> Entry:
    """A reform."""
    return Entry(kind, title, "", str(changed.get("place", "")), changed.get("dates", DATES), units, steps)  # type: ignore[arg-type]


def entered(what: Entry, actor: User) -> ReformEvent:
    """Enter it as somebody who has just seen the preview."""
    return actions.enter(what, seen=VocabularyStamp.current(), actor=actor)


def taken_back(event: ReformEvent, actor: User) -> ReformEvent:
    """Take it back as somebody who has just seen what that changes."""
    return actions.undo(event.public_key, seen=VocabularyStamp.current(), shown=undoing.mark(undoing.going(event)), actor=actor)
