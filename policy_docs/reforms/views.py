"""The list of reforms, one reform, and entering, taking back and entering again, each with a preview before."""

import datetime
from functools import partial
from typing import Any, Protocol, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.duties.choices import address, typed, whole_number
from policy_docs.duties.workbench import office_only
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import VocabularyStamp
from policy_docs.units.naming import name_at
from policy_docs.units.places import COUNTRY
from policy_docs.units.successions import dated

from . import actions, selectors, undoing
from .effects import effects
from .entry import Entry
from .forms import SHAPES, ReformForms
from .planning import Plan, plan
from .refusals import ReformRefused, SeenIsStale


class Deed(Protocol):
    """An action on a reform that is there."""

    def __call__(self, key: str, *, seen: int, actor: User) -> ReformEvent:
        """Do it, or raise ``ReformRefused``."""


PER_PAGE = 20
OK = 200
_NOT_KEPT = ("csrfmiddlewaretoken", "verb", "seen")


def reforms(request: HttpRequest) -> HttpResponse:
    """List reforms, newest first."""
    viewer = _reader(request)
    words = typed(request.GET, "q")
    found = selectors.newest_first(selectors.about(selectors.readable(viewer), words))
    pages = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    vocabulary = current_vocabulary()
    rows = [(event, selectors.lines(event, vocabulary), selectors.dates(event)) for event in pages]
    context = {"rows": rows, "pages": pages, "q": words, "query": address(request.GET), "viewer": viewer}
    return render(request, "policy_docs/reforms/list.html", context)


def reform(request: HttpRequest, key: str) -> HttpResponse:
    """Show one reform: what it moved and when; to the coordination office who entered it and the ways on."""
    viewer = _reader(request)
    event = _event(key, viewer)
    context = {
        "event": event, "lines": selectors.lines(event, current_vocabulary()), "dates": selectors.dates(event), "viewer": viewer,
        "history": selectors.history(event) if viewer.sees_all else [], "basis_page": selectors.basis_page(event, viewer),
        "shown_in": _pages_of(event, viewer), "may_change": viewer.sees_all and event.kind in SHAPES,
    }  # fmt: skip
    return render(request, "policy_docs/reforms/reform.html", context)


def enter(request: HttpRequest) -> HttpResponse:
    """Enter a reform: choose its kind, answer the questions, see what it changes, confirm."""
    office_only(request)
    kind = request.GET.get("kind", "")
    if request.method == "POST" and kind in SHAPES:
        return _entered(request, kind)
    like = selectors.readable(viewer_of(request.user)).filter(public_key=request.GET.get("like", "")[:16]).first()
    if like is not None and like.kind in SHAPES:
        return _form(request, ReformForms(like.kind, initial=actions.entry_of(like)))
    if kind in SHAPES:
        return _form(request, ReformForms(kind))
    return render(request, "policy_docs/reforms/kinds.html", {"shapes": SHAPES.items()})


def _entered(request: HttpRequest, kind: str) -> HttpResponse:
    forms, verb = ReformForms(kind, request.POST), request.POST.get("verb", "")
    if verb.startswith("more-") or verb == "edit":
        return _form(request, forms)
    entry = forms.entry()
    if entry is None:
        return _form(request, forms, status=422)
    stale = False
    try:
        if verb == "confirm":
            event = actions.enter(entry, seen=_seen(request), actor=cast(User, request.user))
            messages.success(request, _("已登记“%s”。职责、页面和查找结果已按这项改革更新。") % event.title)
            return redirect("policy_docs:reform", event.public_key)
    except SeenIsStale:
        stale = True
    except ReformRefused as refusal:
        forms.said += refusal.said
        return _form(request, forms, status=422)
    return _preview(request, forms, entry, stale=stale)


def _preview(request: HttpRequest, forms: ReformForms, entry: Entry, *, stale: bool) -> HttpResponse:
    seen = VocabularyStamp.current()
    try:
        planned = plan(entry, current_vocabulary(), today=timezone.localdate())
    except ReformRefused as refusal:
        forms.said += refusal.said
        return _form(request, forms, status=422)
    kept = [(name, value) for name, value in request.POST.items() if name not in _NOT_KEPT]
    context = {
        **_planned(request, planned), "seen": seen, "kept": kept, "stale": SeenIsStale().said[0] if stale else "", "entry": entry, "shape": forms.shape, "notes": forms.notes,
        "place": planned.after.places_by_code[entry.place].name if entry.place else "", "back": reverse("policy_docs:reform_enter") + f"?kind={forms.kind}",
    }  # fmt: skip
    return render(request, "policy_docs/reforms/preview.html", context, status=409 if stale else 200)


def _planned(request: HttpRequest, planned: Plan) -> dict[str, Any]:
    found = effects(planned.before, planned.after, planned.successions, viewer=viewer_of(request.user), today=timezone.localdate())
    return {"effects": found, "remarks": planned.remarks, "stays_with_giver": planned.kept, "is_undo": False}


def undo(request: HttpRequest, key: str) -> HttpResponse:
    """Take a reform back: show first what that changes and what stays."""
    office_only(request)
    event = _event(key, viewer_of(request.user))
    said: tuple[str, ...] = ()
    if request.method == "POST":
        taken_back = partial(actions.undo, shown=request.POST.get("shown", ""))
        done = _carried_out(request, event, taken_back, _("已撤销“%s”的登记。需要时可以重新登记。"))
        if isinstance(done, HttpResponse):
            return done
        said = done
    if event.state != ReformEvent.State.IN_EFFECT:
        return _gone_on(request, event)
    seen = VocabularyStamp.current()  # first: what changes from here on is told at the confirmation
    before, units = current_vocabulary(), undoing.going(event)
    touched = [item for item in before.reforms if item.event == event.public_key]
    context = {
        "event": event, "is_undo": True, "said": said, "seen": seen, "later": undoing.built_on(event), "going": units, "shown": undoing.mark(units),
        "effects": effects(before, undoing.without(before, event, units), touched, viewer=viewer_of(request.user), today=timezone.localdate()),
    }  # fmt: skip
    return render(request, "policy_docs/reforms/undo.html", context, status=409 if said else OK)


def again(request: HttpRequest, key: str) -> HttpResponse:
    """Enter a reform again that was taken back."""
    office_only(request)
    event = _event(key, viewer_of(request.user))
    said: tuple[str, ...] = ()
    if request.method == "POST":
        done = _carried_out(request, event, actions.enter_again, _("已重新登记“%s”。"))
        if isinstance(done, HttpResponse):
            return done
        said = done
    if event.state != ReformEvent.State.UNDONE:
        return _gone_on(request, event)
    context: dict[str, Any] = {"event": event, "is_undo": False, "said": said, "seen": VocabularyStamp.current()}
    try:
        context |= _planned(request, actions.planned_again(event))
    except ReformRefused as refusal:
        context["refused"] = refusal.said
    return render(request, "policy_docs/reforms/again.html", context, status=409 if said else OK)


def _carried_out(request: HttpRequest, event: ReformEvent, deed: Deed, done: str) -> HttpResponse | tuple[str, ...]:
    """Do what was confirmed and lead to the reform, or return why it was not done."""
    try:
        deed(event.public_key, seen=_seen(request), actor=cast(User, request.user))
    except ReformRefused as refusal:
        event.refresh_from_db()
        return _said(refusal)
    messages.success(request, done % event.title)
    return redirect("policy_docs:reform", event.public_key)


def _gone_on(request: HttpRequest, event: ReformEvent) -> HttpResponse:
    """Somebody was quicker, or the address is an old one: lead to the reform, which shows its state, and say who did it and when."""
    deeds = selectors.history(event) if request.method == "POST" else []
    if deeds:
        facts = {"who": deeds[-1].who, "when": _moment(deeds[-1].at)}
        words = (
            _("%(who)s %(when)s 已撤销这项登记，不必再办。")
            if event.state == ReformEvent.State.UNDONE
            else _("%(who)s %(when)s 已重新登记这项改革，不必再办。")
        )
        messages.warning(request, words % facts)
    else:
        messages.warning(request, _("这项改革现在的状态是“%s”，没有改动。") % event.get_state_display())
    return redirect("policy_docs:reform", event.public_key)


def _moment(at: datetime.datetime) -> str:
    """Return the time of a deed of today, with the day before it for one of another day."""
    local = timezone.localtime(at)
    return date_format(local, "H:i" if local.date() == timezone.localdate() else "Y年n月j日 H:i")


def _said(refusal: ReformRefused) -> tuple[str, ...]:
    return (_("还没有办理：在您查看预览以后又有改动，下面是按现在的情况重新算的。"),) if isinstance(refusal, SeenIsStale) else refusal.said


def _form(request: HttpRequest, forms: ReformForms, *, status: int = 200) -> HttpResponse:
    """Show the questions; what is missing is told only where the answers were sent (422), not while rows are added."""
    kinds = [kind.name for kind in current_vocabulary().kinds if not kind.is_group and not kind.is_open]
    told = status != OK
    errors = [(field.id_for_label, words) for form in forms.every for field in form for words in field.errors] if told else []
    context = {"forms": forms, "shape": forms.shape, "kinds": kinds, "told": told, "errors": errors, "said": forms.said}
    return render(request, "policy_docs/reforms/form.html", context, status=status)


def _pages_of(event: ReformEvent, viewer: Viewer) -> list[tuple[str, str, str]]:
    """Return the successors at the reader's place, or where a local reform holds: name, address of the page before the reform, and after."""
    vocabulary = current_vocabulary()
    code = viewer.place if viewer.place in vocabulary.places_by_code else COUNTRY
    if event.place_id and event.place_id not in vocabulary.lineage(code):
        code = event.place_id
    place = vocabulary.places_by_code[code]
    day = getattr(event, f"{dated(place.level).value}_on")
    if day is None or event.state != ReformEvent.State.IN_EFFECT:
        return []
    takers = dict.fromkeys(item.successor for item in vocabulary.reforms if item.event == event.public_key and dated(place.level) in item.dates)
    found = []
    for kind in takers:
        url = reverse("policy_docs:unit", args=[kind, code])
        found.append(
            (name_at(vocabulary, kind, code), f"{url}?on={day - datetime.timedelta(days=1)}", f"{url}?on={day}" if day > timezone.localdate() else url)
        )
    return found


def _reader(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request.user)
    if not viewer.is_staff_reader:
        raise PermissionDenied
    return viewer


def _event(key: str, viewer: Viewer) -> ReformEvent:
    return get_object_or_404(selectors.readable(viewer), public_key=key)


def _seen(request: HttpRequest) -> int:
    return whole_number(request.POST.get("seen"), -1)
