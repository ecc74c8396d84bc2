"""Fields of the tantivy index and the form in which a document enters it."""

import tantivy

from search.analysis.tokens import fingerprint
from search.types import Document, DutyKey, Scope, TopicKey

FORMAT = 4  # raise with any change of this module
ROLES = ("lead", "responsible", "cooperate")
COUNTED = ("level", "place", "kind", "year", "issuer", "duty", "topic")  # keyword fields with counts


def version() -> str:
    """Return the name of the format: fields and analysis. An index of another one cannot be read."""
    return f"{FORMAT}-{fingerprint()}"


def schema() -> tantivy.Schema:
    """Return the fields. Tokens come ready, joined by blanks, hence the tokenizer ``whitespace``."""
    builder = tantivy.SchemaBuilder()
    for name in ("key", "digest"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("opinion", "item", "part", "audience", "number", "cites"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in COUNTED:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("grams", tokenizer_name="whitespace", index_option="position")
    for name in ("words", "head", "title"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("starts", "ends"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    builder.add_unsigned_field("version", stored=True)
    builder.add_unsigned_field("newest", fast=True)
    builder.add_float_field("weight", fast=True)
    return builder.build()


def mask(roles: tuple[str, ...]) -> int:
    """Return the bits of a set of roles; all of them for the empty set (no choice)."""
    return sum(1 << ROLES.index(role) for role in roles if role in ROLES) if roles else (1 << len(ROLES)) - 1


def duty_value(scope: Scope, unit: str, bits: int) -> str:
    """Return the keyword for «has a duty of this unit (any, if "") in one of these roles that a reader of the scope may see»."""
    return f"{scope.value}|{unit}|{bits}"


def duty_values(duties: tuple[DutyKey, ...]) -> set[str]:
    """Return the keywords of a document's duties: one for each unit and each set of roles that it meets, so that a count of units
    under several chosen roles is one bucket and no sum (a document with two roles would be counted twice)."""
    found: set[str] = set()
    for duty in duties:
        if duty.role not in ROLES:
            continue
        bit = 1 << ROLES.index(duty.role)
        for scope in (Scope.ALL, Scope.CONFIRMED) if duty.confirmed else (Scope.ALL,):
            found |= {duty_value(scope, unit, bits) for unit in (duty.unit, "") for bits in range(1, 1 << len(ROLES)) if bits & bit}
    return found


def topic_value(scope: Scope, slug: str) -> str:
    """Return the keyword for «has this topic, as far as a reader of the scope may see»."""
    return f"{scope.value}|{slug}"


def topic_values(topics: tuple[TopicKey, ...]) -> set[str]:
    """Return the keywords of a document's topics."""
    found = {topic_value(Scope.ALL, topic.slug) for topic in topics}
    return found | {topic_value(Scope.CONFIRMED, topic.slug) for topic in topics if topic.confirmed}


def to_tantivy(document: Document, made: tantivy.Schema) -> tantivy.Document:
    """Return the document as tantivy takes it. Multi-valued keywords are lists; the engine multiplies scores by log2(2 + stored weight)."""
    return tantivy.Document.from_dict(
        {
            "key": [document.key],
            "digest": [document.digest],
            "version": [document.version],
            "opinion": [document.opinion],
            "item": [document.item.value],
            "part": [document.part],
            "audience": list(document.audiences),
            "number": list(document.numbers),
            "cites": list(document.cites),
            "level": [document.level],
            "place": list(document.places),
            "kind": [document.kind],
            "issuer": list(document.issuers) or [""],
            "year": [str(document.issued // 10000) if document.issued else ""],
            "duty": sorted(duty_values(document.duties)),
            "topic": sorted(topic_values(document.topics)),
            "grams": [" ".join(document.grams)],
            "words": [" ".join(document.words)],
            "head": [" ".join(document.head)],
            "title": [" ".join(document.title)],
            "starts": [document.starts],
            "ends": [document.ends],
            "newest": [document.issued * 100_000 + 99_999 - min(document.order, 99_999)],
            "weight": [2.0**document.weight - 2.0],
        },
        made,
    )
