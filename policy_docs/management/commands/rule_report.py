"""manage.py rule_report"""

from collections import Counter, defaultdict
from typing import Any

from django.core.management.base import BaseCommand

from policy_docs.duties.extract import RULES, STRUCTURAL
from policy_docs.duties.models import DutySpan


class Command(BaseCommand):
    """Print the hits of each rule by document; a rule with one hit over all is named with its pattern."""

    help = "各条识别规则在各文件中的命中次数"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table."""
        hits: dict[str, Counter[str]] = defaultdict(Counter)
        spans = DutySpan.objects.filter(duty__ended_on__isnull=True).values_list("rule", "duty__clause__opinion__source_name")
        for rule_id, doc in spans.iterator():
            hits[rule_id][doc] += 1
        docs = sorted({doc for counter in hits.values() for doc in counter})
        self.stdout.write("\t".join(["rule", "version", "total", *docs]))
        for rule in (*RULES, *STRUCTURAL):
            counter = hits.get(rule.id, Counter())
            self.stdout.write("\t".join([rule.id, str(rule.version), str(counter.total()), *(str(counter[doc]) for doc in docs)]))
        for rule in (*RULES, *STRUCTURAL):
            if hits.get(rule.id, Counter()).total() <= 1:
                self.stdout.write(f"# {rule.id}: {rule.pattern}")
