"""Whatever people do to a draft, in whatever order: each surviving clause keeps identity, address and confirmed duties, and nothing confirmed is
ever dropped without being shown as to be checked."""

import datetime
import os
import tempfile
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from wagtail.models import Revision

from cms.accounts.models import Role, User
from policy_docs.duties import agenda, bench, publishing
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.duties.plan import Choice, Touch
from policy_docs.duties.resting import let_end, rest_on
from policy_docs.importing.reread import reread
from policy_docs.opinions.actions import add_version, begin_texts
from policy_docs.opinions.context import context_of
from policy_docs.opinions.drafts import StaleDraft, newest, start_of
from policy_docs.opinions.editing import reshape, settle_identity, take_back
from policy_docs.opinions.merging import Raw
from policy_docs.opinions.models import Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.projection import text_hash
from policy_docs.opinions.publication import Manner, Publication, published
from policy_docs.opinions.releasing import call_back
from policy_docs.opinions.removing import withdraw
from policy_docs.opinions.setaside import put_together, set_aside, store
from policy_docs.opinions.shaping import before, insert, merge, move, renumber, split, then_renumber, words
from policy_docs.opinions.trash import restore, trash
from policy_docs.opinions.types import Block, BlockKind, Identity
from policy_docs.units.aliases import current_vocabulary
from tests.factories.opinions import import_text

pytestmark = pytest.mark.django_db

TEXT = """关于协作的意见
一、查控
（一）公安机关应当协助人民法院查找被执行人。州自然资源局应当协助查询不动产登记情况。
（二）州发改委应当协助查询项目立项情况，及时反馈结果。公安机关应当派员到场维护秩序。
（三）市场监管部门应当协助冻结股权，不得拖延。税务机关应当提供纳税信息。
二、保障
（一）州财政局应当保障工作经费，列入年度预算。
（二）审计机关应当加强监督。人力资源社会保障部门应当提供社保信息。
（三）本意见由州委政法委负责解释。
"""
UNITS = ("民政部门", "住房城乡建设部门", "金融监管部门", "检察机关", "海关", "交通运输部门")
STEPS = 9
TODAY = datetime.date(2026, 1, 1)  # no version begins later, so amendments of one run follow each other
AHEAD = datetime.timedelta(days=30)


class Desk:
    """One document, the person at work on it, and what ought to be true of both."""

    def __init__(self, page: OpinionPage, user: User, client: Client) -> None:
        self.key, self.user, self.client = page.pk, user, client
        self.live = True
        self.expected: dict[str, str] = self.draft()  # block id → words, of the draft
        self.published = dict(self.expected)
        self.addresses: dict[str, str] = dict(Clause.objects.filter(opinion=page).values_list("block_id", "public_key"))
        self.addresses = {str(block_id): key for block_id, key in self.addresses.items()}
        self.successors: dict[str, str] = {}  # of the draft; a clause that is put back has none
        self.confirmed: dict[int, tuple[str, str]] = {}  # duty → (block id, words) that it was confirmed in
        self.revisions: list[int] = []
        self.count = 0

    def body(self) -> list[Raw]:
        return [dict(block) for block in newest(self.key).body.raw_data]

    def draft(self) -> dict[str, str]:
        return {block["id"]: words(block) for block in self.body()}

    def clauses(self) -> list[Raw]:
        return [block for block in self.body() if block["type"] == "clause"]

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

    # deeds

    def insert(self, data: st.DataObject) -> None:
        after, text = data.draw(st.sampled_from(self.clauses())), self.new_words()
        old = set(self.expected)
        self.shape(lambda body: then_renumber(made := insert(body, after["id"], kind="clause", new_label="（九）", text=text, new_level=2), made.at), "insert")
        (new,) = set(self.draft()) - old
        self.expected[new] = text

    def split(self, data: st.DataObject) -> None:
        found = [block for block in self.clauses() if "。" in words(block)[:-1]]
        if not found:
            return
        whole = data.draw(st.sampled_from(found))
        cut = words(whole).index("。") + 1
        first, second = words(whole)[:cut], words(whole)[cut:]
        old = set(self.expected)
        self.shape(lambda body: split(body, whole["id"], [cut], numbered=data.draw(st.booleans())), "split")
        (new,) = set(self.draft()) - old
        kept, other = (first, second) if len(first) >= len(second) else (second, first)
        self.expected |= {whole["id"]: kept, new: other}

    def split_by_hand(self, data: st.DataObject) -> None:
        """Words cut from one block and typed into a new one behind it."""
        found = [block for block in self.clauses() if "。" in words(block)[:-1] and words(block) == self.published.get(block["id"])]
        if not found:
            return
        whole = data.draw(st.sampled_from(found))
        cut = words(whole).index("。") + 1
        first, second = words(whole)[:cut], words(whole)[cut:]
        new = {"type": "clause", "value": {"label": "", "text": second, "level": 2}, "id": str(uuid.uuid4())}
        body = self.body()
        at = next(number for number, block in enumerate(body) if block["id"] == whole["id"])
        body[at] = {**whole, "value": {**whole["value"], "text": first}}
        self.write([*body[: at + 1], new, *body[at + 1 :]])
        kept, other = (first, second) if len(first) >= len(second) else (second, first)
        self.expected |= {whole["id"]: kept, new["id"]: other}

    def merge(self, data: st.DataObject) -> None:
        body = self.body()
        found = [block for block in body if block["type"] == "clause" and (first := before(body, block["id"])) and first["type"] == "clause"]
        if not found:
            return
        gone = data.draw(st.sampled_from(found))
        first = before(body, gone["id"])
        assert first is not None
        self.shape(lambda body: then_renumber(merge(body, gone["id"]), first["id"]), "merge")
        self.expected[first["id"]] += self.expected.pop(gone["id"])
        self.successors[gone["id"]] = first["id"]

    def move(self, data: st.DataObject) -> None:
        block, target = data.draw(st.sampled_from(self.clauses())), data.draw(st.sampled_from(self.clauses()))
        if block["id"] != target["id"]:
            self.shape(lambda body: move(body, block["id"], after=target["id"], whole=False), "move")

    def cut_and_paste(self, data: st.DataObject) -> None:
        """A clause deleted here and typed there: its id is another one, its words are the same. Of two with the same words either may be it."""
        said = list(self.expected.values())
        found = [block for block in self.clauses() if self.published.get(block["id"]) == words(block) and said.count(words(block)) == 1]
        if not found:
            return
        taken = data.draw(st.sampled_from(found))
        rest = [block for block in self.body() if block["id"] != taken["id"]]
        place = data.draw(st.integers(2, len(rest)))
        self.write([*rest[:place], {**taken, "id": str(uuid.uuid4())}, *rest[place:]])

    def renumber(self, data: st.DataObject) -> None:
        block = data.draw(st.sampled_from(self.clauses()))
        self.shape(lambda body: renumber(body, block["id"]), "renumber")

    def reword(self, data: st.DataObject) -> None:
        block = data.draw(st.sampled_from(self.clauses()))
        old = words(block)
        text = data.draw(st.sampled_from([f"有条件的地方，{old}", old.replace("应当", "要"), self.new_words()]))
        self.write([{**item, "value": {**item["value"], "text": text}} if item["id"] == block["id"] else item for item in self.body()])
        self.expected[block["id"]] = text

    def delete(self, data: st.DataObject) -> None:
        if len(self.clauses()) > 3:
            gone = data.draw(st.sampled_from(self.clauses()))
            self.write([block for block in self.body() if block["id"] != gone["id"]])
            del self.expected[gone["id"]]

    def confirm(self, data: st.DataObject) -> None:
        standing = list(self.published)
        found = list(Duty.objects.filter(opinion_id=self.key, clause__block_id__in=standing, state=Duty.State.SUGGESTED).exclude(role="mention").order_by("pk"))
        for duty in found[: data.draw(st.integers(1, 4))]:
            decide([duty], state=Duty.State.CONFIRMED, actor=self.user)
            block_id = str(duty.clause.block_id)
            self.confirmed[duty.pk] = (block_id, self.published[block_id])

    def revert(self, data: st.DataObject) -> None:
        if self.revisions:
            old = Revision.objects.get(pk=data.draw(st.sampled_from(self.revisions)))
            page = old.as_object()
            page.save_revision(user=self.user, clean=False)
            self.expected = self.draft()
            assert self.expected == {block["id"]: words(block) for block in page.body.raw_data}

    def undone(self, data: st.DataObject) -> None:
        """A deed of the outline that is taken back at once."""
        standing, successors = dict(self.expected), dict(self.successors)
        made = len(self.revisions)
        getattr(self, data.draw(st.sampled_from(["insert", "split", "merge", "move"])))(data)
        if len(self.revisions) > made:
            self.check_draft()
            take_back(self.key, made=self.done.made, before=self.done.before, actor=self.user)
            self.expected, self.successors = standing, successors

    def two_people(self, data: st.DataObject) -> None:
        """Both change the draft that they opened; the second is told, and puts both together."""
        mine, theirs = data.draw(st.lists(st.sampled_from(self.clauses()), min_size=2, max_size=2, unique_by=lambda block: block["id"]))
        opened, late = newest(self.key), self.body()
        start = start_of(opened)
        said, heard = self.new_words(), self.new_words()
        self.write([self.with_text(block, heard) if block["id"] == theirs["id"] else block for block in self.body()])
        opened.body = OpinionPage.body.field.to_python([self.with_text(block, said) if block["id"] == mine["id"] else block for block in late])
        opened.started_from = start
        with pytest.raises(StaleDraft), transaction.atomic():
            store(opened, actor=self.user)
        kept = set_aside(opened, start, blocks=list(opened.body.raw_data), actor=self.user)
        put_together(kept, {}, seen=start_of(newest(self.key)), actor=self.user)
        self.expected |= {mine["id"]: said, theirs["id"]: heard}

    @staticmethod
    def with_text(block: Raw, text: str) -> Raw:
        return {**block, "value": {**block["value"], "text": text}}

    def copy_block(self, data: st.DataObject) -> None:
        """«Duplicate» in the form: the same words once more, with an id of their own. The first of them is the clause that it was."""
        block = data.draw(st.sampled_from(self.clauses()))
        body, new = self.body(), str(uuid.uuid4())
        at = next(number for number, item in enumerate(body) if item["id"] == block["id"])
        self.write([*body[: at + 1], {**block, "id": new}, *body[at + 1 :]])
        self.expected[new] = words(block)

    def paste(self, data: st.DataObject) -> None:
        """A block out of another document: its words are new here, and so is the clause; nothing of the other document's comes along."""
        other, text = str(uuid.uuid4()), self.new_words()
        body = self.body()
        place = data.draw(st.integers(1, len(body)))
        self.write([*body[:place], {"type": "clause", "value": {"label": "", "text": text, "level": 2}, "id": other}, *body[place:]])
        self.expected[other] = text

    def copy(self, data: st.DataObject) -> None:
        before_, page = self.draft(), OpinionPage.objects.get(pk=self.key)
        copy = page.copy(update_attrs={"slug": f"copy-{uuid.uuid4()}"}, keep_live=data.draw(st.booleans()))
        assert self.draft() == before_
        assert not set(Clause.objects.filter(opinion=copy.pk).values_list("public_key", flat=True)) & set(self.addresses.values())
        assert not Duty.objects.filter(opinion=copy.pk, state=Duty.State.CONFIRMED).exists()

    def merge_twins(self, data: st.DataObject) -> None:
        """Two clauses that both have a confirmed duty of one unit become one, and the duty of the second follows its words."""
        body, seats = self.body(), {}
        for duty in Duty.objects.filter(opinion_id=self.key, state=Duty.State.CONFIRMED).select_related("clause"):
            block_id = str(duty.clause.block_id)
            if self.published.get(block_id) == self.expected.get(block_id):
                seats.setdefault(block_id, set()).add((duty.kind_id, duty.reach, duty.levels, duty.place))
        found = [
            (first["id"], block["id"])
            for block in body
            if block["type"] == "clause" and (first := before(body, block["id"])) and seats.get(first["id"], set()) & seats.get(block["id"], set())
        ]
        if not found:
            return
        event("twins merged")
        kept, gone = data.draw(st.sampled_from(found))
        self.shape(lambda body: then_renumber(merge(body, gone), kept), "merge")
        self.expected[kept] += self.expected.pop(gone)
        self.successors[gone] = kept
        self.amend(data, follow=True)

    def settle_gone(self, data: st.DataObject) -> None:
        """What waits on clauses that are gone is decided on: it goes on in another clause, or ends."""
        page = OpinionPage.objects.get(pk=self.key)
        texts = list(ClauseText.objects.filter(version=agenda.version_of(page), kind="clause").select_related("clause"))
        gone = Duty.objects.filter(opinion=page, state=Duty.State.TO_CHECK, pk__in=self.confirmed, clause__retired_at__isnull=False)
        for duty in gone.select_related("clause").order_by("pk")[:2]:
            free = [text for text in texts if not Duty.objects.filter(clause=text.clause_id, kind=duty.kind_id).exists()]
            if free and data.draw(st.booleans()):
                text = data.draw(st.sampled_from(free))
                rest_on(duty, text, quote=text.text, near=0, context=context_of(page, current_vocabulary()), actor=self.user)
                self.confirmed[duty.pk] = (str(text.clause.block_id), text.text)
                event("goes on in another clause")
            else:
                let_end(duty, actor=self.user)
                del self.confirmed[duty.pk]
                event("ended with its clause")

    def amend(self, data: st.DataObject, *, follow: bool = False) -> None:
        """Published by the page that asks: a correction or a new version, with a choice for each confirmed duty that waits for one."""
        found = publishing.ready(self.key, actor=self.user)
        if not found.asks:
            return
        said = {
            touch.held.duty: Choice.FOLLOW if follow and Choice.FOLLOW in touch.choices else data.draw(st.sampled_from(touch.choices))
            for touch in found.plan.asked
        }
        manner = data.draw(st.sampled_from([Manner.CORRECTION, Manner.AMENDMENT]))
        starts = TODAY if manner is Manner.AMENDMENT else None
        versions = found.page.versions.exclude(number=0).count()
        publishing.publish(self.key, Publication(manner, starts, choices=said), seen=found.mark, actor=self.user)
        assert found.page.versions.exclude(number=0).count() == versions + (manner is Manner.AMENDMENT)
        self.published = dict(self.expected)
        for touch in found.plan.asked:
            self.settle(touch, said[touch.held.duty])

    def amend_ahead(self, data: st.DataObject) -> None:
        """An amendment that begins on a later day: until then the standing text stays with its duties; it begins, or is called back."""
        found = publishing.ready(self.key, actor=self.user)
        if not found.asks or not self.live:
            return
        starts, amended = timezone.localdate() + AHEAD, dict(self.expected)
        said = {touch.held.duty: data.draw(st.sampled_from(touch.choices)) for touch in found.plan.asked}
        version = publishing.publish(self.key, Publication(Manner.AMENDMENT, starts, choices=said), seen=found.mark, actor=self.user)
        assert version is not None
        self.expected = dict(self.published)
        self.check()
        if data.draw(st.booleans()):
            call_back(self.key, version.number, actor=self.user)
            self.expected = amended
            self.revisions.append(newest(self.key).latest_revision_id)
            return
        assert begin_texts(starts) == 1
        self.expected, self.published = amended, dict(amended)
        for touch in found.plan.asked:
            self.settle(touch, said[touch.held.duty])

    def withdrawn(self, data: st.DataObject) -> None:
        """Nobody outside reads it meanwhile; everything about it stays."""
        if self.live:
            withdraw(OpinionPage.objects.get(pk=self.key), actor=self.user, reason="发文机关要求")
            self.live = False

    def trashed(self, data: st.DataObject) -> None:
        """Into the trash, and back out of it as it was."""
        second = User.objects.create(username=f"u{uuid.uuid4().hex[:8]}", role=Role.COORDINATION)
        entry = trash(OpinionPage.objects.get(pk=self.key), actor=self.user, reason="重复", approved_by=second)
        assert not OpinionPage.objects.filter(pk=self.key).exists()
        assert not Duty.objects.filter(pk__in=self.confirmed).exists()
        assert Duty.with_trash.filter(pk__in=self.confirmed).count() == len(self.confirmed)
        restore(entry, actor=second)

    def settle(self, touch: Touch, choice: Choice) -> None:
        event(f"{touch.fate}: {choice}")
        duty = Duty.of_all_days.select_related("clause").get(pk=touch.held.duty)
        block_id = str(duty.clause.block_id)
        if choice in (Choice.ADOPT, Choice.FOLLOW):
            assert duty.state == Duty.State.CONFIRMED, "what was chosen to stay is not turned into something to be checked"
        if choice is Choice.FOLLOW and duty.goes_on_as is not None:
            self.joined(duty, duty.goes_on_as)
        elif choice in (Choice.ADOPT, Choice.FOLLOW) and duty.state == Duty.State.CONFIRMED:
            self.confirmed[duty.pk] = (block_id, self.published[block_id])
        elif choice is Choice.END:
            never_held = block_id in self.published and duty.ended_on is None  # its clause goes on, and no other text has held it
            assert duty.state == (Duty.State.REJECTED if never_held else Duty.State.CONFIRMED)
            self.confirmed.pop(duty.pk)  # a person has ended it

    def joined(self, duty: Duty, heir: Duty) -> None:
        """The clause that took the words had a duty of the unit: that has the words of both, and what it was leads to it."""
        event("joined")
        assert duty.ended_on is not None
        assert {_plain(span.quote) for span in duty.spans.all()} <= {_plain(span.quote) for span in heir.spans.all()}
        del self.confirmed[duty.pk]
        if heir.state == Duty.State.CONFIRMED:
            block_id = str(heir.clause.block_id)
            self.confirmed[heir.pk] = (block_id, self.published[block_id])

    def import_again(self, data: st.DataObject) -> None:
        """The published text comes again as a file: a clause more, perhaps one less, one in other words, one elsewhere. Who imports by command cannot
        be asked; what has the very words that it had is the clause that it was."""
        page = OpinionPage.objects.get(pk=self.key)
        if page.has_unpublished_changes or not self.live:
            return
        blocks = [*page.parts, Block(BlockKind.CLAUSE, "（九）", self.new_words(), 2)]
        places = [at for at, block in enumerate(blocks) if block.kind is BlockKind.CLAUSE]
        change = data.draw(st.sampled_from(["add", "drop", "reword", "move"]))
        at = data.draw(st.sampled_from(places))
        if change == "reword":
            blocks[at] = replace(blocks[at], text=f"有条件的地方，{blocks[at].text}")
        elif change != "add" and len(places) > 3:
            block = blocks.pop(at)
            if change == "move":
                blocks.insert(data.draw(st.integers(2, len(blocks))), block)
        event(f"imported again: {change}")
        before_ = dict(self.published)
        version = add_version(page, Identity(title=page.title), blocks, source_name=page.source_name, source_hash=uuid.uuid4().hex, actor=self.user)
        reread(OpinionPage.objects.get(pk=self.key))
        assert version.number == page.current_version.number
        rows = list(version.texts.select_related("clause"))
        new = {str(row.clause.block_id): row.text for row in rows}
        for block_id, text in before_.items():
            if text in new.values() and list(before_.values()).count(text) == 1:
                assert new.get(block_id) == text, "the very words are the clause that they were"
        self.expected, self.published = new, dict(new)
        self.addresses |= {str(row.clause.block_id): row.clause.public_key for row in rows if str(row.clause.block_id) not in self.addresses}
        self.successors |= {
            str(row.block_id): str(row.succeeded_by.block_id)
            for row in Clause.objects.filter(opinion=page, succeeded_by__isnull=False).select_related("succeeded_by")
            if str(row.block_id) in before_ and row.succeeded_by
        }

    def publish(self, data: st.DataObject) -> None:
        page = newest(self.key)
        page.save_revision(user=self.user, clean=False).publish(user=self.user)
        self.revisions.append(page.latest_revision_id)
        self.published = dict(self.expected)
        self.live = True

    # what ought to be true

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
            elif target not in self.expected:
                assert answer.status_code == 410


def _plain(words: str) -> str:
    return "".join(words.split())


def _hash(text: str) -> str:
    return text_hash(Block(BlockKind.CLAUSE, "", text))


DEEDS = (
    "insert", "split", "split_by_hand", "merge", "move", "cut_and_paste", "renumber", "reword", "delete", "confirm", "revert", "copy", "publish", "amend",
    "import_again", "undone", "two_people", "copy_block", "paste", "amend_ahead", "withdrawn", "trashed", "merge_twins", "settle_gone",
)  # fmt: skip


@given(data=st.data())
@settings(max_examples=int(os.environ.get("EXAMPLES", "14")), deadline=None, derandomize="EXAMPLES" not in os.environ, suppress_health_check=list(HealthCheck))
def test_no_identity_and_no_confirmed_duty_is_lost(data: st.DataObject) -> None:
    with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
        page = import_text(Path(folder), f"d{uuid.uuid4().hex[:8]}", TEXT)
        user = User.objects.create(username=f"u{uuid.uuid4().hex[:8]}", role=Role.COORDINATION)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        desk = Desk(page, user, client)
        desk.confirm(data)
        desk.check()
        for deed in data.draw(st.lists(st.sampled_from(DEEDS), min_size=3, max_size=STEPS)):
            event(deed)
            getattr(desk, deed)(data)
            desk.check()
        desk.publish(data)
        desk.check()
        desk.check_addresses()
        transaction.set_rollback(True)
