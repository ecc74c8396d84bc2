"""Two texts side by side: the split of an import and a document that it may be another text of."""

from collections.abc import Sequence

from policy_docs.opinions.comparison import Pair, compare
from policy_docs.opinions.lineage import Known, carry
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.projection import text_hash
from policy_docs.opinions.texts import Text, texts_of
from policy_docs.opinions.types import Block, BlockKind


def text_of(page: OpinionPage) -> list[Text]:
    """Return the text that stands of a document, its draft where nothing is published."""
    return texts_of(page.current_version or OpinionVersion.objects.filter(opinion=page).order_by("-number").first())


def compare_split(old: Sequence[Text], new: Sequence[Block]) -> list[Pair]:
    """Compare a document with the blocks of an import, each of which is the clause that it would be if it were stored as a new text."""
    known = [Known(str(row.clause), text_hash(Block(BlockKind(row.kind), row.label, row.text)), row.text) for row in old]
    carried = carry(known, [text_hash(block) for block in new], [block.text for block in new])
    rows = [
        Text(-1 - at if found is None else int(found), "", block.kind.value, block.level, list(block.path), block.label, block.para, block.text)
        for at, (block, found) in enumerate(zip(new, carried.ids, strict=True))
    ]
    return compare(old, rows, heirs={}, origins={})
