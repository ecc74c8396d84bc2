"""What the words of generated documents lay on whom is what is read from them: kind, level, place and role, for every form of address."""

from collections import Counter

import pytest

from bench.corpus import Made, Part, Writer
from policy_docs.importing.prepare import Prepared, Reader
from policy_docs.units.match import Matcher
from policy_docs.units.vocabulary import load_default

VOCABULARY = load_default()
READER = Reader(Matcher(VOCABULARY), VOCABULARY.places)

Laid = tuple[str, str, tuple[str, ...], str, str]


def read(prepared: Prepared, part: Part) -> set[Laid]:
    blocks = {block.text: index for index, block in enumerate(prepared.blocks) if block.label == part.label}
    assert part.text in blocks, part.text
    found = next((item.findings for item in prepared.findings if item.block == blocks[part.text]), ())
    return {
        (item.kind, item.addressee.reach.value, tuple(level.value for level in item.addressee.levels), item.addressee.place, item.role.value)
        for item in found
        if item.role.value != "mention"
    }


def said(part: Part) -> set[Laid]:
    return {(one.kind, one.reach, one.levels, one.place, one.role) for one in part.said}


def identity(made: Made) -> tuple[str, str, str, str, str]:
    return made.title, made.number, made.issued.isoformat(), made.place.code, made.starts.isoformat() if made.starts else ""


@pytest.mark.parametrize("seed", range(8))
def test_generated_documents_are_read_as_they_were_written(seed: int) -> None:
    for made in Writer(seed).documents(12, clauses=14):
        prepared = READER.prepare_text(made.name, made.text)
        found = prepared.identity
        assert (found.title, found.number, found.issue_date, found.code, found.effective_date) == identity(made)
        for part in made.parts:
            assert read(prepared, part) == said(part), (made.place.name, part.text)
        assert not [name.written for item in prepared.findings for name in item.unknown]


def test_the_corpus_has_every_form_of_address() -> None:
    forms: Counter[str] = Counter()
    for seed in range(8):
        for made in Writer(seed).documents(12, clauses=14):
            forms.update(f"level {made.place.level}" for _part in made.parts)
            forms.update(one.reach for part in made.parts for one in part.said)
            forms.update(one.role for part in made.parts for one in part.said)
            forms.update(one.kind for part in made.parts for one in part.said if one.kind in ("@members", "intellectual_property", "government_legal"))
            forms.update({"open": made.is_open, "later": made.starts is not None, "repeals": bool(made.repeals), "listed": bool(made.listed)})
    wanted = (
        "level country,level province,level prefecture,level county,generic,own,lower,named,lead,responsible,cooperate,@members,"
        "intellectual_property,government_legal,open,later,repeals,listed"
    )
    assert not [form for form in wanted.split(",") if not forms[form]]


def test_the_same_seed_writes_the_same_words() -> None:
    first = [made.text for made in Writer(3).documents(3, clauses=5)]
    assert first == [made.text for made in Writer(3).documents(3, clauses=5)] != [made.text for made in Writer(4).documents(3, clauses=5)]
