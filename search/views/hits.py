"""Hits as the page shows them."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from policy_docs.duties.bench import Names
from policy_docs.duties.marks import CLASSES
from policy_docs.duties.models import Duty
from policy_docs.duties.proofs import spans_of
from policy_docs.opinions.citing import outline_words, run_in_head
from policy_docs.units.naming import unfamiliar
from policy_docs.units.types import Reach
from policy_docs.units.vocabulary import Vocabulary
from search.query.parse import Parsed
from search.query.rows import Row
from search.query.why import reasons


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit as the page shows it: where it stands, its head, its address, why it was found (for staff). A duty: ``unit`` is the unit by its name at its
    place, ``written`` what the text calls it where that is another word, ``to`` on which level it lies, ``css`` the class of its role."""

    row: Row
    heading: str
    head: str
    url: str
    why: list[tuple[str, str]]
    unit: str = ""
    written: str = ""
    to: str = ""
    css: str = ""


def shown(row: Row, parsed: Parsed, kinds: dict[str, str] | None, vocabulary: Vocabulary) -> Shown:
    """Return a row as the page shows it. ``kinds``: names of unit kinds for telling why it was found, None for readers who are not told."""
    text = row.text
    page = row.opinion
    why = why_of(row, parsed, kinds) if kinds is not None else []
    if text is None or row.clause is None:
        return Shown(row, page.title, "", reverse("policy_docs:opinion", args=[page.public_key]), why)
    end = run_in_head(text.text)
    heading = outline_words(text.kind, text.path, text.para, text.text) or _("正文")
    url = reverse("policy_docs:clause", args=[page.public_key, row.clause.public_key])
    found = Shown(row, heading, text.text[: end - 1] if end else "", url, why)
    return found if row.duty is None else _duty(found, row.duty, Names(page.jurisdiction_id or "", vocabulary))


def _duty(found: Shown, duty: Duty, names: Names) -> Shown:
    unit = names.unit(duty)
    written = unfamiliar((span.name_written for span in spans_of(duty)), duty.kind.name, duty.kind.short, unit)
    to = names.addressee(duty) if duty.reach not in (Reach.GENERIC, Reach.OWN) else ""  # those say no more than document and name
    return replace(found, unit=unit, written=written, to=to, css=CLASSES[duty.role])


def why_of(row: Row, parsed: Parsed, kinds: dict[str, str]) -> list[tuple[str, str]]:
    """Return why a row was found, in words. ``kinds``: names of unit kinds."""
    title, number = row.opinion.title, row.opinion.number_key
    year = str(row.opinion.issue_date.year) if row.opinion.issue_date else ""
    if row.text is None:
        return reasons(parsed, "".join(piece.text for piece in row.pieces), title=title, number=number, kinds=kinds, whole=False, year=year)
    words = f"{row.text.label} {row.text.text}"
    return reasons(parsed, words, heads=row.heads, title=title, number=number, units=row.units, kinds=kinds, year=year)
