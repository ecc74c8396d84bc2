"""manage.py export_documents"""

import csv
from typing import Any

from django.core.management.base import BaseCommand

from policy_docs.duties.exports import COLUMNS, document_rows


class Command(BaseCommand):
    """Print the identity blocks as tab separated values."""

    help = "导出文件信息（制表符分隔）"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a head line and one line for each document."""
        writer = csv.writer(self.stdout, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(document_rows())
