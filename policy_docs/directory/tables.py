"""The directory as a workbook, and the empty one to be filled in. Every cell is text: no table program takes one for a formula."""

import io
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from policy_docs.units.vocabulary import Vocabulary

from .selectors import Line
from .sheet import HEAD

_WIDTHS = (14, 18, 22, 28, 10, 12, 28, 20, 16, 14, 14, 14)
_HOW = (
    "一行填一个人。一个单位有几名联络员，就填几行。",
    "“行政区划代码”和“行政区划”填一项即可；有重名的地方请填代码。“单位类别”和“单位”填一项即可。",
    "“身份”填“责任领导”或“联络员”。手机填 11 位数字；办公电话写成 0878-3123456，有分机的写成 0878-3123456-801。",
    "某单位的某种身份只要在表中出现，就以表为准：表中没有的人记为离任。表中没有出现的单位和身份不变。",
    "有人离任的，在“离任日期”填日期；换人的，直接改成新人，手机和任职日期也改成新人的。只改一个错字、号码不变的，按更正姓名办理；按哪一种办理，上传后逐行说明。",
    "“最近确认”只供查看，导入时不读取。",
    "上传以后先显示将有哪些变化，确认以后才写入。请不要使用公式和宏。",
)


def contact_rows(lines: Iterable[Line]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each person, one for a unit without any."""
    for line in lines:
        entry = line.entry
        unit = (entry.jurisdiction_id, line.place, line.kind_name, line.name)
        confirmed = entry.confirmed_on.isoformat() if entry.confirmed_on else ""
        people = [*line.leaders, *line.liaisons]
        for row in people:
            since = row.since.isoformat() if row.since else ""
            until = row.until.isoformat() if row.until else ""
            yield (*unit, row.get_role_display(), row.name, row.post, row.office_phone, row.mobile, since, until, confirmed)
        if not people:
            yield (*unit, "", "", "", "", "", "", "", confirmed)


def as_xlsx(rows: Iterable[Sequence[str]], said: Sequence[str], *, vocabulary: Vocabulary | None = None) -> bytes:
    """Return a workbook: contacts, how to fill it in and what it is; with a vocabulary the kinds too."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    bold, text = book.add_format({"bold": True, "num_format": "@"}), book.add_format({"num_format": "@"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("通讯录")
    for column, (name, width) in enumerate(zip(HEAD, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width, text)
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 0)
    sheet.data_validation(1, HEAD.index("身份"), 5000, HEAD.index("身份"), {"validate": "list", "source": ["责任领导", "联络员"]})
    for at, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell, text)
    how = book.add_worksheet("说明")
    how.set_column(0, 0, 110, wrap)
    for at, line in enumerate((*said, *(_(words) for words in _HOW))):
        how.write_string(at, 0, line, wrap)
    if vocabulary is not None:
        kinds = book.add_worksheet("单位类别")
        kinds.set_column(0, 0, 40, text)
        for at, name in enumerate(sorted(kind.name for kind in vocabulary.kinds if not (kind.is_group or kind.is_open))):
            kinds.write_string(at, 0, name, text)
    book.close()
    return out.getvalue()
