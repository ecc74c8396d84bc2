"""What hangs on a document, and what becomes of it when the document is withdrawn or put into the trash: shown before either is done."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.models import EditingSession
from wagtail.models import ReferenceIndex

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.duties.kin import UPPER
from policy_docs.duties.models import Duty
from policy_docs.duties.types import Role
from policy_docs.importing.models import ImportFile
from policy_docs.opinions.citing import outline_words
from policy_docs.opinions.models import Citation, Clause, ClauseText, OpinionVersion, SetAside
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import BlockKind
from policy_docs.opinions.validity import written
from policy_docs.saved.models import SavedListing
from policy_docs.saved.reading import address as saved_address

FOLDED = 10  # rows that a list shows before it is opened
PER_PAGE = 50
_SEEN = datetime.timedelta(minutes=2)  # since an editor last said that it is open


class Deed(StrEnum):
    """What is about to be done."""

    WITHDRAW = "withdraw"
    TRASH = "trash"


class Row(NamedTuple):
    """One line of a list: words, where they lead ("" for nowhere), what is said beside."""

    words: str
    way: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One list: how many, what becomes of them, the rows that are shown; ``pages`` where the list has been opened."""

    key: str
    title: str
    number: int
    measure: str
    fate: str
    rows: Sequence[Row]
    more: int
    pages: "Page[Any] | None" = None


class _List(NamedTuple):
    key: str
    title: Any
    found: Callable[[OpinionPage, User], Any]  # a queryset, or a list
    shown: Callable[[Sequence[Any], OpinionPage, User], list[Row]]
    fates: tuple[Any, Any]  # when it is withdrawn, when it is put into the trash
    measure: Any = gettext_lazy("份")


def parts(page: OpinionPage, deed: Deed, *, actor: User, opened: str = "", number: str | None = None) -> list[Part]:
    """Return the lists that are not empty; the one ``opened`` is paged, of the others the first rows are shown."""
    return [part for item in _LISTS if (part := _part(item, page, deed, actor, number if item.key == opened else "")) is not None]


def _part(item: _List, page: OpinionPage, deed: Deed, actor: User, number: str | None) -> Part | None:
    found = item.found(page, actor)
    pager: Paginator[Any] = Paginator(found, FOLDED if number == "" else PER_PAGE)
    if not pager.count:
        return None
    shown = pager.get_page(number or 1)
    rows = item.shown(list(shown), page, actor)
    fate = str(item.fates[deed is Deed.TRASH])
    return Part(item.key, str(item.title), pager.count, str(item.measure), fate, rows, pager.count - len(rows), None if number == "" else shown)


def _references(page: OpinionPage, actor: User) -> list[Any]:
    return [group for group in ReferenceIndex.get_references_to(page).group_by_source_object() if group[0] != page]


def _reference_rows(found: Sequence[Any], page: OpinionPage, actor: User) -> list[Row]:
    finder = AdminURLFinder(actor)
    return [Row(str(source), finder.get_edit_url(source) or "", str(source._meta.verbose_name)) for source, _refs in found]


def _citing(page: OpinionPage) -> QuerySet[Citation]:
    return Citation.objects.filter(target=page).exclude(opinion=page)


def _based(page: OpinionPage, actor: User) -> QuerySet[OpinionPage]:
    return _documents(OpinionPage.objects.filter(pk__in=_citing(page).filter(relation__in=UPPER).values("opinion")), page)


def _cited(page: OpinionPage, actor: User) -> QuerySet[OpinionPage]:
    upper = _citing(page).filter(relation__in=UPPER).values("opinion")
    return _documents(OpinionPage.objects.filter(pk__in=_citing(page).values("opinion")).exclude(pk__in=upper), page)


def _documents(found: Any, page: OpinionPage) -> QuerySet[OpinionPage]:
    places = Count("citations", filter=Q(citations__target=page))
    ordered: QuerySet[OpinionPage] = found.annotate(places=places).order_by("-issue_date", "pk").defer("body")
    return ordered


def _document_rows(found: Sequence[Any], page: OpinionPage, actor: User) -> list[Row]:
    return [Row(f"《{item.title}》", _way(item), "，".join(filter(None, (item.document_number, _places(item))))) for item in found]


def _places(item: OpinionPage) -> str:
    number = getattr(item, "places", 0)
    return _("%d 处") % number if number else ""


def _way(page: OpinionPage) -> str:
    return reverse("policy_docs:opinion", args=[page.public_key])


def _duties(page: OpinionPage, actor: User) -> Any:
    decided = Duty.objects.filter(opinion=page, state__in=[Duty.State.CONFIRMED, Duty.State.TO_CHECK]).exclude(role=Role.MENTION.value)
    return decided.order_by().values("kind_id", "kind__name", "kind__is_group").annotate(number=Count("pk")).order_by("-number", "kind_id")


def _duty_rows(found: Sequence[Any], page: OpinionPage, actor: User) -> list[Row]:
    place = page.jurisdiction_id
    return [
        Row(
            row["kind__name"],
            reverse("policy_docs:unit", args=[row["kind_id"], place]) if place and not row["kind__is_group"] else "",
            _("%d 条已核对的职责") % row["number"],
        )
        for row in found
    ]


def _clauses(page: OpinionPage, actor: User) -> QuerySet[ClauseText]:
    version = page.current_version or OpinionVersion.objects.filter(opinion=page).first()
    return ClauseText.objects.filter(version=version, kind=BlockKind.CLAUSE.value).select_related("clause").order_by("order")


def _clause_rows(found: Sequence[Any], page: OpinionPage, actor: User) -> list[Row]:
    return [
        Row(
            outline_words(row.kind, row.path, row.para, row.text) or row.label or _("正文"),
            reverse("policy_docs:clause", args=[page.public_key, row.clause.public_key]),
        )
        for row in found
    ]


def _retired(page: OpinionPage, actor: User) -> list[Row]:
    number = Clause.objects.filter(opinion=page, retired_at__isnull=False).count()
    return [Row(_("另有 %d 条已不在现行文字中的条款，地址也停用") % number)] if number else []


def _reviews(page: OpinionPage, actor: User) -> list[Row]:
    state = page.current_workflow_state
    if state is None:
        return []
    return [Row(_("正在审核：%s") % state.workflow.name, reverse("wagtailadmin_pages:edit", args=[page.pk]), _("%s 提交") % (state.requested_by or "—"))]


def _imports(page: OpinionPage, actor: User) -> QuerySet[ImportFile]:
    same = Q(draft__into=page.public_key)
    if page.document_number:
        same |= Q(draft__typed__number=page.document_number)
    open_states = (*ImportFile.UNDER_WAY, ImportFile.State.READY, ImportFile.State.FAILED)
    return ImportFile.objects.filter(same, state__in=open_states).light().select_related("uploaded_by")


def _import_rows(found: Sequence[Any], page: OpinionPage, actor: User) -> list[Row]:
    return [Row(row.name, reverse("policy_docs:import", args=[row.public_key]), f"{row.uploaded_by or '—'}，{row.get_state_display()}") for row in found]


def _drafts(page: OpinionPage, actor: User) -> list[Row]:
    """What others have entered and nobody has published, and who has the editor open now."""
    kept = SetAside.objects.filter(opinion=page, outcome=SetAside.Outcome.OPEN).exclude(user=actor).select_related("user").defer("fields", "blocks")
    rows = [Row(_("%s 有一份没能保存的修改") % row.user, "", _moment(row.made_at)) for row in kept]
    latest = page.latest_revision
    if latest is not None and page.has_unpublished_changes and page.live and latest.user_id != actor.pk:
        edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
        rows.insert(0, Row(_("%s 的草稿还没有发布") % (latest.user or "—"), edit, _moment(latest.created_at)))
    since = timezone.now() - _SEEN
    types = ContentType.objects.get_for_models(OpinionPage, OpinionPage._meta.get_parent_list()[0]).values()
    editing = EditingSession.objects.filter(content_type__in=list(types), object_id=str(page.pk), last_seen_at__gte=since)
    names = dict.fromkeys(str(session.user) for session in editing.exclude(user=actor).select_related("user"))
    return [*rows, *(Row(_("%s 正打开着编辑页") % name) for name in names)]


def _saved(page: OpinionPage, actor: User) -> list[Row]:
    """Filters that ask for the document by name; those that nobody else may see are only counted."""
    asking = SavedListing.objects.filter(query__contains=f"doc={page.public_key}", removed_at=None)
    shown = list(asking.visible_to(viewer_of(actor)).select_related("owner"))
    rows = [Row(row.name, saved_address(row), str(row.owner)) for row in shown]
    others = asking.count() - len(shown)
    return [*rows, Row(_("另有别人的 %d 个筛选，没有共享给您") % others)] if others else rows


def _moment(at: datetime.datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _same(found: Sequence[Any], page: OpinionPage, actor: User) -> list[Row]:
    return list(found)


_LISTS = (
    _List("duties", gettext_lazy("受约束的单位和已核对的职责"), _duties, _duty_rows, (
        gettext_lazy("不再列入单位页、导出和查找；核对结果保留，重新公开后照旧。"), gettext_lazy("不再列入单位页、导出、统计和查找；核对结果保留，恢复后照旧。")), gettext_lazy("个单位")),
    _List("based", gettext_lazy("以它为依据的文件"), _based, _document_rows, (
        gettext_lazy("仍然引用它，但读者打不开，显示为“未收录”。"), gettext_lazy("引用改为“未收录”，列入“引用而未收录的文件”；恢复后自动对应。"))),
    _List("cited", gettext_lazy("引用它的其他文件"), _cited, _document_rows, (
        gettext_lazy("仍然引用它，但读者打不开，显示为“未收录”。"), gettext_lazy("引用改为“未收录”；恢复后自动对应。"))),
    _List("repeals", gettext_lazy("因它而废止的文件"), lambda page, actor: OpinionPage.objects.filter(repealed_by=page).order_by("pk").defer("body"), _document_rows, (
        gettext_lazy("由它的文字认定的废止随之取消，这些文件重新显示为现行有效；人工填写的不变。"),
        gettext_lazy("由它的文字认定的废止随之取消，这些文件重新显示为现行有效；恢复后再次废止。人工填写的不变。"))),
    _List("pages", gettext_lazy("链接到它的页面"), _references, _reference_rows, (
        gettext_lazy("链接打不开；重新公开后可用。"), gettext_lazy("链接打不开；恢复后可用。")), gettext_lazy("处")),
    _List("clauses", gettext_lazy("有永久地址的条款"), _clauses, _clause_rows, (
        gettext_lazy("地址对公众停用；重新公开后仍是原地址。"), gettext_lazy("地址停用，显示“没有找到”；恢复后仍是原地址。")), gettext_lazy("条")),
    _List("retired", gettext_lazy("已停用条款的地址"), _retired, _same, (gettext_lazy("同上。"), gettext_lazy("同上。")), gettext_lazy("处")),
    _List("bodies", gettext_lazy("由它设立的议事协调机构"), lambda page, actor: page.bodies.order_by("name"),
        lambda found, page, actor: [Row(body.name, "", body.host_written) for body in found], (
        gettext_lazy("成员名单不再用于推定职责；重新公开后照旧。"), gettext_lazy("机构和成员名单一并收起；恢复后照旧。")), gettext_lazy("个")),
    _List("coming", gettext_lazy("等待施行的文字"), lambda page, actor: page.versions.filter(state=OpinionVersion.State.COMING).order_by("in_force_from"),
        lambda found, page, actor: [Row(_("%s起施行") % written(item.in_force_from), f"{_way(page)}?version={item.number}") for item in found], (
        gettext_lazy("到期不会自动启用，重新公开后才启用。"), gettext_lazy("到期不会自动启用，恢复后才启用。")), gettext_lazy("个")),
    _List("reviews", gettext_lazy("没有结束的审核"), _reviews, _same, (
        gettext_lazy("审核结束前不能撤回，请先撤回审核。"), gettext_lazy("审核随之取消，恢复后需要重新提交。")), gettext_lazy("项")),
    _List("imports", gettext_lazy("正在导入的同一文件"), _imports, _import_rows, (
        gettext_lazy("保存后成为它的新文字，不会自动公开。"), gettext_lazy("保存后成为另一份新文件，不再并入它。")), gettext_lazy("个")),
    _List("drafts", gettext_lazy("其他人没有完成的修改"), _drafts, _same, (
        gettext_lazy("保留，仍可以继续编辑。"), gettext_lazy("保留，但恢复以前不能再编辑；正打开着编辑页的人保存时会得到提示。")), gettext_lazy("项")),
    _List("saved", gettext_lazy("按它保存的筛选"), _saved, _same, (
        gettext_lazy("保留，暂时查不到它的内容；重新公开后照旧。"), gettext_lazy("保留，但会提示文件已不在库中；恢复后照旧。")), gettext_lazy("个")),
    _List("aliases", gettext_lazy("引用页"), lambda page, actor: OpinionPage.objects.filter(alias_of=page).order_by("pk").defer("body"), _document_rows, (
        gettext_lazy("随它一起撤回。"), gettext_lazy("随它一起移入回收站，一起恢复。")), gettext_lazy("个")),
)  # fmt: skip
