"""Two edits of one body that began from the same text: what each of them changed, and both put together. Pure.

A block is the same one by its id. What only one side changed is no question; what both changed in different ways is, and it is never decided
here. An edit may cover a part of the body: what stands neither in its beginning nor in its result is none of its concern.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Raw = dict[str, Any]  # {"type", "value": {"label", "text", "level"}, "id"}


class Side(StrEnum):
    """Whose text is taken."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Difference:
    """A block that is not the same on both sides; None where a side has none. ``chosen`` is the side that alone has changed it."""

    block_id: str
    mine: Raw | None
    theirs: Raw | None
    chosen: Side | None

    @property
    def choices(self) -> tuple[Side, ...]:
        """The sides that can be taken: both only where each has a text."""
        return tuple(Side) if self.mine and self.theirs else (Side.MINE, Side.THEIRS)


def digest(block: Raw) -> str:
    """Return a short hash of all that a block says."""
    value = block["value"]
    told = repr((block["type"], value.get("label") or "", value.get("text") or "", value.get("level") or 0))
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def differences(base: Mapping[str, str], theirs: Sequence[Raw], mine: Sequence[Raw]) -> list[Difference]:
    """Return the blocks that differ, in the order of the text that stands; ``base``: id → digest of what the edit began from."""
    here, there = _by_id(mine), _by_id(theirs)
    order = [block["id"] for block in _placed(theirs, mine, here.keys() - there.keys())]
    return list(_differences(base, here, there, order))


def _differences(base: Mapping[str, str], here: Mapping[str, Raw], there: Mapping[str, Raw], order: Sequence[str]) -> Iterator[Difference]:
    for block_id in order:
        own, other = here.get(block_id), there.get(block_id)
        if own is None and block_id not in base:
            continue  # outside of the edit, or new on the other side
        began, own_now, other_now = base.get(block_id), own and digest(own), other and digest(other)
        if own_now == other_now:
            continue
        if began is not None and other_now == began or began is None and other is None:
            yield Difference(block_id, own, other, Side.MINE)
        elif began is not None and own_now == began:
            yield Difference(block_id, own, other, Side.THEIRS)
        else:
            yield Difference(block_id, own, other, None)


def moved(base: Sequence[str], blocks: Sequence[Raw]) -> bool:
    """Say whether what an edit began from now stands in another order."""
    known = set(base)
    now = [block["id"] for block in blocks if block["id"] in known]
    return now != [block_id for block_id in base if block_id in set(now)]


def merge(base: Mapping[str, str], theirs: Sequence[Raw], mine: Sequence[Raw], chosen: Mapping[str, Side]) -> list[Raw]:
    """Return both edits in one body; ``chosen`` names the side for each difference.

    The order is that of the text that stands; where only this edit moved blocks, theirs follows it. Raises ``KeyError`` where a side is missing.
    """
    here, there = _by_id(mine), _by_id(theirs)
    result: list[Raw] = []
    found = {item.block_id: item for item in differences(base, theirs, mine)}
    for block in _placed(_reordered(base, theirs, mine), mine, here.keys() - there.keys()):
        item = found.get(block["id"])
        if item is None:
            result.append(block)
            continue
        side = chosen[item.block_id]
        taken = item.mine if side is Side.MINE else item.theirs
        if taken is not None:
            result.append(taken)
        if side is Side.BOTH and item.mine is not None:
            result.append({**item.mine, "id": str(uuid.uuid4())})
    return result


def _by_id(blocks: Sequence[Raw]) -> dict[str, Raw]:
    return {block["id"]: block for block in blocks}


def _reordered(base: Mapping[str, str], theirs: Sequence[Raw], mine: Sequence[Raw]) -> list[Raw]:
    """The other side's blocks; those that both know change places among themselves where this edit alone moved them."""
    order = list(base)
    if moved(order, theirs) or not moved(order, mine):
        return list(theirs)
    there = _by_id(theirs)
    shared = [block["id"] for block in mine if block["id"] in there and block["id"] in base]
    slots = set(shared)
    places = iter(shared)
    return [there[next(places)] if block["id"] in slots else block for block in theirs]


def _placed(theirs: Sequence[Raw], mine: Sequence[Raw], added: "set[str]") -> list[Raw]:
    """The other side's blocks with those that only this edit has, each behind the block that it follows here."""
    result = list(theirs)
    at = {block["id"]: number for number, block in enumerate(result)}
    before = ""
    for position, block in enumerate(mine):
        if block["id"] in added:
            place = at[before] + 1 if before in at else _ahead_of_next(mine[position + 1 :], at, len(result))
            result.insert(place, block)
            at = {item["id"]: number for number, item in enumerate(result)}
        before = block["id"]
    return result


def _ahead_of_next(following: Sequence[Raw], at: Mapping[str, int], end: int) -> int:
    return next((at[block["id"]] for block in following if block["id"] in at), end)
