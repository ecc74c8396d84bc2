"""Values that cross the boundary of segmenting and identifying. Pure: imports no framework."""

from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """Kinds of blocks of an opinion's body; their order is the order of the source."""

    TITLE = "title"
    FRONT = "front"  # 发文机关标志, 文号, 题注, 目录 before the text
    NOTICE = "notice"  # the wrapping notice: 主送, its paragraphs, its signature and date
    PREAMBLE = "preamble"
    HEADING = "heading"
    CLAUSE = "clause"
    TABLE = "table"
    ATTACHMENT = "attachment"
    BACK = "back"  # signature, date, 附注, 抄送, source line
    LEFT_OUT = "left_out"  # web page noise, kept but not shown


@dataclass(frozen=True, slots=True)
class Block:
    """One block. ``label`` as written (一、 （一） 第一条 1.) or ""; ``text`` without it (a run-in head stays in it).

    ``level`` is the depth in the outline, 1 for the top. An unlabelled block has the level of the block it belongs to (the article whose
    later paragraph it is, or the heading it stands under); 0 where it belongs to none. ``path`` and ``para`` follow from the levels:
    see outline.place().
    """

    kind: BlockKind
    label: str
    text: str
    level: int = 0
    path: tuple[str, ...] = ()
    para: int = 0


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation found in a text: offsets of the whole citation, the title without 《》, the number in normal form, the relation verb's
    kind (based_on, implements, wraps, supersedes, amends, interprets, mentions)."""

    start: int
    end: int
    title: str
    number_key: str
    written: str
    relation: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What a text says of itself. What it lacks is empty; nothing is guessed."""

    title: str = ""
    number: str = ""  # document number in display form: 浙委法发〔2020〕2号
    number_key: str = ""  # normal form for matching
    number_written: str = ""  # as written in the source
    issuer: str = ""
    issue_date: str = ""  # ISO
    jurisdiction: str = ""  # full name of the place
    code: str = ""  # GB/T 2260
    kind: str = ""  # 实施意见, 实施方案, 通知, 办法 …
    addressees: str = ""  # 主送
    notice_title: str = ""
    notice_issuer: str = ""
    notice_date: str = ""
    effective_date: str = ""  # 自…起施行, ISO
    expiry_date: str = ""  # 有效期至…, 有效期5年: the last day in force, ISO
    text_date: str = ""  # the last day named in the notes below the title (修正, 施行): from then on this text stands, ISO
    repeals: tuple[str, ...] = ()  # number keys or titles that the text repeals
    warnings: tuple[str, ...] = field(default=())
