"""One selector, one number: page, tables and command say what plain loops over the rows say, whoever asks, for whatever unit, day and choices."""

import csv
import datetime
import io
import json
import random
import re
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from cms.accounts.models import User
from policy_docs.duties import views
from policy_docs.duties.models import Duty
from policy_docs.duties.tables import HEAD
from policy_docs.units.models import UnitKind
from tests.factories.corpus import KINDS, amended, filled, unsettled

from .oracle import Asked, Facts, answer

pytestmark = pytest.mark.django_db

CASES = 16
PER_PAGE = 3
FACETS = ("role", "level", "to", "state", "valid")
_ANCHORS = {"infer-1": "group1", "infer-2": "group2", "infer-3": "group3", "moved": "move", "upper": "above"}


class Site:
    """The site as one reader sees it."""

    def __init__(self, reader: str) -> None:
        self.client = Client()
        self.user = ""
        if reader != "public":
            user = User.objects.create(username=f"u-{reader}", role="liaison" if reader == "staff" else "coordination")
            self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            self.user = user.username

    def page(self, asked: Asked, number: int = 1, *, whole: bool = False) -> HTMLParser:
        reply = self.client.get(f"/units/{asked.kind}/{asked.code}/", {**asked.query, "page": number, **({"print": 1} if whole else {})}, follow=True)
        assert reply.status_code == 200
        return HTMLParser(reply.content.decode())

    def table(self, asked: Asked, form: str) -> bytes:
        reply = self.client.get(f"/units/{asked.kind}/{asked.code}/duties.{form}", asked.query)
        assert reply.status_code == 200
        return reply.content


def shown(page: HTMLParser) -> tuple[int, int]:
    """Total and number of documents as the page says them."""
    said = page.css_first("#list-h").text()
    found = re.search(r"(\d+) 条职责，出自 (\d+) 份文件", said)
    assert found, said
    return int(found.group(1)), int(found.group(2))


def facet_counts(page: HTMLParser, facet: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for box in page.css(f'input[type="checkbox"][name="{facet}"]'):
        assert box.parent is not None
        counts[box.attributes["value"] or ""] = int(box.parent.css_first(".n").text())
    return +counts


def entries(page: HTMLParser) -> int:
    return len(page.css("#list .group li.duty"))


def beside(page: HTMLParser) -> Counter[str]:
    """Numbers of what is not counted: the three tiers of groups, moved functions, the level above."""
    said = {name: page.css_first(f"#{anchor} .n") for anchor, name in _ANCHORS.items()}
    numbers = {name: re.search(r"\d+", head.text()) for name, head in said.items() if head is not None}
    return Counter({name: int(number.group()) for name, number in numbers.items() if number})


def cases(chance: random.Random, places: list[str], kinds: list[str], documents: list[str]) -> list[Asked]:
    made = []
    for _number in range(CASES):
        choices: dict[str, list[str]] = {}
        for facet, values in {
            "role": ["lead", "responsible", "cooperate", "mention"],
            "level": ["country", "province", "prefecture", "county"],
            "to": ["generic", "own", "lower", "named"],
            "state": ["suggested", "confirmed", "to_check"],
            "valid": ["in_force", "past"],
            "doc": documents,
        }.items():
            if chance.random() < (0.05 if facet == "doc" else 0.15):
                choices[facet] = chance.sample(values, chance.randint(1, 2))
        day = datetime.date(chance.choice((2017, 2019, 2021, 2023, 2024, 2026, 2027)), chance.randint(1, 12), chance.randint(1, 28))
        words = chance.choice(["清单", "车辆档案", "第1", "没有这样的话"]) if chance.random() < 0.2 else ""
        made.append(Asked(chance.choice([*kinds, *KINDS * 3]), chance.choice(places), day, chance.choice(["public", "staff", "coordination"]), choices, words))
    return made


@pytest.mark.parametrize("seed", range(6))
def test_page_tables_and_command_give_the_numbers_of_the_oracle(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PER_PAGE", PER_PAGE)
    chance = random.Random(seed)
    writer, made = filled(tmp_path, seed, documents=30, clauses=10)
    amended(tmp_path, chance, made)
    unsettled(chance)
    facts = Facts()
    assert facts.duties
    sites = {reader: Site(reader) for reader in ("public", "staff", "coordination")}
    kinds = sorted(set(Duty.objects.values_list("kind_id", flat=True)) - facts.groups)
    documents = [page.public_key for page in facts.pages.values()]
    totals = 0
    for asked in cases(chance, [place.code for place in writer.places], kinds, documents):
        wanted = answer(facts, asked)
        totals += wanted.total
        check(sites[asked.reader], asked, wanted.total, wanted.documents, wanted.facets, wanted.beside, wanted.keys)
    assert totals > 0


def check(site: Site, asked: Asked, total: int, documents: int, facets: dict[str, Counter[str]], aside: Counter[str], keys: list[tuple[str, str]]) -> None:
    first = site.page(asked)
    assert shown(first) == (total, documents), asked
    for facet in FACETS:
        assert facet_counts(first, facet) == facets[facet], (facet, asked)
    assert beside(first) == aside, asked
    pages = [first, *(site.page(asked, number) for number in range(2, -(-documents // PER_PAGE) + 1))]
    assert sum(entries(page) for page in pages) == total, asked
    assert entries(site.page(asked, whole=True)) == total, asked
    book = openpyxl.load_workbook(io.BytesIO(site.table(asked, "xlsx")), read_only=True)
    assert max(0, sum(1 for _row in book["职责"].iter_rows()) - 1) == total, asked
    lines = list(csv.reader(io.StringIO(site.table(asked, "csv").decode("utf-8-sig"))))
    assert len(lines) - lines.index(list(HEAD)) - 1 == total, asked
    out = io.StringIO()
    where = "&".join(f"{key}={value}" for key, values in asked.choices.items() for value in values) + (f"&q={asked.words}" if asked.words else "")
    reader = {"public": "public", "staff": site.user, "coordination": ""}[asked.reader]
    call_command("unit_duties", asked.kind, asked.code, "--on", asked.on.isoformat(), "--where", where, "--as", reader, "--format", "jsonl", stdout=out)
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert sorted((row["doc"], row["text"]) for row in rows) == keys, asked


def test_the_export_of_all_holds_what_the_pages_show(tmp_path: Path) -> None:
    """Pooled by kind: each clause and kind of a page's duties is in the export, and every kind of the export in the rows."""
    writer, _made = filled(tmp_path, 77, documents=16, clauses=8)
    out = io.StringIO()
    call_command("export_duties", stdout=out)
    exported = {(row["doc"], row["text"], duty["unit"]) for row in map(json.loads, out.getvalue().splitlines()) for duty in row["duties"]}
    facts = Facts()
    rows = {(facts.pages[duty.clause.opinion_id].source_name, full(facts, duty), duty.kind_id) for duty in facts.duties if duty.role != "mention"}
    assert exported == rows
    day = datetime.date(2027, 1, 1)
    for kind in UnitKind.objects.filter(is_group=False, duties__isnull=False).distinct():
        for place in writer.places:
            asked = Asked(kind.key, place.code, day, "coordination", {"valid": ["in_force", "past"]})
            taken = facts.taken_over(kind.key, place.code, day)
            plain = {(doc, text.partition("）")[2] or text, unit) for doc, text, unit in exported}
            for doc, text in answer(facts, asked).keys:
                assert any((doc, text, unit) in plain or (doc, text.partition("）")[2] or text, unit) in plain for unit in taken)


def full(facts: Facts, duty: Duty) -> str:
    text = facts.texts[duty.clause_id][0]
    return text.label + text.text
