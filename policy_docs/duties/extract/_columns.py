"""Tables that divide work: the head of a column says what the units below it do. Pure."""

import re
from dataclasses import dataclass

from policy_docs.duties.types import Role

_CELL = re.compile(r"(?:^|(?<=[\t|]))[^\t|]*")  # an empty cell counts
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")
_FIRST_LEADS = re.compile(r"(?:第一|首位|首个|前)[^，。；]{0,8}(?:为|是)[^，。；]{0,4}(?:牵头|主责)")
_WHO = r"(?:单位|部门|处室|机构)(?:和部门|、部门)?(?:及(?:其)?(?:责任人|负责人|责任领导|人员))?$"
_HEADS = (
    (Role.LEAD, re.compile(rf"^(?:总)?(?:牵头(?:责任)?|主办|主抓|主责){_WHO}|^牵头$")),
    (Role.COOPERATE, re.compile(rf"^(?:主要)?(?:配合|协办|参与|参加|协同|协助|协作|协调)(?:责任)?{_WHO}|^(?:配合|协办)$")),
    (Role.RESPONSIBLE, re.compile(rf"^(?:主要|第一|具体)?(?:责任|承办|落实|实施|负责|完成|执行){_WHO}|^(?:任务)?承担{_WHO}")),
)

_DUE = re.compile(r"^(?:完成|办结|办理|落实|整改|工作)?(?:时限|时间|期限|时间节点|时限要求|时间要求|完成时间)$")
_SAYS_WHEN = re.compile(r"[\d一二三四五六七八九十]|长期|持续|立即|即时|适时|及时|每|年底|月底|全年|常态")
_LONGEST_DUE = 100  # signs that a row keeps


@dataclass(frozen=True, slots=True)
class Column:
    """What those below a head do; ``first_leads``: of several the one that stands first leads (责任单位，排第一位的为牵头单位)."""

    role: Role
    first_leads: bool = False


Columns = tuple[Column | None, ...]


def roles_of_columns(text: str) -> Columns:
    """Return the role of each column where the row is the head of a table that divides work, else ()."""
    heads = tuple(_column("".join(cell.group().split())) for cell in _CELL.finditer(text))
    return heads if any(heads) else ()


def _column(head: str) -> Column | None:
    words = _ASIDE.sub("", head)
    role = next((role for role, pattern in _HEADS if pattern.match(words)), None)
    return Column(role, bool(_FIRST_LEADS.search(head))) if role else None


def column_at(text: str, at: int, columns: Columns) -> tuple[Column | None, int, int]:
    """Return the head of the column that holds the offset ``at``, and where that cell begins and ends."""
    for number, cell in enumerate(_CELL.finditer(text)):
        if cell.start() <= at < cell.end():
            return columns[number] if number < len(columns) else None, cell.start(), cell.end()
    return None, at, at


def due_column(text: str) -> int | None:
    """Return which column of a head says until when a task is done, None where none does."""
    heads = ("".join(cell.group().split()) for cell in _CELL.finditer(text))
    return next((number for number, head in enumerate(heads) if _DUE.match(head)), None)


def due_in(text: str, column: int) -> str:
    """Return the words of a row's cell in that column, "" where it holds none."""
    cells = _CELL.findall(text)
    words = "".join(cells[column].split()) if column < len(cells) else ""
    return words[:_LONGEST_DUE] if _SAYS_WHEN.search(words) else ""
