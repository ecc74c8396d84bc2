"""Short names that a document gives to the units it speaks of: 县级以上人民政府确定的部门（以下统称信用主管部门）. Pure."""

import re
from collections.abc import Sequence
from itertools import islice

from .match import Matcher
from .types import Context

_CALLED = re.compile(r"[（(]以下(?:统一)?(?:统称|简称|称)(?:为|作)?[“\"]?([\u4e00-\u9fa5]{2,16})[”\"]?[）)]")
_MEANS = re.compile(r"本(?:条例|办法|规定|法|细则|意见|规则)所称的?([\u4e00-\u9fa5]{2,12})，?是?指([^。；]{2,120})")
# 市场监督管理部门负责对…进行监督检查: 监督检查部门 is it from here on
_GIVEN_TASK = re.compile(r"(?:部门|机关|机构)(?:主管|负责|依法对|是)[^。；]{0,40}?(监督检查|登记)(?![\u4e00-\u9fa5]{0,2}(?:部门|机关|机构))")
# 房屋所有权人为房屋使用安全责任人
_IS_CALLED = re.compile(r"([^，。；、]{2,24})[为是]((?:[\u4e00-\u9fa5]{2,12})责任人)(?=[。；，]|$)")
_ORGAN = re.compile(r"(?:部门|机关|机构|单位|组织|企业|公司|[人者局委办厅])$")
_SOME_ORGAN = re.compile(r"(?:部门|机关|单位)$")
_BEARERS = frozenset({"public", "enterprises"})
_TAIL = re.compile(r"(?:等)?(?:有关|相关)?[^的，。；、由]{0,6}")  # between a name and the bracket that calls it: 等部门, 等单位
_AT_CHOICE = re.compile(r"政府(?:确定|指定|授权|委托)的(?:其他)?(?:部门|单位|机构)$")
_MOST = 200  # short names of one document: a statute gives a dozen, a hostile file thousands, and each costs time in every clause
_MANY = 4  # kinds under one short name: more of them, or a government that appoints one, are some units and not certain ones


def find_defined(texts: Sequence[str], matcher: Matcher, context: Context) -> dict[str, tuple[str, ...]]:
    """Return the short names that the texts define, each with the keys of the kinds it stands for; what is known by itself is left out."""
    found: dict[str, tuple[str, ...]] = {}
    tasked: dict[str, str] = {}
    for text in texts:
        plain = "".join(text.split())
        if task := _GIVEN_TASK.search(plain):
            for noun in ("部门", "机关"):
                tasked.setdefault(task.group(1) + noun, plain[: task.start() + 2])
        for called in _IS_CALLED.finditer(plain):
            tasked.setdefault(called.group(2), called.group(1))
        if "以下" not in plain and "所称" not in plain:
            continue
        for called in _CALLED.finditer(plain):
            if _is_new(called.group(1), matcher, context):
                found[called.group(1)] = _fitting(called.group(1), _kinds_before(plain[: called.start()], matcher, context))
        for means in _MEANS.finditer(plain):
            if means.group(1) not in found and _is_new(means.group(1), matcher, context):
                found[means.group(1)] = _kinds_before(means.group(2), matcher, context)[:1]
    for term, words in tasked.items():
        if term not in found and any(term in text for text in texts) and _is_new(term, matcher, context):
            found[term] = _kinds_before(words, matcher, context)
    return dict(islice(((term, kinds) for term, kinds in found.items() if kinds), _MOST))


def _fitting(term: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """A department is none of the public, whatever stands before the bracket; some department or other is a member."""
    if set(kinds) <= _BEARERS and re.search(r"(?:部门|机关)$", term) or kinds == ("public",) and term.endswith(("单位", "机构")):
        kinds = ()
    return kinds or (("@members",) if _SOME_ORGAN.search(term) else ())


def _is_new(term: str, matcher: Matcher, context: Context) -> bool:
    return bool(_ORGAN.search(term)) and not any(name.end - name.start == len(term) for name in matcher.match(term, context).names)


def _kinds_before(words: str, matcher: Matcher, context: Context) -> tuple[str, ...]:
    """Kinds of the list that the words end with."""
    words = words[-200:]
    names = matcher.match(words, context).names
    if not names or not _TAIL.fullmatch(words[names[-1].end :]):
        return ()
    if _AT_CHOICE.search(words[: names[-1].end]):  # 乡镇人民政府、街道办事处或者县人民政府确定的单位: the others are told by name
        named = [name for name in names[:-1] if name.kind != "government" and name.enumeration is not None]
        return tuple(dict.fromkeys(name.kind for name in named))[:_MANY] or ("@members",)
    last = [name for name in names if name.enumeration == names[-1].enumeration and name.enumeration is not None] or [names[-1]]
    kinds = tuple(dict.fromkeys(name.kind for name in last))
    return kinds if len(kinds) <= _MANY and "government" not in kinds else ("@members",)
