"""One duty by itself: its words, on whom they lie and why, what stands beside it. The badges of a document open it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.opinions.citing import cite, path_words
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.validity import Standing, label, standing
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.naming import name_at, unfamiliar
from policy_docs.units.types import Reach
from policy_docs.units.vocabulary import Vocabulary

from .bench import Names, rule_words
from .marks import CLASSES
from .models import Duty, DutySpan
from .quotes import highlighted
from .selectors import kept_duties, kept_ever, versions_on
from .types import Act, Role


@dataclass(frozen=True, slots=True)
class Beside:
    """Another unit of the clause: its duty's id, name, role and the class of the role."""

    pk: int
    name: str
    words: str
    css: str


def duty_detail(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Show a duty that the reader may see; one that is gone (its text was read anew) leads back to the document."""
    viewer, today = viewer_of(request.user), timezone.localdate()
    readable = kept_duties(viewer).filter(opinion__public_key=key)  # of today
    found = kept_ever(viewer).filter(opinion__public_key=key, pk=number).select_related("kind", "decided_by", "clause").prefetch_related("spans").first()
    if found is None:
        raise Http404(_("没有这条职责，或者原文已重新识别。请从文件中重新打开。"))
    page = OpinionPage.objects.select_related("jurisdiction").defer("body").get(pk=found.opinion_id)
    text = ClauseText.objects.filter(clause=found.clause_id, version__in=versions_on(found.ended_on or today, [page.pk])).first()
    vocabulary = current_vocabulary()
    names = Names(page.jurisdiction_id or "", vocabulary)
    stands = standing(page, today)
    context = {
        "duty": found, "page": page, "viewer": viewer, "css": CLASSES[found.role], "unit": names.unit(found), "to": names.addressee(found),
        "validity": label(stands), "in_force": stands is Standing.IN_FORCE, "others": _others(found, readable, names),
        "goes_on_as": kept_ever(viewer).filter(pk=found.goes_on_as_id or 0).first(),
        **_proof(found, text, names.unit(found), viewer), **_place(page, text), **_ways(found, page, vocabulary),
    }  # fmt: skip
    return render(request, "policy_docs/duties/duty.html", context)


def _proof(duty: Duty, text: ClauseText | None, unit: str, viewer: Viewer) -> dict[str, Any]:
    """Return the words of the clause with the quotes that still stand in them, and what is read from those."""
    words = text.text if text else ""
    spans = [span for span in duty.spans.all() if span.act == Act.DUTY] or list(duty.spans.all())
    shown = [span for span in spans if words[span.start : span.end] == span.quote]
    return {
        "html": highlighted(words, [(span.start, span.end, span.name_start, span.name_end) for span in shown]),
        "lost": [span.quote for span in spans if span not in shown],
        "written": unfamiliar((span.name_written for span in spans), duty.kind.name, duty.kind.short, unit),
        "times": _joined(spans, "time_words"),
        "conditions": _joined(spans, "condition"),
        "rules": list(dict.fromkeys(rule_words(span) for span in spans)) if viewer.sees_all else [],
    }


def _joined(spans: Sequence[DutySpan], name: str) -> str:
    return "；".join(dict.fromkeys(getattr(span, name) for span in spans if getattr(span, name)))


def _place(page: OpinionPage, text: ClauseText | None) -> dict[str, Any]:
    path, para, row = (text.path, text.para, text.row) if text else ([], 0, "")
    return {"place": path_words(path, para, row) or _("正文"), "citation": cite(page.title, page.document_number, path, para, row)}


def _ways(duty: Duty, page: OpinionPage, vocabulary: Vocabulary) -> dict[str, str]:
    """Return the addresses that lead on: the page of the unit at the document's place ("" for groups), the clause in the document."""
    at = (duty.place if duty.reach == Reach.NAMED else "") or page.jurisdiction_id or ""
    has_page = at in vocabulary.places_by_code and not duty.kind.is_group
    named = has_page and not duty.kind.is_open
    document = reverse("policy_docs:opinion", args=[page.public_key])
    return {
        "unit_page": reverse("policy_docs:unit", args=[duty.kind_id, at]) if has_page else "",
        "unit_name": name_at(vocabulary, duty.kind_id, at) if named else duty.kind.name,
        "clause_page": f"{document}#c-{duty.clause.public_key}",
    }


def _others(duty: Duty, readable: Any, names: Names) -> list[Beside]:
    found = readable.filter(clause=duty.clause_id).exclude(pk=duty.pk).exclude(role=Role.MENTION.value).select_related("kind")
    beside = [Beside(other.pk, names.unit(other), other.get_role_display(), CLASSES[other.role]) for other in found]
    order = list(CLASSES.values())
    return sorted(beside, key=lambda other: (order.index(other.css), other.pk))
