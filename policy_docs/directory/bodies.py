"""Standing groups as people read them: by place, and one with its members as of a day."""

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cms.accounts.models import User
from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.duties.binding import Laid, binds
from policy_docs.duties.choices import address, day_of, typed, whole_number
from policy_docs.duties.empty import Asked, Empty, empty
from policy_docs.duties.offices import at_q, bodies_at, bodies_for
from policy_docs.duties.selectors import Unit
from policy_docs.duties.tidy import tidy_address
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Body, Membership
from policy_docs.units.naming import name_at
from policy_docs.units.types import Reach
from policy_docs.units.vocabulary import Vocabulary

from .founding import end_body
from .members import BodyRefused, Given, StaleBody, add_member, change_body, change_member, drop_member
from .models import DirectoryEntry
from .office_duties import office_duties, office_lines
from .seats import seat_on

PER_PAGE = 50
_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"class": "input input--s", "type": "date"})


def bodies_with(unit: Unit, bodies: QuerySet[Body]) -> list[Body]:
    """Return those on whose list a unit stands on the day asked, newest document first. One query."""
    rows = Membership.objects.standing(unit.on).filter(body__in=bodies, kind__in=unit.stored)
    rows = rows.select_related("body").order_by("-body__opinion__issue_date", "body_id").annotate(area=Coalesce("body__opinion__jurisdiction", "body__place"))
    found = {
        row.body_id: row.body
        for row in rows
        if unit.kinds & unit.means(row.kind_id, [row.written]) and binds(Laid(row.area or "", row.reach, row.levels, row.place), unit.seat)
    }
    return list(found.values())


def bodies_hosted(unit: Unit, bodies: QuerySet[Body]) -> list[Body]:
    """Return those whose office is set in a unit of their own place on the day asked. One query."""
    found = bodies_at(bodies.filter(at_q([unit.place.code]), host_kind__in=unit.kinds), unit.on)
    return list(found.order_by(F("opinion__issue_date").desc(nulls_last=True), "pk"))


@require_safe
@tidy_address("policy_docs:bodies")
def body_list(request: HttpRequest) -> HttpResponse:
    """List the bodies, of one place or of all."""
    viewer, vocabulary, words = viewer_of(request.user), current_vocabulary(), typed(request.GET, "q")
    found = bodies_for(viewer)
    code = request.GET.get("place", "")
    code = code if code in vocabulary.places_by_code else ""
    counts = Counter(read or entered or "" for read, entered in found.order_by().values_list("opinion__jurisdiction", "place"))
    if code:
        found = found.filter(at_q([code]))
    if words:
        found = found.filter(name__contains=words)
    today = timezone.localdate()
    standing = Q(memberships__in=Membership.objects.standing(today))
    listed = (
        found.select_related("opinion", "opinion__jurisdiction", "place", "host_kind")
        .defer("opinion__body")
        .annotate(members=Count("memberships", filter=standing))
    )
    lineage = Coalesce("opinion__jurisdiction__lineage", "place__lineage")
    order = (lineage, F("ended_on").desc(nulls_first=True), F("opinion__issue_date").desc(nulls_last=True), "pk")
    pages = Paginator(listed.order_by(*order), PER_PAGE).get_page(request.GET.get("page"))
    places = sorted((place for place in counts if place in vocabulary.places_by_code), key=vocabulary.lineage)
    context = {
        "empty": None if pages.paginator.count else _nothing(request, bodies_for(viewer), code, words, vocabulary),
        "viewer": viewer, "pages": pages, "q": words, "query": address(request.GET), "total": sum(counts.values()), "everywhere": address(request.GET, place=None), "code": code,
        "places": [(vocabulary.places_by_code[place].name, counts[place], address(request.GET, place=place), place == code) for place in places],
    }  # fmt: skip
    return render(request, "policy_docs/directory/bodies.html", context)


def _nothing(request: HttpRequest, bodies: QuerySet[Body], code: str, words: str, vocabulary: Vocabulary) -> Empty:
    """What to say where the conditions leave no body. Three queries at most."""
    conditions = []
    if words:
        conditions.append(Asked(words, address(request.GET, q=None), (bodies.filter(at_q([code])) if code else bodies).count))
    if code:
        found = bodies.filter(name__contains=words) if words else bodies
        conditions.append(Asked(vocabulary.places_by_code[code].name, address(request.GET, place=None), found.count))
    return empty(conditions, clear=address(request.GET, q=None, place=None), whole=bodies.count, measure=_("个"))


@dataclass(frozen=True, slots=True)
class Member:
    """A line of the list as shown: ``kind`` and ``code`` lead to its page where it is one unit; ``contacts`` says whether the reader has its entry."""

    row: Membership
    name: str
    code: str
    now: bool
    contacts: bool
    form: "MemberForm | None" = None


class MemberForm(forms.Form):
    """A line of the list as the coordination office writes it."""

    kind = forms.ChoiceField(label=gettext_lazy("单位类别"), widget=forms.Select(attrs={"class": "input input--s"}))
    place = forms.ChoiceField(label=gettext_lazy("地方"), required=False, widget=forms.Select(attrs={"class": "input input--s"}))
    since = forms.DateField(label=gettext_lazy("起"), required=False, widget=_DAY)
    until = forms.DateField(label=gettext_lazy("止（最后一天）"), required=False, widget=_DAY)
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, required=False, widget=forms.TextInput(attrs={"class": "input input--s", "autocomplete": "off"})
    )

    def __init__(self, *args: object, kinds: list[tuple[str, str]], places: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["place"].choices = places  # type: ignore[attr-defined]

    def given(self) -> Given:
        """Return what was written."""
        data = self.cleaned_data
        return Given(data["kind"], data["place"], data["since"], data["until"])


def body_detail(request: HttpRequest, number: int) -> HttpResponse:
    """Show a body with its members as of a day; take what the coordination office writes."""
    viewer = viewer_of(request.user)
    body = bodies_for(viewer).select_related("opinion", "opinion__jurisdiction", "place", "host_kind").defer("opinion__body").filter(pk=number).first()
    if body is None:
        raise Http404(_("没有这个机构，或者设立它的文件没有公开。"))
    if request.method != "POST":
        return _shown(request, body, viewer)
    if not viewer.sees_all:
        raise PermissionDenied
    return _written(request, body, viewer)


def _written(request: HttpRequest, body: Body, viewer: Viewer) -> HttpResponse:
    actor, verb, reason = cast(User, request.user), request.POST.get("verb", ""), request.POST.get("reason", "")
    member, seen = whole_number(request.POST.get("member")), whole_number(request.POST.get("seen"), -1)
    form = _form(request.POST, body, prefix="") if verb in ("add", "change") else None
    if form is not None and not form.is_valid():
        return _shown(request, body, viewer, said=_("没有保存：请检查单位类别和日期。"), sent=form, member=member, status=422)
    try:
        if verb == "add" and form is not None:
            add_member(body, form.given(), reason=reason, seen=seen, actor=actor)
        elif verb == "change" and form is not None:
            change_member(body, member, form.given(), reason=reason, seen=seen, actor=actor)
        elif verb in ("drop", "undrop"):
            drop_member(body, member, dropped=verb == "drop", reason=reason, seen=seen, actor=actor)
        elif verb == "body":
            change_body(body, name=request.POST.get("name", ""), host=request.POST.get("host", ""), reason=reason, seen=seen, actor=actor)
        elif verb in ("end", "go_on"):
            end_body(body, last_day(request.POST.get("ended_on", "")) if verb == "end" else None, reason=reason, seen=seen, actor=actor)
    except BodyRefused as refusal:
        body.refresh_from_db(fields=["name", "revision", "host_written", "host_kind", "ended_on"])
        status = 409 if isinstance(refusal, StaleBody) else 422
        return _shown(request, body, viewer, said=str(refusal), sent=form, member=member, status=status)
    messages.success(request, _("已保存。"))
    return redirect("policy_docs:body", body.pk)


def last_day(words: str) -> datetime.date:
    """Return the day that was written.

    Raises:
        BodyRefused: it is none.
    """
    try:
        return datetime.date.fromisoformat(words)
    except ValueError as error:
        raise BodyRefused(_("没有保存：请填写撤销日期，即最后一天。")) from error


def _shown(
    request: HttpRequest, body: Body, viewer: Viewer, *, said: str = "", sent: MemberForm | None = None, member: int = 0, status: int = 200
) -> HttpResponse:
    vocabulary, on = current_vocabulary(), day_of(request.GET)
    members = _members(body, vocabulary, viewer, on)
    edited = member or whole_number(request.GET.get("edit"))
    if viewer.sees_all and edited:
        members = [_with_form(line, body, sent) if line.row.pk == edited else line for line in members]
    shown = [line for line in members if line.now]
    ids = office_duties(body, viewer, on)
    office = Paginator(ids, PER_PAGE).get_page(request.GET.get("page"))
    gone = [line for line in members if not line.now and (not line.row.dropped or viewer.sees_all)]
    context = {
        "body": body, "host": _host(body, vocabulary), "viewer": viewer, "on": on, "today": timezone.localdate(), "members": shown, "gone": gone, "said": said,
        "add": (sent if sent is not None and not member else _form(None, body)) if viewer.sees_all else None,
        "office": office, "office_lines": office_lines(list(office), on) if ids else [], "query": address(request.GET),
        "typed": {name: request.POST.get(name, "") for name in ("name", "host", "reason", "ended_on")} if said else {}, "verb": request.POST.get("verb", "") if said else "",
    }  # fmt: skip
    return render(request, "policy_docs/directory/body.html", context, status=status)


def _host(body: Body, vocabulary: Vocabulary) -> tuple[str, str, str] | None:
    """Kind, place and name of the unit where the office is, as far as it is known."""
    if not body.host_kind_id or body.area not in vocabulary.places_by_code:
        return None
    return body.host_kind_id, body.area, name_at(vocabulary, body.host_kind_id, body.area)


def _members(body: Body, vocabulary: Vocabulary, viewer: Viewer, on: datetime.date) -> list[Member]:
    """Return the lines of the list. Two queries."""
    today = timezone.localdate()
    rows = list(body.memberships.select_related("kind").order_by("pk"))
    area = body.area
    seats = {row.pk: _code(row, area) for row in rows}
    entries = DirectoryEntry.objects.visible_to(viewer).taking_part().filter(jurisdiction__in=set(seats.values()) - {""})
    there = {seat_on(vocabulary, seat, today) for seat in entries.values_list("kind", "jurisdiction")}
    standing = set(Membership.objects.standing(on).filter(body=body).values_list("pk", flat=True))
    found = []
    for row in rows:
        code = seats[row.pk] if seats[row.pk] in vocabulary.places_by_code else ""
        name = name_at(vocabulary, row.kind_id, code) if code else row.kind.name
        found.append(Member(row, name, code, row.pk in standing, seat_on(vocabulary, (row.kind_id, code), today) in there))
    return found


def _code(row: Membership, area: str) -> str:
    """The place of the one unit that a line means, "" where it means several (各县公安局)."""
    return row.place if row.reach == Reach.NAMED else "" if row.reach == Reach.LOWER else area


def _with_form(line: Member, body: Body, sent: MemberForm | None) -> Member:
    row = line.row
    initial = {"kind": row.kind_id, "place": row.place if row.reach == Reach.NAMED else "", "since": row.since, "until": row.until}
    return Member(row, line.name, line.code, line.now, line.contacts, sent or _form(None, body, initial, prefix=f"m{row.pk}"))


def _form(data: object, body: Body, initial: Mapping[str, object] | None = None, *, prefix: str = "") -> MemberForm:
    vocabulary = current_vocabulary()
    area = body.area
    kinds = [(kind.key, kind.name) for kind in sorted(vocabulary.kinds, key=lambda kind: kind.name) if not kind.is_group]
    here = vocabulary.places_by_code[area].name if area in vocabulary.places_by_code else ""
    near = [*vocabulary.lineage(area)[:-1], *sorted(place.code for place in vocabulary.places if place.parent == area)] if here else []
    places = [("", _("%s本级") % here if here else _("本级")), *((code, vocabulary.places_by_code[code].name) for code in near)]
    held = str((initial or {}).get("place", ""))
    if held and held not in dict(places) and held in vocabulary.places_by_code:
        places.append((held, vocabulary.places_by_code[held].name))
    return MemberForm(data, initial=initial, kinds=kinds, places=places, auto_id=f"{prefix or 'add'}-%s")
