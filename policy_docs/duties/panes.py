"""The right-hand pane of the workbench where it is not a candidate: adding a duty, and what to do with an unknown name. What was typed stays."""

from dataclasses import replace
from typing import Any

from django.db.models.functions import Left
from django.http import QueryDict
from django.utils.translation import gettext as _

from policy_docs.opinions.citing import outline_words
from policy_docs.opinions.context import context_of
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import BlockKind
from policy_docs.units.aliases import guess_units
from policy_docs.units.models import UnitAlias
from policy_docs.units.types import Reach
from policy_docs.units.vocabulary import Vocabulary

from . import bench, naming
from .actions import DutyRefused
from .adding import guess
from .choices import whole_number
from .models import UnknownUnitName
from .types import Role

PARAMS = ("add", "quote", "near", "sentence", "unknown", "to_clause")  # of an address, told to the clause only
_QUOTE = 2_000
_HEAD = 24  # signs of a clause in the list of those that may take a duty
_NO_CLAUSES = (BlockKind.TITLE.value, BlockKind.HEADING.value, BlockKind.LEFT_OUT.value)
_FURTHEST = 99_999_999  # signs into a text
_FORMS = [choice for choice in UnitAlias.Form.choices if choice[0] != UnitAlias.Form.GROUP]


def pane(form: QueryDict, page: OpinionPage, text: ClauseText, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return what the pane shows, {} for the candidate."""
    if form.get("add"):
        return {"adding": _adding(form, page, text, vocabulary)}
    row = unknown_of(form.get("unknown", ""), text.clause_id)
    return {"naming": _naming(form, row)} if row else {}


def pane_of_gone(form: QueryDict, page: OpinionPage, version: OpinionVersion | None, found: bench.Bench) -> dict[str, Any]:
    """Return what the pane of a clause shows that the text has no more: the clauses that may take its duty, and of the chosen one its sentences. The
    clause that it went into is chosen first."""
    rows = ClauseText.objects.filter(version=version).exclude(kind__in=_NO_CLAUSES).order_by("order")
    clauses = [
        (key, outline_words(kind, path, para, head), head) for key, kind, path, para, head in rows.annotate(head=Left("text", _HEAD)).values_list("clause__public_key", "kind", "path", "para", "head")
    ]  # fmt: skip
    asked = form.get("to_clause", "")
    heir = found.text.clause.succeeded_by
    text = rows.filter(clause__public_key=asked).select_related("clause").first() if asked else None
    moving = _proving(form, text, found) if text is not None else None
    return {"clauses": clauses, "to_clause": asked or (heir.public_key if heir else ""), "moving": moving}


def pane_of_lost(form: QueryDict, found: bench.Bench) -> dict[str, Any]:
    """Return the sentences that a duty whose words are gone may rest on, where they are asked for; {} else."""
    asked = form.get("to_clause") == found.text.clause.public_key and found.current is not None and bool(found.current.lost)
    return {"resting": _proving(form, found.text, found)} if asked else {}


def _proving(form: QueryDict, text: ClauseText, found: bench.Bench) -> dict[str, Any]:
    """The sentences of a clause, that chosen first which names the unit as the duty's words did."""
    names = {span.name_written for span in found.current.duty.spans.all() if span.name_written} if found.current else set()
    sentences = bench.sentences(text.text)
    near = next((at for at, words in sentences if any(name in words for name in names)), None)
    return {"text": text, "sentences": sentences, "sentence": whole_number(form.get("sentence"), near), "quote": quote_of(form), "near": near_of(form)}


def near_of(form: QueryDict) -> int:
    """Return where about chosen words stand."""
    return whole_number(form.get("near"), most=_FURTHEST)


def quote_of(form: QueryDict) -> str:
    """Return the words that were chosen in the text."""
    return form.get("quote", "").replace("\x00", "").replace("\r\n", "\n").strip()[:_QUOTE]


def unknown_of(value: str, clause: int) -> UnknownUnitName | None:
    """Return an unknown name of a clause."""
    return UnknownUnitName.objects.filter(pk=whole_number(value), clause=clause).select_related("clause").first()


def chosen_words(form: QueryDict, text: str) -> tuple[str, int]:
    """Return the words that were chosen, and where about they stand: selected or typed, else a sentence picked from the list."""
    quote, start = quote_of(form), whole_number(form.get("sentence"), None)
    if quote or start is None:
        return quote, near_of(form)
    return next(((words, at) for at, words in bench.sentences(text) if at == start), ("", 0))


def _adding(form: QueryDict, page: OpinionPage, text: ClauseText, vocabulary: Vocabulary) -> dict[str, Any]:
    quote, near = chosen_words(form, text.text)
    found = guess(text.text, quote, near, context_of(page, vocabulary))
    to = form.get("to") or (bench.value_of(found[1]) if found else Reach.GENERIC.value)
    known = vocabulary.kinds_by_key.get(found[0]) if found else None
    return {
        "quote": quote_of(form), "near": near, "sentences": bench.sentences(text.text), "sentence": whole_number(form.get("sentence"), None), "kind": form.get("kind") or (known.name if known else ""), "to": to, "role": form.get("role") or Role.RESPONSIBLE.value,
        "addressees": bench.addressees(page, vocabulary, to), "is_guess": known is not None and not form.get("kind"),
    }  # fmt: skip


def _naming(form: QueryDict, row: UnknownUnitName) -> dict[str, Any]:
    places, documents = naming.elsewhere(row)
    values = {name: form.get(name, "") for name in ("kind", "new_kind", "note", "is_open")}
    return {
        "row": row, "places": places, "documents": documents, "text": form.get("text") or row.written, "form": form.get("form") or UnitAlias.Form.ORGAN.value,
        "forms": _FORMS, "what": form.get("what") or "alias", **values,
    }  # fmt: skip


def entry_of(form: QueryDict, row: UnknownUnitName, vocabulary: Vocabulary) -> naming.Entry:
    """Return what the form enters.

    Raises:
        DutyRefused: what was typed is no unit, or is not part of the unknown name.
    """
    text = form.get("text", "").strip()[:60]
    if text not in row.written:
        raise DutyRefused(_("没有登记：写法应是原文“%s”或者其中的一段。") % row.written)
    base = naming.Entry(text, form.get("form", ""), note=form.get("note", "").strip()[:200])
    if form.get("what") == "kind":
        name = form.get("new_kind", "").strip()[:60]
        if not name:
            raise DutyRefused(_("没有登记：请填写新单位类别的名称。"))
        return replace(base, new_kind=name, new_is_open=bool(form.get("is_open")))
    return replace(base, kind=kind_of(form.get("kind", "").strip()[:60], vocabulary))


def kind_of(words: str, vocabulary: Vocabulary) -> str:
    """Return the unit kind that somebody typed: by name, way of writing or initials; "" for nothing typed.

    Raises:
        DutyRefused: no unit is meant, or several may be.
    """
    if not words:
        return ""
    exact = {kind.key for kind in vocabulary.kinds if words in (kind.name, kind.key)}
    exact = exact or {alias.kind for alias in vocabulary.aliases if alias.text == words}
    found = exact or {guessed.kind for guessed in guess_units(words)[:6]}
    if len(found) == 1:
        return found.pop()
    names = "、".join(sorted(vocabulary.kinds_by_key[kind].name for kind in found if kind in vocabulary.kinds_by_key))
    if not found:
        raise DutyRefused(_("没有办理：单位类别中没有“%s”。请从列表中选择，或先在“单位与区划”中增加。") % words)
    raise DutyRefused(_("没有办理：“%(words)s”可能是%(names)s，请选择其中一个。") % {"words": words, "names": names})
