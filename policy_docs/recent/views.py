"""The page of what others have changed, and the mark up to which a person has looked through it."""

import datetime
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.forms_only import signed_in
from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.duties.choices import address, typed
from policy_docs.duties.empty import Asked, Empty, empty
from policy_docs.duties.tidy import tidy_address
from policy_docs.opinions import bulk
from policy_docs.units.aliases import current_vocabulary

from .actions import look_through
from .models import LookedThrough
from .trail import Group, Kind, changes, kept

PER_PAGE = 30
DAYS = (7, 30)
_SEEN = "seen"
_KINDS = {
    Kind.DOCUMENT: gettext_lazy("文件"),
    Kind.DUTY: gettext_lazy("职责"),
    Kind.TOPIC: gettext_lazy("主题"),
    Kind.UNIT: gettext_lazy("单位名录"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a condition."""

    value: str
    words: str
    number: int


def _moment(words: str) -> datetime.datetime:
    """Return the moment that the page was made, now where it says none that can be."""
    try:
        found = parse_datetime(words[:40]) or timezone.now()
        return (found if timezone.is_aware(found) else timezone.make_aware(found)).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return timezone.now()


@signed_in
@tidy_address("policy_docs:recent")
def recent(request: HttpRequest) -> HttpResponse:
    """Show what others have changed since the viewer last looked through it, or in some days; take that it has been looked through."""
    user, viewer = cast(User, request.user), viewer_of(request.user)
    if not viewer.is_staff_reader:
        raise PermissionDenied
    if request.method == "POST":
        look_through(user, until=_moment(request.POST.get("until", "")))
        messages.success(request, _("已标为看过。以后的修改列在“上次看过以后”。"))
        return redirect("policy_docs:recent")
    now, params = timezone.now(), request.GET
    mark = LookedThrough.objects.filter(user=user).values_list("at", flat=True).first()
    since = params.get("since", "")
    since = since if since in map(str, DAYS) or (since == _SEEN and mark) else _SEEN if mark else str(DAYS[0])
    start = mark if since == _SEEN and mark else now - datetime.timedelta(days=int(since))
    chosen = {"kind": typed(params, "kind"), "who": typed(params, "who") if viewer.sees_all else "", "place": typed(params, "place")}
    found = changes(user, viewer, since=start)
    pages = Paginator(kept(found, **chosen), PER_PAGE).get_page(params.get("page"))
    context = {
        "pages": pages, "total": pages.paginator.count, "since": since, "start": start, "mark": mark, "now": now.isoformat(), "query": address(params), "chosen": chosen,
        "periods": [(value, words, address(params, since=value), value == since) for value, words in _periods(mark)], "choices": _choices(found, chosen),
        "lately": bulk.lately(user) if viewer.sees_all else [], "narrowed": any(chosen.values()), "viewer": viewer, "empty": None if pages.paginator.count else _empty(params, found, chosen),
    }  # fmt: skip
    return render(request, "policy_docs/recent/page.html", context)


def _periods(mark: datetime.datetime | None) -> list[tuple[str, str]]:
    return [*([(_SEEN, _("上次看过以后"))] if mark else []), *((str(days), _("最近 %d 天") % days) for days in DAYS)]


def _empty(params: QueryDict, found: list[Group], chosen: dict[str, str]) -> Empty:
    """What to say where the conditions leave no change."""
    places = current_vocabulary().places_by_code
    words = {
        "kind": next((str(said) for kind, said in _KINDS.items() if kind == chosen["kind"]), chosen["kind"]),
        "who": chosen["who"],
        "place": places[chosen["place"]].name if chosen["place"] in places else chosen["place"],
    }
    conditions = [Asked(words[name], address(params, **{name: None}), partial(_number, found, {**chosen, name: ""})) for name, value in chosen.items() if value]
    return empty(conditions, clear=address(params, **dict.fromkeys(chosen)), whole=lambda: len(found), measure=_("处"))


def _number(found: list[Group], chosen: dict[str, str]) -> int:
    return len(kept(found, **chosen))


def _choices(found: list[Group], chosen: dict[str, str]) -> dict[str, list[Choice]]:
    """Return the values of each condition with their numbers under the others."""
    places = current_vocabulary().places_by_code

    def without(name: str) -> list[Group]:
        return kept(found, **{**chosen, name: ""})

    by_kind, by_who = Counter(group.kind for group in without("kind")), Counter(group.who for group in without("who"))
    by_place = Counter(code for group in without("place") for code in group.places)
    return {
        "kind": [Choice(kind, str(words), by_kind[kind]) for kind, words in _KINDS.items()],
        "who": [Choice(who, who, number) for who, number in by_who.most_common() if who],
        "place": [Choice(code, places[code].name, by_place[code]) for code in sorted(by_place) if code in places],
    }
