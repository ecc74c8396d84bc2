"""What became of each file, for people and for programs."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    NEW_VERSION = "new_version"
    NEW_DRAFT = "new_draft"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REFUSED = "refused"

    @property
    def words(self) -> str:
        """The outcome as people read it."""
        return {
            Outcome.ADDED: _("已收录"),
            Outcome.NEW_VERSION: _("已收录为新版本"),
            Outcome.NEW_DRAFT: _("已存为草稿，现行文字不变"),
            Outcome.UNCHANGED: _("没有变化"),
            Outcome.DUPLICATE: _("内容相同，没有重复收录"),
            Outcome.REFUSED: _("没有收录"),
        }[self]


@dataclass(slots=True)
class FileReport:
    """One line of the report. ``messages`` say what to do; they never quote a text that was refused for its secrecy mark."""

    name: str
    outcome: Outcome
    title: str = ""
    number: str = ""
    clauses: int = 0
    duties: int = 0
    unknown_names: int = 0
    citations: int = 0
    missing_citations: list[str] = field(default_factory=list)
    similar: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self) | {"outcome": self.outcome.value}

    def line(self) -> str:
        """The report as one line for people."""
        facts = []
        if self.outcome in (Outcome.ADDED, Outcome.NEW_VERSION):
            facts.append(_("%(clauses)d 段，%(duties)d 条职责") % {"clauses": self.clauses, "duties": self.duties})
            if self.unknown_names:
                facts.append(_("%d 处名称未识别") % self.unknown_names)
            if self.missing_citations:
                facts.append(_("引用的 %d 份文件本库未收录") % len(self.missing_citations))
        head = f"{self.name}：{self.outcome.words}" + (f"《{self.title}》" if self.title else "")
        return "；".join([head, *facts, *self.messages])
