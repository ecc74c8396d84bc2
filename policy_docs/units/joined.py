"""Names that hold something inside: 公检法, a sign for each organ, and 团楚雄州委, 楚雄监管分局, around or behind a place. Pure."""

import re
from collections.abc import Iterator
from itertools import permutations

from . import addressee as levels
from .places import Gazetteer
from .types import Addressee, Context, Name
from .wording import TITLES

KINDS_OF_SIGNS = {"公": "public_security", "检": "procuratorate", "法": "court", "司": "justice", "安": "state_security"}
# 公检法, 检、法、公 in every order; no 法律, 检察, 公安
_TRIO = re.compile(
    rf"(?<![办立司执宪刑民依合违守普])(?:{'|'.join('、?'.join(signs) for signs in permutations('公检法'))})(?:、?司(?!法))?(?:、?安(?!全))?"
    r"(?![律院规制治定人官察查验测疫举众民务布开告示证正安])"
)
_PAIR = re.compile(r"(?:检、?法|法、?检)(?=两(?:院|家|长))")  # 法检两院
# 团市委, 团楚雄州委, 共青团楚雄州委; no 集团
_LEAGUE = re.compile(r"(?:共青|(?<![集社财兵师军剧乐旅参访代表考察]))团([\u4e00-\u9fa5]{0,7}?[省市州县区旗盟])委(?:员会)?(?![员托派])")
_CENTRAL = re.compile(r"(?:国家)?金融(?:监督管理|监管)总局\Z")
_BRANCH = re.compile(r"(?:金融)?监管(?:分局|支局)")


def trio(plain: str) -> Iterator[Name]:
    """公、检、法: one sign each, in whatever order."""
    for pattern in (_TRIO, _PAIR):
        for found in pattern.finditer(plain):
            for offset, sign in enumerate(found.group()):
                if sign in KINDS_OF_SIGNS:
                    at = found.start() + offset
                    yield Name(at, at + 1, KINDS_OF_SIGNS[sign], sign, Addressee(), alias=sign)


def around_places(plain: str, context: Context, gazetteer: Gazetteer) -> Iterator[Name]:
    """团楚雄州委 and 团县委 of the youth league; 楚雄监管分局, which a place before it makes the one that supervises finance."""
    titles = [title.span() for title in TITLES.finditer(plain)]
    for found in _LEAGUE.finditer(plain) if "团" in plain else ():
        if any(start < found.start() < end for start, end in titles):
            continue
        begins, to = levels.read(plain, found.end(1), "委", context, gazetteer)
        if begins == found.start(1):
            yield Name(found.start(), found.end(), "youth_league", found.group(), to, alias="团委")
    for found in _BRANCH.finditer(plain) if "监管" in plain else ():
        place = gazetteer.ending_at(plain, found.start(), context)
        if place:
            begins, to = levels.read(plain, found.start(), found.group(), context, gazetteer)
            above = _CENTRAL.search(plain, 0, begins)
            begins = above.start() if above else begins  # 国家金融监督管理总局楚雄监管分局
            yield Name(begins, found.end(), "financial_regulation", plain[begins : found.end()], to, alias="金融监管分局")
