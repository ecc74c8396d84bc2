"""The citations of a text as rows: what it cites, what cites it, what it repeals."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from .citations import CitationReader, title_forms
from .holding import hold_documents
from .models import Citation, ClauseText, OpinionVersion
from .pages import OpinionPage
from .repeals import renew_repeals
from .types import Block, BlockKind, Cited

_ENDS = re.compile("废止|失效|停止执行|不再执行")  # without one of these words a text repeals nothing (``citations``)


@transaction.atomic
def store_citations(page: OpinionPage, texts: Sequence[ClauseText]) -> int:
    """Read the citations of a text anew, resolve them and those of others that point to this opinion; return how many it has."""
    Citation.with_past.filter(opinion=page).delete()
    told = _read([(BlockKind(row.kind), row.text) for row in texts], number_key=page.number_key, title=page.title)
    rows = [_row(page, texts[at], cited) for at, cited in told]
    past = _repealed_before(page, texts, rows)
    _resolve([*rows, *past], but=page.pk)
    Citation.objects.bulk_create([*rows, *past], batch_size=500)
    _point_to(page)
    renew_repeals(page)
    return len(rows)


def _repealed_before(page: OpinionPage, texts: Sequence[ClauseText], rows: Sequence[Citation]) -> list[Citation]:
    """Return what earlier texts of the opinion have repealed and this one no longer speaks of: a repeal is an act of its day, and an amendment that
    leaves the sentence out brings nothing back."""
    if not texts:
        return []
    known = {(row.number_key or row.title) for row in rows if row.relation == Citation.Relation.SUPERSEDES}
    earlier = OpinionVersion.objects.filter(opinion=page, state=OpinionVersion.State.PUBLISHED, number__lt=texts[0].version.number).order_by("number")
    found = []
    for version in earlier:
        texts_of = ClauseText.objects.filter(version=version)
        if not any(_ENDS.search(words) for words in texts_of.values_list("text", flat=True)):
            continue
        said = list(texts_of.order_by("order"))
        for at, cited in _read([(BlockKind(row.kind), row.text) for row in said], number_key=page.number_key, title=page.title):
            name = cited.number_key or cited.title
            if cited.relation == Citation.Relation.SUPERSEDES and name not in known:
                known.add(name)
                found.append(_row(page, said[at], cited, past=True))
    return found


@dataclass(frozen=True, slots=True)
class Repealing:
    """What publishing a draft does to other documents by its words: it ends the ``new`` ones; those ``struck`` out were ended by the text that
    stands and come back into force if this is a correction."""

    new: tuple[OpinionPage, ...] = ()
    struck: tuple[OpinionPage, ...] = ()


def repealing(draft: OpinionPage) -> Repealing:
    """Return what a draft would change of what its document repeals."""
    found = OpinionPage.objects.filter(repealed_by=draft.pk, repeal_found=True).defer("body")
    before = {page.pk: page for page in found} if draft.pk else {}
    said = _repealed_by(draft.parts, number_key=draft.number_key, title=draft.title, but=draft.pk)
    held = set(Citation.with_past.filter(opinion=draft.pk, past=True).values_list("target", flat=True))
    new = OpinionPage.objects.filter(pk__in=said - set(before), repealed_on=None, repeal_found=False, live=True).defer("body").order_by("pk")
    return Repealing(tuple(new), tuple(page for pk, page in sorted(before.items()) if pk not in said and pk not in held))


def _row(page: OpinionPage, text: ClauseText, cited: Cited, *, past: bool = False) -> Citation:
    return Citation(
        opinion=page, clause_id=text.clause_id, start=cited.start, end=cited.end, written=cited.written[:500],
        title=cited.title[:300], number_key=cited.number_key[:80], relation=cited.relation, past=past,
    )  # fmt: skip


def hold_with_repealed(opinions: Iterable[int], blocks: Sequence[Block], *, number_key: str, title: str) -> None:
    """Lock the documents that a text is stored for, those that it repeals by its words, and those that it no longer will: all of them in one order,
    before anything else is written (``holding``)."""
    hold_documents(_reached(set(opinions), blocks, number_key=number_key, title=title))


def hold_to_publish(*pages: OpinionPage, entered: Sequence[Block] = ()) -> None:
    """Lock documents that are about to be published, or withdrawn, with what they repeal by the words of these drafts and of what a form holds beside
    them (``entered``). Publishing comes to those only when it holds the document itself, which is crosswise with others that hold both.

    The texts are read before the lock: who publishes compares them afterwards with what was seen.
    """
    hold_documents({key for page in pages for key in _reached({page.pk}, [*page.parts, *entered], number_key=page.number_key, title=page.title)})


def _reached(keys: set[int], blocks: Sequence[Block], *, number_key: str, title: str) -> set[int]:
    said = _repealed_by(blocks, number_key=number_key, title=title, but=min(keys, default=None))
    before = OpinionPage.objects.filter(repealed_by__in=keys, repeal_found=True).values_list("pk", flat=True) if keys else ()
    return {*keys, *before, *said}


def _repealed_by(blocks: Sequence[Block], *, number_key: str, title: str, but: int | None) -> set[int]:
    """Return the opinions that a text repeals by its words, as far as they are in the store; ``but`` is the one that it is the text of."""
    if not any(_ENDS.search(block.text) for block in blocks):
        return set()
    told = _read([(block.kind, block.text) for block in blocks], number_key=number_key, title=title)
    cited = [Citation(title=item.title[:300], number_key=item.number_key[:80]) for _at, item in told if item.relation == Citation.Relation.SUPERSEDES]
    _resolve(cited, but=but)
    return {item.target_id for item in cited if item.target_id is not None}


def _read(blocks: Iterable[tuple[BlockKind, str]], *, number_key: str, title: str) -> Iterator[tuple[int, Cited]]:
    """The citations of a text with the number of their block; what it says of itself is none."""
    reader, own = CitationReader(), title_forms(title)
    for at, (kind, text) in enumerate(blocks):
        if kind in (BlockKind.TITLE, BlockKind.FRONT, BlockKind.LEFT_OUT):
            continue
        for cited in reader.read(text):
            if not (cited.number_key == number_key if cited.number_key else cited.title in own):
                yield at, cited


def _resolve(citations: Sequence[Citation], *, but: int | None) -> None:
    """Find the cited opinions: by number, else by a title that only one opinion has (a title alone is no identity). Two queries."""
    others = OpinionPage.objects.exclude(pk=but).order_by("-pk")
    numbers = {item.number_key for item in citations} - {""}
    by_number = dict(others.filter(number_key__in=numbers).values_list("number_key", "pk")) if numbers else {}
    forms = {item.title: title_forms(item.title) for item in citations if item.title and not item.number_key}
    by_title: dict[str, set[int]] = defaultdict(set)
    if forms:
        for title, pk in others.filter(title__in=set().union(*forms.values())).values_list("title", "pk"):
            by_title[title].add(pk)
    for item in citations:
        if item.number_key:
            item.target_id = by_number.get(item.number_key)
        else:
            found = set().union(*(by_title.get(form, set()) for form in forms.get(item.title, ())))
            item.target_id = found.pop() if len(found) == 1 else None


def _point_to(page: OpinionPage) -> None:
    waiting = Citation.with_past.filter(target__isnull=True).exclude(opinion=page)
    if page.number_key:
        waiting.filter(number_key=page.number_key).update(target=page)
    forms = title_forms(page.title)
    if not OpinionPage.objects.filter(title__in=forms).exclude(pk=page.pk).exists():
        waiting.filter(number_key="", title__in=forms).update(target=page)
