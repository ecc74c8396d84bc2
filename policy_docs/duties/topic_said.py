"""What a list of clauses by topic rests on and what it may miss (design decision 9)."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import in_force_q
from policy_docs.opinions.validity import written
from policy_docs.topics.forest import Forest, Node
from policy_docs.topics.models import ClauseTopic
from policy_docs.topics.storing import outdated
from policy_docs.topics.suggest import RULES
from policy_docs.topics.tagging import OPEN
from policy_docs.units.models import LevelChoices

from .topic_rows import Row

_WORDS = 12  # words of rules that are named


@dataclass(frozen=True, slots=True)
class Said:
    """The sentences; ``gaps``: something may be missing."""

    lines: list[str]
    gaps: bool


def said(forest: Forest, node: Node, rows: Sequence[Row], *, viewer: Viewer, on: datetime.date) -> Said:
    """Return what is to be said of a topic's list. Four queries at most."""
    base = OpinionPage.objects.visible_to(viewer).filter(live=True).filter(in_force_q(on))
    levels = Counter(base.values_list("jurisdiction__level", flat=True))
    documents = "、".join(_("%(level)s %(number)d 份") % {"level": label, "number": levels[value]} for value, label in LevelChoices.choices if levels[value])
    standing = [row for row in rows if row.in_force]
    confirmed = sum(row.state == ClauseTopic.State.CONFIRMED for row in standing)
    lines = [_("截至%(day)s，依据本库收录的现行文件：%(documents)s。") % {"day": written(on), "documents": documents or _("没有文件")}]
    if not viewer.sees_suggestions:
        lines.append(_("列出的 %d 条都已核对，出自主动公开的文件。") % confirmed)
    else:
        lines.append(_("已核对 %(confirmed)d 条，待核对 %(waiting)d 条。") % {"confirmed": confirmed, "waiting": len(standing) - confirmed})
    lines.append(_rules(forest, node))
    if not viewer.sees_suggestions:
        return Said(lines, gaps=False)
    late = outdated(forest)
    if late:
        lines.append(_("%d 份文件还没有按现在的规则识别。") % late)
    open_documents = base.filter(pk__in=ClauseTopic.objects.filter(state__in=OPEN).values("opinion")).count()
    if open_documents:
        lines.append(_("%d 份现行文件还有待核对的主题建议（各主题合计）。") % open_documents)
    return Said(lines, gaps=bool(late or open_documents))


def _rules(forest: Forest, node: Node) -> str:
    """Say by which words the clauses were looked for."""
    topics = {forest.nodes[pk].key for pk in forest.sources([one.pk for one in forest.branch(node.pk)])}
    rules = [rule for rule in RULES if rule.topic in topics]
    words = list(dict.fromkeys(word for rule in rules for word in rule.words)) + [word for one in forest.branch(node.pk) for word in one.words]
    if not words:
        return _("没有识别规则，条款由人工归入。")
    named = "、".join(words[:_WORDS]) + (_("等 %d 个用语") % len(words) if len(words) > _WORDS else "")
    return _("按 %(number)d 条规则从原文识别（%(words)s），换了说法的可能漏掉；由人工核对。") % {"number": max(1, len(rules)), "words": named}
