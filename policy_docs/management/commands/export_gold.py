"""manage.py export_gold [--doc NAME]"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from policy_docs.duties.gold import gold_rows


class Command(BaseCommand):
    """Print the clauses that people have settled, one JSON object a line."""

    help = "导出人工核对的结果：每行一个条款，一个 JSON 对象"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--doc", help="只导出这一份（文件名，不带扩展名）")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the rows."""
        for row in gold_rows([options["doc"]] if options["doc"] else None):
            self.stdout.write(json.dumps(row, ensure_ascii=False))
