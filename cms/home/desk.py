"""The desk: everything that a person may do here, by subject, with what waits for it.

Each package brings its pages; the desk only says where they are. ``waiting`` asks for one number with one query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cms.accounts.models import User
from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.directory.models import Confirmation
from policy_docs.duties import agenda, gaps, second
from policy_docs.importing.models import ImportFile
from policy_docs.opinions.scheduled import overdue
from policy_docs.opinions.setaside import waiting_inputs
from policy_docs.opinions.trashed import RemovalRequest
from policy_docs.removing.requests import answers_requests
from policy_docs.saved import alerting

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _office(viewer: Viewer) -> bool:
    return viewer.sees_all


def _has_unit(viewer: Viewer) -> bool:
    return viewer.is_staff_reader and bool(viewer.unit_kind and viewer.place)


@dataclass(frozen=True, slots=True)
class Way:
    """A page of the desk. ``waits`` holds a placeholder {n} for the number of ``waiting``; 0 is not said."""

    words: "StrOrPromise"
    what: "StrOrPromise"
    name: str
    may: Callable[[Viewer], bool] = _office
    waiting: Callable[[Viewer], int] | None = None
    waits: "StrOrPromise" = ""
    of_unit: bool = False  # the page of the viewer's own unit
    query: str = ""


class Line(NamedTuple):
    """A page as shown."""

    words: str
    what: str
    address: str
    waits: str


def _imports(viewer: Viewer) -> int:
    return ImportFile.objects.visible_to(viewer).filter(state__in=(ImportFile.State.READY, ImportFile.State.FAILED)).count()


def _unchecked(_viewer: Viewer) -> int:
    return agenda.waiting_duties().count()


def _second_reviews(viewer: Viewer) -> int:
    return second.at_stage("mine", viewer.user_id).count()


def _inputs(_viewer: Viewer) -> int:
    return waiting_inputs().count()


def _late(_viewer: Viewer) -> int:
    return overdue(timezone.now()).count()


def _unknown(_viewer: Viewer) -> int:
    return gaps.unknown_names().count()


def _unconfirmed(_viewer: Viewer) -> int:
    return Confirmation.objects.waiting().count()


def _saved_news(viewer: Viewer) -> int:
    return alerting.unread(viewer.user_id)


def _removals(viewer: Viewer) -> int:
    return RemovalRequest.objects.visible_to(viewer).open().count()


GROUPS: tuple[tuple["StrOrPromise", tuple[Way, ...]], ...] = (
    (
        gettext_lazy("本单位"),
        (
            Way(gettext_lazy("本单位的职责"), gettext_lazy("各级文件中由本单位承担的全部职责"), "policy_docs:unit", _has_unit, of_unit=True),
            Way(gettext_lazy("变动通知"), gettext_lazy("文件修订、废止和机构改革使本单位职责有哪些变化"), "policy_docs:notices", _has_unit),
        ),
    ),
    (
        gettext_lazy("文件与职责"),
        (
            Way(gettext_lazy("导入文件"), gettext_lazy("上传或粘贴文件，核对拆分结果后保存"), "policy_docs:imports", _office, _imports, gettext_lazy("{n} 份待核对")),
            Way(gettext_lazy("核对职责"), gettext_lazy("逐份文件、逐条核对识别出的职责"), "policy_docs:review_documents", _office, _unchecked, gettext_lazy("{n} 条待核对")),
            Way(
                gettext_lazy("复核职责"), gettext_lazy("同事核对完、交您复核的文件，和复核后退回给您的文件"), "policy_docs:review_documents", _office, _second_reviews,
                gettext_lazy("{n} 份待您办理"), query="second=mine",
            ),
            Way(gettext_lazy("核对主题"), gettext_lazy("核对条款属于哪项惩戒措施、哪项工作"), "policy_docs:review_topics"),
            Way(gettext_lazy("批量核对"), gettext_lazy("跨文件筛选职责，一次处理多条"), "policy_docs:review"),
            Way(gettext_lazy("查漏补缺"), gettext_lazy("引用而未收录的文件、未识别名称、没有职责的单位"), "policy_docs:completeness", _office, _unknown, gettext_lazy("{n} 个名称未识别")),
            Way(
                gettext_lazy("等待合并的修改"), gettext_lazy("两个人同时改一份文件，后保存的人的修改，由本人合并"), "policy_docs:completeness", _office, _inputs,
                gettext_lazy("{n} 份待合并"), query="of=inputs",
            ),
            Way(
                gettext_lazy("到时没有发布的文件"), gettext_lazy("定时发布、到时缺少文件信息而没有发布的文件"), "policy_docs:completeness", _office, _late,
                gettext_lazy("{n} 份没有发布"), query="of=late",
            ),
            Way(gettext_lazy("批量办理文件"), gettext_lazy("按条件选文件，成批确认有效、设公开属性、提交审核、导出清单"), "policy_docs:opinions"),
            Way(gettext_lazy("久未更新的文件"), gettext_lazy("多年没有确认、有效期将满的文件，按地方和发文机关"), "policy_docs:aging"),
            Way(gettext_lazy("识别规则"), gettext_lazy("每条规则识别得准不准，整批采纳"), "policy_docs:review_rules"),
            Way(gettext_lazy("核对结果导入导出"), gettext_lazy("把核对结果存成数据文件，或者读入"), "policy_docs:review_exchange"),
            Way(gettext_lazy("回收站"), gettext_lazy("删除的文件，可以恢复"), "policy_docs:trash"),
            Way(gettext_lazy("待批准的删除"), gettext_lazy("发布过的文件要删除，由另一人批准"), "policy_docs:removals", answers_requests, _removals, gettext_lazy("{n} 项待批准")),
        ),
    ),
    (
        gettext_lazy("日常"),
        (
            Way(gettext_lazy("其他人最近的修改"), gettext_lazy("上次看过以后，别人改了哪些文件和职责"), "policy_docs:recent", lambda viewer: viewer.is_staff_reader),
            Way(
                gettext_lazy("保存的筛选"), gettext_lazy("自己保存的和别人共用的筛选，现在各有多少，有什么新结果"), "policy_docs:saved", lambda viewer: viewer.is_staff_reader,
                _saved_news, gettext_lazy("{n} 个有新结果"),
            ),
        ),
    ),
    (
        gettext_lazy("单位"),
        (
            Way(gettext_lazy("议事协调机构"), gettext_lazy("领导小组、联席会议的成员单位和办公室"), "policy_docs:bodies", lambda viewer: viewer.is_staff_reader),
            Way(gettext_lazy("成员单位通讯录"), gettext_lazy("各地成员单位的责任领导和联络员"), "policy_docs:directory", lambda viewer: viewer.reads_directory),
            Way(gettext_lazy("联络信息年度确认"), gettext_lazy("请各单位确认联络信息，查看谁还没有确认"), "policy_docs:directory_rounds", _office, _unconfirmed, gettext_lazy("{n} 个单位尚未确认")),
            Way(gettext_lazy("导入通讯录"), gettext_lazy("用 Excel 表格批量更新，先逐行核对再写入"), "policy_docs:directory_uploads"),
            Way(gettext_lazy("机构改革"), gettext_lazy("单位合并、分设、更名和职能划转，登记后职责归到承接单位"), "policy_docs:reforms", lambda viewer: viewer.is_staff_reader),
        ),
    ),
)  # fmt: skip


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """List the pages of this person, with what waits on each."""
    viewer = viewer_of(request.user)
    groups = [(str(heading), [_line(way, viewer) for way in ways if way.may(viewer)]) for heading, ways in GROUPS]
    if isinstance(request.user, User) and request.user.enters_admin:
        groups.append((_("后台"), [Line(_("后台管理"), _("编辑文件、单位与区划、账号等"), reverse("wagtailadmin_home"), "")]))
    return render(request, "home/desk.html", {"groups": [(heading, lines) for heading, lines in groups if lines]})


def _line(way: Way, viewer: Viewer) -> Line:
    number = way.waiting(viewer) if way.waiting else 0
    address = reverse(way.name, args=[viewer.unit_kind, viewer.place] if way.of_unit else [])
    address += f"?{way.query}" if way.query else ""
    return Line(str(way.words), str(way.what), address, str(way.waits).format(n=number) if number else "")
