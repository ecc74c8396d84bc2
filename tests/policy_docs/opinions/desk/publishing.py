"""What brings a text into force and out of it."""

import datetime
import uuid

import pytest
from django.utils import timezone
from hypothesis import event
from hypothesis import strategies as st
from wagtail.models import Workflow

from cms.accounts.models import Role, User
from policy_docs.duties import publishing
from policy_docs.duties.models import Duty
from policy_docs.duties.plan import Choice, Touch
from policy_docs.opinions.actions import begin_texts
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.models import SetAside
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication
from policy_docs.opinions.releasing import DayImpossible, call_back
from policy_docs.opinions.removing import withdraw
from policy_docs.opinions.scheduled import publish_due
from policy_docs.opinions.setaside import DraftLocked, check_unlocked
from policy_docs.opinions.shaping import words
from policy_docs.opinions.trash import restore, trash

from .base import DAY, Ahead, Base


class Publishing(Base):
    """Deeds that change what stands."""

    def publish(self, data: st.DataObject) -> None:
        """Without the page that asks, as a command does."""
        page = newest(self.key)
        page.save_revision(user=self.user, clean=False).publish(user=self.user)
        self.revisions.append(page.latest_revision_id)
        self.published = dict(self.expected)
        self.live = True

    def amend(self, data: st.DataObject, *, follow: bool = False) -> None:
        """Published by the page that asks: a correction or a new version, with a choice for each confirmed duty that waits for one. A correction is
        written into the texts to come too, or is not."""
        manner = data.draw(st.sampled_from([Manner.CORRECTION, Manner.AMENDMENT]))
        if manner is Manner.AMENDMENT:
            self.tomorrow()
        if not self.has_changes and self.live:
            return
        found = publishing.ready(self.key, actor=self.user)
        said = {
            touch.held.duty: Choice.FOLLOW if follow and Choice.FOLLOW in touch.choices else data.draw(st.sampled_from(touch.choices))
            for touch in found.plan.asked
        }
        assert found.asks or self.expected == self.published, "other words are not published unasked"
        starts = timezone.localdate() if manner is Manner.AMENDMENT else None
        told = Publication(manner, starts, choices=said)
        if found.asks and manner is Manner.AMENDMENT and any(ahead.starts <= timezone.localdate() for ahead in self.coming):
            event("amended while another text is overdue")
            with pytest.raises(DayImpossible):
                publishing.publish(self.key, told, seen=found.mark, actor=self.user)
            return
        versions = found.page.versions.exclude(number=0).count()
        publishing.publish(self.key, told, seen=found.mark, actor=self.user, carry=(carry := data.draw(st.booleans())))
        assert found.page.versions.exclude(number=0).count() == versions + (manner is Manner.AMENDMENT and found.asks)
        self.published, self.live = dict(self.expected), True
        if carry and manner is Manner.CORRECTION:
            self.carried()
        for touch in found.plan.asked:
            self.settle(touch, said[touch.held.duty])

    def carried(self) -> None:
        """A correction is written into the texts to come: what they say otherwise stays."""
        for version, ahead in zip(self.waiting(), self.coming, strict=True):
            now = {str(row.clause.block_id): row.text for row in version.texts.select_related("clause")}
            for block_id, text in now.items():
                assert text in (ahead.expected.get(block_id), self.published.get(block_id))
            event("correction carried over")
            ahead.expected = now

    def amend_ahead(self, data: st.DataObject) -> None:
        """An amendment that begins on a later day: until then the standing text stays with its duties."""
        found = publishing.ready(self.key, actor=self.user)
        starts = timezone.localdate() + DAY * data.draw(st.integers(2, 5))
        if not found.asks or not self.live or any(ahead.starts == starts for ahead in self.coming):
            return
        said = {touch.held.duty: data.draw(st.sampled_from(touch.choices)) for touch in found.plan.asked}
        version = publishing.publish(self.key, Publication(Manner.AMENDMENT, starts, choices=said), seen=found.mark, actor=self.user)
        assert version is not None
        self.coming = sorted([*self.coming, Ahead(starts, self.expected, said)], key=lambda ahead: ahead.starts)
        event(f"texts that wait: {len(self.coming)}")
        self.expected = dict(self.published)

    def call_back(self, data: st.DataObject) -> None:
        """A text that waits becomes the draft again."""
        if not self.coming or self.has_changes:
            return
        ahead = data.draw(st.sampled_from(self.coming))
        number = next(version.number for version in self.waiting() if version.in_force_from == ahead.starts)
        call_back(self.key, number, actor=self.user)
        self.coming.remove(ahead)
        self.expected = ahead.expected
        self.revisions.append(newest(self.key).latest_revision_id)

    def tomorrow(self, data: st.DataObject | None = None) -> None:
        """A day passes, or several until the next text begins; a text that has begun takes the place of the one that stands, draft or not."""
        until = self.coming[0].starts if data is not None and self.coming else timezone.localdate() + DAY
        self.clock.shift(max(until - timezone.localdate(), DAY))
        due = [ahead for ahead in self.coming if ahead.starts <= timezone.localdate()] if self.live else []
        waits, draft = self.has_changes, dict(self.expected)
        assert begin_texts(timezone.localdate()) == bool(due)
        if not due:
            return
        event("a text begins" if len(due) == 1 else "two texts begin at once")
        if waits:
            event("a draft is overtaken")
            kept = SetAside.objects.filter(opinion=self.key, why=SetAside.Why.BEGUN).latest("pk")
            assert {block["id"]: words(block) for block in kept.blocks} == draft
        self.coming = self.coming[len(due) :]
        self.expected, self.published = dict(due[-1].expected), dict(due[-1].expected)
        self.follow_store(due[-1].said)

    def scheduled(self, data: st.DataObject) -> None:
        """A draft is told to be published at a time: until then it is locked, and at that time nobody can be asked."""
        page = newest(self.key)
        page.go_live_at = timezone.now() + datetime.timedelta(hours=1)
        revision = page.save_revision(user=self.user, clean=False)
        revision.publish(user=self.user)
        with pytest.raises(DraftLocked):
            check_unlocked(newest(self.key), self.user)
        self.check()
        self.clock.shift(datetime.timedelta(hours=2))
        publish_due(revision.pk, now=timezone.now())
        self.published, self.live = dict(self.expected), True

    def reviewed(self, data: st.DataObject) -> None:
        """A draft is handed to review, where nobody changes it; it is approved with what was said of it, or sent back."""
        if not self.has_changes:
            return
        page = newest(self.key)
        page.save_revision(user=self.user, clean=False)
        workflow = page.get_workflow() or Workflow.objects.get()
        workflow.start(page, self.user)
        with pytest.raises(DraftLocked):
            check_unlocked(newest(self.key), self.user)
        self.check()
        if data.draw(st.booleans()):
            event("reviewed")
            self.amend(data)
        page = newest(self.key)
        if page.current_workflow_task is not None:
            page.current_workflow_task.on_action(page.current_workflow_task_state, self.user, "reject")

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

    def follow_store(self, said: dict[int, str]) -> None:
        """What became of duties when a text began for which choices had been made on another day, on what stood then: each as was chosen, or to be
        checked."""
        for key in list(self.confirmed):
            duty = Duty.of_all_days.select_related("clause", "goes_on_as__clause").get(pk=key)
            choice, block_id = said.get(key), str(duty.clause.block_id)
            if duty.ended_on is not None:
                assert choice in (Choice.END, Choice.FOLLOW), "nothing ends that nobody has ended"
                if choice == Choice.FOLLOW:
                    assert duty.goes_on_as is not None
                    self.joined(duty, duty.goes_on_as)
                else:
                    del self.confirmed[key]
            elif duty.state == Duty.State.REJECTED or (duty.state == Duty.State.CONFIRMED and block_id not in self.published):
                assert choice == Choice.END
                del self.confirmed[key]
            elif duty.state == Duty.State.CONFIRMED:
                assert block_id == self.confirmed[key][0] or choice == Choice.FOLLOW
                self.confirmed[key] = (block_id, self.published[block_id])

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
