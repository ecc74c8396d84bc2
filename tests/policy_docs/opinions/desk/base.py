"""One document, the person at work on it, and what ought to be true of both."""

import datetime
from dataclasses import dataclass, field
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import event

from cms.accounts.models import User
from policy_docs.duties import agenda, bench
from policy_docs.duties.models import Duty
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.editing import Done, reshape, settle_identity
from policy_docs.opinions.merging import Raw
from policy_docs.opinions.models import Clause, ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.projection import text_hash
from policy_docs.opinions.publication import published
from policy_docs.opinions.setaside import store
from policy_docs.opinions.shaping import words
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.units.aliases import current_vocabulary

TEXT = """楚政法发〔2020〕8号
中共楚雄州委政法委员会
关于协作的意见
一、查控
（一）公安机关应当协助人民法院查找被执行人。州自然资源局应当协助查询不动产登记情况。
（二）州发改委应当协助查询项目立项情况，及时反馈结果。公安机关应当派员到场维护秩序。
（三）市场监管部门应当协助冻结股权，不得拖延。税务机关应当提供纳税信息。
二、保障
（一）州财政局应当保障工作经费，列入年度预算。
（二）审计机关应当加强监督。人力资源社会保障部门应当提供社保信息。
（三）本意见由州委政法委负责解释。
2020年5月1日
"""
UNITS = ("民政部门", "住房城乡建设部门", "金融监管部门", "检察机关", "海关", "交通运输部门")
BEGINNING = datetime.datetime(2026, 1, 1, 1, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@dataclass
class Ahead:
    """A text that waits for its day: its words, and what was chosen for the duties that it touches."""

    starts: datetime.date
    expected: dict[str, str]
    said: dict[int, str] = field(default_factory=dict)


class Base:
    """What deeds have in common: the draft, and what is asked of it after each."""

    def __init__(self, page: OpinionPage, user: User, client: Client, clock: time_machine.Traveller) -> None:
        self.key, self.user, self.client, self.clock = page.pk, user, client, clock
        self.live = True
        self.expected: dict[str, str] = self.draft()  # block id → words, of the draft
        self.published = dict(self.expected)
        self.addresses: dict[str, str] = dict(Clause.objects.filter(opinion=page).values_list("block_id", "public_key"))
        self.addresses = {str(block_id): key for block_id, key in self.addresses.items()}
        self.successors: dict[str, str] = {}  # of the draft; a clause that is put back has none
        self.confirmed: dict[int, tuple[str, str]] = {}  # duty → (block id, words) that it was confirmed in
        self.rejected: dict[int, tuple[str, str]] = {}  # confirmed once
        self.coming: list[Ahead] = []
        self.revisions: list[int] = []
        self.count = 0
        self.done: Done | None = None  # the last deed of the outline

    def body(self) -> list[Raw]:
        return [dict(block) for block in newest(self.key).body.raw_data]

    def draft(self) -> dict[str, str]:
        return {block["id"]: words(block) for block in self.body()}

    def clauses(self) -> list[Raw]:
        return [block for block in self.body() if block["type"] == "clause"]

    @property
    def has_changes(self) -> bool:
        """Whether the draft waits to be published."""
        return OpinionPage.objects.get(pk=self.key).has_unpublished_changes

    def waiting(self) -> list[OpinionVersion]:
        return list(OpinionVersion.objects.filter(opinion_id=self.key, state=OpinionVersion.State.COMING).order_by("number"))

    def shape(self, change: Any, deed: str) -> None:
        done = reshape(self.key, change, touched={}, deed=deed, actor=self.user)
        self.revisions += [done.before, done.made]
        self.done = done

    def write(self, body: list[Raw]) -> None:
        """What a form does when a person saves it."""
        page = newest(self.key)
        page.body = OpinionPage.body.field.to_python(body)
        settle_identity(page)
        store(page, actor=self.user)
        self.revisions.append(page.latest_revision_id)

    def new_words(self) -> str:
        self.count += 1
        return f"{UNITS[self.count % len(UNITS)]}应当在{self.count}日内协助办理第{self.count}类查询事项。"

    @staticmethod
    def with_text(block: Raw, text: str) -> Raw:
        return {**block, "value": {**block["value"], "text": text}}

    def check_draft(self) -> None:
        assert self.draft() == self.expected

    def check(self) -> None:
        self.check_draft()
        for block_id in self.expected:
            self.successors.pop(block_id, None)
        rows = {str(row.block_id): row for row in Clause.objects.filter(opinion_id=self.key).select_related("succeeded_by")}
        for block_id, row in rows.items():
            assert self.addresses.setdefault(block_id, row.public_key) == row.public_key, "an address is for ever"
        page = OpinionPage.objects.get(pk=self.key)
        assert page.live == self.live
        texts = {str(row.clause.block_id): row.text for row in ClauseText.objects.filter(version=published(page)).select_related("clause")}
        assert texts == self.published
        for block_id in self.published:
            assert rows[block_id].retired_at is None
        coming = self.waiting()
        assert [version.in_force_from for version in coming] == [ahead.starts for ahead in self.coming]
        for version, ahead in zip(coming, self.coming, strict=True):
            assert {str(row.clause.block_id): row.text for row in version.texts.select_related("clause")} == ahead.expected
        self.check_duties(texts)

    def check_duties(self, texts: dict[str, str]) -> None:
        duties = {duty.pk: duty for duty in Duty.objects.filter(pk__in=self.confirmed).select_related("clause").prefetch_related("spans")}
        standing_ones, waiting = self.shown()
        for key, (block_id, text) in self.confirmed.items():
            assert key in duties, "a confirmed duty is never removed"
            duty = duties[key]
            assert str(duty.clause.block_id) == block_id
            standing = texts.get(block_id)
            if standing is not None and _hash(standing) == _hash(text):
                assert duty.state == Duty.State.CONFIRMED, "the very words that were confirmed stand"
            if duty.state == Duty.State.CONFIRMED:
                assert key in standing_ones, "what is confirmed stands on the page of today"
                assert standing is not None
                for span in duty.spans.all():
                    assert standing[span.start : span.end] == span.quote
            else:
                assert duty.state == Duty.State.TO_CHECK
                assert key in waiting, "what is to be checked is reached through the agenda of its document"
                event("to be checked" if standing is not None else "to be checked, clause gone")

    def shown(self) -> tuple[set[int], set[int]]:
        """The duties that the workbench shows with words that stand, and those that it has waiting: as whoever goes through its clauses finds them."""
        page = OpinionPage.objects.get(pk=self.key)
        version, vocabulary = agenda.version_of(page), current_vocabulary()
        listed = agenda.agenda(page, version, dict.fromkeys(agenda.PARAMS, ""))
        assert sum(line.left for line in listed.lines) == listed.progress.left, "each that waits has a clause to be found in"
        standing, waiting = set(), set()
        for line in listed.clauses:
            if not (line.left or line.decided):
                continue
            text, is_gone = agenda.text_of(page, version, line.key)
            assert text is not None
            assert is_gone == line.is_gone
            for item in bench.bench(page, text, vocabulary).candidates:
                if item.waits:
                    waiting.add(item.duty.pk)
                elif not is_gone and not item.lost and item.duty.state == Duty.State.CONFIRMED:
                    standing.add(item.duty.pk)
        return standing, waiting

    def check_addresses(self) -> None:
        """Each address leads to its clause, to what it was merged into, or to a page that says that it is gone."""
        opinion = OpinionPage.objects.get(pk=self.key).public_key
        ever = {str(block_id) for block_id in Clause.objects.filter(opinion_id=self.key).values_list("block_id", flat=True)}
        for block_id in ever:
            answer = self.client.get(reverse("policy_docs:clause", args=[opinion, self.addresses[block_id]]))
            target, seen = block_id, {block_id}
            while target not in self.published and self.successors.get(target) not in {None, *seen}:
                target = self.successors[target]
                seen.add(target)
            if target in self.published:
                assert answer.status_code == 302
                assert answer.url.endswith(f"#c-{self.addresses[target]}"), "merged: the address leads on"
            elif target not in self.expected and not any(target in ahead.expected for ahead in self.coming):
                assert answer.status_code == 410


def _hash(text: str) -> str:
    return text_hash(Block(BlockKind.CLAUSE, "", text))
