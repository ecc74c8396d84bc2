"""The pure half of an import: a file → text → blocks → identity → findings. No database, so it may run in another process."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from policy_docs.duties.extract import LONGEST, extract
from policy_docs.duties.types import ClauseFindings
from policy_docs.opinions.identity import identify
from policy_docs.opinions.segment import segment
from policy_docs.opinions.types import Block, Identity
from policy_docs.units.match import Matcher
from policy_docs.units.types import Context, Level, Place

from .secrecy import name_bears_mark, secrecy_mark
from .sources.base import ReadResult, SourceError
from .sources.detect import read, read_data


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file ready to be stored, or the reason why it is refused. ``seconds`` by stage."""

    name: str
    refusal: str = ""
    text_hash: str = ""
    blocks: tuple[Block, ...] = ()
    identity: Identity = field(default_factory=Identity)
    context: Context = field(default_factory=Context)
    findings: tuple[ClauseFindings, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


class Reader:
    """Prepares files with one vocabulary."""

    def __init__(self, matcher: Matcher, places: Sequence[Place]) -> None:
        self.matcher = matcher
        self.places = places
        self._levels = {place.code: place.level for place in places}

    def prepare(self, path: Path) -> Prepared:
        """Read one file; what cannot be read comes back as a refusal that says what to do."""
        started = time.perf_counter()
        try:
            source = unmarked(path.stem, read(path))
        except SourceError as error:
            return Prepared(path.stem, refusal=str(error))
        prepared = self.prepare_text(path.stem, source.text)
        seconds = {"read": time.perf_counter() - started - sum(prepared.seconds.values()), **prepared.seconds}
        return replace(prepared, warnings=(*source.warnings, *prepared.warnings), seconds=seconds)

    def prepare_text(self, name: str, text: str) -> Prepared:
        """Split, identify and extract."""
        clock = [time.perf_counter()]
        blocks = segment(text)
        clock.append(time.perf_counter())
        identity = identify(blocks, self.places)
        context = self.context(identity)
        clock.append(time.perf_counter())
        findings = extract(blocks, self.matcher, context)
        clock.append(time.perf_counter())
        stages = dict(zip(("segment", "identify", "extract"), (end - start for start, end in zip(clock, clock[1:], strict=False)), strict=True))
        return Prepared(
            name,
            text_hash=source_hash(text),
            blocks=tuple(blocks),
            identity=identity,
            context=context,
            findings=tuple(findings),
            warnings=(*identity.warnings, *_unread(blocks)),
            seconds=stages,
        )

    def context(self, identity: Identity) -> Context:
        """Return what the matcher needs to know of the document."""
        level: Level | None = self._levels.get(identity.code)
        return Context(identity.code if level else "", level, identity.issue_date)


def _unread(blocks: Sequence[Block]) -> tuple[str, ...]:
    """What the reader of the report must know of blocks in which no duties were looked for."""
    number = sum(len(block.text) > LONGEST for block in blocks)
    return (f"有 {number} 段超过 {LONGEST // 10_000} 万字，没有识别职责。请检查文件是否缺少换行，分段后重新导入。",) if number else ()


SECRET_MARK = "文件带有密级标志。本系统只处理非涉密内容，请按保密规定处理原件，不要上传。"  # noqa: S105 - words for people


class Secret(SourceError):
    """The file bears a mark of secrecy: nothing of it may be stored or quoted."""

    def __init__(self) -> None:
        super().__init__(SECRET_MARK)

    def __reduce__(self) -> tuple[type["Secret"], tuple[()]]:
        return Secret, ()  # it comes back from a second process


def read_unmarked(name: str, data: bytes) -> ReadResult:
    """Return the text of the bytes of a file.

    Raises:
        SourceError: it cannot be read.
        Secret: name, text or margins bear a mark of secrecy.
    """
    stem, dot, ending = name.rpartition(".")
    if name_bears_mark(name):
        raise Secret
    return unmarked(stem or name, read_data(f"{dot}{ending}", data))


def unmarked(stem: str, source: ReadResult) -> ReadResult:
    """Return a source that bears no mark of secrecy; raises ``Secret`` for any other."""
    if name_bears_mark(stem) or secrecy_mark(source.text) or secrecy_mark(source.margins):
        raise Secret
    return source


def source_hash(text: str) -> str:
    """Return the hash of a text, white space aside."""
    return hashlib.sha256("".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()
