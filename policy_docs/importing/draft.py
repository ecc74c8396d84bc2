"""The split and the identity of an import while people correct them, as values and as JSON. Pure."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from policy_docs.duties.types import Act, ClauseFindings, Role
from policy_docs.opinions.outline import place
from policy_docs.opinions.types import Block, BlockKind, Identity

from .prepare import Prepared

_QUOTE = 120  # signs of a quote that are shown beside a clause


@dataclass(frozen=True, slots=True)
class Seen:
    """A duty found in the block with index ``block``: unit kind, role, the words that prove it."""

    block: int
    kind: str
    role: str
    quote: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What the wizard shows. ``typed`` is the identity as it stands in the form, also where it is not valid; ``accepted`` are remarks that a person
    has answered with «as in the source»."""

    blocks: tuple[Block, ...] = ()
    identity: Identity = field(default_factory=Identity)
    typed: dict[str, str] = field(default_factory=dict)
    duties: tuple[Seen, ...] = ()
    mentions: int = 0
    unknown: tuple[tuple[int, str], ...] = ()  # block, name as written
    warnings: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    into: str = ""  # key of the document that a person has said this to be another text of

    def with_findings(self, findings: Iterable[ClauseFindings]) -> "Draft":
        """Return the draft with duties found anew."""
        found = list(findings)
        duties = tuple(
            Seen(item.block, finding.kind, finding.role.value, _quote(self.blocks[item.block].text, finding.spans))
            for item in found
            for finding in item.findings
            if finding.role is not Role.MENTION
        )
        unknown = tuple((item.block, name.written) for item in found for name in item.unknown)
        mentions = sum(finding.role is Role.MENTION for item in found for finding in item.findings)
        return replace(self, duties=duties, unknown=unknown, mentions=mentions)


def _quote(text: str, spans: Sequence[Any]) -> str:
    proof = next((span for span in spans if span.act is Act.DUTY), None)
    return text[proof.start : proof.end][:_QUOTE] if proof else ""


def draft_of(prepared: Prepared, *, warnings: Sequence[str] = ()) -> Draft:
    """Return the draft that a prepared text begins with."""
    draft = Draft(prepared.blocks, prepared.identity, typed_of(prepared.identity, prepared.blocks), warnings=(*warnings, *prepared.warnings))
    return draft.with_findings(prepared.findings)


#: fields of the form → fields of Identity
FIELDS = {
    "title": "title", "number": "number", "kind": "kind", "issuer": "issuer", "issue_date": "issue_date", "place": "jurisdiction",
    "effective_date": "effective_date", "expiry_date": "expiry_date", "addressees": "addressees",
}  # fmt: skip
DATES = ("issue_date", "effective_date", "expiry_date")


def typed_of(identity: Identity, blocks: Sequence[Block]) -> dict[str, str]:
    """Return what the form shows at first."""
    typed = {name: getattr(identity, source) for name, source in FIELDS.items()}
    typed |= {name: day_words(typed[name]) for name in DATES}
    return typed | {"disclosure": "open" if says_open(blocks) else ""}


def day_words(iso: str) -> str:
    """Return a day as officials write it."""
    if not iso:
        return ""
    day = datetime.date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


def says_open(blocks: Iterable[Block]) -> bool:
    """（此件公开发布） and the like: the only words that make a text 主动公开 by itself."""
    return any(block.kind in (BlockKind.BACK, BlockKind.NOTICE) and ("此件公开发布" in block.text or "此件主动公开" in block.text) for block in blocks)


def blocks_to_json(blocks: Iterable[Block]) -> list[list[Any]]:
    """Return blocks as plain lists; path and place follow from them."""
    return [[block.kind.value, block.label, block.text, block.level] for block in blocks]


def blocks_from_json(rows: Iterable[Sequence[Any]]) -> list[Block]:
    """Return the placed blocks."""
    return place(Block(BlockKind(kind), label, text, level) for kind, label, text, level in rows)


def to_json(draft: Draft) -> dict[str, Any]:
    """Return the draft as plain values."""
    return {
        "blocks": blocks_to_json(draft.blocks),
        "identity": asdict(draft.identity),
        "typed": draft.typed,
        "duties": [[seen.block, seen.kind, seen.role, seen.quote] for seen in draft.duties],
        "mentions": draft.mentions,
        "unknown": [list(pair) for pair in draft.unknown],
        "warnings": list(draft.warnings),
        "accepted": list(draft.accepted),
        "into": draft.into,
    }


def from_json(data: Mapping[str, Any]) -> Draft:
    """Return the draft that a row holds; fields that an older or newer program wrote are passed over."""
    known = {item.name for item in fields(Identity)}
    identity: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.get("identity", {}).items() if name in known}
    return Draft(
        blocks=tuple(blocks_from_json(data.get("blocks", []))),
        identity=Identity(**identity),
        typed=dict(data.get("typed", {})),
        duties=tuple(Seen(*row) for row in data.get("duties", [])),
        mentions=data.get("mentions", 0),
        unknown=tuple((at, written) for at, written in data.get("unknown", [])),
        warnings=tuple(data.get("warnings", [])),
        accepted=tuple(data.get("accepted", [])),
        into=data.get("into", ""),
    )


def offset_of(source: str, blocks: Sequence[Block], at: int) -> int:
    """Return where the block with index ``at`` begins in the source: words and their order are those of the source, so that follows from the number of
    signs before it, white space aside."""
    return _place(source, sum(_signs(block) for block in blocks[:at]))


def end_of(source: str, blocks: Sequence[Block], at: int) -> int:
    """Return where the block with index ``at`` ends in the source."""
    return _place(source, sum(_signs(block) for block in blocks[: at + 1]) - 1) + 1


def _signs(block: Block) -> int:
    return len("".join(f"{block.label}{block.text}".split()))


def _place(source: str, signs: int) -> int:
    """The place of the sign with a number, white space not counted."""
    count = -1
    for index, sign in enumerate(source):
        count += not sign.isspace()
        if count == signs:
            return index
    return len(source)
