"""manage.py export_clauses [--doc NAME]"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from policy_docs.duties.exports import clause_rows


class Command(BaseCommand):
    """Print every block as one JSON object a line, in document order."""

    help = "导出条款：每行一个 JSON 对象"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--doc", help="只导出这一份（文件名，不带扩展名）")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the rows."""
        for row in clause_rows(options["doc"]):
            self.stdout.write(json.dumps(row, ensure_ascii=False))
