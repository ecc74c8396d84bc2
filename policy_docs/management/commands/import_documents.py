"""manage.py import_documents PATH… [--dry-run] [--json] [--draft] [--disclosure open|on_request|closed] [--complete]"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from policy_docs.importing.report import FileReport, Outcome
from policy_docs.importing.run import Chosen, run
from policy_docs.importing.sources.detect import files_in
from policy_docs.jobs import Job
from policy_docs.opinions.pages import OpinionPage


class Command(BaseCommand):
    """Import files and folders; one report line for each file."""

    help = "导入政策文件（文件或文件夹；支持 txt、md、docx、pdf、html）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("paths", nargs="+", type=Path, help="文件或文件夹")
        parser.add_argument("--dry-run", action="store_true", help="只报告，不保存")
        parser.add_argument("--json", action="store_true", help="每行一个 JSON 对象")
        parser.add_argument("--draft", action="store_true", help="存为草稿，不发布")
        choices = [value for value in OpinionPage.Disclosure.values if value]
        parser.add_argument("--disclosure", choices=choices, default="", help="这批文件的公开属性；不写的，看原文有没有“主动公开”字样")
        parser.add_argument(
            "--complete", action="store_true", help="缺少公开属性、发文机关、日期或者行政区划的，不发布，存为草稿；不写的照样发布，在“查漏补缺”中列出"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and print the report."""
        for path in options["paths"]:
            if not path.exists():
                raise CommandError(_("没有找到“%s”，请检查路径。") % path)
        files = list(files_in(options["paths"]))
        job = Job(kind="import", state=Job.State.RUNNING, total=len(files))
        if not options["dry_run"]:
            job.save()
        counts: dict[str, int] = {}
        chosen = Chosen(disclosure=options["disclosure"], complete=options["complete"])
        for report in run(files, actor=None, dry_run=options["dry_run"], live=not options["draft"], chosen=chosen):
            counts[report.outcome.value] = counts.get(report.outcome.value, 0) + 1
            self._print(report, as_json=options["json"])
            job.done += 1
            if job.pk:
                job.save(update_fields=["done", "heartbeat_at"])
        if job.pk:
            job.state, job.result = Job.State.DONE, counts
            job.save()
        if not options["json"]:
            summary = "，".join(f"{Outcome(key).words} {count}" for key, count in counts.items())
            self.stdout.write(_("共 %(total)d 个文件：%(summary)s") % {"total": len(files), "summary": summary or "—"})

    def _print(self, report: FileReport, *, as_json: bool) -> None:
        self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False) if as_json else report.line())
