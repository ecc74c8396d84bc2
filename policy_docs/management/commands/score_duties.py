"""manage.py score_duties [--gold FILE [--units TABLE]] [--doc NAME] [--show] [--json]"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from policy_docs.duties.bench import PATTERNS
from policy_docs.duties.gold import found_rows, gold_rows
from policy_docs.duties.scoring import Figures, score
from policy_docs.units.aliases import current_vocabulary

from ._lines import read_keys, read_lines


class Command(BaseCommand):
    """Measure the rules of today on the texts that stand, against what people of this house have settled or against a file."""

    help = "用本库人工核对的结果（或者一个文件）度量识别规则"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--gold", type=Path, help="核对结果的文件（export_gold 的格式）；不写时用本库的核对结果")
        parser.add_argument("--units", type=Path, help="只计这些单位：每行以单位的键开头的表；不写时计本库的全部单位类别")
        parser.add_argument("--doc", help="只度量这一份（文件名，不带扩展名）")
        parser.add_argument("--show", action="store_true", help="列出每处不同")
        parser.add_argument("--json", action="store_true", help="只输出一行 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print."""
        doc = options["doc"]
        settled = read_lines(options["gold"]) if options["gold"] else list(gold_rows([doc] if doc else None))
        settled = [row for row in settled if doc is None or row["doc"] == doc]
        if not settled:
            raise CommandError(_("没有可以对照的核对结果：请先核对一些职责，或者用 --gold 给出文件。"))
        kinds = current_vocabulary().kinds
        units = read_keys(options["units"]) if options["units"] else {kind.key for kind in kinds}
        figures = score(settled, found_rows(doc), units=units, open_units={kind.key for kind in kinds if kind.is_open or kind.is_group})
        rules = {rule: {"right": held.right, "other_role": held.other_role, "wrong": held.wrong} for rule, held in sorted(figures.by_rule.items())}
        if options["json"]:
            self.stdout.write(json.dumps({**figures.as_row(), "rules": rules}, ensure_ascii=False))
            return
        if options["show"]:
            for fault in figures.faults:
                self.stdout.write(f"{fault.doc}\t{fault.what}\t{fault.unit}\t{' '.join(fault.text.split())[:60]}")
        self._print(figures, len({row["doc"] for row in settled}))

    def _print(self, figures: Figures, documents: int) -> None:
        row = figures.as_row()
        self.stdout.write(
            _("%(documents)d 份文件，%(clauses)d 个条款，写明承担者的职责 %(duties)d 条")
            % {"documents": documents, "clauses": row["clauses"], "duties": row["explicit_duties"]}
        )
        names = {
            "precision": _("准确率"), "recall": _("召回率"), "f1": "F1", "role_accuracy": _("角色正确"), "addressee_accuracy": _("承担层级正确"), "implicit_recall": _("推定的召回率"), "lost": _("遗漏的单位"),
            "lost_open": _("开放类别遗漏"), "clauses_unmatched": _("对不上的条款"),
        }  # fmt: skip
        for name, words in names.items():
            value = row[name]
            if name == "addressee_accuracy" and not row["addressed_duties"]:
                self.stdout.write(_("  %s\t对照结果没有写承担层级") % words)
                continue
            self.stdout.write(f"  {words}\t{value:.1%}" if isinstance(value, float) else f"  {words}\t{value}")
        self.stdout.write(_("规则\t识别\t正确\t角色不同\t错误"))
        for rule, held in sorted(figures.by_rule.items(), key=lambda pair: -pair[1].found):
            self.stdout.write(f"  {rule}\t{held.found}\t{held.right}\t{held.other_role}\t{held.wrong}\t{PATTERNS.get(rule, '')}")
