"""The flat body of an opinion: one StructBlock per kind of block, level as a field."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .lines import is_addressees
from .outline import place
from .types import Block, BlockKind

KIND_LABELS = {
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


def kind_words(kind: BlockKind, text: str) -> str:
    """Return what a block is; its text tells the 主送 from the rest of a notice."""
    return str(_("主送机关") if kind is BlockKind.NOTICE and is_addressees(text.strip()) else KIND_LABELS[kind])


class WordsBlock(blocks.TextBlock):
    """Words as they stand in the source: a form neither strips them nor turns their line ends into others."""

    @cached_property
    def field(self) -> forms.CharField:
        """The form field of Wagtail's block, with the white space left as it is."""
        field: forms.CharField = super().field
        field.strip = False
        return field

    def value_from_form(self, value: str) -> str:
        """Browsers send line ends as two signs; offsets of duties count one."""
        return value.replace("\r\n", "\n")

    def deconstruct(self) -> tuple[str, Any, Any]:
        """Stand in migrations as Wagtail's own block: what is stored is the same."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.TextBlock", args, kwargs


class PartBlock(blocks.StructBlock):
    """One block of the body; the same three fields for each kind, so that a change of kind keeps the words."""

    label = blocks.CharBlock(required=False, max_length=40, label=_("序号"))
    text = WordsBlock(required=False, label=_("文字"))
    level = blocks.IntegerBlock(required=False, default=0, min_value=0, max_value=12, label=_("层次"))

    class Meta:
        form_classname = "struct-block opinion-part"
        label_format = "{label} {text}"


class BodyBlock(blocks.StreamBlock):
    """The body: a flat list of parts."""

    class Meta:
        required = False
        collapsed = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([(kind.value, PartBlock(label=label)) for kind, label in KIND_LABELS.items()], **kwargs)


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


def check_ids(raw: Iterable[Mapping[str, Any]]) -> None:
    """Raise ``ValidationError`` unless each block has a canonical UUID of its own: clauses are known by it, and Wagtail checks nothing."""
    seen: set[str] = set()
    for number, child in enumerate(raw, 1):
        block_id = child.get("id")
        if not _is_canonical(block_id):
            raise ValidationError({"body": _("正文第 %d 段没有有效的编号，请重新添加这一段后再保存。") % number}, code="block_id")
        if block_id in seen:
            raise ValidationError({"body": _("正文第 %d 段与前面一段编号重复，请删除后重新添加这一段，再保存。") % number}, code="block_id")
        seen.add(str(block_id))


def _is_canonical(block_id: object) -> bool:
    try:
        return isinstance(block_id, str) and str(uuid.UUID(block_id)) == block_id
    except ValueError:
        return False
