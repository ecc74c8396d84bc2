"""manage.py verify_audit: whether the audit trail is whole."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cms.audit.record import verify

_LISTED = 20


class Command(BaseCommand):
    """Check every row of the trail; ends with an error where one does not hold."""

    help = "核对审计记录是否完整"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--known", default="", help=_("上次核对时记下的末条校验值，用来发现末尾被删"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and print."""
        trail = verify(known=options["known"])
        if trail.broken:
            rows = "、".join(str(pk) for pk in trail.broken[:_LISTED])
            raise CommandError(
                _("审计记录共 %(count)d 条，其中 %(broken)d 条被改动或者前面缺行：%(rows)s。")
                % {"count": trail.count, "broken": len(trail.broken), "rows": rows}
            )
        if not trail.holds_known:
            raise CommandError(_("审计记录共 %d 条，找不到上次核对时的末条，末尾的记录可能已被删除。") % trail.count)
        self.stdout.write(_("审计记录共 %(count)d 条，完整。末条校验值：%(head)s") % {"count": trail.count, "head": trail.head or "-"})
