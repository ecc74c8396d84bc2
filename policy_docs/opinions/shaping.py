"""What is done to the shape of a body: insert, split, merge, move, number anew. Pure: raw blocks in, raw blocks out.

A block keeps its id whatever is done to it. Of a block that is split the part with most of the words keeps the id; of blocks that are merged
the first does. Words are never changed, only where they stand; a label changes where it is numbered anew.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .merging import Raw
from .numbering import number_of, runs_throughout, style_of, with_number
from .types import BlockKind

DEEPEST = 12  # levels of an outline
_HEADS = frozenset({BlockKind.HEADING.value, BlockKind.ATTACHMENT.value})
_OUTLINE = frozenset({*_HEADS, BlockKind.CLAUSE.value, BlockKind.TABLE.value})


class ShapeRefused(Exception):
    """The change makes no sense for this text; the code says why (the words are the action's)."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """A changed body. ``at``: the id of the block that the change is about; ``split``: new id → id that it was parted from; ``merged``: id that is
    gone → id that holds its words; ``relabelled``: (id, old label, new label)."""

    body: list[Raw]
    at: str
    split: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    relabelled: tuple[tuple[str, str, str], ...] = ()


def position(body: Sequence[Raw], block_id: str) -> int:
    """Return where a block stands. Raises ``ShapeRefused`` («gone») where it does not."""
    for at, block in enumerate(body):
        if block["id"] == block_id:
            return at
    raise ShapeRefused("gone")


def words(block: Raw) -> str:
    """Return the words of a block."""
    return str(block["value"].get("text") or "")


def label(block: Raw) -> str:
    """Return the label of a block."""
    return str(block["value"].get("label") or "")


def level(block: Raw) -> int:
    """Return the level of a block."""
    return int(block["value"].get("level") or 0)


def insert(body: Sequence[Raw], after: str, *, kind: str, new_label: str, text: str, new_level: int) -> Shaped:
    """Put a new block behind another; what belongs to that one stays with it where the new block is of the same level or above."""
    at = position(body, after)
    end = at + 1 if new_level > level(body[at]) else extent(body, at)
    new: Raw = {"type": kind, "value": {"label": new_label, "text": text, "level": new_level}, "id": str(uuid.uuid4())}
    return Shaped([*body[:end], new, *body[end:]], new["id"])


def extent(body: Sequence[Raw], at: int) -> int:
    """Return the index behind what belongs to a block: deeper blocks, and its own later paragraphs."""
    own = body[at]
    if own["type"] not in _OUTLINE or not (label(own) or own["type"] in _HEADS):
        return at + 1
    end = at + 1
    while end < len(body) and body[end]["type"] in _OUTLINE:
        block = body[end]
        marked = bool(label(block)) or block["type"] in _HEADS
        if level(block) < level(own) or (marked and level(block) == level(own)):
            break
        end += 1
    return end


def split(body: Sequence[Raw], block_id: str, cuts: Sequence[int], *, numbered: bool, below_last: bool = False) -> Shaped:
    """Part a block at offsets of its text. ``numbered``: the later parts bear the next numbers, else they are paragraphs of the same clause. What
    belongs to the block stays with its first part, or goes to the last one (``below_last``).

    Raises:
        ShapeRefused: «gone», or «cut» where a part would be empty.
    """
    at = position(body, block_id)
    whole = body[at]
    text = words(whole)
    bounds = [0, *sorted(set(cuts)), len(text)]
    parts = [text[low:high] for low, high in zip(bounds, bounds[1:], strict=False)]
    if len(parts) < 2 or not all(part.strip() for part in parts):
        raise ShapeRefused("cut")
    keeper = max(range(len(parts)), key=lambda number: (len(parts[number].strip()), -number))
    made, origin = [], {}
    for number, part in enumerate(parts):
        marked = label(whole) if number == 0 else _next(label(whole), number) if numbered else ""
        new_id = block_id if number == keeper else str(uuid.uuid4())
        if new_id != block_id:
            origin[new_id] = block_id
        made.append({**whole, "value": {**whole["value"], "label": marked, "text": part}, "id": new_id})
    first = len(made) if below_last or not numbered else 1
    end = extent(body, at)
    return Shaped([*body[:at], *made[:first], *body[at + 1 : end], *made[first:], *body[end:]], made[0]["id"], split=origin)


def _next(old: str, step: int) -> str:
    return with_number(old, number_of(old) + step) or ""


def parts_in(text: str, typed: str) -> list[int] | None:
    """Return where a text was parted by line ends typed into it; None where anything else was changed."""
    cuts, at = [], 0
    for sign in typed.replace("\r\n", "\n"):
        if at < len(text) and sign == text[at]:
            at += 1
        elif sign == "\n":
            cuts.append(at)
        else:
            return None
    return sorted({cut for cut in cuts if 0 < cut < len(text)}) if at == len(text) else None


def before(body: Sequence[Raw], block_id: str) -> Raw | None:
    """Return the block that another can be put together with: the one right before it, of the text itself."""
    at = position(body, block_id)
    if at == 0 or body[at - 1]["type"] in _HEADS or body[at]["type"] in _HEADS or (body[at - 1]["type"] in _OUTLINE) != (body[at]["type"] in _OUTLINE):
        return None
    return body[at - 1]


def merge(body: Sequence[Raw], block_id: str, *, joined_by: str = "") -> Shaped:
    """Put a block together with the one before it, which keeps its id and label.

    Raises:
        ShapeRefused: «gone», or «first» where nothing stands before it that it could be put together with.
    """
    first = before(body, block_id)
    if first is None:
        raise ShapeRefused("first")
    at = position(body, block_id)
    whole = {**first, "value": {**first["value"], "text": words(first) + joined_by + words(body[at])}}
    return Shaped([*body[: at - 1], whole, *body[at + 1 :]], first["id"], merged={block_id: first["id"]})


def move(body: Sequence[Raw], block_id: str, *, after: str, whole: bool, inside: bool = False) -> Shaped:
    """Move a block, with what belongs to it where ``whole``, behind another and all that belongs to that, or below it as its first
    (``inside``). The level follows the new place: behind a deeper item, that of the item above it that is numbered in the same style, so that （五）
    does not become a sub-item of （一） by standing behind its 2.

    Raises:
        ShapeRefused: «gone», or «inside» where it would be moved into itself.
    """
    at = position(body, block_id)
    end = extent(body, at) if whole else at + 1
    taken, rest = list(body[at:end]), [*body[:at], *body[end:]]
    if any(block["id"] == after for block in taken):
        raise ShapeRefused("inside")
    target = position(rest, after)
    heads = inside or rest[target]["type"] in _HEADS and body[at]["type"] not in _HEADS
    target = target if heads else _alike(rest, target, body[at])
    wanted = level(rest[target]) + 1 if heads else level(rest[target]) or level(body[at])
    place = target + 1 if heads else extent(rest, target)
    shift = wanted - level(body[at])
    put = [{**block, "value": {**block["value"], "level": max(0, level(block) + shift)}} for block in taken]
    return Shaped([*rest[:place], *put, *rest[place:]], block_id)


def _alike(body: Sequence[Raw], target: int, moved: Raw) -> int:
    """Return the block behind which one goes that was to go behind another: that one, or the block above it that is numbered in its style."""
    style = style_of(label(moved))
    if style is None:
        return target
    below = level(body[target]) + 1
    for at in range(target, -1, -1):
        if level(body[at]) >= below or not (label(body[at]) or body[at]["type"] in _HEADS):
            continue
        if style_of(label(body[at])) is style:
            return at
        if body[at]["type"] in _HEADS:
            break
        below = level(body[at])
    return target


def recast(body: Sequence[Raw], block_id: str, *, kind: str, new_level: int, whole: bool) -> Shaped:
    """Make a block one of another kind or level, a clause of a heading say; what belongs to it goes down or up with it where ``whole``.

    Raises:
        ShapeRefused: «gone», or «same» where nothing would change.
    """
    at = position(body, block_id)
    own = body[at]
    if own["type"] == kind and level(own) == new_level:
        raise ShapeRefused("same")
    shift = new_level - level(own)
    end = extent(body, at) if whole else at + 1
    changed = [{**own, "type": kind, "value": {**own["value"], "level": new_level}}]
    changed += [{**block, "value": {**block["value"], "level": min(DEEPEST, max(1, level(block) + shift))}} for block in body[at + 1 : end]]
    return Shaped([*body[:at], *changed, *body[end:]], block_id)


def series(body: Sequence[Raw], block_id: str) -> list[int]:
    """Return the blocks that are counted together with one: the same style on the same level under the same heading; articles throughout,
    up to the next attachment."""
    at = position(body, block_id)
    style = style_of(label(body[at]))
    if style is None:
        return []
    low, high = _range(body, at, throughout=runs_throughout(style))
    same = [number for number in range(low, high) if style_of(label(body[number])) is style]
    return same if runs_throughout(style) else [number for number in same if level(body[number]) == level(body[at])]


def _range(body: Sequence[Raw], at: int, *, throughout: bool) -> tuple[int, int]:
    def parts(number: int) -> bool:
        block = body[number]
        if block["type"] == BlockKind.ATTACHMENT.value:
            return True
        marked = bool(label(block)) or block["type"] in _HEADS
        return not throughout and marked and 0 < level(block) < level(body[at])

    low = at
    while low > 0 and not parts(low - 1):
        low -= 1
    high = at + 1
    while high < len(body) and not parts(high):
        high += 1
    return low, high


def renumber(body: Sequence[Raw], block_id: str) -> Shaped:
    """Number a series anew from its first number on; 第三条之一 keeps its label and is not counted."""
    members = series(body, block_id)
    result = list(body)
    told: list[tuple[str, str, str]] = []
    number = number_of(label(body[members[0]])) if members else 0
    number = number if number == 1 or not members else min(number_of(label(body[member])) or 1 for member in members)
    for member in members:
        old = label(body[member])
        if "之" in old:
            continue
        new = with_number(old, number)
        number += 1
        if new is not None and new != old:
            told.append((body[member]["id"], old, new))
            result[member] = {**body[member], "value": {**body[member]["value"], "label": new}}
    return Shaped(result, block_id, relabelled=tuple(told))


def then_renumber(shaped: Shaped, *block_ids: str) -> Shaped:
    """Number anew the series that a change touched."""
    for block_id in block_ids:
        if any(block["id"] == block_id for block in shaped.body):
            again = renumber(shaped.body, block_id)
            shaped = replace(shaped, body=again.body, relabelled=(*shaped.relabelled, *again.relabelled))
    return shaped
