"""manage.py check_index [--repair] [--json]"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from policy_docs.jobs import Job
from search.index import check


class Command(BaseCommand):
    """Compare the index with the database, print what differs, and have it written again where that is wanted. Fails where something is left apart."""

    help = "比对查找索引与数据库"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--repair", action="store_true", help="把不一致的文件重新编入")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare here, as a job that the page of what is missing shows."""
        job = check.here()
        if job is None:
            raise CommandError(_("另一次比对正在进行，请等它完成。"))
        if job.state != Job.State.DONE:
            raise CommandError(_("比对没有完成：%s") % job.error)
        apart = job.result["apart"]
        if options["json"]:
            self.stdout.write(json.dumps({"entries": job.result["entries"], "waiting": job.result["waiting"], "apart": apart}, ensure_ascii=False))
        else:
            self._print(job.result)
        if not apart:
            return
        if not options["repair"]:
            raise CommandError(_("%d 份文件不一致。加上 --repair 重新编入。") % len(apart))
        done = check.mend(job)
        if not options["json"]:
            self.stdout.write(_("已安排重新编入 %d 份文件。") % done)

    def _print(self, result: dict[str, Any]) -> None:
        self.stdout.write(_("索引共 %(entries)d 条；%(waiting)d 处改动正在编入，不算不一致。") % result)
        for key, missing, left_over, outdated in result["apart"]:
            words = _("%(key)s：缺 %(missing)d 条，不是最新 %(outdated)d 条，多出 %(left)d 条")
            self.stdout.write(words % {"key": key, "missing": missing, "outdated": outdated, "left": left_over})
        if not result["apart"]:
            self.stdout.write(_("索引与数据库一致。"))
