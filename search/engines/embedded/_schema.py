"""Fields of the tantivy index and the form in which a document enters it."""

import tantivy

from search.analysis.tokens import fingerprint
from search.engines import keywords
from search.types import Document, Scope

FORMAT = 6  # raise with any change of this module
COUNTED = ("level", "place", "kind", "year", "issuer", "duty", "topic")  # keyword fields with counts


def version() -> str:
    """Return the name of the format: fields and analysis. An index of another one cannot be read."""
    return f"{FORMAT}-{fingerprint()}"


def schema() -> tantivy.Schema:
    """Return the fields. Tokens come ready, joined by blanks, hence the tokenizer ``whitespace``."""
    builder = tantivy.SchemaBuilder()
    for name in ("key", "digest"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("opinion", "item", "part", "audience", "number", "cites", "bound"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in COUNTED:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for scope in Scope:
        for name in (keywords.laid_field(scope), keywords.tied_field(scope)):
            builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        for role in keywords.ROLES:
            builder.add_unsigned_field(keywords.number_field(scope, role), fast=True)
    builder.add_text_field("grams", tokenizer_name="whitespace", index_option="position")
    for name in ("words", "head", "title"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("starts", "ends"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    builder.add_unsigned_field("version", stored=True)
    builder.add_unsigned_field("newest", fast=True)
    builder.add_float_field("weight", fast=True)
    return builder.build()


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
            "year": [keywords.year(document)],
            "duty": sorted(keywords.duty_values(document.duties)),
            "topic": sorted(keywords.topic_values(document.topics)),
            "bound": sorted(keywords.bound_values(document.bound)),
            **keywords.laid_fields(document.laid),
            **{name: [number] for name, number in keywords.laid_numbers(document.laid).items()},
            "grams": [" ".join(document.grams)],
            "words": [" ".join(document.words)],
            "head": [" ".join(document.head)],
            "title": [" ".join(document.title)],
            "starts": [document.starts],
            "ends": [document.ends],
            "newest": [keywords.newest(document)],
            "weight": [2.0**document.weight - 2.0],
        },
        made,
    )
