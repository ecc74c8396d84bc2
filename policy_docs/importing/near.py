"""Texts that share most of their long clauses: documents of the store, drafts among them, and imports that are still being checked."""

from collections import Counter
from collections.abc import Iterable, Sequence

from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.projection import text_hash
from policy_docs.opinions.querysets import OpinionQuerySet
from policy_docs.opinions.types import Block, BlockKind

from .models import ImportQuerySet

NEAR = 0.6  # share of long clauses two texts have in common, from which on they are reported as alike
_LONG = 20  # characters: shorter clauses are alike by chance
_ASKED = 2000  # clauses of one text that are looked for
_KEPT = 256  # hashes of a sketch: the share of two long texts is told to some per cent
_SIGNS = 12  # of a hash that are kept
_OPEN = 2000  # open imports that are looked at, the newest first
_BEHIND_ALL = "g"  # behind each hexadecimal number


def _hashes(blocks: Iterable[Block]) -> set[str]:
    return {text_hash(block) for block in blocks if block.kind is BlockKind.CLAUSE and len(block.text) >= _LONG}


def near_documents(blocks: Iterable[Block], among: OpinionQuerySet) -> list[tuple[OpinionPage, float]]:
    """Return the documents, published ones and drafts, that share most of their long clauses with a text, and the share of its clauses that they hold."""
    hashes = _hashes(blocks)
    if not hashes:
        return []
    found = ClauseText.objects.filter(text_hash__in=sorted(hashes)[:_ASKED]).values_list("version__opinion_id", "text_hash").distinct()
    shared = Counter(opinion for opinion, _hash in found)
    likely = {opinion: count / len(hashes) for opinion, count in shared.items() if count >= NEAR * len(hashes)}
    if not likely:
        return []
    return [(page, likely[page.pk]) for page in among.filter(pk__in=likely).defer("body").order_by("pk")]


def sketch_of(blocks: Iterable[Block]) -> list[str]:
    """Return the smallest hashes of the long clauses of a text: those of two texts tell how much they share, and take little room."""
    return sorted(found[:_SIGNS] for found in _hashes(blocks))[:_KEPT]


def near_imports(blocks: Iterable[Block], among: ImportQuerySet) -> dict[int, float]:
    """Return the imports that share most of their long clauses with a text: pk → share of the shorter text. One query, of sketches; of two texts of one
    drop each finds the other."""
    mine = sketch_of(blocks)
    if not mine:
        return {}
    others = among.filter(sketch__isnull=False).order_by("-pk").values_list("pk", "sketch")[:_OPEN]
    shares = ((pk, _share(mine, sketch or [])) for pk, sketch in others)
    return {pk: share for pk, share in shares if share >= NEAR}


def _share(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of the shorter text that stands in both; a single clause in common says nothing where either has more of them."""
    bound = min(sketch[-1] if len(sketch) == _KEPT else _BEHIND_ALL for sketch in (one, other)) if other else ""
    first, second = ({found for found in sketch if found <= bound} for sketch in (one, other))
    both = len(first & second)
    if not both or (both == 1 and max(len(first), len(second)) > 1):
        return 0.0
    return both / min(len(first), len(second))
