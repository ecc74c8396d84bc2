"""What can be done to a block of the outline: what each deed asks, shows beforehand, and does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy_docs.duties.choices import whole_number
from policy_docs.duties.models import Duty
from policy_docs.opinions.blocks import KIND_LABELS
from policy_docs.opinions.editing import ShapeImpossible
from policy_docs.opinions.merging import Raw, digest
from policy_docs.opinions.numbering import number_of, style_of, with_number
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.sections import sections, title
from policy_docs.opinions.shaping import (
    DEEPEST,
    Shaped,
    ShapeRefused,
    before,
    extent,
    insert,
    label,
    level,
    merge,
    move,
    parts_in,
    position,
    recast,
    renumber,
    split,
    then_renumber,
    words,
)
from policy_docs.opinions.types import BlockKind

Data = Mapping[str, Any]
Change = Callable[[list[Raw]], Shaped]
_LABEL = 40  # signs that a label may have


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb of the outline. ``shown`` gives the page before it, ``change`` what it does."""

    key: str
    verb: str | Promise
    done: str | Promise
    shown: Callable[[OpinionPage, list[Raw], str, Data], dict[str, Any]]
    change: Callable[[str, Data], Change]


def _block(body: Sequence[Raw], block_id: str) -> Raw:
    return body[position(body, block_id)]


def _marks(*blocks: Raw) -> list[str]:
    return [f"{block['id']}={digest(block)}" for block in blocks]


def _confirmed(page: OpinionPage, block_id: str) -> int:
    return Duty.objects.filter(opinion=page, clause__block_id=block_id, state=Duty.State.CONFIRMED).count()


def _numbered_on(shaped: Shaped, data: Data, *others: str) -> Shaped:
    return then_renumber(shaped, shaped.at, *others) if data.get("numbering") else shaped


def _show_insert(page: OpinionPage, body: list[Raw], block_id: str, data: Data) -> dict[str, Any]:
    after = _block(body, block_id)
    following = with_number(label(after), number_of(label(after)) + 1) if style_of(label(after)) else ""
    kind = after["type"] if after["type"] not in (BlockKind.HEADING.value, BlockKind.ATTACHMENT.value) else BlockKind.CLAUSE.value
    return {
        "kinds": [(item.value, words_) for item, words_ in KIND_LABELS.items()],
        "kind": data.get("kind", kind), "new_label": data.get("label", following or ""), "text": data.get("text", ""),
        "level": data.get("level", level(after) if kind == after["type"] else level(after) + 1), "numbering": "text" not in data or bool(data.get("numbering")),
        "seen": _marks(after),
    }  # fmt: skip


def _insert(block_id: str, data: Data) -> Change:
    text, marked, kind = str(data.get("text", "")).replace("\r\n", "\n"), str(data.get("label", "")).strip(), str(data.get("kind", ""))
    if not text.strip():
        raise ShapeImpossible(_("请填写文字。"))
    if kind not in set(BlockKind):
        raise ShapeImpossible(_("请选择类型。"))
    if len(marked) > _LABEL:
        raise ShapeImpossible(_("序号不能超过 %d 个字。") % _LABEL)
    return lambda body: _numbered_on(insert(body, block_id, kind=kind, new_label=marked, text=text, new_level=_level(data)), data)


def _level(data: Data) -> int:
    return min(whole_number(str(data.get("level", ""))), DEEPEST)


def _show_split(page: OpinionPage, body: list[Raw], block_id: str, data: Data) -> dict[str, Any]:
    whole = _block(body, block_id)
    can_number = with_number(label(whole), number_of(label(whole)) + 1) is not None if style_of(label(whole)) else False
    return {
        "text": data.get("text", words(whole)), "can_number": can_number, "next_label": with_number(label(whole), number_of(label(whole)) + 1) if can_number else "",
        "numbered": data.get("numbered", "1" if can_number else ""), "numbering": "text" not in data or bool(data.get("numbering")),
        "confirmed": _confirmed(page, block_id), "seen": _marks(whole), "below": extent(body, position(body, block_id)) - position(body, block_id) - 1,
        "below_last": bool(data.get("below_last")),
    }  # fmt: skip


def _split(block_id: str, data: Data) -> Change:
    def change(body: list[Raw]) -> Shaped:
        cuts = parts_in(words(_block(body, block_id)), str(data.get("text", "")))
        if cuts is None:
            raise ShapeImpossible(_("拆分时只能换行，不能改文字。要改文字，请在编辑页中修改。"))
        if not cuts:
            raise ShapeImpossible(_("请在要分开的地方换行。"))
        return _numbered_on(split(body, block_id, cuts, numbered=bool(data.get("numbered")), below_last=bool(data.get("below_last"))), data)

    return change


def _show_merge(page: OpinionPage, body: list[Raw], block_id: str, data: Data) -> dict[str, Any]:
    first, own = before(body, block_id), _block(body, block_id)
    joiner = "\n" if data.get("joiner") == "line" else ""
    return {
        "first": first, "impossible": first is None, "joiner": data.get("joiner", ""), "numbering": "joiner" not in data or bool(data.get("numbering")),
        "first_title": title(first) if first else "", "first_label": label(first) if first else "", "first_words": words(first) if first else "",
        "own_words": words(own), "own_label": label(own), "joined": joiner, "confirmed": _confirmed(page, block_id), "seen": _marks(own, *([first] if first else [])),
    }  # fmt: skip


def _merge(block_id: str, data: Data) -> Change:
    return lambda body: _numbered_on(merge(body, block_id, joined_by="\n" if data.get("joiner") == "line" else ""), data)


def _show_move(page: OpinionPage, body: list[Raw], block_id: str, data: Data) -> dict[str, Any]:
    at = position(body, block_id)
    end = extent(body, at)
    own = {block["id"] for block in body[at:end]}
    targets = [
        (section.title, [(block["id"], title(block)) for block in body[section.start : section.end] if block["id"] not in own]) for section in sections(body)
    ]
    return {
        "targets": [(name, blocks) for name, blocks in targets if blocks], "after": data.get("after", ""), "below": end - at - 1,
        "whole": "after" not in data or bool(data.get("whole")), "inside": bool(data.get("inside")), "numbering": "after" not in data or bool(data.get("numbering")),
        "seen": _marks(body[at]),
    }  # fmt: skip


def _move(block_id: str, data: Data) -> Change:
    after = str(data.get("after", ""))
    if not after:
        raise ShapeImpossible(_("请选择移到哪一段后面。"))

    def change(body: list[Raw]) -> Shaped:
        at = position(body, block_id)
        beside = body[at - 1]["id"] if at else block_id
        left = next((block["id"] for block in body[extent(body, at) :] if level(block) == level(body[at]) and style_of(label(block))), beside)
        whole = bool(data.get("whole"))
        return _numbered_on(move(body, block_id, after=after, whole=whole, inside=bool(data.get("inside"))), data, left)

    return change


def _show_recast(page: OpinionPage, body: list[Raw], block_id: str, data: Data) -> dict[str, Any]:
    at = position(body, block_id)
    own = body[at]
    return {
        "kinds": [(item.value, words_) for item, words_ in KIND_LABELS.items()], "kind": data.get("kind", own["type"]), "level": data.get("level", level(own)),
        "below": extent(body, at) - at - 1, "whole": "kind" not in data or bool(data.get("whole")), "numbering": bool(data.get("numbering")),
        "own_words": words(own), "own_label": label(own), "confirmed": _confirmed(page, block_id), "seen": _marks(own),
    }  # fmt: skip


def _recast(block_id: str, data: Data) -> Change:
    kind = str(data.get("kind", ""))
    if kind not in set(BlockKind):
        raise ShapeImpossible(_("请选择类型。"))
    return lambda body: _numbered_on(recast(body, block_id, kind=kind, new_level=_level(data), whole=bool(data.get("whole"))), data)


def _show_renumber(page: OpinionPage, body: list[Raw], block_id: str, data: Data) -> dict[str, Any]:
    try:
        changes = renumber(body, block_id).relabelled
    except ShapeRefused:
        changes = ()
    by_id = {block["id"]: block for block in body}
    olds = {old for _id, old, _new in changes if old.startswith("第")}
    naming = [title(block) for block in body if any(old in words(block) for old in olds)]
    return {
        "changes": [(old, new, words(by_id[key])[:40]) for key, old, new in changes], "no_style": style_of(label(by_id[block_id])) is None,
        "naming": naming[:20], "naming_count": len(naming), "seen": _marks(*(by_id[key] for key, _old, _new in changes)),
    }  # fmt: skip


def _renumber(block_id: str, data: Data) -> Change:
    def change(body: list[Raw]) -> Shaped:
        shaped = renumber(body, block_id)
        if not shaped.relabelled:
            raise ShapeImpossible(_("这一组序号已经连续，不用重新编号。"))
        return shaped

    return change


DEEDS = {
    deed.key: deed
    for deed in (
        Deed("insert", gettext_lazy("在后面插入"), gettext_lazy("已插入一段"), _show_insert, _insert),
        Deed("split", gettext_lazy("拆分"), gettext_lazy("已拆分"), _show_split, _split),
        Deed("merge", gettext_lazy("并入上一段"), gettext_lazy("已合并"), _show_merge, _merge),
        Deed("move", gettext_lazy("移动"), gettext_lazy("已移动"), _show_move, _move),
        Deed("recast", gettext_lazy("改类型和层次"), gettext_lazy("已改类型和层次"), _show_recast, _recast),
        Deed("renumber", gettext_lazy("重新编号"), gettext_lazy("已重新编号"), _show_renumber, _renumber),
    )
}
