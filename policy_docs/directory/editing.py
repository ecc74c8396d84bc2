"""The form in which a unit's contacts are written and confirmed; of two people at once the second is told and goes on with the own input."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs.duties.choices import whole_number

from . import selectors
from .actions import DirectoryRefused, Stale, confirm_unchanged, listed, person_of, save_contacts
from .forms import MOST, OTHER, BaseContacts, ContactForm, ContactFormSet, plain_name
from .models import Confirmation, Contact, DirectoryEntry
from .people import Person
from .views import reader

_PREFIX = "p"
_WRITTEN = ("role", "name", "post", "office_phone", "mobile", "since")
_OWN = ("mobile", "since", "office_phone")  # of a person, not of whoever follows
_LABELS = {name: field.label for name, field in ContactForm.base_fields.items()}


@dataclass(slots=True)
class Row:
    """A row of the form as strings; ``theirs`` is what somebody else has saved meanwhile, in words."""

    values: dict[str, str]
    theirs: list[str] = field(default_factory=list)


@never_cache
def edit(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Show the form with what is listed now, and take it."""
    viewer = reader(request)
    entry = selectors.entry_or_404(viewer, kind, code)
    if not selectors.may_write(viewer, entry):
        raise PermissionDenied
    if request.method == "POST":
        return _taken(request, entry)
    rows = _rows(entry)
    actor = cast(User, request.user)
    record(actor=actor, action="directory.read", target=entry, details={"by": actor.pk, "form": True})
    return _shown(request, entry, _filled(rows, entry), seen=entry.revision)


def _rows(entry: DirectoryEntry) -> list[Row]:
    """Return what is listed, with an empty row for each role that nobody holds."""
    contacts = sorted(listed(entry, timezone.localdate()).values(), key=lambda row: (row.role != Contact.Role.LEADER, row.pk))
    rows = [Row(_written(contact)) for contact in contacts]
    roles = {contact.role for contact in contacts}
    if Contact.Role.LEADER not in roles:
        rows.insert(0, Row({"role": Contact.Role.LEADER.value}))
    if Contact.Role.LIAISON not in roles:
        rows.append(Row({"role": Contact.Role.LIAISON.value}))
    return rows


def _written(contact: Contact) -> dict[str, str]:
    values = {name: getattr(contact, name) for name in _WRITTEN}
    return {"contact": str(contact.pk), **values, "since": contact.since.isoformat() if contact.since else ""}


def _taken(request: HttpRequest, entry: DirectoryEntry) -> HttpResponse:
    actor, verb = cast(User, request.user), request.POST.get("verb", "save")
    seen = whole_number(request.POST.get("seen"), -1)
    if verb == "unchanged":
        typed = _sent(request.POST)
        if typed and seen == entry.revision and _written_in(typed) != _written_in(_rows(entry)):
            said = _("没有确认：您改动了内容，还没有保存。请点“保存并确认”；要放弃改动，请重新打开本页。")
            return _shown(request, entry, _filled(typed, entry), seen=seen, said=said, status=422)
        return _unchanged(request, entry, seen, actor, typed)
    if verb == "add":
        return _shown(request, entry, _filled([*_sent(request.POST), Row({"role": Contact.Role.LIAISON.value})], entry), seen=seen)
    data = _without_the_predecessors(request.POST, entry)
    formset = cast(BaseContacts, ContactFormSet(data, prefix=_PREFIX, form_kwargs={"known": _known(entry)}))
    if not formset.is_valid():
        return _shown(request, entry, formset, seen=seen, status=422)
    try:
        changes = save_contacts(entry, seen=seen, wanted=formset.wanted(), actor=actor, confirm=verb == "confirm")
    except Stale as stale:
        rows = rebased(_sent(data), entry)
        return _shown(request, entry, _filled(rows, entry), seen=stale.entry.revision, said=str(stale), rows=rows, status=409)
    except DirectoryRefused as refusal:
        return _shown(request, entry, formset, seen=seen, said=str(refusal), status=422)
    number = sum(change.step != "same" for change in changes)
    done = _("已保存 %d 处更改。") % number if number else _("没有更改。")
    messages.success(request, done + (_("%s的联络信息已确认。") % entry if verb == "confirm" else ""))
    if DirectoryEntry.objects.filter(pk=entry.pk, left_on__isnull=False).exists():
        messages.warning(request, _("%s已退出通讯录，不再列出。恢复列入以后，刚才保存的内容照常显示。") % entry)
    return redirect("policy_docs:directory_unit", entry.kind_id, entry.jurisdiction_id)


def _written_in(rows: Sequence[Row]) -> list[dict[str, str]]:
    """Return what is written in rows of the form; the day of leaving counts only with the mark that says so, and who it is only with another name."""
    aside = ("who", "keep_office")
    return [
        {name: str(value).strip() for name, value in row.values.items() if value and name not in aside and (name != "left" or row.values.get("gone"))}
        for row in rows
    ]


def _unchanged(request: HttpRequest, entry: DirectoryEntry, seen: int, actor: User, typed: Sequence[Row]) -> HttpResponse:
    """Confirm; where somebody was quicker, what was entered all the same (``typed``) stays, as when saving."""
    try:
        confirm_unchanged(entry, seen=seen, actor=actor)
    except DirectoryRefused as refusal:
        fresh = DirectoryEntry.objects.get(pk=entry.pk)
        rows, said = rebased(typed, fresh) if typed else _rows(fresh), str(refusal).replace(_("没有保存"), _("没有确认"))
        return _shown(request, fresh, _filled(rows, fresh), seen=fresh.revision, said=said, rows=rows, status=409)
    messages.success(request, _("%s的联络信息已确认，没有变化。") % entry)
    return redirect("policy_docs:directory_unit", entry.kind_id, entry.jurisdiction_id)


def _known(entry: DirectoryEntry) -> dict[int, Person]:
    """Return the persons of all rows, those of before too: a form may come late."""
    return {row.pk: person_of(row) for row in entry.contacts.all()}


def _without_the_predecessors(data: QueryDict, entry: DirectoryEntry) -> QueryDict:
    """Return what was sent with empty fields where a successor would keep what is the predecessor's own, so that the form shows what will be saved."""
    cleared = data.copy()
    rows = {str(row.pk): _written(row) for row in entry.contacts.all()}
    for at, sent in enumerate(_sent(data)):
        before = rows.get(sent.values["contact"])
        if before is None or sent.values["who"] != OTHER or plain_name(sent.values["name"]) == before["name"]:
            continue
        for name in _OWN:
            if sent.values[name].strip() == before[name] and not (name == "office_phone" and sent.values["keep_office"]):
                cleared[f"{_PREFIX}-{at}-{name}"] = ""
    return cleared


def _sent(data: Mapping[str, str]) -> list[Row]:
    """Return the rows of a form as they were sent."""
    number = min(whole_number(data.get(f"{_PREFIX}-TOTAL_FORMS")), MOST * 2)
    names = ("contact", *_WRITTEN, "gone", "left", "who", "keep_office")
    return [Row({name: data.get(f"{_PREFIX}-{at}-{name}", "") for name in names}) for at in range(number)]


def rebased(mine: Sequence[Row], entry: DirectoryEntry) -> list[Row]:
    """Return what was sent on top of what somebody else has saved meanwhile: rows that were not touched here become theirs, those that were touched stay
    as sent and say what the other has written, rows that the other has added come along."""
    everything = {str(row.pk): row for row in entry.contacts.all()}
    follower = {str(row.replaces_id): row for row in everything.values() if row.replaces_id}
    now = {str(pk): row for pk, row in listed(entry, timezone.localdate()).items()}
    rows, met = [], set()
    for sent in mine:
        base = everything.get(sent.values["contact"])
        newest, is_other = base, False
        while newest is not None and str(newest.pk) in follower:
            is_other |= newest.until is not None  # this one left, the next is the successor
            newest = follower[str(newest.pk)]
        if base is None or newest is None:
            rows.append(sent)
            continue
        touched = bool(sent.values["gone"]) or any(sent.values[name].strip() != _written(base)[name] for name in _WRITTEN)
        if str(newest.pk) in now:
            met.add(str(newest.pk))
            merged = _after_another(sent, base, newest) if is_other else _merged(sent, base, newest)
            rows.append(merged if touched else Row(_written(newest)))
        elif touched and not sent.values["gone"]:  # the other has ended the row
            rows.append(Row({**sent.values, "contact": ""}, [_("对方已把%s标为不再担任。") % base.name]))
    rows += [Row(_written(row), [_("对方新增的。")]) for pk, row in now.items() if pk not in met and not _twice(row, rows)]
    return rows


def _twice(row: Contact, rows: Sequence[Row]) -> bool:
    return any(sent.values["name"] == row.name and sent.values["role"] == row.role for sent in rows)


def _merged(sent: Row, base: Contact, newest: Contact) -> Row:
    """Field by field: what was touched here stays, what was not becomes theirs; where both have written, it says so."""
    before, theirs = _written(base), _written(newest)
    values, said = {**sent.values, "contact": str(newest.pk)}, []
    for name in _WRITTEN:
        if sent.values[name].strip() == before[name]:
            values[name] = theirs[name]
        elif theirs[name] not in (before[name], sent.values[name].strip()):
            said.append(_("%(label)s对方改为“%(words)s”。") % {"label": _LABELS[name], "words": theirs[name] or _("空")})
    return Row(values, said)


def _after_another(sent: Row, base: Contact, newest: Contact) -> Row:
    """The other has put somebody else in this place: what was typed for the one who left does not go over to the successor, and is told."""
    said = _("对方已换人：%(old)s由%(new)s接替。") % {"old": base.name, "new": newest.name}
    if sent.values["name"].strip() not in (base.name, newest.name):  # a successor here too: it has to be said again who follows whom
        return Row({**sent.values, "contact": str(newest.pk), "who": ""}, [said])
    before = _written(base)
    typed = [f"{_LABELS[name]}“{sent.values[name].strip()}”" for name in _WRITTEN if sent.values[name].strip() not in ("", before[name], newest.name)]
    if typed:
        said += _("您为%(old)s填的没有并入：%(words)s。") % {"old": base.name, "words": "，".join(typed)}
    return Row(_written(newest), [said])


def _filled(rows: Sequence[Row], entry: DirectoryEntry) -> Any:
    """Return the form with these rows, without looking for errors in them."""
    return ContactFormSet(initial=[row.values for row in rows[:MOST]], prefix=_PREFIX, form_kwargs={"known": _known(entry)})


def _shown(
    request: HttpRequest, entry: DirectoryEntry, formset: Any, *, seen: int, said: str = "", rows: Sequence[Row] = (), status: int = 200
) -> HttpResponse:
    forms = list(formset.forms)
    theirs = [row.theirs for row in rows] + [[]] * len(forms)
    wrong = [(form[name].auto_id, form[name].label, " ".join(errors)) for form in forms if form.is_bound for name, errors in form.errors.items()]
    asked = Confirmation.objects.waiting().filter(entry=entry).select_related("round").order_by("round__deadline").first()
    context = {
        "asked": asked, "today": timezone.localdate(), "entry": entry, "name": str(entry), "formset": formset, "people": list(zip(forms, theirs, strict=False)), "seen": seen, "said": said, "wrong": wrong,
        "written": _WRITTEN, "stale": status == 409, "full": len(forms) >= MOST, "most": MOST,
    }  # fmt: skip
    return render(request, "policy_docs/directory/edit.html", context, status=status)
