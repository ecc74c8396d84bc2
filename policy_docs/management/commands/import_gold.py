"""manage.py import_gold FILE --user NAME [--dry-run] | --undo BATCH --user NAME"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.duties import batches
from policy_docs.duties.actions import DutyRefused
from policy_docs.duties.gold import Taken, take_lines

from ._lines import read_lines


class Command(BaseCommand):
    """Take settled clauses from a file as decisions of a person."""

    help = "把人工核对的结果（export_gold 的格式）作为核对决定导入"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", nargs="?", type=Path, help="每行一个 JSON 对象的文件")
        parser.add_argument("--user", required=True, help="以谁的名义核对（协调机构的账号）")
        parser.add_argument("--dry-run", action="store_true", help="只报告，不保存")
        parser.add_argument("--undo", metavar="批次", help="撤销 30 分钟以内导入的一批")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import or take back, and print what became of it."""
        actor = User.objects.filter(username=options["user"]).first()
        if actor is None or not viewer_of(actor).sees_all:
            raise CommandError(_("“%s”不是可以核对职责的账号。") % options["user"])
        if options["undo"]:
            self._undo(options["undo"], actor)
        elif options["file"] is None:
            raise CommandError(_("请写明要导入的文件。"))
        else:
            self._print(take_lines(read_lines(options["file"]), actor=actor, dry_run=options["dry_run"]), dry_run=options["dry_run"])

    def _undo(self, key: str, actor: User) -> None:
        try:
            batch = batches.undo(key, actor=actor)
        except DutyRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_("已撤销 %(done)d 条，%(left)d 条此后又有变化，没有撤销。") % {"done": batch.done, "left": len(batch.stale)})

    def _print(self, taken: Taken, *, dry_run: bool) -> None:
        words = {"confirmed": _("接受"), "changed": _("修改角色"), "mention": _("标为提及"), "rejected": _("驳回"), "added": _("补入")}
        said = "，".join(f"{words[name]} {count}" for name, count in taken.done.items())
        self.stdout.write((_("试算：%s") if dry_run else _("已办理：%s")) % (said or _("没有变化")))
        for title, lines in ((_("本库没有的条款或单位："), taken.unmatched), (_("已有人另行核对，没有改动："), taken.kept)):
            if lines:
                self.stdout.write(f"{title}{len(lines)}")
                for line in lines:
                    self.stdout.write(f"  {line}")
        if taken.done and not dry_run:
            self.stdout.write(_("30 分钟内可以整批撤销：import_gold --user NAME --undo %s") % taken.batch)
