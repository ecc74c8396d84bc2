"""Marks of secrecy on a file (机密★1年, a line «秘密» at its head). Words such as 国家秘密 are none. Pure."""

import re

_HEAD = 1500  # signs: marks stand at the head of a page
_GRADE = r"(?:绝[ \t\u3000]*密|机[ \t\u3000]*密|秘[ \t\u3000]*密)"
_STAR = r"[★☆✩✭⭐]"
# a line of its own, anywhere: an attachment may bear the mark that its notice does not
_LINE = re.compile(rf"^[ \t\u3000]*(?:\d{{4,8}}[ \t\u3000]+)?(?:密[ \t\u3000]*级[：:][ \t\u3000]*)?{_GRADE}[ \t\u3000]*{_STAR}[^\n，。；]{{0,20}}$", re.M)
_AT_HEAD = re.compile(
    rf"^[ \t\u3000]*(?:\d{{4,8}}[ \t\u3000]+)?(?:密[ \t\u3000]*级[：:][ \t\u3000]*)?[（(【\[]?{_GRADE}[）)】\]]?(?:级|件|文件)?"
    rf"[ \t\u3000]*(?:[（(][^\n]{{1,10}}[）)]|(?:长期|\d{{1,2}}[ \t\u3000]*(?:年|个月)))?[ \t\u3000]*(?:特急|加急|平急|特提|急件)?[ \t\u3000]*$"
    rf"|^[ \t\u3000]*密[ \t\u3000]*级[：:][ \t\u3000]*{_GRADE}|(?<![“\"「『‘])(?:^|[^\u4e00-\u9fa5]){_GRADE}[ \t\u3000]*{_STAR}",
    re.M,
)
_NAME = re.compile(rf"{_GRADE}[ \t\u3000]*{_STAR}|[（(【\[]{_GRADE}[）)】\]]|^{_GRADE}[-_ ·—]")


def secrecy_mark(text: str) -> str:
    """Return the mark that a text bears, "" for none."""
    found = _AT_HEAD.search(text[:_HEAD]) or _LINE.search(text)
    return found.group().strip() if found else ""


def name_bears_mark(name: str) -> bool:
    """Whether the name of a file says that it is secret (机密★…, 【秘密】…)."""
    return bool(_NAME.search(name))
