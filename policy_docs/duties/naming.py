"""Unknown names: what a new way of writing or a new unit kind would change everywhere, and entering it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs import ports
from policy_docs.opinions.citing import outline_words
from policy_docs.opinions.context import context_of
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.units.aliases import current_matcher, current_vocabulary, initials
from policy_docs.units.match import Matcher
from policy_docs.units.models import UnitAlias, UnitKind
from policy_docs.units.vocabulary import Alias, Kind, Vocabulary

from .actions import DutyRefused, finding_key
from .agenda import version_of
from .extract import extract
from .models import RoleChoices, UnknownUnitName
from .types import ClauseFindings, Role

LOOKED_AT = 100  # documents that a preview reads; of more it says how many
SHOWN = 30
_SHORTEST = 2


class NameRefused(DutyRefused):
    """The name is not entered; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be entered: a way of writing of a kind that exists (``kind``), or of a new kind of the name ``new_kind``."""

    text: str
    form: str
    kind: str = ""
    new_kind: str = ""
    new_is_open: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A place that would be read otherwise: a duty more, a duty less, a role other than now."""

    page: OpinionPage
    clause: str
    place: str
    unit: str
    was: str
    becomes: str
    words: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an entry would change: documents that hold the words, unknown names that would be known, places read otherwise."""

    documents: int
    looked_at: int
    known: int
    changes: tuple[Changed, ...] = field(default=())

    @property
    def shown(self) -> tuple[Changed, ...]:
        """The first of them."""
        return self.changes[:SHOWN]


def preview(entry: Entry) -> Preview:
    """Return what an entry would change, by reading each document that holds the words with and without it.

    Raises:
        NameRefused: the entry cannot be made.
    """
    key = _checked(entry)
    now = current_vocabulary()
    new = (Kind(key, entry.new_kind, "", is_group=False, is_open=entry.new_is_open, is_vertical=False, names={}),) if entry.new_kind else ()
    then = replace(now, kinds=(*now.kinds, *new), aliases=(*now.aliases, *(Alias(key, text, entry.form) for text in _texts(entry))))
    before, after = current_matcher(), Matcher(then)
    pages = _holding(entry.text)
    known, changes = 0, []
    for page in pages[:LOOKED_AT]:
        texts = list(ClauseText.objects.filter(version=version_of(page)).select_related("clause").order_by("order"))
        old, read = _read(page, texts, before, now), _read(page, texts, after, then)
        known += _unknown(old) - _unknown(read)
        changes += _compared(page, texts, old, read, then)
    return Preview(len(pages), min(len(pages), LOOKED_AT), known, tuple(changes))


def _texts(entry: Entry) -> tuple[str, ...]:
    return tuple(dict.fromkeys((entry.text, entry.new_kind))) if entry.new_kind else (entry.text,)


def _holding(words: str) -> list[OpinionPage]:
    """Documents whose text holds the words (the same choice as ``reread_containing``)."""
    found = OpinionPage.objects.filter(versions__texts__text__contains=words, alias_of__isnull=True).distinct().order_by("-pk")
    return list(found.select_related("jurisdiction").defer("body"))


def _read(page: OpinionPage, texts: Sequence[ClauseText], matcher: Matcher, vocabulary: Vocabulary) -> list[ClauseFindings]:
    blocks = [Block(BlockKind(row.kind), row.label, row.text, row.level, tuple(row.path), row.para) for row in texts]
    return extract(blocks, matcher, context_of(page, vocabulary))


def _unknown(found: Sequence[ClauseFindings]) -> int:
    return sum(len(item.unknown) for item in found)


def _compared(
    page: OpinionPage, texts: Sequence[ClauseText], old: Sequence[ClauseFindings], new: Sequence[ClauseFindings], vocabulary: Vocabulary
) -> list[Changed]:
    found = []
    was, becomes = ({(item.block, finding_key(finding)): finding for item in read for finding in item.findings} for read in (old, new))
    for block, key in sorted({*was, *becomes}, key=lambda pair: (pair[0], pair[1])):
        one, other = was.get((block, key)), becomes.get((block, key))
        if one is not None and other is not None and one.role is other.role:
            continue
        row, finding = texts[block], other or one
        kind = vocabulary.kinds_by_key.get(key[0])
        quote = row.text[finding.spans[0].start : finding.spans[0].end] if finding else ""
        place = outline_words(row.kind, row.path, row.para, row.text) or str(_("正文"))
        found.append(
            Changed(
                page, row.clause.public_key, place, kind.name if kind else key[0], _role(one.role if one else None), _role(other.role if other else None), quote
            )
        )
    return found


def _role(role: Role | None) -> str:
    return str(RoleChoices(role.value).label) if role else ""


def _checked(entry: Entry) -> str:
    """Return the key of the kind, a new one for a new kind; refuse what cannot be entered."""
    text = "".join(entry.text.split())
    if len(text) < _SHORTEST or text != entry.text:
        raise NameRefused(_("没有登记：写法至少两个字，不能有空格。"))
    if entry.form not in UnitAlias.Form.values:
        raise NameRefused(_("没有登记：请选择写法的形式。"))
    taken = UnitAlias.objects.filter(text=entry.text, form=entry.form).select_related("kind").first()
    if taken is not None:
        raise NameRefused(_("没有登记：“%(text)s”已是“%(kind)s”的写法。请重新识别本文件，或在“单位写法”中修改。") % {"text": entry.text, "kind": taken.kind})
    if not entry.new_kind:
        if not UnitKind.objects.filter(pk=entry.kind).exists():
            raise NameRefused(_("没有登记：请选择它是哪个单位的写法。"))
        return entry.kind
    if UnitKind.objects.filter(name=entry.new_kind).exists():
        raise NameRefused(_("没有登记：已有单位类别“%s”，请登记为它的另一种写法。") % entry.new_kind)
    return new_key(entry.new_kind)


def new_key(name: str) -> str:
    """Return a free key for a new kind, from the pinyin of its name."""
    spelt = re.sub(r"[^a-z_]", "", "_".join(lazy_pinyin(name)).lower())[:34].strip("_") or "unit"
    held = set(UnitKind.objects.filter(key__startswith=spelt).values_list("key", flat=True))
    return next(key for key in (spelt, *(f"{spelt}_{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")) if key not in held)


@transaction.atomic
def enter(row: UnknownUnitName, entry: Entry, *, actor: User) -> UnitAlias:
    """Enter a way of writing (and its kind, where it is new) and read the document of ``row`` anew at once; the worker reads the others after commit.

    Raises:
        NameRefused: the entry cannot be made.
    """
    key = _checked(entry)
    try:
        with transaction.atomic():
            if entry.new_kind:
                UnitKind.objects.create(key=key, name=entry.new_kind, is_open=entry.new_is_open, initials=initials(entry.new_kind))
            made = [UnitAlias.objects.create(kind_id=key, text=text, form=entry.form, note=entry.note[:200], initials=initials(text)) for text in _texts(entry)]
    except IntegrityError as clash:  # somebody was quicker
        raise NameRefused(_("没有登记：刚才已有人登记了同样的名称。请刷新后再看。")) from clash
    ports.read_duties(OpinionPage.objects.get(pk=row.clause.opinion_id))
    details = {"kind": key, "text": entry.text, "form": entry.form, "new_kind": entry.new_kind, "clause": row.clause.public_key, "by": actor.pk}
    record(actor=actor, action="unit.alias_added", target=made[0], details=details)
    return made[0]


@transaction.atomic
def ignore(row: UnknownUnitName, *, everywhere: bool, actor: User) -> int:
    """Say that a name is no unit: here, or wherever it is written so; return in how many places."""
    found = UnknownUnitName.objects.filter(written=row.written) if everywhere else UnknownUnitName.objects.filter(pk=row.pk)
    count = found.filter(ignored=False).update(ignored=True)
    record(actor=actor, action="unit.name_ignored", target=row, details={"written": row.written, "places": count, "everywhere": everywhere, "by": actor.pk})
    return count


def elsewhere(row: UnknownUnitName) -> tuple[int, int]:
    """Return in how many other places and documents the same name is unknown."""
    others = UnknownUnitName.objects.filter(written=row.written, ignored=False).exclude(pk=row.pk)
    return others.count(), others.values("clause__opinion").distinct().count()
