"""Who hands which information to whom, as rows: what the last reading of a text found, joined to the duties of those who give and receive."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet

from policy_docs.opinions.context import context_of
from policy_docs.opinions.holding import hold_documents
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.rows import insert
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.units.aliases import current_matcher, current_vocabulary

from .actions import Key, duty_key, found_key
from .extract import HANDING, RULES, STRUCTURAL, UNNAMED
from .models import Duty, Handover, HandoverReading
from .readings import read
from .types import ClauseFindings, Handed, Handing

#: of the rules as they are now: those on duties tell who acts
_RULES = (
    [(rule.id, rule.version) for rule in (*RULES, *STRUCTURAL)] + [(rule.id, rule.version) for rule in HANDING] + [(rule.id, rule.version) for rule in UNNAMED]
)
STAMP = hashlib.blake2b(repr(_RULES).encode(), digest_size=8).hexdigest()
_COLUMNS = (
    "clause_id", "opinion_id", "giver_id", "receiver_id", "giver_kind", "receiver_kind", "information", "start", "end", "quote", "rule", "rule_version",
)  # fmt: skip


@transaction.atomic
def store_handovers(page: OpinionPage, texts: Sequence[ClauseText], found: Iterable[ClauseFindings]) -> int:
    """Store the handovers that extraction found in ``texts`` in place of those of the reading before, after its duties; return how many. No duty
    changes: whoever has decided on one has decided on what is shown of its handovers."""
    Handover.with_trash.filter(opinion=page).delete()
    duties: dict[tuple[int, Key], int] = {}
    for duty in Duty.with_trash.filter(opinion=page, ended_on__isnull=True).only("clause_id", "kind_id", "reach", "levels", "place", "found_as", "opinion_id"):
        duties.setdefault((duty.clause_id, found_key(duty)), duty.pk)
        duties[duty.clause_id, duty_key(duty)] = duty.pk
    rows = [_row(page, texts[item.block], one, duties) for item in found for one in item.handed]
    insert(Handover, _COLUMNS, rows)
    HandoverReading.with_trash.update_or_create(opinion=page, defaults={"stamp": STAMP})
    return len(rows)


def _row(page: OpinionPage, text: ClauseText, one: Handed, duties: dict[tuple[int, Key], int]) -> tuple[object, ...]:
    giver, receiver = (duties.get((text.clause_id, _key(side))) if side else None for side in (one.giver, one.receiver))
    kinds = (side.kind if side else "" for side in (one.giver, one.receiver))
    quote = text.text[one.start : one.end]
    return (text.clause_id, page.pk, giver, receiver, *kinds, one.information[:200], one.start, one.end, quote, one.rule, one.rule_version)


def _key(side: Handing) -> Key:
    return side.kind, side.addressee.reach.value, side.addressee.levels_key, side.addressee.place


def outdated() -> QuerySet[OpinionPage]:
    """Return the published documents that were not read with the rules as they are now."""
    current = HandoverReading.objects.filter(stamp=STAMP).values("opinion")
    published = OpinionVersion.objects.filter(state=OpinionVersion.State.PUBLISHED).values("opinion")
    return OpinionPage.objects.filter(live=True, alias_of__isnull=True, pk__in=published).exclude(pk__in=current)


@transaction.atomic
def read_handovers(page: OpinionPage) -> int:
    """Read the text of a document that stands for handovers alone; its duties stay as they are. Returns how many there are."""
    hold_documents([page.pk])
    texts = list(ClauseText.objects.filter(version=page.current_version).order_by("order"))
    blocks = [Block(BlockKind(row.kind), row.label, row.text, row.level, tuple(row.path), row.para) for row in texts]
    return store_handovers(page, texts, read(blocks, current_matcher(), context_of(page, current_vocabulary())))
