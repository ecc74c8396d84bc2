"""Pages of comparison: who is given what in which document or place, and the clauses side by side."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.duties import tables, topic_rows
from policy_docs.duties.choices import address, typed, whole_number
from policy_docs.duties.kin import UPPER, with_own_marked
from policy_docs.opinions.citing import cite, path_words
from policy_docs.opinions.models import Citation, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.topics.forest import load_forest
from policy_docs.units.aliases import current_vocabulary

from . import columns
from .beside import Pair, absent, pairs
from .columns import CHOSEN_BY, MOST, SHOWN, Column
from .matrix import Line, clauses_of, matrix, texts_of

PER_PAGE = 20
_FOUND = 12  # documents offered for words


@dataclass(frozen=True, slots=True)
class Cell:
    """A clause as it is shown: its key, where it stands, its words with its own marked, whether it lays anything on what is compared, whether a row
    above shows it, and whether only part of it says the same."""

    text: ClauseText
    key: str
    path: str
    citation: str
    html: SafeString | str
    about: bool
    again: bool
    partly: bool

    @property
    def page(self) -> OpinionPage:
        """The document that it stands in."""
        return self.text.clause.opinion


@dataclass(frozen=True, slots=True)
class Matter:
    """What is compared: a department or a topic. ``param`` and ``value`` name it in an address."""

    param: str
    value: str
    name: str


def compare(request: HttpRequest) -> HttpResponse:
    """Show the matrix of the columns that the address names, a screen of them at a time, or what can be compared."""
    viewer, on = viewer_of(request.user), timezone.localdate()
    chosen = columns.chosen(request.GET, viewer=viewer, on=on)
    words, at_once = typed(request.GET, "q"), bool(request.GET.get("family") or request.GET.get("below"))
    parts = max(1, -(-len(chosen) // SHOWN))
    part = min(max(1, whole_number(request.GET.get("cols"), 1)), parts)
    shown = slice((part - 1) * SHOWN, part * SHOWN)
    context = {
        "viewer": viewer, "columns": _with_ways_out(request.GET, chosen), "shown": chosen[shown], "most": MOST, "full": len(chosen) >= MOST, "q": words, "query": address(request.GET, q=None, cols=None),
        "by_place": bool(chosen) and chosen[0].page is None, "at_once": at_once, "found": [] if at_once else _offered(request.GET, words, chosen, viewer=viewer, on=on),
        "part": part, "parts": parts, "before": address(request.GET, cols=str(part - 1)), "after": address(request.GET, cols=str(part + 1)),
    }  # fmt: skip
    if not chosen or (context["by_place"] and not at_once):
        keys = {column.key for column in chosen}
        places = columns.places_with_documents(viewer, on)
        context |= {"places": [(place, number, place.pk in keys) for place, number in places], "above": columns.places_above(places)}
    if chosen:
        lines = matrix(chosen, viewer=viewer, on=on, vocabulary=current_vocabulary())
        context |= {"lines": [(line, _cells(request.GET, line, chosen, shown)) for line in lines], "said": _said(chosen, viewer)}
    else:
        context["families"] = columns.families(viewer, on)
    return render(request, "policy_docs/comparison/matrix.html", context)


def compare_xlsx(request: HttpRequest) -> HttpResponse:
    """Give the matrix as a table."""
    viewer, on = viewer_of(request.user), timezone.localdate()
    chosen = columns.chosen(request.GET, viewer=viewer, on=on)
    if not chosen:
        raise Http404(_("没有选择要比较的文件或者地方。请先选择。"))
    lines = matrix(chosen, viewer=viewer, on=on, vocabulary=current_vocabulary())
    head = (_("单位"), *(f"{column.name}{f'（{column.note}）' if column.note else ''}" for column in chosen), _("合计"))
    rows = ((line.name, *(str(number) for number in line.counts), str(line.total)) for line in lines)
    title = _("各单位职责条数对照")
    data = tables.xlsx_of(title, _said(chosen, viewer), head, rows, widths=(24, *(28 for _column in chosen), 8), sheet="对照")
    return tables.attached(data, title, "xlsx")


def beside(request: HttpRequest) -> HttpResponse:
    """Show the clauses of two columns on one department or topic, side by side."""
    viewer, on = viewer_of(request.user), timezone.localdate()
    chosen = columns.chosen(request.GET, viewer=viewer, on=on)
    matter = _matter(request.GET)
    if matter is None or not chosen:
        raise Http404(_("没有选择要对照的单位、主题或者文件。请从职责对照表进入。"))
    left, right = _sides(request.GET, chosen)
    found = _pairs(left, right, matter, viewer=viewer, on=on)
    below = right is not None and _carries_out(right, left)
    only = request.GET.get("only", "") if right else ""
    kept = [pair for pair in found if pair.right is None] if only == "missing" else found
    pages = max(1, -(-len(kept) // PER_PAGE))
    number = min(max(1, whole_number(request.GET.get("page"), 1)), pages)
    context = {
        "viewer": viewer, "matter": matter, "carried": [(name, value) for name in CHOSEN_BY for value in request.GET.getlist(name)], "columns": chosen, "left": left, "right": right, "only": only, "total": len(kept), "number": number, "pages": pages,
        "rows": [(*_row(pair), absent(pair, below=below)) for pair in kept[(number - 1) * PER_PAGE : number * PER_PAGE]], "missing": sum(pair.right is None for pair in found),
        "both": sum(pair.left is not None and pair.right is not None for pair in found), "added": sum(pair.left is None for pair in found), "every": len(found),
        "is_below": below, "query": address(request.GET), "back": address(request.GET, unit=None, topic=None, a=None, b=None, only=None),
        "said": _said([left, right] if right else [left], viewer), "all_rows": address(request.GET, only=None), "missing_rows": address(request.GET, only="missing"),
    }  # fmt: skip
    return render(request, "policy_docs/comparison/beside.html", context)


def beside_xlsx(request: HttpRequest) -> HttpResponse:
    """Give the clauses side by side as a table."""
    viewer, on = viewer_of(request.user), timezone.localdate()
    chosen, matter = columns.chosen(request.GET, viewer=viewer, on=on), _matter(request.GET)
    if matter is None or not chosen:
        raise Http404(_("没有选择要对照的单位、主题或者文件。请从职责对照表进入。"))
    left, right = _sides(request.GET, chosen)
    found = _pairs(left, right, matter, viewer=viewer, on=on)
    below = right is not None and _carries_out(right, left)
    sides = [left, *([right] if right else [])]
    head = (_("序号"), *(words for side in sides for words in (f"{side.name}{f'（{side.note}）' if side.note else ''}", _("条款原文"))))
    rows = []
    for number, pair in enumerate(found, start=1):
        cells = [pair.left, *([pair.right] if right else [])]
        rows.append(
            (
                str(number),
                *(
                    words
                    for text in cells
                    for words in (
                        (_where(text) + (_("（部分内容相近）") if pair.partly else ""), text.label + text.text) if text else (absent(pair, below=below), "")
                    )
                ),
            )
        )
    title = _("%(name)s：条款对照") % {"name": matter.name}
    data = tables.xlsx_of(title, _said(sides, viewer), head, rows, widths=(6, *(width for _side in sides for width in (28, 60))), sheet="条款对照")
    return tables.attached(data, title, "xlsx")


def _with_ways_out(params: QueryDict, chosen: Sequence[Column]) -> list[tuple[Column, str]]:
    """Return each column with the address without it."""
    param = "place" if chosen and chosen[0].page is None else "doc"
    keys = [column.key for column in chosen]
    return [(column, address(params, **{param: [key for key in keys if key != column.key] or None})) for column in chosen]


def _offered(params: QueryDict, words: str, chosen: Sequence[Column], *, viewer: Viewer, on: datetime.date) -> list[tuple[OpinionPage, str]]:
    """Return documents in force that the words find, each with the address that has it as one more column. One query."""
    if not words or len(chosen) >= MOST:
        return []
    keys = [column.key for column in chosen if column.page is not None]
    found = columns.in_force(viewer, on).about(words).exclude(public_key__in=keys).order_by("-issue_date", "pk")[:_FOUND]
    return [(page, address(params, doc=[*keys, page.public_key], place=None, q=None)) for page in found]


def _cells(params: QueryDict, line: Line, chosen: Sequence[Column], shown: slice) -> list[tuple[Column, int, str]]:
    """Return each number of a line that is shown, with the address of its clauses: beside those of the first other column that has any."""
    having = [at for at, number in enumerate(line.counts) if number]
    cells = []
    for at in range(len(chosen))[shown]:
        other = next((one for one in having if one != at), next((one for one in range(len(chosen)) if one != at), None))
        query = address(params, q=None, cols=None, unit=line.key, a=chosen[at].key, b=chosen[other].key if other is not None else None)
        cells.append((chosen[at], line.counts[at], f"{reverse('policy_docs:beside')}?{query}" if line.counts[at] else ""))
    return cells


def _matter(params: QueryDict) -> Matter | None:
    kind = current_vocabulary().kinds_by_key.get(params.get("unit", ""))
    if kind is not None:
        return Matter("unit", kind.key, kind.name)
    node = load_forest().by_slug.get(params.get("topic", "")) if params.get("topic") else None
    return Matter("topic", node.slug, node.name) if node else None


def _sides(params: QueryDict, chosen: Sequence[Column]) -> tuple[Column, Column | None]:
    """Return the two columns that stand side by side: ``a`` and ``b`` of the address, else the first two."""
    by_key = {column.key: column for column in chosen}
    left = by_key.get(params.get("a", "")) or chosen[0]
    right = by_key.get(params.get("b", ""))
    if right is None or right == left:
        right = next((column for column in chosen if column != left), None)
    return left, right


def _pairs(left: Column, right: Column | None, matter: Matter, *, viewer: Viewer, on: datetime.date) -> list[Pair]:
    own, others = texts_of(left), texts_of(right) if right else []
    if matter.param == "topic":
        about = _about_topic(matter.value, viewer=viewer, on=on)
        return pairs(own, others, about, about)
    of_left, of_right = (clauses_of(side, matter.value, viewer=viewer, on=on, vocabulary=current_vocabulary()) if side else set() for side in (left, right))
    return pairs(own, others, of_left, of_right)


def _about_topic(slug: str, *, viewer: Viewer, on: datetime.date) -> set[int]:
    """Return the clauses of all documents that bear a topic or one below it."""
    forest = load_forest()
    rows = topic_rows.rows_for(forest, forest.branch(forest.by_slug[slug].pk), viewer=viewer, on=on, with_units=False)
    return {row.clause for row in rows}


def _carries_out(lower: Column, upper: Column) -> bool:
    """Say whether the one document rests on the other. One query."""
    if lower.page is None or upper.page is None:
        return False
    return Citation.objects.filter(opinion=lower.page, target=upper.page, relation__in=UPPER).exists()


def _row(pair: Pair) -> tuple[Cell | None, Cell | None]:
    left, right = pair.left, pair.right
    return (
        _cell(left, right, about=pair.about_left, again=pair.again_left, partly=pair.partly) if left else None,
        _cell(right, left, about=pair.about_right, again=pair.again_right, partly=pair.partly) if right else None,
    )


def _cell(text: ClauseText, other: ClauseText | None, *, about: bool, again: bool, partly: bool) -> Cell:
    page = text.clause.opinion
    html = with_own_marked(text.text, other.text) if other else text.text
    citation = cite(page.title, page.document_number, text.path, text.para, text.row)
    return Cell(text, text.clause.public_key, _where(text), citation, html, about, again, partly)


def _where(text: ClauseText) -> str:
    return path_words(text.path, text.para, text.row) or str(_("正文"))


def _said(chosen: Sequence[Column], viewer: Viewer) -> list[str]:
    """Return what the numbers are and are not."""
    lines = [_("按今天有效的文字统计，同一条款对同一单位只计一次；只提到名称的不计。")]
    lines.append(_("待核对的职责也在其中。") if viewer.sees_suggestions else _("只包括已经核对的职责。"))
    lines.append(_("条款按文字相近程度对照，只列把握大的；没有对上的，不等于没有规定。"))
    empty = [column.name for column in chosen if not column.versions]
    if empty:
        lines.append(_("%(names)s今天没有有效的文字。") % {"names": "、".join(f"《{name}》" if len(name) > 8 else name for name in empty)})
    return lines
