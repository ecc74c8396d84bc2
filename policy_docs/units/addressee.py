"""On which level the words before a name lay a duty (design decision 5). Pure."""

import re

from .places import COUNTRY, Gazetteer
from .types import Addressee, Context, Level, Reach

_SIGNS = {
    "省": Level.PROVINCE, "州": Level.PREFECTURE, "盟": Level.PREFECTURE, "市": Level.PREFECTURE,
    "县": Level.COUNTY, "区": Level.COUNTY, "旗": Level.COUNTY, "乡": Level.TOWNSHIP, "镇": Level.TOWNSHIP,
}  # fmt: skip
_REGIONS = frozenset({"15", "45", "54", "64", "65"})  # 自治区 is written 区
_SEVERAL = re.compile(
    r"(各|所辖各?|全(?=[省市州]))?(设区的|地级)?([省市州县区旗盟乡镇](?:（[市州县区旗盟、]{1,9}）)?(?:[、和及或](?:地级|县级)?[省市州县区旗盟乡镇](?:（[市州县区旗盟、]{1,9}）)?)*(?:两级|三级)?)$"
)
_EVERY = re.compile(r"(各级|上级|下级|同级|本级|上一级|下一级|全国|地方各级|各级各类|全市各级|全州各级|全省各级|所在地|当地|属地|有管辖权的|各|全[省市州县])$")
_CENTRAL = re.compile(
    r"^(?:最高|国家|中央|国务院|全国|中国人民银行$)|(?:^|[^干支内外本全分各])部$|总局$|总署$|^(?:审计署|证监会|银保监会|银监会|保监会|海关总署|中共中央|党中央|国办|中办)$"
)


def read(text: str, start: int, alias: str, context: Context, gazetteer: Gazetteer) -> tuple[int, Addressee]:
    """Return where the name with its level words begins, and on whom they lay it."""
    party = 1 if text[start - 1 : start] == "委" and text[start - 2 : start - 1] in _SIGNS and start >= 2 else 0
    at = start - party
    central = _by_alias(alias, context, gazetteer)
    every = _EVERY.search(text, max(0, at - 6), at)
    several = _SEVERAL.search(text, max(0, at - 16), at)
    if several and (several.group(1) or several.group(2) or len(several.group(3)) > 1):
        if several.group(1) == "全":
            return several.start(), central or Addressee()  # 全市两级法院: every level of the place
        levels = _levels(several.group(3), context)
        return several.start(), _below(levels, context, explicit=bool(several.group(1)))
    place = gazetteer.ending_at(text, at, context)
    if place:
        return place[0], _named(place[1], context)
    if several:
        return several.start(), _single(several.group(3)[0], context, gazetteer)
    if every:
        if every.group(1) in {"下级", "下一级"}:
            return every.start(), Addressee(Reach.LOWER)
        return every.start(), central or Addressee()
    return (at if party else start), central or Addressee()


def _named(code: str, context: Context) -> Addressee:
    return Addressee(Reach.OWN) if code == context.code else Addressee(Reach.NAMED, place=code)


def _levels(signs: str, context: Context) -> tuple[Level, ...]:
    found = {_SIGNS[sign] for sign in signs if sign in _SIGNS}
    if context.level is Level.PREFECTURE and "市" in signs:
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
    if _CENTRAL.search(alias) and alias not in {"公安部门", "宣传部", "组织部", "统战部", "社会工作部", "人民武装部"}:
        return _of_level(Level.COUNTRY, context, gazetteer)
    if alias.startswith("高级") or alias == "高院":
        return _of_level(Level.PROVINCE, context, gazetteer)
    if alias.startswith("中级") or alias == "中院":
        return _of_level(Level.PREFECTURE, context, gazetteer)
    if alias.startswith("基层人民") or alias == "基层法院":
        return _of_level(Level.COUNTY, context, gazetteer)
    return None
