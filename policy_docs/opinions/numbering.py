"""Labels with another number, in the style that they are written in. Pure."""

import re

from .labels import NUM, Style, label_of, number_in

_DIGITS = "零一二三四五六七八九"
_RUN = re.compile(rf"[{NUM}]+|[0-9]+|[０-９]+")
_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
#: runs of signs that are numbers in themselves: first sign, how many
_ENCLOSED = (("①", 20), ("⑴", 20), ("⒈", 20), ("㈠", 10))
_THROUGHOUT = frozenset({Style.ARTICLE})  # articles are counted through all chapters


def style_of(label: str) -> Style | None:
    """Return the style of a label, None where it is no numbering (【…】, a name)."""
    found = label_of(f"{label} 文") or label_of(label)
    return found.style if found and found.label == label else None


def runs_throughout(style: Style) -> bool:
    """Say whether a numbering runs through the whole text instead of starting anew under each heading."""
    return style in _THROUGHOUT


def number_of(label: str) -> int:
    """Return the number that a label bears; 0 for none. Of «1.2» the last one."""
    sign = _enclosed(label)
    if sign:
        return sign[2]
    if style_of(label) is Style.LETTER:
        return ord(next(part for part in label.lower() if part.isascii() and part.isalpha())) - ord("a") + 1
    found = _number(label)
    return number_in(found.group()) if found else 0


def with_number(label: str, number: int) -> str | None:
    """Return a label with another number, all else as written; None where its style has no such number (第三条之一, ① beyond 20)."""
    if number < 1 or "之" in label:
        return None
    sign = _enclosed(label)
    if sign:
        at, first, _old = sign
        limit = next(count for start, count in _ENCLOSED if start == first)
        return label[:at] + chr(ord(first) + number - 1) + label[at + 1 :] if number <= limit else None
    if style_of(label) is Style.LETTER:
        at = next(at for at, part in enumerate(label) if part.isascii() and part.isalpha())
        first = "A" if label[at].isupper() else "a"
        return label[:at] + chr(ord(first) + number - 1) + label[at + 1 :] if number <= 26 else None
    found = _number(label)
    if found is None:
        return None
    return label[: found.start()] + _written(number, like=found.group()) + label[found.end() :]


def chinese(number: int) -> str:
    """Return a number below 10,000 as labels write it: 十二, 一百零三."""
    words, zero = "", False
    for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, value)
        if digit:
            words += ("零" if zero else "") + ("" if digit == 1 and unit == "十" and not words else _DIGITS[digit]) + unit
            zero = False
        elif words and number:
            zero = True
    return words


def _number(label: str) -> re.Match[str] | None:
    """The last run of numerals: the one that counts on in 1.2."""
    return next(iter(reversed(list(_RUN.finditer(label)))), None)


def _written(number: int, *, like: str) -> str:
    if like[0] in NUM:
        return chinese(number)
    words = str(number).zfill(len(like)) if like[0] in "0０" else str(number)
    return words.translate(_FULL) if like[0] in "０１２３４５６７８９" else words


def _enclosed(label: str) -> tuple[int, str, int] | None:
    for at, sign in enumerate(label):
        for first, count in _ENCLOSED:
            if 0 <= ord(sign) - ord(first) < count:
                return at, first, ord(sign) - ord(first) + 1
    return None
