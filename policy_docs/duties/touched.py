"""The table of the duties that a new text touches: in words, with what may be chosen for each. Used before every publication that asks."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy_docs.opinions.comparison import Piece, marked
from policy_docs.units.aliases import current_vocabulary

from .bench import Names
from .choices import whole_number
from .models import Duty, RoleChoices
from .plan import Choice, Fate, Plan, Touch
from .settling import Fresh

FATES = {
    Fate.CHANGED: gettext_lazy("引文有改动"),
    Fate.OTHERS: gettext_lazy("引文有改动，写的不再是该单位"),
    Fate.LOST: gettext_lazy("条款还在，已没有这句话"),
    Fate.GONE: gettext_lazy("条款已删去"),
    Fate.UNLED: gettext_lazy("引文未变，前面写明单位的话有改动，新文字里读不出是这个单位"),
    Fate.FOLLOWED: gettext_lazy("引文移到了别的条款"),
    Fate.AROUND: gettext_lazy("引文未变，条款其他文字有改动"),
    Fate.MOVED: gettext_lazy("只有位置或者序号变动"),
    Fate.SAME: gettext_lazy("没有变化"),
}
CHOICES = {
    Choice.KEEP: gettext_lazy("仍然有效，引文不变"),
    Choice.FOLLOW: gettext_lazy("仍然有效，随引文移到新条款"),
    Choice.ADOPT: gettext_lazy("仍然有效，改用新引文"),
    Choice.GIVE: gettext_lazy("改归新引文写的单位，即为已核对"),
    Choice.CHECK: gettext_lazy("转为待核对"),
    Choice.END: gettext_lazy("随条款失效"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A duty of the table: unit, role before and after, where it stood and stands, its words with what differs marked, what may be chosen."""

    touch: Touch
    unit: str
    role: str
    new_role: str
    was_place: str
    place: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    chosen: str
    choices: tuple[tuple[str, str], ...]
    missing: bool
    others: str  # the units that the new words speak of


@dataclass(frozen=True, slots=True)
class _Words:
    """What repeats from row to row, asked for and translated once: a law has fifteen hundred of them."""

    names: Names
    kinds: Mapping[str, str]
    roles: Mapping[str, str]
    choices: Mapping[Choice, str]

    @classmethod
    def of(cls, code: str) -> "_Words":
        vocabulary = current_vocabulary()
        kinds = {key: kind.name for key, kind in vocabulary.kinds_by_key.items()}
        roles = {str(value): str(words) for value, words in RoleChoices.choices}
        return cls(Names(code, vocabulary), kinds, roles, {choice: str(words) for choice, words in CHOICES.items()})

    def offered(self, touch: Touch) -> tuple[tuple[str, str], ...]:
        """What may be chosen for a duty, in words."""
        return tuple((choice.value, self._said(choice, touch)) for choice in touch.choices)

    def _said(self, choice: Choice, touch: Touch) -> str:
        if choice is Choice.GIVE and touch.heir is not None and touch.heir.key[0] in self.kinds:
            return _("改归%s，即为已核对") % self.kinds[touch.heir.key[0]]
        return self.choices[choice]


@dataclass(frozen=True, slots=True)
class Group:
    """The duties of one fate."""

    fate: Fate
    words: str
    rows: list[Row]
    asked: bool
    choices: tuple[tuple[str, str], ...]

    @property
    def items(self) -> SafeString:
        """The duties as list items, where nothing is to be chosen. Made here and not by a template: a law has thousands of them."""
        return mark_safe("".join(map(_item, self.rows)))  # noqa: S308 - _item escapes


def chosen_in(data: Mapping[str, Any]) -> dict[int, str]:
    """Return the choices that a form holds: duty → choice."""
    names = ((key.removeprefix("d-"), str(value)) for key, value in data.items() if key.startswith("d-"))
    return {pk: value for name, value in names if (pk := whole_number(name, None)) is not None}


def grouped(
    plan: Plan, duties: Mapping[int, Duty], *, code: str, chosen: Mapping[int, str], all_of: str = "", missing: Collection[int] = ()
) -> list[Group]:  # fmt: skip
    """Return the confirmed duties by what becomes of them, those that wait for a choice first. ``all_of`` is the button «all:FATE:CHOICE»."""
    fate, _colon, choice = all_of.removeprefix("all:").partition(":")
    words_of = _Words.of(code)
    groups = []
    for key, words in FATES.items():
        touches = [touch for touch in plan.touches if touch.fate is key and touch.held.confirmed]
        said = dict(chosen)
        if key.value == fate:
            said |= {touch.held.duty: choice for touch in touches if choice in touch.choices}
        rows = [_row(touch, duties[touch.held.duty], words_of, said, missing) for touch in touches]
        if rows:
            most = max((touch.choices for touch in touches), key=len)
            every = tuple((choice.value, str(CHOICES[choice])) for choice in most)
            groups.append(Group(key, str(words), rows, touches[0].asked, every))
    return groups


def fresh_words(fresh: Iterable[Fresh]) -> list[tuple[str, str, Fresh]]:
    """Return new suggestions with unit and role in words."""
    kinds = current_vocabulary().kinds_by_key
    return [(kinds[item.kind].name if item.kind in kinds else item.kind, str(RoleChoices(item.role).label), item) for item in fresh]


def _led(above: tuple[str, ...], words: str) -> str:
    """The words behind the sentence that they hang on."""
    return f"{above[-1]}……{words}" if above else words


def _item(row: Row) -> str:
    place = row.was_place or row.place
    if row.place and row.place != place:
        place = f"{place} → {row.place}"
    words = "".join(piece.words for piece in row.before)
    return f'<li><b>{escape(row.unit)}</b>，{escape(row.role)} <span class="ed__small">{escape(place)}</span><br>{escape(words)}</li>'


def _row(touch: Touch, duty: Duty, words: _Words, chosen: Mapping[int, str], missing: Collection[int]) -> Row:
    old, new = "……".join(dict.fromkeys(proof.quote for proof in touch.held.proofs)), "……".join(dict.fromkeys(touch.new_quotes))
    if touch.fate is Fate.AROUND and touch.old and touch.target:
        old, new = touch.old.text, touch.target.text
    elif touch.fate is Fate.LOST and touch.target:
        new = touch.target.text
    elif touch.fate is Fate.UNLED and touch.target:
        old, new = _led(touch.old.above if touch.old else (), old), _led(touch.target.above, "……".join(touch.new_quotes) or touch.target.text)
    same = touch.fate not in (Fate.CHANGED, Fate.OTHERS, Fate.AROUND, Fate.UNLED)  # what has nothing in common reads worse with marks
    before, after = ((Piece(old),), (Piece(new),) if new else ()) if same else marked(old, new)
    preset = "" if touch.asked and touch.fate is not Fate.FOLLOWED else touch.choices[0].value
    value = chosen.get(duty.pk, preset)
    return Row(
        touch, words.names.unit(duty), words.roles[duty.role], words.roles[touch.role] if touch.role else "",
        touch.old.place if touch.old else "", touch.target.place if touch.target else "", before, after,
        value if value in touch.choices else preset, words.offered(touch), duty.pk in missing,
        "、".join(words.kinds.get(key, key) for key in touch.others),
    )  # fmt: skip
