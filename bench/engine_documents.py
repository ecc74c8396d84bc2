"""Ready documents for the engines, generated: analysed once, kept in a file, read in batches. Same seed, same documents."""

import pickle
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from bench.corpus import Made, Writer
from policy_docs.units.types import Place
from policy_docs.units.vocabulary import load_default
from search.analysis import tokens
from search.index.documents import COORDINATION, NEVER, PUBLIC, STAFF, number_of
from search.types import Document, DutyKey, Item, LaidKey

CLAUSES = 60  # of a document
BATCH = 4_000  # documents a write, as the indexer has it
_HEADING = "职责分工"


@dataclass(frozen=True, slots=True)
class Store:
    """Documents in a file: clauses and documents in all, seconds to make the texts, and to segment them."""

    file: Path
    clauses: int
    documents: int
    made: float
    segmented: float

    def batches(self) -> Iterator[list[Document]]:
        """Read them again."""
        with self.file.open("rb") as stream:
            while True:
                try:
                    yield pickle.load(stream)  # noqa: S301 - our own, made by this run
                except EOFError:
                    return


def make(file: Path, clauses: int, *, seed: int) -> Store:
    """Generate and analyse so many clauses."""
    writer = Writer(seed, provinces=6, tail=2)
    parents = {place.code: place.parent for place in load_default().places}
    made = segmented = 0.0
    counted = written = 0
    batch: list[Document] = []
    with file.open("wb") as stream:
        for serial in range(1, clauses // CLAUSES + 1):
            begun = time.perf_counter()
            text = writer.document(serial, clauses=CLAUSES, name=f"b{serial:07}")
            between = time.perf_counter()
            found = _documents(text, _lineage(text.place, parents))
            segmented += time.perf_counter() - between
            made += between - begun
            counted += len(found) - 1
            batch += found
            if len(batch) >= BATCH:
                written += _put(batch, stream)
                batch = []
        written += _put(batch, stream)
    return Store(file, counted, written, made, segmented)


def _put(batch: list[Document], stream: object) -> int:
    pickle.dump(batch, stream, protocol=pickle.HIGHEST_PROTOCOL)  # type: ignore[arg-type]
    return len(batch)


def _lineage(place: Place, parents: dict[str, str]) -> tuple[str, ...]:
    found = [place.code]
    while parents.get(found[-1]):
        found.append(parents[found[-1]])
    return tuple(reversed(found))


def _documents(made: Made, places: tuple[str, ...]) -> list[Document]:
    """Return a document and its clauses as ``search.index.documents`` makes them; two duties of three are confirmed."""
    title = tokens.words(made.title)
    repealed = int(made.name[1:]) % 7 == 0
    whole = Document(
        key=f"o:{made.name}", item=Item.OPINION, opinion=made.name, version=1, digest="0" * 24, part="", weight=1.0, order=0, words=(), grams=(), head=(),
        title=title, numbers=(made.number,), cites=(), audiences=(COORDINATION, STAFF, PUBLIC) if made.is_open else (COORDINATION, STAFF),
        level=made.place.level.value, places=places, issued=number_of(made.issued), starts=number_of(made.starts or made.issued),
        ends=20240101 if repealed else NEVER, kind=made.title[-4:], issuers=(f"{made.place.name}政法委员会",), duties=(),
    )  # fmt: skip
    clauses = []
    for at, part in enumerate(made.parts):
        shown = f"{part.label} {part.text}"
        clauses.append(replace(
            whole, key=f"c:{made.name}{at:04}", item=Item.CLAUSE, part="clause", weight=1.5, order=at, words=tokens.words(shown), grams=tokens.grams(shown),
            head=tokens.words(_HEADING), duties=tuple(DutyKey(said.kind, said.role, (at + i) % 3 > 0) for i, said in enumerate(part.said)),
            laid=tuple(LaidKey((said.kind,), said.role, (at + i) % 3 > 0) for i, said in enumerate(part.said)),
        ))  # fmt: skip
    opinion = replace(
        whole,
        words=tuple(chain(title, *(clause.words for clause in clauses))),
        grams=tuple(chain(tokens.grams(made.title), *(clause.grams for clause in clauses))),
        duties=tuple(dict.fromkeys(chain.from_iterable(clause.duties for clause in clauses))),
    )
    return [opinion, *clauses]
