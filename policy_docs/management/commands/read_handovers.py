"""Read the texts of a database that is in use for who hands which information to whom."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from policy_docs.duties.handing import outdated, read_handovers


class Command(BaseCommand):
    """``read_handovers [--dry-run]``."""

    help = _("按现在的规则识别还没有识别过的文件中的信息提供关系；职责及其核对结果不变。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the switch."""
        parser.add_argument("--dry-run", action="store_true", help=_("只报告还有几份文件没有识别，不作改动"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Read what was not read with the rules of today, a document in a transaction."""
        left = list(outdated().order_by("pk").defer("body"))
        if options["dry_run"]:
            self.stdout.write(_("%d 份文件没有按现在的规则识别（未作改动）。") % len(left))
            return
        found = sum(read_handovers(page) for page in left)
        if left:
            self.stdout.write(_("已识别 %(documents)d 份文件的信息提供关系，共 %(found)d 项。") % {"documents": len(left), "found": found})
