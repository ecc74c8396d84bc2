"""On which level the words before a name lay a duty (design decision 5). Pure."""

import re

from .places import COUNTRY, Gazetteer
from .types import Addressee, Context, Level, Reach

_SIGNS = {
    "省": Level.PROVINCE, "自治区": Level.PROVINCE, "直辖市": Level.PROVINCE, "计划单列市": Level.PREFECTURE,
    "州": Level.PREFECTURE, "盟": Level.PREFECTURE, "市": Level.PREFECTURE, "自治州": Level.PREFECTURE, "省辖市": Level.PREFECTURE,
    "县": Level.COUNTY, "区": Level.COUNTY, "旗": Level.COUNTY, "自治县": Level.COUNTY, "自治旗": Level.COUNTY, "市辖区": Level.COUNTY, "县级市": Level.COUNTY,
    "乡": Level.TOWNSHIP, "镇": Level.TOWNSHIP, "民族乡": Level.TOWNSHIP,
}  # fmt: skip
_SIGN = "(?:" + "|".join(sorted(_SIGNS, key=len, reverse=True)) + ")"
# 社区居民, 城市规划, 城乡建设: the sign is part of another word
_NO_SIGN = re.compile(r"(?:[城超门上都夜集]市|[社小园辖地灾校景城山牧林矿新发护街库片厂郊湖湾汛]区|[城下家]乡|[城集村]镇|[红锦军]旗|[联同]盟)$")
_SIGN_RE = re.compile(_SIGN)
_REGIONS = frozenset({"15", "45", "54", "64", "65"})  # 自治区 is written 区
_SEVERAL = re.compile(
    rf"(各|所辖各?|全(?=[省市州]))?((?:不?设区的)|地级)?({_SIGN}(?:（[市州县区旗盟、]{{1,9}}）)?(?:[、和及或]?(?:者)?(?:地级|县级|不?设区的)?{_SIGN}(?:（[市州县区旗盟、]{{1,9}}）)?)*(?:两级|三级)?)$"
)
_EVERY = re.compile(
    r"(县级以上地方各级|县级以上地方|县级以上|市级以上|省级以上|乡级以上|设区的市级以上|地市级以上|各级|上级|下级|同级|本级|上一级|下一级|全国|地方各级|各级各类|全市各级|全州各级|全省各级|所在地|当地|属地|有管辖权的|各|全[省市州县])$"
)
_CENTRAL = re.compile(
    r"^(?:最高|国家|中央|国务院|全国|中国人民银行$)|(?:^|[^干支内外本全分各])部$|总局$|总署$|^(?:审计署|证监会|银保监会|银监会|保监会|海关总署|中共中央|党中央|国办|中办)$"
)


def read(text: str, start: int, alias: str, context: Context, gazetteer: Gazetteer) -> tuple[int, Addressee]:
    """Return where the name with its level words begins, and on whom they lay it."""
    if start >= 3 and text.startswith("国务院", start - 3):
        return start - 3, _of_level(Level.COUNTRY, context, gazetteer)  # 国务院畜牧兽医主管部门
    if alias[1:2] == "委" and alias[0] in _SIGNS:
        start, alias = start + 1, alias[1:]  # 省委, 市委办公室: the sign of the level is part of the name
    party = 1 if start >= 2 and text[start - 1] == "委" and (text[start - 2] in _SIGNS or text[start - 2] == "）") else 0
    at = start - party
    central = _by_alias(alias, context, gazetteer)
    every = _EVERY.search(text, max(0, at - 9), at)
    several = _SEVERAL.search(text, max(0, at - 24), at)
    if several and _NO_SIGN.search(text, max(0, several.start(3) - 1), several.start(3) + 1):
        several = None
    place = gazetteer.ending_at(text, at, context)
    if place and several and not several.group(1) and place[0] < several.start():
        several = None  # 杭州市公安局: 州市 are the last signs of a name
    signs = _SIGN_RE.findall(several.group(3)) if several else []
    if several and (several.group(1) or several.group(2) or len(signs) > 1 or several.group(3) not in _SIGNS):
        if several.group(1) == "全":
            return several.start(), central or Addressee()  # 全市两级法院: every level of the place
        levels = _levels(signs, context, each=several.group(3).endswith("级"))
        return several.start(), _below(levels, context, explicit=bool(several.group(1)))
    if place:
        return place[0], _named(place[1], context)
    if several:
        return several.start(), _single(several.group(3), context, gazetteer)
    if every:
        if every.group(1) in {"下级", "下一级"}:
            return every.start(), Addressee(Reach.LOWER)
        return every.start(), central or Addressee()
    return (at if party else start), central or Addressee()


def _named(code: str, context: Context) -> Addressee:
    return Addressee(Reach.OWN) if code == context.code else Addressee(Reach.NAMED, place=code)


def _levels(signs: list[str], context: Context, *, each: bool) -> tuple[Level, ...]:
    """``each``: 市、县两级 tells the levels apart."""
    found = {_SIGNS[sign] for sign in signs}
    if context.level is Level.PREFECTURE and "市" in signs and not each:
        found = (found - {Level.PREFECTURE}) | {Level.COUNTY}  # 县、市 below a prefecture: 县级市
    return tuple(sorted(found, key=lambda level: level.depth))


def _below(levels: tuple[Level, ...], context: Context, *, explicit: bool) -> Addressee:
    if context.level is None:
        return Addressee(Reach.LOWER, levels) if explicit else Addressee()
    lower = tuple(level for level in levels if level.depth > context.level.depth)
    if len(lower) == len(levels):
        return Addressee(Reach.LOWER, lower)
    return Addressee()  # 省、市、县: every level


def _single(sign: str, context: Context, gazetteer: Gazetteer) -> Addressee:
    if context.level is None:
        return Addressee()
    level = _SIGNS[sign]
    if sign == "区" and context.level is Level.PROVINCE and context.code[:2] in _REGIONS:
        level = Level.PROVINCE
    if sign == "市" and context.level is Level.COUNTY:
        own = gazetteer.by_code.get(context.code)
        level = Level.COUNTY if own and own.name.endswith("市") else Level.PREFECTURE
    if sign == "市" and context.level is Level.PROVINCE and context.code[:2] in {"11", "12", "31", "50"}:
        level = Level.PROVINCE
    return _of_level(level, context, gazetteer)


def _of_level(level: Level, context: Context, gazetteer: Gazetteer) -> Addressee:
    if context.level is None:
        return Addressee(Reach.NAMED, place=COUNTRY) if level is Level.COUNTRY else Addressee()
    if level is context.level:
        return Addressee(Reach.OWN)
    if level.depth > context.level.depth:
        return Addressee(Reach.LOWER, (level,))
    code = gazetteer.at_level(context, level)
    return Addressee(Reach.NAMED, place=code) if code else Addressee()


def _by_alias(alias: str, context: Context, gazetteer: Gazetteer) -> Addressee | None:
    """最高人民法院, 财政部, 高级人民法院 name their level themselves."""
    if _CENTRAL.search(alias) and alias not in {
        "公安部门",
        "宣传部",
        "组织部",
        "统战部",
        "社会工作部",
        "人民武装部",
        "国家机关",
        "国家安全机关",
        "国家安全部门",
        "国家安全局",
    }:
        return _of_level(Level.COUNTRY, context, gazetteer)
    if alias.startswith("高级") or alias == "高院":
        return _of_level(Level.PROVINCE, context, gazetteer)
    if alias.startswith("中级") or alias == "中院":
        return _of_level(Level.PREFECTURE, context, gazetteer)
    if alias.startswith("基层人民") or alias == "基层法院":
        return _of_level(Level.COUNTY, context, gazetteer)
    return None
