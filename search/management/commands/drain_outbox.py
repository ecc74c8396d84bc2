"""manage.py drain_outbox"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from search.engines.base import EngineBusy, EngineDown, EngineNotReady
from search.engines.registry import engine
from search.index.indexer import drain, waiting


class Command(BaseCommand):
    """Write the changes that wait into the index; for sites without a background worker, and for trials."""

    help = "把等待的改动编入查找索引"

    def handle(self, *args: Any, **options: Any) -> None:
        """Drain."""
        try:
            done = drain(engine())
        except EngineNotReady:
            raise CommandError(_("还没有索引，请先运行 manage.py rebuild_index。")) from None
        except EngineBusy:
            raise CommandError(_("后台正在编入改动，尚有 %d 处等待。") % waiting()) from None
        except EngineDown as error:
            raise CommandError(_("不能使用 Elasticsearch（%(why)s）。%(n)d 处改动继续等待。") % {"why": error, "n": waiting()}) from error
        self.stdout.write(_("已编入 %d 处改动。") % done)
