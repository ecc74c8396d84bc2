"""Add what the data files of a new release know of units to a database that is in use, and read the texts anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from policy_docs.importing.reread import reread_containing
from policy_docs.units.aliases import add_to_vocabulary, not_yet_known


class Command(BaseCommand):
    """``update_vocabulary [--dry-run]``."""

    help = _("把新版本自带的单位类别、写法、区划和机构改革补入正在使用的数据库，再重新读取全部文件；人工修改和删除的保持不变。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the switch."""
        parser.add_argument("--dry-run", action="store_true", help=_("只列出将要补入的内容，不作改动"))

    def handle(self, *args: Any, **options: Any) -> None:
        """List what is new; add it and read the texts anew."""
        more = not_yet_known()
        for kind in more.kinds:
            self.stdout.write(_("类别\t%(key)s\t%(name)s") % {"key": kind.key, "name": kind.name})
        for alias in more.aliases:
            self.stdout.write(_("写法\t%(key)s\t%(text)s") % {"key": alias.kind, "text": alias.text})
        for place in more.places:
            self.stdout.write(_("区划\t%(code)s\t%(name)s") % {"code": place.code, "name": place.name})
        for item in more.reforms:
            self.stdout.write(_("改革\t%(old)s → %(new)s") % {"old": item.predecessor, "new": item.successor})
        numbers = {"kinds": len(more.kinds), "aliases": len(more.aliases), "places": len(more.places), "reforms": len(more.reforms)}
        if not any(numbers.values()):
            self.stdout.write(_("没有需要补入的内容。"))
            return
        if options["dry_run"]:
            self.stdout.write(_("将补入 %(kinds)d 个类别、%(aliases)d 个写法、%(places)d 个区划、%(reforms)d 次改革（未作改动）。") % numbers)
            return
        add_to_vocabulary(more)
        read = reread_containing("")
        self.stdout.write(
            _("已补入 %(kinds)d 个类别、%(aliases)d 个写法、%(places)d 个区划、%(reforms)d 次改革，重新读取 %(read)d 份文件。") % {**numbers, "read": read}
        )
