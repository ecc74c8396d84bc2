"""A clause as the rules on handovers read it: without white space, names as lists, and who acts at a place. Pure."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from policy_docs.duties.types import Act, Finding, Role, Span
from policy_docs.units.types import Addressee

from ._patterns import VERB_NEXT

_FOLD = str.maketrans("(),:;", "（），：；")
_STOP = re.compile(r"[。；！？]")
_AROUND = 300  # signs: no order of an official text is longer; a hostile one must not cost the square of its length
_JOINED = re.compile(
    r"(?:等)?(?:[^，。；、]{0,8}?(?:部门|单位|机关|机构|系统))?(?:、|和|及|以及|或者|或)(?:各|其他|其它|有关|相关|所属|所在地|本级|同级|当地|必要时)*"
)
_TOGETHER = re.compile(r"(?:[^，。；、]{0,8}?(?:部门|单位))?(?:与|同)(?:各|同级|当地|有关|相关)?")
# what these rules give to do is done by the other side, or to it
_NO_SUBJECT = frozenset({"together", "with", "shared", "recipient", "assisted", "supervised_by", "forbidden", "silent", "object", "offender"})
_OF_CLAUSE = frozenset({"court_head"})  # read of the clause as a whole, whatever sentence its span holds


@dataclass(frozen=True, slots=True)
class Party:
    """A unit kind with its addressee, as a finding has them; ``addressee`` is that of the words."""

    kind: str
    addressee: Addressee


@dataclass(frozen=True, slots=True)
class Named:
    """An occurrence of a name in the words."""

    start: int
    end: int
    party: Party
    act: Act
    role: Role
    rule: str


@dataclass(frozen=True, slots=True)
class NameList:
    """Names that stand together: 公安、民政等部门."""

    names: tuple[Named, ...]

    @property
    def start(self) -> int:
        """Where the first name begins."""
        return self.names[0].start

    @property
    def end(self) -> int:
        """Behind the last name."""
        return self.names[-1].end

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who is named, each once."""
        return tuple(dict.fromkeys(name.party for name in self.names))

    @property
    def acts(self) -> bool:
        """Whether the words give it something to do by itself."""
        return any(name.act is Act.DUTY and name.rule not in _NO_SUBJECT for name in self.names)


class Words:
    """The words of one clause with what was found in them. Offsets are those of the words; ``back`` leads to the text."""

    def __init__(self, text: str, findings: Sequence[Finding]) -> None:
        self._offsets = [at for at, sign in enumerate(text) if not sign.isspace()]
        self.plain = "".join(text.split()).translate(_FOLD)
        at_of = {at: number for number, at in enumerate(self._offsets)}
        spans = [(Party(finding.kind, finding.addressee), span) for finding in findings for span in finding.spans]
        self.lists = tuple(_lists(self.plain, _names(spans, at_of)))
        self._starts, self._ends = [names.start for names in self.lists], [names.end for names in self.lists]
        self._unnamed = [(party, span) for party, span in spans if not span.name_written and span.role is not Role.MENTION]
        stops = [found.end() for found in _STOP.finditer(self.plain)]
        self._cuts = [0, *(stop for stop in stops if stop < len(self.plain)), len(self.plain)]

    def spots(self) -> "Iterator[Spot]":
        """Yield the lists of names, each with the words around it."""
        for names in self.lists:
            low, high = self.sentence(names.start)
            low, high = max(low, names.start - _AROUND), min(high, names.end + _AROUND)
            yield Spot(self, names, low, self.plain[low : names.start], self.plain[names.end : high])

    def subjects(self, low: int, until: int) -> "list[NameList]":
        """Return those who act by themselves between two places."""
        return [names for names in self.between(low, until) if names.acts]

    def between(self, low: int, until: int) -> "Sequence[NameList]":
        """Return the lists between two places; of a sentence without end those nearest to the second."""
        first, last = bisect_left(self._starts, max(low, until - 2 * _AROUND)), bisect_right(self._ends, until)
        return self.lists[first:last]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the text of words."""
        return self._offsets[start], self._offsets[end - 1] + 1

    def sentence(self, at: int) -> tuple[int, int]:
        """Return where the half-sentence that holds a place begins and ends, its sign left out."""
        last = len(self._cuts) - 2
        number = min(max(bisect_right(self._cuts, at) - 1, 0), last)
        low, high = self._cuts[number], self._cuts[number + 1]
        return low, high - 1 if high > low + 1 and _STOP.match(self.plain[high - 1]) else high

    def doers(self, at: int, *, without: Iterable[NameList] = ()) -> tuple[Party, ...]:
        """Return who acts at a place: the last subject before it in its half-sentence, else whoever goes on from the sentence or heading before, else those
        of the bracket behind the clause; nobody where that cannot be told."""
        low, _high = self.sentence(at)
        left = list(without)
        before = [names for names in self.subjects(low, at) if names not in left]
        if before:
            return self._with_partner(self._main(before, at))
        place = self._offsets[at] if at < len(self._offsets) else 0
        carried = [party for party, span in self._unnamed if span.start <= place < span.end and span.rule not in _OF_CLAUSE]
        if carried:
            return tuple(dict.fromkeys(carried))
        if low and VERB_NEXT.match(self.plain[low:]):  # a sentence that begins with its verb goes on from the one before, though another subject follows
            return self.doers(low - 1)
        whole = [party for party, span in self._unnamed if span.rule in _OF_CLAUSE]
        return tuple(dict.fromkeys(whole)) or self._in_bracket()

    def _main(self, before: Sequence[NameList], at: int) -> NameList:
        """银监局监督银行协助查询，并将情况告知法院: whoever is told to act acts in its part of the sentence only, behind the next comma the subject does."""
        last = before[-1]
        if len(before) > 1 and last.names[0].rule == "pivot" and "，" in self.plain[last.end : at]:
            return next((names for names in reversed(before) if names.names[0].rule != "pivot"), last)
        return last

    def _with_partner(self, subject: NameList) -> tuple[Party, ...]:
        """人民法院与经信、市场监管等部门要…: both sides of a joint subject."""
        for names in self.between(subject.start - _AROUND, subject.start):
            if names.acts and _TOGETHER.fullmatch(self.plain, names.end, subject.start):
                return tuple(dict.fromkeys((*names.parties, *subject.parties)))
        behind = next((names for names in self.between(subject.end, subject.end + _AROUND) if _TOGETHER.fullmatch(self.plain, subject.end, names.start)), None)
        return tuple(dict.fromkeys((*subject.parties, *behind.parties))) if behind else subject.parties

    def _in_bracket(self) -> tuple[Party, ...]:
        return tuple(dict.fromkeys(name.party for names in self.lists for name in names.names if name.rule in ("bracket", "listed") and name.role in _LEADING))


_LEADING = frozenset({Role.LEAD, Role.RESPONSIBLE})


@dataclass(frozen=True, slots=True)
class Spot:
    """A list of names with the words of its half-sentence around it; ``low`` is where ``before`` begins."""

    words: Words
    names: NameList
    low: int
    before: str
    behind: str

    @property
    def at(self) -> int:
        """The last sign before the list, which belongs to its half-sentence."""
        return max(self.low, self.names.start - 1)

    def doers(self) -> tuple[Party, ...]:
        """Return who acts there."""
        return self.words.doers(self.at, without=[self.names])

    def names_before(self) -> list[NameList]:
        """Return the lists before it in the half-sentence."""
        return list(self.words.between(self.low, self.names.start))

    def behind_last_name(self) -> int:
        """Return where, in ``before``, the words begin that follow the last doer or receiver."""
        known = [names.end - self.low for names in self.names_before() if names.acts or any(name.rule == "recipient" for name in names.names)]
        return max(known, default=0)


def _names(spans: Iterable[tuple[Party, Span]], at_of: dict[int, int]) -> list[Named]:
    found = {}
    for party, span in spans:
        if span.name_written and span.name_start in at_of and span.name_end - 1 in at_of:
            start, end = at_of[span.name_start], at_of[span.name_end - 1] + 1
            found[start, party] = Named(start, end, party, span.act, span.role, span.rule)
    return sorted(found.values(), key=lambda name: (name.start, name.end))


def _lists(plain: str, names: Sequence[Named]) -> Iterable[NameList]:
    run: list[Named] = []
    for name in names:
        if run and name.start < run[-1].end + 1 and name.start != run[-1].start and name.start == run[-1].end:
            run = []  # 人民政府公安部门: the first only says whose department it is
        elif run and name.start > run[-1].start and not _JOINED.fullmatch(plain, run[-1].end, name.start):
            yield NameList(tuple(run))
            run = []
        run.append(name)
    if run:
        yield NameList(tuple(run))
