"""Where a quote stands in a text that has changed. Pure."""

import unicodedata


def locate(text: str, quote: str, *, prefix: str = "", suffix: str = "", near: int = 0) -> tuple[int, int] | None:
    """Return the offsets of a quote: of several places the one whose neighbours fit best, then the nearest. White space and the width
    of signs do not count. None where the words are gone."""
    found = _places(text, quote)
    if not found:
        plain, offsets = _plain(text)
        words = _plain(quote)[0]
        found = [(offsets[start], offsets[end - 1] + 1) for start, end in _places(plain, words)] if words else []
    if not found:
        return None
    return max(found, key=lambda place: (_fits(text, place, prefix, suffix), -abs(place[0] - near)))


def _places(text: str, quote: str) -> list[tuple[int, int]]:
    found = []
    at = text.find(quote) if quote else -1
    while at >= 0:
        found.append((at, at + len(quote)))
        at = text.find(quote, at + 1)
    return found


def _plain(text: str) -> tuple[str, list[int]]:
    """The text without white space and with signs of one width, and the offset that each of its signs comes from."""
    signs, offsets = [], []
    for offset, sign in enumerate(text):
        for folded in unicodedata.normalize("NFKC", sign):
            if not folded.isspace():
                signs.append(folded)
                offsets.append(offset)
    return "".join(signs), offsets


def _fits(text: str, place: tuple[int, int], prefix: str, suffix: str) -> int:
    """How many signs before and behind are as they were."""
    before, behind = text[max(0, place[0] - len(prefix)) : place[0]], text[place[1] : place[1] + len(suffix)]
    return _shared(before[::-1], prefix[::-1]) + _shared(behind, suffix)


def _shared(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
