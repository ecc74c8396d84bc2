"""manage.py load_samples [--if-needed] [--in-production]"""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cms.home import samples


class Command(BaseCommand):
    """Load the sample set into an empty installation."""

    help = "载入示例文件和试用账号（只用于试用）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--if-needed", action="store_true", help="本库已有文件或者已载入示例时，什么也不做")
        parser.add_argument("--in-production", action="store_true", help="在正式环境也载入；试用账号改用随机密码")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and print the report."""
        if not settings.TRIAL and not options["in_production"]:
            raise CommandError(_("没有载入示例：正式环境不使用示例账号。确需载入的，请加 --in-production。"))
        password = samples.PASSWORD if settings.TRIAL else secrets.token_urlsafe(12)
        try:
            reports = samples.load(password=password)
        except samples.SamplesRefused as error:
            if not options["if_needed"]:
                raise CommandError(str(error)) from error
            return
        for report in reports:
            self.stdout.write(report.line())
        if reports:
            self.stdout.write(_("示例已经载入，试用账号（trial- 开头）的密码是 %s。") % password)
        elif not options["if_needed"]:
            self.stdout.write(_("示例已经载入，没有变化。"))
