"""Folding of signs: width, case, brackets, traditional characters. The result has the length of the input, so offsets hold."""

import unicodedata
from functools import cache

from opencc import OpenCC

_BRACKETS = str.maketrans({**dict.fromkeys("〔［【﹝〖（「『(", "["), **dict.fromkeys("〕］】﹞〗）」』)", "]")})
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))


class _Signs(dict[int, int]):
    """Sign → folded sign, filled as signs come up."""

    def __missing__(self, code: int) -> int:
        sign = chr(code)
        if 0xD800 <= code <= 0xDFFF:
            folded = "\ufffd"  # a lone surrogate: the segmenter refuses it
        else:
            folded = unicodedata.normalize("NFKC", sign.translate(_BRACKETS).translate(_QUOTES)).lower().translate(_BRACKETS)
            if len(folded) != 1:  # ㈠ … ﬁ: would move the offsets
                folded = sign
        self[code] = ord(folded)
        return self[code]


_SIGNS = _Signs()


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def fold(text: str) -> str:
    """Return the text with its signs folded; same length."""
    folded = text.translate(_SIGNS)
    if folded.isascii():
        return folded
    simple: str = _converter().convert(folded)
    if len(simple) == len(folded):
        return simple
    return "".join(part if len(part) == 1 else sign for sign, part in ((sign, _converter().convert(sign)) for sign in folded))
