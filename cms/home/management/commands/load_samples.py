"""manage.py load_samples [--if-needed]"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cms.home import samples


class Command(BaseCommand):
    """Load the sample set into an empty installation and print the trial accounts."""

    help = "载入示例文件和试用账号（只用于试用）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--if-needed", action="store_true", help="本库已有文件或者已载入示例时，什么也不做")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and print."""
        if not settings.TRIAL:
            raise CommandError(_("没有载入示例：正式环境不使用示例账号。试用请用 cms.settings.dev。"))
        try:
            reports = samples.load()
        except samples.SamplesRefused as error:
            if not options["if_needed"]:
                raise CommandError(str(error)) from error
            return
        for report in reports:
            self.stdout.write(report.line())
        if not reports and not options["if_needed"]:
            self.stdout.write(_("示例已经载入，没有变化。"))
