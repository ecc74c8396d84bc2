"""Topic pages: the tree with numbers, and the clauses of a topic with the units that carry them out (measure → unit → basis)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.opinions.citing import cite, path_words
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.numbers import normalise
from policy_docs.opinions.pages import OpinionPage
from policy_docs.topics.addresses import meant, renewed
from policy_docs.topics.forest import Forest, Node, load_forest
from policy_docs.topics.models import ClauseTopic, TopicName
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.vocabulary import Vocabulary

from . import tables, topic_choices, topic_rows
from .bench import Names
from .choices import address, day_chip, day_of, whole_number
from .empty import Asked, Empty, empty
from .marks import CLASSES
from .models import Duty
from .tidy import tidy_address
from .topic_marks import states_for
from .topic_review import lit
from .topic_rows import Row
from .topic_said import said

PER_PAGE = 50
HEAD = (
    "序号", "主题", "上级主题", "单位", "角色", "承担层级", "条款", "文件", "发文字号", "发文机关", "成文日期", "文件层级", "效力", "主题核对状态", "职责核对状态",
    "条款地址", "条款原文",
)  # fmt: skip
_WIDTHS = (6, 24, 18, 20, 6, 14, 22, 40, 22, 24, 12, 8, 10, 12, 12, 30, 80)


@dataclass(frozen=True, slots=True)
class Line:
    """A topic with the number of clauses that the reader may see in it and below, and the topics below it."""

    node: Node
    number: int
    below: "tuple[Line, ...]" = ()


@dataclass(frozen=True, slots=True)
class Doer:
    """A unit that a clause binds: its duty's id, name, role with its class, addressee in words, whether that is still to be checked."""

    duty: Duty
    unit: str
    css: str
    words: str
    to: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A clause ready to be shown."""

    row: Row
    opinion: OpinionPage
    key: str
    path: str
    citation: str
    text: str
    html: SafeString
    topics: tuple[Node, ...]
    doers: tuple[Doer, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The clauses of one document on a page."""

    opinion: OpinionPage
    level: str
    in_force: bool
    entries: list[Entry]


def topics(request: HttpRequest) -> HttpResponse:
    """Show the trees with their numbers, as they hold today."""
    viewer, today = viewer_of(request.user), timezone.localdate()
    forest = load_forest()
    every = [node for _depth, node in forest.in_order()]
    rows = [row for row in topic_rows.rows_for(forest, every, viewer=viewer, on=today, with_units=False) if row.in_force]
    counted = topic_rows.numbers(rows, forest)
    trees = [_line(node, forest, counted) for node in forest.children(None)]
    return render(request, "policy_docs/duties/topics.html", {"trees": trees, "total": len(rows), "viewer": viewer, "today": today})


def _line(node: Node, forest: Forest, counted: Mapping[int, int]) -> Line:
    return Line(node, counted[node.pk], tuple(_line(child, forest, counted) for child in forest.children(node.pk)))


@tidy_address("policy_docs:topic")
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the clauses of a topic and of what lies below it, narrowed by what the address says."""
    forest = load_forest()
    node = forest.by_slug.get(slug)
    if node is None or forest.standing(node.pk) != node:
        return _elsewhere(request, forest, slug)
    if (now := renewed(request.GET)) is not None:
        return redirect(f"{request.path}?{now.urlencode()}")
    viewer, on = viewer_of(request.user), day_of(request.GET)
    vocabulary = current_vocabulary()
    branch = forest.branch(node.pk)
    rows = topic_rows.rows_for(forest, branch, viewer=viewer, on=on)
    filters = topic_choices.read_filters(request.GET)
    kept = topic_rows.apply(rows, filters, forest)
    number = whole_number(request.GET.get("page"), 1)
    whole = "print" in request.GET
    pages = 1 if whole else max(1, -(-len(kept) // PER_PAGE))
    number = min(max(1, number), pages)
    shown = kept if whole else kept[(number - 1) * PER_PAGE : number * PER_PAGE]
    counted = topic_rows.numbers([row for row in rows if row.in_force], forest)
    chips = topic_choices.chips(request.GET, rows, filters, forest, vocabulary)
    clear = address(request.GET, **dict.fromkeys((*topic_choices.PARAMS, "q", "on")))
    context = {
        "node": node, "trail": forest.trail(node.pk), "viewer": viewer, "on": on, "asked": request.GET.get("on", ""), "other_day": on != timezone.localdate(), "to_today": address(request.GET, on=None), "filters": filters, "total": len(kept), "documents": len({row.opinion for row in kept}),
        "children": [Line(child, counted[child.pk]) for child in forest.children(node.pk)], "groups": grouped(entries(shown, forest, vocabulary, viewer=viewer)),
        "page_number": number, "pages": pages, "whole": whole, "said": said(forest, node, rows, viewer=viewer, on=on), "bases": _bases(node, viewer), "former": list(TopicName.objects.filter(topic=node.pk)),
        "waiting": sum(row.state != ClauseTopic.State.CONFIRMED for row in kept),
        "facets": topic_choices.facets(rows, filters, forest, vocabulary), "chips": [*chips, *day_chip(request.GET, on)], "query": address(request.GET),
        "clear": clear, "empty": None if kept else _empty(request, chips, clear, node, viewer), "for_print": address(request.GET) + "&print=1",
        "titles": dict(sorted({row.key: row.title for row in rows}.items(), key=lambda pair: pair[1])),
    }  # fmt: skip
    return render(request, "policy_docs/duties/topic.html", context)


def _empty(request: HttpRequest, chips: Sequence[topic_choices.Chip], clear: str, node: Node, viewer: Viewer) -> Empty:
    """What to say where the conditions leave no clause. Another day than today is one of them."""
    forest, today, params = load_forest(), timezone.localdate(), request.GET
    asked = [Asked(chip.label, chip.address, partial(int, chip.number)) for chip in chips]

    def number(filters: topic_rows.Filters) -> int:
        return len(topic_rows.apply(topic_rows.rows_for(forest, forest.branch(node.pk), viewer=viewer, on=today), filters, forest))

    for chip in day_chip(params, day_of(params)):
        asked.append(Asked(chip.label, chip.address, partial(number, topic_choices.read_filters(params))))
    return empty(asked, clear=clear, whole=partial(number, topic_choices.read_filters(QueryDict())))


def _elsewhere(request: HttpRequest, forest: Forest, slug: str) -> HttpResponse:
    """Lead from a former address to the topic that stands for it now.

    Raises:
        Http404: there was none, or it is out of use.
    """
    node = meant([slug], forest)[slug]
    if node is None:
        raise Http404(_("没有这个主题，或者它已停用。请从主题目录重新选择。"))
    query = request.GET.urlencode()
    return redirect(reverse("policy_docs:topic", args=[node.slug]) + (f"?{query}" if query else ""), permanent=False)


def entries(rows: Sequence[Row], forest: Forest, vocabulary: Vocabulary, *, viewer: Viewer) -> list[Entry]:
    """Return rows ready to be shown. Five queries, however many."""
    opinions = OpinionPage.objects.visible_to(viewer).select_related("jurisdiction").defer("body").in_bulk({row.opinion for row in rows})
    texts = ClauseText.objects.select_related("clause").in_bulk([row.text for row in rows])
    duties = topic_rows.duties_by_clause([row.clause for row in rows], viewer)
    proofs: dict[int, list[ClauseTopic]] = {}
    for proof in ClauseTopic.objects.filter(content_object__in=[row.clause for row in rows], state__in=states_for(viewer)):
        proofs.setdefault(proof.content_object_id, []).append(proof)
    names = {code: Names(code, vocabulary) for code in {page.jurisdiction_id or "" for page in opinions.values()}}
    found = []
    for row in rows:
        page, text = opinions.get(row.opinion), texts.get(row.text)
        if page is None or text is None:
            continue  # withdrawn since the list was counted
        here = names[page.jurisdiction_id or ""]
        of_page = forest.sources(row.topics)
        own = [proof for proof in proofs.get(row.clause, ()) if proof.tag_id in of_page]
        found.append(
            Entry(
                row, page, text.clause.public_key, path_words(text.path, text.para, text.row) or _("正文"), cite(page.title, page.document_number, text.path, text.para, text.row),
                text.text, lit(text.text, own), tuple(forest.nodes[pk] for pk in row.topics), tuple(_doer(duty, here) for duty in duties.get(row.clause, ())),
            )
        )  # fmt: skip
    return found


def _doer(duty: Duty, names: Names) -> Doer:
    return Doer(duty, names.unit(duty), CLASSES[duty.role], duty.get_role_display(), names.addressee(duty), duty.state != Duty.State.CONFIRMED)


def grouped(found: Iterable[Entry]) -> list[Group]:
    """Return entries by document, in their order."""
    table: dict[int, Group] = {}
    for entry in found:
        page = entry.opinion
        group = table.get(page.pk)
        if group is None:
            level = page.jurisdiction.get_level_display() if page.jurisdiction else _("不详")
            group = table[page.pk] = Group(page, str(level), entry.row.in_force, [])
        group.entries.append(entry)
    return list(table.values())


def _bases(node: Node, viewer: Viewer) -> list[tuple[dict[str, str], OpinionPage | None]]:
    """Return the national bases of a measure, each with its document where the reader may see it. One query."""
    wanted = {normalise(base["number"]) for base in node.bases}
    pages = {page.number_key: page for page in OpinionPage.objects.visible_to(viewer).filter(number_key__in=wanted, live=True).defer("body")} if wanted else {}
    return [(dict(base), pages.get(normalise(base["number"]))) for base in node.bases]


def export(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Give the whole filtered list as a table, a row for each unit that a clause binds."""
    forest = load_forest()
    node = forest.by_slug.get(slug)
    if node is None or forest.standing(node.pk) != node:
        raise Http404(_("没有这个主题，或者它已停用。请从主题目录重新选择。"))
    viewer, on = viewer_of(request.user), day_of(request.GET)
    rows = topic_rows.rows_for(forest, forest.branch(node.pk), viewer=viewer, on=on)
    kept = topic_rows.apply(rows, topic_choices.read_filters(request.GET), forest)
    lines = said(forest, node, rows, viewer=viewer, on=on).lines
    title = _("%(name)s：%(number)d 条条款") % {"name": node.name, "number": len(kept)}
    table = table_rows(entries(kept, forest, current_vocabulary(), viewer=viewer), forest)
    is_xlsx = form == "xlsx"
    data = tables.xlsx_of(title, lines, HEAD, table, widths=_WIDTHS, sheet="条款") if is_xlsx else tables.csv_of(title, lines, HEAD, table)
    return tables.attached(data, title, form)


def table_rows(found: Iterable[Entry], forest: Forest) -> Iterator[tuple[str, ...]]:
    """Yield a row for each unit of each clause, one without a unit where the clause binds none."""
    for number, entry in enumerate(found, start=1):
        page = entry.opinion
        above = dict.fromkeys(trail[-1].name for topic in entry.topics if (trail := forest.trail(topic.pk)))
        end = (
            entry.path, page.title, page.document_number, page.issuer, page.issue_date.isoformat() if page.issue_date else "",
            page.jurisdiction.get_level_display() if page.jurisdiction else "", _("现行有效") if entry.row.in_force else _("已失效或尚未生效"),
            str(ClauseTopic.State(entry.row.state).label),
        )  # fmt: skip
        where = (reverse("policy_docs:clause", args=[page.public_key, entry.key]), entry.text)
        begin = (str(number), "、".join(node.name for node in entry.topics), "、".join(above))
        for doer in entry.doers:
            yield (*begin, doer.unit, doer.words, doer.to, *end, doer.duty.get_state_display(), *where)
        if not entry.doers:
            yield (*begin, "", "", "", *end, "", *where)
