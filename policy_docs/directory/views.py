"""The directory as people read it: units by place, one unit, who changed what."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cms.accounts.forms_only import takes_forms
from cms.accounts.models import User
from cms.accounts.viewer import Viewer, viewer_of
from cms.audit.record import record
from policy_docs.duties import gaps
from policy_docs.duties.choices import address, typed
from policy_docs.duties.empty import Asked, Empty, empty
from policy_docs.duties.tidy import tidy_address
from policy_docs.duties.workbench import office_only
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Jurisdiction
from policy_docs.units.naming import name_at
from policy_docs.units.places import COUNTRY
from policy_docs.units.vocabulary import Vocabulary

from . import selectors
from .actions import DirectoryRefused, add_entries, leave, merge
from .models import DirectoryEntry, EntryQuerySet
from .seats import seat_on

PER_PAGE = 50
_DIGITS = 12  # of a number in an address at most


def reader(request: HttpRequest) -> Viewer:
    """Return who looks, or refuse whoever has no use for the directory."""
    viewer = viewer_of(request.user)
    if not viewer.reads_directory:
        raise PermissionDenied
    return viewer


@never_cache
@require_safe
@tidy_address("policy_docs:directory")
def directory(request: HttpRequest) -> HttpResponse:
    """List the units of a place, or of all places where something is looked for. Telephone numbers are shown when asked for, and that is noted."""
    viewer, vocabulary = reader(request), current_vocabulary()
    code, words = chosen_place(request, viewer, vocabulary), typed(request.GET, "q")
    entries = selectors.entries_for(viewer)
    found, below = found_entries(request, viewer, code, words)
    today = timezone.localdate()
    ordered = selectors.with_contacts(found, today)
    pages = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    lines = selectors.lines(pages, vocabulary, today)
    phones = "phones" in request.GET
    if phones and lines:
        note_read(request, Jurisdiction(code=code, name=vocabulary.places_by_code[code].name), lines)
    context = {
        "viewer": viewer, "pages": pages, "lines": lines, "q": words, "tree": selectors.tree(entries, code, vocabulary), "below": below, "below_asked": "below" in request.GET, "phones": phones,
        "query": address(request.GET), "phones_way": address(request.GET, phones=None if phones else "1"), "own": _own(viewer, vocabulary),
        "states": _states(request, viewer, code, words), "state": request.GET.get("state", ""),
        "empty": None if pages.paginator.count else _nothing(request, viewer, code, words),
        "below_way": address(request.GET, below=None if below else "1"), "everywhere": bool(words) and "place" not in request.GET,
    }  # fmt: skip
    return render(request, "policy_docs/directory/list.html", context)


def _nothing(request: HttpRequest, viewer: Viewer, code: str, words: str) -> Empty:
    """What to say where the conditions leave no unit; the place is where one looks, and is one with words alone. Four queries at most."""
    state, params, everywhere = request.GET.get("state", ""), request.GET, selectors.entries_for(viewer)
    conditions = []
    if words:
        conditions.append(Asked(words, address(params, q=None), found_entries(request, viewer, code, "")[0].count))
    if words and "place" in params:
        named = selectors.in_state(selectors.matching(everywhere, words, timezone.localdate()), state, timezone.localdate())
        conditions.append(Asked(current_vocabulary().places_by_code[code].name, address(params, place=None), named.count))
    if state in selectors.STATES:
        conditions.append(Asked(str(selectors.STATES[state]), address(params, state=None), found_entries(request, viewer, code, words, state="")[0].count))
    whole = everywhere.filter(jurisdiction__lineage__contains=f"/{code}/") if "below" in params else everywhere.filter(jurisdiction=code)
    return empty(conditions, clear=address(params, q=None, state=None), whole=whole.count, measure=_("个"))


def _states(request: HttpRequest, viewer: Viewer, code: str, words: str) -> list[tuple[str, str, str, int]]:
    """Return key, words, address and number of the units by what they have left to confirm, below included where that is shown. One query."""
    found, _below = found_entries(request, viewer, code, words, state="")
    counts = selectors.state_counts(found, timezone.localdate())
    ways = [(key, str(label), address(request.GET, state=key), counts[key]) for key, label in selectors.STATES.items()]
    return [("", _("全部"), address(request.GET, state=None), counts[""]), *ways]


def found_entries(request: HttpRequest, viewer: Viewer, code: str, words: str, *, state: str | None = None) -> tuple[EntryQuerySet, bool]:
    """Return the units that an address asks for, in their order, and whether those of the places below are among them."""
    found = selectors.in_state(
        selectors.matching(selectors.entries_for(viewer), words, timezone.localdate()),
        request.GET.get("state", "") if state is None else state,
        timezone.localdate(),
    )
    below = "below" in request.GET or bool(words)
    if not words or "place" in request.GET:
        found = found.filter(jurisdiction__lineage__contains=f"/{code}/") if below else found.filter(jurisdiction=code)
    return found.order_by("jurisdiction__lineage", "kind__initials", "pk"), below


def note_read(request: HttpRequest, place: Jurisdiction, lines: list[selectors.Line], **more: Any) -> None:
    """Note in the audit trail whose numbers somebody has been shown: the units, neither numbers nor what was looked for, which may be a name."""
    actor = cast(User, request.user)
    record(actor=actor, action="directory.read", target=place, details={"by": actor.pk, "entries": [line.entry.pk for line in lines], **more})


def chosen_place(request: HttpRequest, viewer: Viewer, vocabulary: Vocabulary) -> str:
    """Return the place of the address, else the reader's own."""
    asked = (request.GET.get("place", ""), viewer.place, COUNTRY)
    return next(code for code in asked if code in vocabulary.places_by_code)


def _own(viewer: Viewer, vocabulary: Vocabulary) -> tuple[str, str, str] | None:
    """Kind, code and name of the reader's own unit where it takes part."""
    if not viewer.unit_kind or not selectors.entries_for(viewer).of_unit(viewer.unit_kind, viewer.place, vocabulary).exists():
        return None
    kind, code = seat_on(vocabulary, (viewer.unit_kind, viewer.place), timezone.localdate())
    return kind, code, name_at(vocabulary, kind, code)


@never_cache
@require_safe
def unit(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Show who answers for a unit, with telephone numbers; that somebody looked is noted."""
    viewer = reader(request)
    entry = selectors.entry_or_404(viewer, kind, code)
    line = _line(entry)
    actor = cast(User, request.user)
    record(actor=actor, action="directory.read", target=entry, details={"by": actor.pk})
    context = {"viewer": viewer, "line": line, "entry": entry, "may_write": selectors.may_write(viewer, entry), "name": str(entry)}
    return render(request, "policy_docs/directory/unit.html", context)


def _line(entry: DirectoryEntry) -> selectors.Line:
    entries = DirectoryEntry.objects.filter(pk=entry.pk).select_related("jurisdiction")
    today = timezone.localdate()
    return selectors.lines(selectors.with_contacts(entries, today), current_vocabulary(), today)[0]


@never_cache
@require_safe
def history(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Show who changed what: to those who may change it, since it holds numbers of persons who have left."""
    viewer = reader(request)
    entry = selectors.entry_or_404(viewer, kind, code)
    if not selectors.may_write(viewer, entry):
        raise PermissionDenied
    actor = cast(User, request.user)
    record(actor=actor, action="directory.read", target=entry, details={"by": actor.pk, "history": True})
    pages = Paginator(selectors.history(entry), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "policy_docs/directory/history.html", {"entry": entry, "pages": pages, "name": str(entry), "query": address(request.GET)})


@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Let units of a place join: those that the store knows of are offered, all others can be chosen."""
    actor, vocabulary = office_only(request), current_vocabulary()
    code = request.POST.get("place", "") or chosen_place(request, viewer_of(actor), vocabulary)
    if code not in vocabulary.places_by_code:
        raise Http404
    if request.method == "POST":
        kinds = [kind for kind in request.POST.getlist("kind") if kind in vocabulary.kinds_by_key]
        number = add_entries(kinds, code, actor=actor)
        place = vocabulary.places_by_code[code].name
        if number:
            messages.success(request, _("已把%(place)s的 %(number)d 个单位加入通讯录。") % {"place": place, "number": number})
        else:
            messages.warning(request, _("没有加入：勾选的单位刚才已由他人加入。") if kinds else _("没有加入：请先勾选单位。"))
        return redirect(f"{reverse('policy_docs:directory' if number else 'policy_docs:directory_add')}?place={code}")
    today = timezone.localdate()
    there = list(selectors.entries_for(viewer_of(actor)).filter(jurisdiction=code).values_list("kind", flat=True))
    taken = {key for kind in there for key in (kind, seat_on(vocabulary, (kind, code), today)[0])}
    known = {seat_on(vocabulary, seat, today)[0]: why for seat, why in gaps.known_units(today).items() if seat[1] == code}
    # a unit that another has taken over is nowhere to be called any more
    joining = [key for key in selectors.unit_kinds(vocabulary) if key not in taken and seat_on(vocabulary, (key, code), today)[0] == key]
    rows = [(key, name_at(vocabulary, key, code), known.get(key, "")) for key in joining]
    context = {
        "place": vocabulary.places_by_code[code], "known": [row for row in rows if row[2]], "others": [row for row in rows if not row[2]], "number": len(there),
    }  # fmt: skip
    return render(request, "policy_docs/directory/add.html", context)


def _merged(request: HttpRequest, entry: DirectoryEntry, actor: User) -> HttpResponse:
    """Put the contacts of the entry into the one that the office has chosen of those that stand for the same unit."""
    given = request.POST.get("into", "")
    into = DirectoryEntry.objects.visible_to(viewer_of(actor)).filter(pk=int(given)).first() if given.isdecimal() and len(given) < _DIGITS else None
    if into is None:
        raise Http404
    try:
        number = merge(entry, into, actor=actor)
    except DirectoryRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        words = _("已把%(gone)s并入%(kept)s，%(number)d 人转到那里。请核对后确认。")
        messages.success(request, words % {"gone": entry, "kept": into, "number": number})
    return redirect("policy_docs:directory_unit", into.kind_id, into.jurisdiction_id)


@takes_forms("policy_docs:directory_unit")
def take_out(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Take a unit out of the directory, or back in."""
    actor = office_only(request)
    entry = selectors.entry_or_404(viewer_of(actor), kind, code)
    out = request.POST.get("verb") == "leave"
    if request.POST.get("verb") == "merge":
        return _merged(request, entry, actor)
    try:
        leave(entry, actor=actor, left=out)
    except DirectoryRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, (_("%s已退出通讯录，历史仍然保留。") if out else _("%s已恢复列入通讯录。")) % entry)
    return redirect("policy_docs:directory_unit", kind, code)
