"""What brings a text into force and out of it."""

import uuid
from dataclasses import replace

from django.utils import timezone
from hypothesis import event
from hypothesis import strategies as st

from cms.accounts.models import Role, User
from policy_docs.duties import publishing
from policy_docs.duties.models import Duty
from policy_docs.duties.plan import Choice, Touch
from policy_docs.importing.reread import reread
from policy_docs.opinions.actions import add_version, begin_texts
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.models import Clause
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication
from policy_docs.opinions.releasing import call_back
from policy_docs.opinions.removing import withdraw
from policy_docs.opinions.trash import restore, trash
from policy_docs.opinions.types import Block, BlockKind, Identity

from .base import AHEAD, TODAY, Base


class Publishing(Base):
    """Deeds that change what stands."""

    def publish(self, data: st.DataObject) -> None:
        page = newest(self.key)
        page.save_revision(user=self.user, clean=False).publish(user=self.user)
        self.revisions.append(page.latest_revision_id)
        self.published = dict(self.expected)
        self.live = True

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


def _plain(words: str) -> str:
    return "".join(words.split())
