"""The flat body of an opinion: one StructBlock per kind of block, level as a field."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .outline import place
from .types import Block, BlockKind

_LABELS = {
    BlockKind.TITLE: _("标题"),
    BlockKind.FRONT: _("版头"),
    BlockKind.NOTICE: _("印发通知"),
    BlockKind.PREAMBLE: _("引言"),
    BlockKind.HEADING: _("小标题"),
    BlockKind.CLAUSE: _("条款"),
    BlockKind.TABLE: _("表格"),
    BlockKind.ATTACHMENT: _("附件"),
    BlockKind.BACK: _("落款"),
    BlockKind.LEFT_OUT: _("不属于正文"),
}


class PartBlock(blocks.StructBlock):
    """One block of the body; the same three fields for each kind, so that a change of kind keeps the words."""

    label = blocks.CharBlock(required=False, label=_("序号"))
    text = blocks.TextBlock(required=False, label=_("文字"))
    level = blocks.IntegerBlock(required=False, default=0, min_value=0, max_value=12, label=_("层次"))

    class Meta:
        form_classname = "struct-block opinion-part"


class BodyBlock(blocks.StreamBlock):
    """The body: a flat list of parts."""

    class Meta:
        required = False
        collapsed = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([(kind.value, PartBlock(label=label)) for kind, label in _LABELS.items()], **kwargs)


def to_blocks(raw: Iterable[Mapping[str, Any]]) -> list[Block]:
    """Return the placed blocks of a body's raw data (a list of {"type", "value", "id"})."""
    return place(
        Block(BlockKind(child["type"]), child["value"].get("label") or "", child["value"].get("text") or "", child["value"].get("level") or 0) for child in raw
    )


def to_raw(parts: Iterable[Block], ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return raw stream data for blocks and their ids (canonical UUIDs, one for each block)."""
    return [
        {"type": part.kind.value, "value": {"label": part.label, "text": part.text, "level": part.level}, "id": block_id}
        for part, block_id in zip(parts, ids, strict=True)
    ]
