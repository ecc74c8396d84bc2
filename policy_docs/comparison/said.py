"""What the matrix of handovers rests on and what it may miss (design decision 9)."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer
from policy_docs.duties.extract import HANDING, UNNAMED
from policy_docs.duties.handing import outdated
from policy_docs.duties.models import Duty
from policy_docs.duties.types import Role
from policy_docs.opinions.validity import written
from policy_docs.units.models import LevelChoices
from policy_docs.units.vocabulary import Vocabulary

from .handovers import Matrix, Scope, documents


@dataclass(frozen=True, slots=True)
class Said:
    """The sentences; ``gaps``: something may be missing."""

    lines: list[str]
    gaps: bool


def said_of_handovers(scope: Scope, held: Matrix, *, viewer: Viewer, on: datetime.date, vocabulary: Vocabulary) -> Said:
    """Return what is to be said of the numbers. Three queries at most."""
    within = documents(scope, viewer=viewer, on=on, vocabulary=vocabulary)
    levels = Counter(within.values_list("jurisdiction__level", flat=True))
    read = "、".join(_("%(level)s %(number)d 份") % {"level": label, "number": levels[value]} for value, label in LevelChoices.choices if levels[value])
    lines = [
        _("截至%(day)s，依据本库收录的现行文件：%(documents)s。") % {"day": written(on), "documents": read or _("没有文件")},
        _("待核对的也在其中。") if viewer.sees_suggestions else _("只包括提供方的职责已经核对的，出自主动公开的文件。"),
        _("一条要求一个单位向另一个单位提供一类信息，计一项。向社会公布的、原文只作为前提提到的（如“法院移送的案件”）不计。"),
        _("按 %d 条规则从原文识别，换了说法的可能漏掉。没有列出的，不等于没有规定。") % len((*HANDING, *UNNAMED)),
    ]
    if held.unclear:
        lines.append(_("其中 %d 项原文没有写明由谁提供，列在最后。") % held.unclear)
    if not viewer.sees_suggestions:
        return Said(lines, gaps=bool(held.unclear))
    late = outdated().filter(pk__in=within.values("pk")).count()
    if late:
        lines.append(_("%d 份文件还没有按现在的规则识别。") % late)
    waiting = Duty.objects.filter(state__in=[Duty.State.SUGGESTED, Duty.State.TO_CHECK], opinion__in=within.values("pk")).exclude(role=Role.MENTION.value)
    open_documents = waiting.order_by().values("opinion").distinct().count()
    if open_documents:
        lines.append(_("%d 份文件的职责还没有核对完；核对以后，提供单位可能有变化。") % open_documents)
    return Said(lines, gaps=bool(held.unclear or late or open_documents))
