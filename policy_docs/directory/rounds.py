"""The pages on which the coordination office asks for the yearly confirmation and sees who is missing."""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from cms.accounts.handed_back import hand_back
from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.duties.choices import address, whole_number
from policy_docs.duties.workbench import office_only
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Jurisdiction
from policy_docs.units.vocabulary import Vocabulary

from . import selectors
from .actions import DirectoryRefused
from .asking import Scope, ask_again, close_round, open_round, set_deadline
from .models import Confirmation, ConfirmationRound, Contact, DirectoryEntry
from .seats import full_name
from .views import chosen_place, note_read

PER_PAGE = 50
PLACES_PER_PAGE = 30
USUAL_DAYS = 30
STATES = {"waiting": gettext_lazy("尚未确认"), "overdue": gettext_lazy("逾期未确认"), "done": gettext_lazy("已确认")}


class RoundForm(forms.Form):
    """What the coordination office asks."""

    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2100, widget=forms.NumberInput(attrs={"class": "input"}))
    deadline = forms.DateField(label=gettext_lazy("截止日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "input", "type": "date"}))
    place = forms.ChoiceField(label=gettext_lazy("地方"), widget=forms.Select(attrs={"class": "input"}))
    below = forms.BooleanField(label=gettext_lazy("包括下级"), required=False, initial=True)
    kinds = forms.MultipleChoiceField(label=gettext_lazy("单位类别"), required=False, widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(label=gettext_lazy("对单位的说明（可以不填）"), max_length=300, required=False, widget=forms.TextInput(attrs={"class": "input"}))

    def __init__(self, *args: Any, places: list[tuple[str, str]], kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]


@never_cache
def rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds and open one."""
    actor, today = office_only(request), timezone.localdate()
    entries = DirectoryEntry.objects.visible_to(viewer_of(actor)).taking_part()
    initial = {"year": today.year, "deadline": today + datetime.timedelta(days=USUAL_DAYS), "place": _first_place(request, actor), "below": True}
    form = RoundForm(request.POST or None, initial=initial, **_choices(entries))
    said, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            scope = Scope(data["place"], data["below"], tuple(data["kinds"]))
            try:
                opened = open_round(scope, year=data["year"], deadline=data["deadline"], actor=actor, note=data["note"])
            except DirectoryRefused as refusal:
                said = str(refusal)
            else:
                messages.success(request, _("已发起%s，各单位联络员登录后会看到。") % opened)
                return redirect("policy_docs:directory_round", opened.pk)
    pages = Paginator(_with_numbers(ConfirmationRound.objects.all()).order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "said": said, "pages": pages, "query": address(request.GET), "today": today, "can_ask": entries.exists()}
    return render(request, "policy_docs/directory/rounds.html", context, status=status)


def _first_place(request: HttpRequest, actor: User) -> str:
    return chosen_place(request, viewer_of(actor), current_vocabulary())


def _choices(entries: QuerySet[DirectoryEntry]) -> dict[str, list[tuple[str, str]]]:
    """Places that hold units or stand above such, and the kinds that take part. Two queries."""
    vocabulary = current_vocabulary()
    held = {above for code in entries.order_by().values_list("jurisdiction", flat=True).distinct() for above in vocabulary.lineage(code)}
    places = sorted(held, key=vocabulary.lineage)
    indented = [(code, "　" * (len(vocabulary.lineage(code)) - 1) + vocabulary.places_by_code[code].name) for code in places]
    kinds = entries.order_by("kind__initials").values_list("kind", "kind__name").distinct()
    return {"places": indented, "kinds": list(kinds)}


def _with_numbers(found: QuerySet[ConfirmationRound]) -> QuerySet[ConfirmationRound]:
    counted = Q(confirmations__entry__left_on__isnull=True) | Q(confirmations__confirmed_at__isnull=False)
    return found.annotate(total=Count("confirmations", filter=counted), done=Count("confirmations", filter=Q(confirmations__confirmed_at__isnull=False)))


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """How far a place is."""

    code: str
    name: str
    total: int
    done: int
    waiting: int
    overdue: int


@dataclass(frozen=True, slots=True)
class UnitLine:
    """How far a unit is, and whom to call."""

    row: Confirmation
    name: str
    overdue: bool
    liaisons: list[Contact]


@never_cache
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """Show how far the places and the units of a round are; give back, extend, close."""
    actor, today = office_only(request), timezone.localdate()
    opened = _with_numbers(ConfirmationRound.objects.filter(pk=number)).first()
    if opened is None:
        raise Http404
    if request.method == "POST":
        return _done(request, opened, actor)
    vocabulary, code, state = current_vocabulary(), request.GET.get("place", ""), request.GET.get("state", "")
    rows = Confirmation.objects.filter(round=opened).filter(Q(entry__left_on__isnull=True) | Q(confirmed_at__isnull=False))
    chosen = _in_state(rows, state, opened, today).filter(**({"entry__jurisdiction": code} if code else {}))
    pages = Paginator(_ordered(chosen, today), PER_PAGE).get_page(request.GET.get("page"))
    units = [_unit_line(row, opened, vocabulary, today) for row in pages]
    phones = "phones" in request.GET
    if phones and units:
        lines = [selectors.Line(unit.row.entry, unit.name, "") for unit in units]
        note_read(request, Jurisdiction(code=code, name=str(opened)), lines, round=opened.pk)
    places = Paginator(_places(rows, opened, vocabulary, today), PLACES_PER_PAGE).get_page(request.GET.get("places"))
    context = {
        "round": opened, "left": opened.total - opened.done, "late": opened.closed_at is None and opened.deadline < today, "places": places, "units": units, "pages": pages, "phones": phones,  # type: ignore[attr-defined]
        "chosen": vocabulary.places_by_code.get(code), "state": state, "today": today, "query": address(request.GET), "back": request.GET.urlencode(),
        "states": [("", _("全部"), address(request.GET, state=None)), *((key, words, address(request.GET, state=key)) for key, words in STATES.items())],
        "phones_way": address(request.GET, phones=None if phones else "1"), "all_places": address(request.GET, place=None, places=None),
        "place_ways": [(line, address(request.GET, place=line.code)) for line in places], "places_query": address(request.GET, places=None),
    }  # fmt: skip
    return render(request, "policy_docs/directory/round.html", context)


def _in_state(rows: QuerySet[Confirmation], state: str, opened: ConfirmationRound, today: datetime.date) -> QuerySet[Confirmation]:
    if state == "done":
        return rows.filter(confirmed_at__isnull=False)
    if state == "waiting":
        return rows.filter(confirmed_at__isnull=True)
    if state == "overdue":
        return rows.filter(confirmed_at__isnull=True) if opened.deadline < today else rows.none()
    return rows


def _ordered(rows: QuerySet[Confirmation], today: datetime.date) -> QuerySet[Confirmation]:
    contacts = Prefetch("entry__contacts", queryset=Contact.objects.standing(today).filter(role=Contact.Role.LIAISON), to_attr="liaisons")
    return rows.select_related("entry").prefetch_related(contacts).order_by("entry__jurisdiction__lineage", "entry__kind__initials", "pk")


def _unit_line(row: Confirmation, opened: ConfirmationRound, vocabulary: Vocabulary, today: datetime.date) -> UnitLine:
    liaisons: list[Contact] = row.entry.liaisons  # type: ignore[attr-defined]
    overdue = row.confirmed_at is None and opened.deadline < today
    return UnitLine(row, full_name(vocabulary, (row.entry.kind_id, row.entry.jurisdiction_id), today), overdue, liaisons)


def _places(rows: QuerySet[Confirmation], opened: ConfirmationRound, vocabulary: Vocabulary, today: datetime.date) -> list[PlaceLine]:
    """Return the places of a round, those with most left first. One query."""
    done = Count("pk", filter=Q(confirmed_at__isnull=False))
    found = rows.order_by().values_list("entry__jurisdiction").annotate(total=Count("pk"), done=done)
    late = opened.deadline < today
    lines = [
        PlaceLine(code, vocabulary.places_by_code[code].name, total, done, total - done, total - done if late else 0)
        for code, total, done in found.values_list("entry__jurisdiction", "total", "done")
    ]
    return sorted(lines, key=lambda line: (-line.waiting, line.code))


def _done(request: HttpRequest, opened: ConfirmationRound, actor: User) -> HttpResponse:
    verb, given = request.POST.get("verb", ""), request.POST.get("confirmation", "")
    try:
        if verb in ("close", "go_on"):
            close_round(opened, actor=actor, closed=verb == "close")
            messages.success(request, _("已结束这次年度确认。") if verb == "close" else _("已重新开放这次年度确认。"))
        elif verb == "deadline":
            day = _day(request.POST.get("deadline", ""))
            set_deadline(opened, day, seen=_day(request.POST.get("seen", "")), actor=actor)
            messages.success(request, _("截止日期已改为%d年%d月%d日。") % (day.year, day.month, day.day))
        elif verb == "reopen" and (confirmation := whole_number(given, None)) is not None:
            back = ask_again(opened, confirmation, reason=request.POST.get("reason", ""), actor=actor)
            messages.success(request, _("已退回%s，请其重新确认。") % back.entry)
    except DirectoryRefused as refusal:
        messages.warning(request, str(refusal))
        asked = {_("截止日期"): request.POST.get("deadline", "")} if verb == "deadline" else {_("退回原因"): request.POST.get("reason", "")}
        hand_back(request, asked)
    query = QueryDict(request.POST.get("back", "")[:300]).urlencode()
    answer = redirect("policy_docs:directory_round", opened.pk)
    if query:
        answer["Location"] += f"?{query}"
    return answer


def _day(words: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(words)
    except ValueError:
        return datetime.date.min  # refused as one that has passed
