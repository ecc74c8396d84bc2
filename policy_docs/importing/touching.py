"""What becomes of the duties of a document when an import is published as its new text."""

import hashlib
from dataclasses import dataclass

from policy_docs.duties import settling
from policy_docs.duties.models import Duty
from policy_docs.duties.plan import Plan
from policy_docs.opinions import actions as opinions
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage

from .prepare import Prepared


@dataclass(frozen=True, slots=True)
class Touched:
    """The duties that an import touches; ``mark`` changes with them, with the import and with the text that stands."""

    page: OpinionPage
    plan: Plan
    duties: dict[int, Duty]
    fresh: list[settling.Fresh]
    dropped: int
    mark: str


def touched_by(prepared: Prepared, page: OpinionPage | None) -> Touched | None:
    """Return what an import would do to the duties of a published document, clauses being the same as they will be once it is stored; None where it
    touches none (no such document, a text that stood before, one that is in the store already)."""
    if page is None or not page.live or opinions.is_earlier(page, prepared.identity):
        return None
    if OpinionVersion.objects.filter(source_hash=prepared.text_hash).exists():
        return None
    duties = {duty.pk: duty for duty in settling.decided(page)}
    _carried, ids = opinions.carried_ids(page, page.current_version, prepared.blocks)
    reading = settling.Reading(settling.rows_of(page, ids, prepared.blocks), tuple(prepared.findings))
    plan = settling.plan_of(duties.values(), settling.before(page), reading)
    fresh, dropped = settling.beside(page, plan, reading)
    told = [(touch.held.duty, touch.fate.value, touch.new_quotes, touch.role, duties[touch.held.duty].state) for touch in plan.touches]
    mark = hashlib.blake2b(repr((page.pk, prepared.text_hash, told)).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return Touched(page, plan, duties, fresh, dropped, mark)
