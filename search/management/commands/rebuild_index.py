"""manage.py rebuild_index [--if-needed]"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from search.engines.base import EngineBusy, EngineDown
from search.engines.registry import engine
from search.index.rebuild import needed, rebuild


class Command(BaseCommand):
    """Build the index anew from the database, beside the one in use."""

    help = "重建查找索引（重建期间照常查找）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--if-needed", action="store_true", help="只在没有索引或索引格式已变时重建")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild."""
        try:
            if options["if_needed"] and not needed(engine()):
                self.stdout.write(_("索引可用，不需要重建。"))
                return
            count = rebuild(engine())
        except EngineBusy:
            raise CommandError(_("另一个重建正在进行，请等它完成。")) from None
        except EngineDown as error:
            words = _("没有重建：不能使用 Elasticsearch（%s）。恢复以前按数据库查找。") % error
            if not options["if_needed"]:
                raise CommandError(words) from error
            self.stderr.write(words)  # the site starts all the same
            return
        self.stdout.write(_("已重建索引：%d 项。") % count)
