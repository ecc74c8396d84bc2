"""Numbers as automatic numbering writes them: the formats of Word (w:numFmt, mso-level-number-format) and of style sheets (list-style-type). Pure."""

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_UNITS, _LEGAL_UNITS = ("", "十", "百", "千"), ("", "拾", "佰", "仟")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def numeral(value: int, style: str) -> str:
    """Return a number in a format, "" where the format shows none (bullets)."""
    name = style.lower().replace("-", "")
    if name in ("none", "bullet", "disc", "circle", "square", "image") or value < 0:
        return ""
    if "legal" in name:
        return _chinese(value, _LEGAL, _LEGAL_UNITS)
    if name == "ideographtraditional":
        return _STEMS[value - 1] if 0 < value <= 10 else str(value)
    if any(part in name for part in ("chinese", "ideograph", "japanese", "cjk", "taiwan")) and "enclosed" not in name:
        return _chinese(value, _DIGITS, _UNITS)
    if name.endswith(("letter", "alpha", "latin")):
        return _cased(_letters(value), name)
    if name.endswith("roman"):
        return _cased(_roman(value), name)
    return _enclosed(value, name) or str(value)


def _enclosed(value: int, name: str) -> str:
    first = {"decimalenclosedcircle": 0x2460, "circlenum": 0x2460, "decimalenclosedparen": 0x2474, "decimalenclosedfullstop": 0x2488}
    base = next((code for start, code in first.items() if name.startswith(start)), 0)
    if base and 0 < value <= 20:
        return chr(base + value - 1)
    if name.startswith("decimalfullwidth"):
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(value))
    return f"{value:02d}" if name in ("decimalzero", "decimalleadingzero") else ""


def _chinese(value: int, digits: str, units: tuple[str, ...]) -> str:
    if not 0 < value < 10_000:
        return digits[0] if value == 0 else str(value)
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + digits[digit] + units[place]
        gap = False
    return words[1:] if words.startswith("一十") else words


def _letters(value: int) -> str:
    words = ""
    while value > 0:
        value, rest = divmod(value - 1, 26)
        words = chr(ord("a") + rest) + words
    return words


def _roman(value: int) -> str:
    words = ""
    for worth, sign in _ROMAN:
        count, value = divmod(value, worth)
        words += sign * count if count < 10 else ""
    return words


def _cased(words: str, name: str) -> str:
    return words.upper() if name.startswith("upper") else words


def before(label: str, words: str) -> str:
    """Return the words with their number, parted where they would be read as one: 第一条 的, 1.1 总则, 1. 3个工作日."""
    if not label:
        return words
    closed = label[-1] in "、.．）)〕】，：:。" and not words[:1].isdigit()
    return f"{label}{words}" if closed or label[-1].isspace() else f"{label} {words}"
