"""Which blocks that a person typed anew are old ones. Pure.

Wagtail's editor knows no «cut and paste»: who deletes a clause and types it elsewhere has made a new one, and an address and confirmed duties
would be lost. So what an edit brings is compared with the text that it began from: the same words are the same clause; of a clause whose
words now stand in two blocks the longer one keeps the identity; a clause whose words now stand in another block is gone into that one.
"""

import unicodedata
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from .merging import Raw
from .shaping import words

_SHORTEST = 8  # signs: fewer stand in any clause
_ENDS = "，,、；;。.：: "


@dataclass(slots=True)
class Descent:
    """``split``: new id → id that it was parted from; ``merged``: id that is gone → id that holds its words."""

    split: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)


def settle(old: Sequence[Raw], new: Sequence[Raw]) -> tuple[list[Raw], Descent]:
    """Return an edited body with the ids that its blocks deserve, and what was split and merged by hand."""
    result, descent = list(new), Descent()
    before = {block["id"]: block for block in old}
    kept = {block["id"] for block in new}
    gone = [block for block in old if block["id"] not in kept]
    fresh = [at for at, block in enumerate(new) if block["id"] not in before]
    if not fresh and not gone:
        return result, descent
    _same(result, gone, fresh)
    _split(result, before, fresh, descent)
    _merged(result, old, before, gone, descent)
    return result, descent


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _same(result: list[Raw], gone: list[Raw], fresh: list[int]) -> None:
    """Same words elsewhere: a clause that was moved by hand."""
    left: dict[str, deque[Raw]] = defaultdict(deque)
    for block in gone:
        if _plain(words(block)):
            left[_plain(words(block))].append(block)
    for at in list(fresh):
        found = left.get(_plain(words(result[at])))
        if found:
            block = found.popleft()
            result[at] = {**result[at], "id": block["id"]}
            gone.remove(block)
            fresh.remove(at)


def _holds(whole: str, part: str) -> bool:
    part = part.strip(_ENDS)
    return _SHORTEST <= len(part) < len(whole) and part in whole


def _is_part(whole: str, part: str) -> bool:
    """Say whether words are a part of others; all of them once more are a copy, which takes nothing from the clause that was parted."""
    return _holds(whole, part) and part.strip(_ENDS) != whole.strip(_ENDS)


def _split(result: list[Raw], before: dict[str, Raw], fresh: list[int], descent: Descent) -> None:
    """Words of a clause that went into a new block; the longer part keeps the identity."""
    shortened = {}
    for at, block in enumerate(result):
        was = before.get(block["id"])
        if was is not None and len(_plain(words(block))) < len(_plain(words(was))):
            shortened[block["id"]] = (at, _plain(words(was)))
    for origin, (at, whole) in shortened.items():
        rest = _plain(words(result[at]))
        parts = [place for place in fresh if _is_part(whole, _plain(words(result[place])))]
        if not parts or rest.strip(_ENDS) not in whole:
            continue
        longest = max(parts, key=lambda place: (len(_plain(words(result[place]))), -place))
        if len(_plain(words(result[longest]))) > len(rest):
            new_id = result[longest]["id"]
            result[longest] = {**result[longest], "id": origin}
            result[at] = {**result[at], "id": new_id}
            parts = [at if place == longest else place for place in parts]
        for place in parts:
            descent.split[result[place]["id"]] = origin
            if place in fresh:
                fresh.remove(place)


def _merged(result: list[Raw], old: Sequence[Raw], before: dict[str, Raw], gone: list[Raw], descent: Descent) -> None:
    """Clauses whose words went into another block: the first of them keeps the identity."""
    order = {block["id"]: at for at, block in enumerate(old)}
    grown = [at for at, block in enumerate(result) if block["id"] not in before or len(_plain(words(block))) > len(_plain(words(before[block["id"]])))]
    plain = {at: _plain(words(result[at])) for at in grown}
    for block in list(gone):
        into = next((at for at in grown if _holds(plain[at], _plain(words(block)))), None)
        if into is None:
            continue
        holder = result[into]["id"]
        if holder not in before or (order[block["id"]] < order[holder] and _holds(plain[into], _plain(words(before[holder])))):
            result[into] = {**result[into], "id": block["id"]}
            if holder in before:
                descent.merged[holder] = block["id"]
                for gone_id, target in descent.merged.items():
                    if target == holder:
                        descent.merged[gone_id] = block["id"]
        else:
            descent.merged[block["id"]] = holder
        gone.remove(block)
