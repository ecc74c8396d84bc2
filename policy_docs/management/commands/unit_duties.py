"""manage.py unit_duties KIND CODE [--on DATE] [--where QUERY] [--as USER] [--section SECTION] [--format text|jsonl|csv]"""

import datetime
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.viewer import UnknownReader, Viewer, named_viewer
from policy_docs.duties import narrowing, report, selectors, tables
from policy_docs.duties.binding import Section
from policy_docs.duties.choices import read_filters


class Command(BaseCommand):
    """Print the duties of a unit: the same rows, in the same order, as its page and its tables give."""

    help = "列出一个单位的职责（与网页和表格同一口径）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("kind", help="单位类别的键，如 public_security")
        parser.add_argument("code", help="行政区划代码，如 532300")
        parser.add_argument("--on", type=datetime.date.fromisoformat, default=None, help="哪一天（默认今天）")
        parser.add_argument("--where", default="", help="网页地址中的筛选条件，如 role=lead&level=province")
        parser.add_argument("--as", dest="reader", default="", help="以哪个用户的权限查看（public 为公众；默认为协调机构）")
        parser.add_argument("--section", choices=[section.value for section in Section], default=Section.DIRECT.value, help="默认只列计入总数的职责")
        parser.add_argument("--format", choices=["text", "jsonl", "csv"], default="text", help="jsonl：每行一个 JSON 对象")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read and print."""
        try:
            unit = selectors.load_unit(options["kind"], options["code"], on=options["on"] or timezone.localdate())
        except selectors.UnitNotFound:
            raise CommandError(_("没有单位“%(kind)s %(code)s”，请用单位类别的键和六位行政区划代码。") % options) from None
        viewer = _viewer(options["reader"])
        rows = selectors.rows_for(unit, viewer=viewer)
        filters = read_filters(QueryDict(options["where"]))
        if options["section"] == Section.DIRECT.value:
            kept = report.counted(rows, filters)
        else:
            kept = narrowing.apply([row for row in rows if row.section == options["section"]], filters)
        found = report.entries(kept, unit, viewer=viewer)
        title = report.heading(unit, len(found))
        if options["format"] == "jsonl":
            for entry in found:
                self.stdout.write(json.dumps(_plain(entry), ensure_ascii=False))
            return
        said = report.lines(report.completeness(rows, unit, viewer=viewer))
        if options["format"] == "csv":
            self.stdout.write(tables.as_csv(title, said, found).decode("utf-8-sig"), ending="")
            return
        self.stdout.write("\n".join([title, *said, ""]))
        for entry in found:
            self.stdout.write(f"[{entry.duty.get_role_display()}] 《{entry.opinion.title}》{entry.path}\t{entry.text}")


def _plain(entry: report.Entry) -> dict[str, Any]:
    duty, page = entry.duty, entry.opinion
    return {
        "doc": page.source_name, "title": page.title, "document_number": page.document_number, "issue_date": str(page.issue_date or ""),
        "level": entry.row.level, "path": entry.path, "unit": duty.kind_id, "role": duty.role, "reach": duty.reach, "written": sorted({span.name_written for span in duty.spans.all() if span.name_written}),
        "state": duty.state, "implicit": duty.implicit, "in_force": entry.row.in_force, "text": entry.text,
    }  # fmt: skip


def _viewer(name: str) -> Viewer:
    try:
        return named_viewer(name)
    except UnknownReader:
        raise CommandError(_("没有用户“%s”。") % name) from None
