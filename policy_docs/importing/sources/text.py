"""Plain text and Markdown."""

import re

import charset_normalizer

from .base import ReadResult, SourceError

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_HEAD_MARK = re.compile(r"#{1,6}(?:\s+|$)")  # an empty heading is a mark alone
_INDENT = "\u3000\u3000"


def decode(data: bytes) -> ReadResult:
    """Return the text of bytes in UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030.

    Raises:
        SourceError: none of them fits.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _clean(data.decode("utf-16", "replace"))
    if code := wide_code(data):
        return _clean(data.decode(code, "replace"))
    try:
        return _clean(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
        if _reads_as_chinese(text):
            return _clean(text)
    except UnicodeDecodeError:
        pass
    guess = charset_normalizer.from_bytes(data[:200_000]).best()
    if guess is None or not _reads_as_chinese(str(guess)):
        raise SourceError("文字显示为乱码，不能识别。请用 Word 或 WPS 打开这个文件，另存为 docx 后再导入。")
    return _clean(data.decode(guess.encoding, "replace"))


def wide_code(data: bytes) -> str:
    """Return the code of a text in UTF-16 that does not say so (every line end holds a zero byte), "" for any other."""
    sample = data[:4096]
    if b"\x00" not in sample:
        return ""
    codes = ("utf-16-le", "utf-16-be")
    return next((code for code in codes if _reads_as_chinese(sample[: len(sample) // 2 * 2].decode(code, "replace"))), "")


def _reads_as_chinese(text: str) -> bool:
    """Whether most signs are ones that documents use: a wrong code gives rare signs and boxes."""
    sample = text[:5000]
    usual = sum(
        char.isspace()
        or char.isascii()
        and char.isprintable()
        or "\u4e00" <= char <= "\u9fff"
        or "\u3000" <= char <= "\u303f"
        or "\uff00" <= char <= "\uffef"
        or char in "“”‘’…—·○〇①②③④⑤⑥⑦⑧⑨⑩"
        for char in sample
    )
    return not sample or usual >= 0.9 * len(sample)


def _clean(text: str) -> ReadResult:
    cleaned, count = _CONTROL.subn("", text)
    return ReadResult(cleaned, (f"去掉了 {count} 个看不见的符号。",) if count else ())


def read_markdown(data: bytes) -> ReadResult:
    """Return Markdown without comments and heading marks; nothing else is taken away.

    A heading and what follows it are indented: they are paragraphs of their own, however their words end.
    """
    plain = decode(data)
    found: list[str] = []
    behind_heading = False
    for line in _COMMENT.sub("", plain.text).split("\n"):
        mark = _HEAD_MARK.match(line)
        words = line[mark.end() :] if mark else line
        apart = mark is not None or behind_heading
        found.append(_INDENT + words if apart and words.strip() else words)
        behind_heading = mark is not None or (behind_heading and not words.strip())
    return ReadResult("\n".join(found), plain.warnings)
