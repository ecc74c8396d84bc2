"""Documents of the index without a database, and small stores of opinions with one."""

from pathlib import Path
from typing import Any

from policy_docs.importing.run import run
from policy_docs.opinions.pages import OpinionPage
from search.analysis import tokens
from search.types import BoundKey, Document, DutyKey, Item, LaidKey


def document(key: str, text: str, **values: Any) -> Document:
    """Return a clause (or, for a key "o:…", an opinion) of a province, open to the public, in force since 2020."""
    base: dict[str, Any] = {
        "key": key,
        "item": Item.OPINION if key.startswith("o:") else Item.CLAUSE,
        "opinion": "op1",
        "version": 1,
        "digest": f"{key}-{text}",
        "part": "clause",
        "weight": 1.5,
        "order": 1,
        "words": tokens.words(text),
        "grams": tokens.grams(text),
        "head": (),
        "title": (),
        "numbers": (),
        "cites": (),
        "audiences": ("coordination", "staff", "public"),
        "level": "province",
        "places": ("100000", "530000"),
        "issued": 20200101,
        "starts": 20200101,
        "ends": 99999999,
        "kind": "实施意见",
        "issuers": ("云南省高级人民法院",),
        "duties": (),
    }
    return Document(**{**base, **values})


def duty(unit: str, role: str, *, confirmed: bool = True) -> DutyKey:
    """Return a duty as the index knows it."""
    return DutyKey(unit, role, confirmed)


def laying(key: str, text: str, *duties: tuple[Any, ...], **values: Any) -> Document:
    """Return a clause with duties: (units joined by +, role, confirmed unless said, keywords of whom it binds)."""
    laid = tuple(LaidKey(tuple(units.split("+")), role, not rest or rest[0], tuple(rest[1:])) for units, role, *rest in duties)
    keys = dict.fromkeys(DutyKey(unit, one.role, one.confirmed) for one in laid for unit in one.units)
    bound = dict.fromkeys(BoundKey(keyword, one.role, one.confirmed) for one in laid for keyword in one.binding)
    return document(key, text, laid=laid, duties=tuple(keys), bound=tuple(bound), **values)


def opinion(folder: Path, name: str, text: str, **fields: Any) -> OpinionPage:
    """Import a text and set fields of its page; published and 主动公开 unless the fields say otherwise."""
    path = folder / f"{name}.txt"
    path.write_text(text, encoding="utf-8")
    list(run([path], actor=None))
    page = OpinionPage.objects.get(source_name=name)
    for field, value in {"disclosure": OpinionPage.Disclosure.OPEN, **fields}.items():
        setattr(page, field, value)
    page.save(update_fields=list(dict.fromkeys(["disclosure", *fields])))
    return page
