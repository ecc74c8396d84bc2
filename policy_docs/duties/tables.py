"""XLSX and CSV of lists, above all of a unit's duties: complete, safe against formulas, completeness first."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from .report import Entry

HEAD = (
    "序号", "角色", "单位", "原文写作", "承担层级", "条款", "文件", "发文字号", "发文机关", "成文日期", "文件层级", "效力", "时限", "条件", "同条其他单位",
    "核对状态", "推定", "条款地址", "条款原文",
)  # fmt: skip
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_WIDTHS = (6, 6, 16, 16, 8, 22, 40, 22, 24, 12, 8, 10, 12, 24, 24, 12, 6, 30, 80)


def table_rows(entries: Iterable[Entry]) -> Iterator[tuple[str, ...]]:
    """Yield one row of words for each duty."""
    for number, entry in enumerate(entries, start=1):
        duty, page = entry.duty, entry.opinion
        conditions = dict.fromkeys(span.condition for span in duty.spans.all() if span.condition)
        yield (
            str(number), duty.get_role_display(), duty.kind.name, entry.written, duty.get_reach_display(), entry.path, page.title, page.document_number, page.issuer,
            page.issue_date.isoformat() if page.issue_date else "", page.jurisdiction.get_level_display() if page.jurisdiction else "",
            _("现行有效") if entry.row.in_force else _("已失效或尚未生效"), entry.times, "；".join(conditions), entry.others, duty.get_state_display(),
            _("是") if duty.implicit else "", reverse("policy_docs:clause", args=[page.public_key, duty.clause.public_key]), entry.text,
        )  # fmt: skip


def safe(words: str) -> str:
    """Return a cell that no table program takes for a formula."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words


def as_csv(title: str, lines: Sequence[str], entries: Iterable[Entry]) -> bytes:
    """Return the duties as CSV."""
    return csv_of(title, lines, HEAD, table_rows(entries))


def as_xlsx(title: str, lines: Sequence[str], entries: Iterable[Entry]) -> bytes:
    """Return the duties as a workbook."""
    return xlsx_of(title, lines, HEAD, table_rows(entries), widths=_WIDTHS, sheet="职责")


def csv_of(title: str, lines: Sequence[str], head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return UTF-8 CSV with BOM: the sentences on what is listed, a head line, the rows."""
    out = io.StringIO()
    writer = csv.writer(out)
    for line in (title, *lines):
        writer.writerow([safe(line)])
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_of(title: str, lines: Sequence[str], head: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int], sheet: str) -> bytes:
    """Return a workbook: what is listed on the first sheet, the rows on the second; every cell is text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    first = book.add_worksheet("说明")
    first.set_column(0, 0, 110, wrap)
    for at, line in enumerate((title, *lines)):
        first.write_string(at, 0, line, bold if at == 0 else wrap)
    second = book.add_worksheet(sheet)
    for column, (name, width) in enumerate(zip(head, widths, strict=True)):
        second.set_column(column, column, width, wrap)
        second.write_string(0, column, name, bold)
    second.freeze_panes(1, 0)
    for at, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            second.write_string(at, column, cell[:32_000])
    book.close()
    return out.getvalue()


def attached(data: bytes, name: str, form: str) -> HttpResponse:
    """Answer with a table to be stored under a name; ``form`` is "csv" or "xlsx"."""
    answer = HttpResponse(data, content_type=_TYPES[form])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{form}"
    return answer
