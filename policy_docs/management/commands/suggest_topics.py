"""Bring the topics of a release into a database that is in use, and read all texts for topics."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from policy_docs.importing import retopic
from policy_docs.topics.forest import load_forest
from policy_docs.topics.loader import load_topics
from policy_docs.topics.storing import outdated


class Command(BaseCommand):
    """``suggest_topics [--dry-run] [--if-needed]``."""

    help = _("把新版本自带的主题补入数据库，再按现在的规则识别全部文件的主题；人工核对和修改的保持不变。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the switches."""
        parser.add_argument("--dry-run", action="store_true", help=_("只列出将要补入的主题，不作改动"))
        parser.add_argument("--if-needed", action="store_true", help=_("有文件没有按现在的规则识别时才识别"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then read."""
        loaded = load_topics(dry_run=options["dry_run"])
        for words, names in ((_("补入\t%s"), loaded.added), (_("更新\t%s"), loaded.changed), (_("保留\t%s"), loaded.kept)):
            for name in names:
                self.stdout.write(words % name)
        left = outdated(load_forest())
        if options["dry_run"]:
            self.stdout.write(_("%d 份文件没有按现在的规则识别（未作改动）。") % left)
            return
        if options["if_needed"] and not left:
            return
        job = retopic.ask(actor=None)
        retopic.run_job(job.pk)
        job.refresh_from_db()
        if job.error:
            self.stderr.write(job.error)
            return
        self.stdout.write(
            _("已识别 %(done)d 份文件：新增 %(added)d 条建议，撤去 %(dropped)d 条。") % {"done": job.done, "added": 0, "dropped": 0, **job.result}
        )
