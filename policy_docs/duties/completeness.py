"""The page on which the coordination office sees what the store may lack, and goes to what mends it."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs import ports
from policy_docs.opinions.collecting import CollectingRefused, collect_after_all, decide_not_to_collect
from policy_docs.opinions.confirming import ValidityRefused, confirm_validity, take_back_validity
from policy_docs.opinions.needed import facts_of, needed
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.scheduled import overdue, why_late
from policy_docs.opinions.setaside import waiting_inputs

from . import gaps
from .actions import DutyRefused
from .choices import address, whole_number
from .reviewed import close_review, reopen_review

PER_PAGE = 50
YEARS = (1, 2, 3, 5, 10)
USUAL_YEARS = 5  # how long documents of this sort hold at most where they say so
UNDO_WITHIN = datetime.timedelta(minutes=30)
_UNDO = "completeness_undo"
_HERE = "policy_docs:completeness"

#: name in the address → heading
LISTS = {
    "cited": gettext_lazy("引用而未收录的文件"),
    "decided": gettext_lazy("决定不收录的文件"),
    "units": gettext_lazy("没有查到职责的单位"),
    "names": gettext_lazy("未识别名称"),
    "offices": gettext_lazy("不知道设在哪里的办公室"),
    "review": gettext_lazy("未核对完的文件"),
    "facts": gettext_lazy("文件信息不全的文件"),
    "valid": gettext_lazy("效力久未确认的文件"),
    "inputs": gettext_lazy("等待合并的修改"),
    "late": gettext_lazy("到时没有发布的文件"),
    "index": gettext_lazy("查找结果与文件不一致"),
}
_MEASURES = {"units": gettext_lazy("个"), "offices": gettext_lazy("个"), "names": gettext_lazy("个")}


class UndoRefused(Exception):
    """There is nothing of this person to be taken back."""


@dataclass(frozen=True, slots=True)
class Line:
    """A list with its number, for the overview; ``number`` None where it is not known yet."""

    key: str
    words: str
    number: int | None
    chosen: bool
    address: str


def completeness(request: HttpRequest) -> HttpResponse:
    """Show how much each list holds, and one of them; take what is done on its lines."""
    if not viewer_of(request.user).sees_all:
        raise PermissionDenied
    if request.method == "POST":
        _act(request, cast(User, request.user))
        back = QueryDict(request.POST.get("back", "")[:1000]).urlencode()
        return redirect(f"{reverse(_HERE)}{f'?{back}' if back else ''}")
    on, keeper = timezone.localdate(), ports.index_keeper()
    state = keeper.state() if keeper else None
    years = _years(request.GET)
    found = _lists(request.GET, on, years, state)
    numbers = {key: _size(rows) for key, rows in found.items()}
    numbers["index"] = len(state.apart) if state and state.checked_at else None
    chosen = request.GET.get("of", "")
    chosen = chosen if chosen in numbers else next((key for key, number in numbers.items() if number), "cited")
    pages: Page[Any] = Paginator(found[chosen], PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "lists": [Line(key, str(words), numbers[key], key == chosen, address(request.GET, of=key, rel=None)) for key, words in LISTS.items() if key in numbers],
        "of": chosen, "words": LISTS[chosen], "number": numbers[chosen], "measure": _MEASURES.get(chosen, _("份")), "pages": pages, "rows": _ROWS[chosen](list(pages), on), "today": on, "years": years, "all_years": YEARS, "state": state,
        "relations": [(words, address(request.GET, of="cited", rel=rel), rel == _relation(request.GET)) for rel, words in ((None, _("上级依据")), ("all", _("全部引用")))],
        "query": address(request.GET), "back": request.GET.urlencode(), "undo": _undoable(request), "ways": _ways(), "many": years in settings.AGING_YEARS,
    }  # fmt: skip
    return render(request, "policy_docs/duties/completeness.html", context)


def _lists(params: QueryDict, on: datetime.date, years: int, state: ports.IndexState | None) -> dict[str, Any]:
    return {
        "cited": gaps.cited(upper=_relation(params) is None),
        "decided": gaps.not_collected(),
        "units": gaps.bare_units(on),
        "names": gaps.unknown_names(),
        "offices": gaps.offices(on),
        "review": gaps.unreviewed(),
        "facts": gaps.unspoken(),
        "valid": gaps.unconfirmed(on, years=years),
        "inputs": waiting_inputs(),
        "late": overdue(timezone.now()),
        **({"index": state.apart} if state else {}),
    }


def _size(rows: Any) -> int | None:
    return len(rows) if isinstance(rows, list | tuple) else int(rows.count())


_ROWS: dict[str, Callable[[Sequence[Any], datetime.date], Sequence[Any]]] = {
    "cited": lambda rows, on: gaps.cited_lines(rows),
    "decided": lambda rows, on: gaps.not_collected_lines(rows),
    "units": gaps.bare_lines,
    "names": lambda rows, on: gaps.name_lines(rows),
    "offices": lambda rows, on: gaps.office_lines(rows),
    "review": lambda rows, on: rows,
    "facts": lambda rows, on: [(page, needed(facts_of(page))) for page in rows],
    "valid": lambda rows, on: rows,
    "inputs": lambda rows, on: rows,
    "late": lambda rows, on: why_late(list(rows)),
    "index": lambda rows, on: _with_titles(rows),
}


def _with_titles(rows: Sequence[ports.Apart]) -> list[tuple[ports.Apart, OpinionPage | None]]:
    pages = gaps.titles_of(row.key for row in rows)
    return [(row, pages.get(row.key)) for row in rows]


def _relation(params: QueryDict) -> str | None:
    return "all" if params.get("rel") == "all" else None


def _years(params: QueryDict) -> int:
    asked = params.get("years", "")
    return int(asked) if asked in map(str, YEARS) else USUAL_YEARS


def _ways() -> dict[str, str]:
    """Return the addresses that mend: bringing files in, the ways of writing, the unknown names."""
    return {
        "add": reverse("policy_docs:imports"),
        "aliases": reverse("wagtailsnippets_policy_docs_unitalias:list"),
        "new_alias": reverse("wagtailsnippets_policy_docs_unitalias:add"),
        "names": reverse("wagtailsnippets_policy_docs_unknownunitname:list"),
    }


def _act(request: HttpRequest, actor: User) -> None:
    """Do what a line asks for, and say what became of it."""
    verb, value = request.POST.get("verb", ""), request.POST.get("key", "")
    deed = _DEEDS.get(verb)
    try:
        if deed is not None:
            deed(request, value, actor)
    except (ValidityRefused, DutyRefused, UndoRefused, CollectingRefused) as refusal:
        messages.warning(request, str(refusal))
    except OpinionPage.DoesNotExist:
        messages.warning(request, _("没有办理：这份文件已经不在库中。"))


def _confirm(request: HttpRequest, key: str, actor: User) -> None:
    page, today = _page(key), timezone.localdate()
    confirm_validity(page, actor=actor, on=today, seen=_day(request.POST.get("seen", "")))
    before = page.validity_confirmed_on.isoformat() if page.validity_confirmed_on else ""
    _may_undo(request, _("已确认《%s》现行有效。") % page.title, verb="valid", key=key, given=today.isoformat(), before=before)


def _reviewed(request: HttpRequest, key: str, actor: User) -> None:
    page = _page(key)
    close_review(page, actor=actor)
    _may_undo(request, _("已将《%s》标为核对完成。") % page.title, verb="review", key=key)


def _not_collected(request: HttpRequest, key: str, actor: User) -> None:
    written = request.POST.get("written", "") or key
    row = decide_not_to_collect(key, written=written, reason=request.POST.get("reason", ""), actor=actor)
    _may_undo(request, _("已决定不收录：%s。") % row.written, verb="collect", key=str(row.pk))


def _collect(request: HttpRequest, key: str, actor: User) -> None:
    written = collect_after_all(whole_number(key), actor=actor)
    messages.success(request, _("已恢复：%s重新列入未收录的文件。") % written)


def _undo(request: HttpRequest, key: str, actor: User) -> None:
    held = _undoable(request)
    if held is None:
        raise UndoRefused(_("没有撤销：只能撤销您本人 30 分钟以内的办理。"))
    if held["verb"] == "collect":
        request.session.pop(_UNDO, None)
        _collect(request, held["key"], actor)
        return
    page = _page(held["key"])
    if held["verb"] == "valid":
        take_back_validity(page, actor=actor, given=datetime.date.fromisoformat(held["given"]), before=_day(held["before"]))
    else:
        reopen_review(page, actor=actor)
    request.session.pop(_UNDO, None)
    messages.success(request, _("已撤销：《%s》恢复原状。") % page.title)


def _compare(request: HttpRequest, key: str, actor: User) -> None:
    keeper = ports.index_keeper()
    if keeper is not None and not keeper.compare(actor=actor):
        messages.info(request, _("比对正在进行，完成后列在这里。"))


def _rewrite(request: HttpRequest, key: str, actor: User) -> None:
    keeper = ports.index_keeper()
    if keeper is not None:
        keys = [key] if key else [row.key for row in keeper.state().apart]
        number = keeper.rewrite(keys, actor=actor)
        messages.success(request, _("已安排重新编入 %d 份文件，几秒钟后完成。可以再比对一次。") % number)


_DEEDS: dict[str, Callable[[HttpRequest, str, User], None]] = {
    "confirm": _confirm, "not_collected": _not_collected, "collect": _collect, "reviewed": _reviewed, "undo": _undo, "compare": _compare, "rewrite": _rewrite,
}  # fmt: skip


def _page(key: str) -> OpinionPage:
    page: OpinionPage = OpinionPage.objects.defer("body").get(public_key=key[:12])
    return page


def _day(words: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(words)
    except ValueError:
        return None


def _may_undo(request: HttpRequest, words: str, **facts: str) -> None:
    request.session[_UNDO] = {**facts, "words": words, "until": (timezone.now() + UNDO_WITHIN).isoformat()}


def _undoable(request: HttpRequest) -> dict[str, str] | None:
    """Return the last deed of this person while it may be taken back."""
    held = request.session.get(_UNDO)
    return cast(dict[str, str], held) if held and held["until"] > timezone.now().isoformat() else None
