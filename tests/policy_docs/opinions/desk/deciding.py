"""What people do to duties."""

from collections.abc import Iterable
from contextlib import suppress

from hypothesis import event
from hypothesis import strategies as st

from policy_docs.duties import agenda
from policy_docs.duties.actions import DutyRefused, change, decide, stamp_of
from policy_docs.duties.adding import add
from policy_docs.duties.batches import decide_many, take_back, undo
from policy_docs.duties.models import Duty
from policy_docs.duties.resting import let_end, rest_on
from policy_docs.duties.types import Act, Role
from policy_docs.importing.reread import reread
from policy_docs.opinions.context import context_of
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.shaping import before, merge, then_renumber
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.types import Addressee, Reach

from .importing import Importing


class Deciding(Importing):
    """Deeds of whoever checks duties."""

    def confirm(self, data: st.DataObject) -> None:
        standing = list(self.published)
        found = list(Duty.objects.filter(opinion_id=self.key, clause__block_id__in=standing, state=Duty.State.SUGGESTED).exclude(role="mention").order_by("pk"))
        for duty in found[: data.draw(st.integers(1, 4))]:
            decide([duty], state=Duty.State.CONFIRMED, actor=self.user)
            self.note([duty.pk])

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

    def reject(self, data: st.DataObject) -> None:
        """A person finds that what was confirmed is no duty."""
        held = [key for key in self.confirmed if key not in self.rejected]
        if held:
            key = data.draw(st.sampled_from(held))
            decide([Duty.objects.get(pk=key)], state=Duty.State.REJECTED, actor=self.user)
            self.rejected[key] = self.confirmed.pop(key)

    def take_back_rejection(self, data: st.DataObject) -> None:
        """That is taken back, whatever has come meanwhile."""
        if not self.rejected:
            return
        key = data.draw(st.sampled_from(list(self.rejected)))
        confirmed = self.rejected.pop(key)
        duty = Duty.objects.filter(pk=key, state=Duty.State.REJECTED).first()
        if duty is None:
            return  # rejected for another text: read there anew
        try:
            take_back(key, stamp_of(duty), actor=self.user)
        except DutyRefused:
            event("a rejection that stays")
        else:
            self.confirmed[key] = confirmed
            event(f"a rejection taken back: {Duty.objects.get(pk=key).state}")

    def many(self, data: st.DataObject) -> None:
        """Accepted as they were seen in a list, and perhaps taken back in one step."""
        rows = Duty.objects.filter(opinion_id=self.key, state=Duty.State.SUGGESTED, clause__block_id__in=list(self.published)).exclude(role="mention")
        seen = {duty.pk: stamp_of(duty) for duty in rows.order_by("pk")[:3]}
        batch = decide_many(seen, state=Duty.State.CONFIRMED, actor=self.user)
        if data.draw(st.booleans()):
            assert undo(batch.key, actor=self.user).done == len(seen) if seen else True
        else:
            self.note(seen)

    def corrected(self, data: st.DataObject) -> None:
        """Unit, role or addressee of a duty are put right."""
        rows = list(Duty.objects.filter(pk__in=self.confirmed, state=Duty.State.CONFIRMED).order_by("pk"))
        if not rows:
            return
        duty = data.draw(st.sampled_from(rows))
        change_ = data.draw(st.sampled_from([{"role": Role.LEAD}, {"role": Role.COOPERATE}, {"kind": "justice"}, {"to": Addressee(Reach.LOWER)}]))
        with suppress(DutyRefused):
            change(duty, actor=self.user, **change_)
            self.note([duty.pk])

    def by_hand(self, data: st.DataObject) -> None:
        """A duty that the reading has passed over, by words that name nobody."""
        page = OpinionPage.objects.get(pk=self.key)
        text = data.draw(st.sampled_from(list(ClauseText.objects.filter(version=agenda.version_of(page), kind="clause").order_by("order"))))
        quote = text.text[data.draw(st.sampled_from([0, 4])) :].rstrip("。")
        with suppress(DutyRefused):
            duty = add(
                text.clause, text, quote=quote, near=0, kind=data.draw(st.sampled_from(["justice", "tax"])), to=Addressee(Reach.GENERIC), role=Role.RESPONSIBLE,
                act=Act.DUTY, context=context_of(page, current_vocabulary()), actor=self.user,
            )  # fmt: skip
            self.note([duty.pk])

    def read_again(self, data: st.DataObject) -> None:
        """After an edit of the vocabulary: nothing that people have decided changes."""
        before = list(Duty.of_all_days.filter(pk__in=[*self.confirmed, *self.rejected]).order_by("pk").values())
        reread(OpinionPage.objects.get(pk=self.key))
        assert list(Duty.of_all_days.filter(pk__in=[*self.confirmed, *self.rejected]).order_by("pk").values()) == before

    def note(self, duties: Iterable[int]) -> None:
        """These are confirmed by the words of today."""
        for duty in Duty.objects.filter(pk__in=list(duties), state=Duty.State.CONFIRMED).select_related("clause"):
            block_id = str(duty.clause.block_id)
            self.confirmed[duty.pk] = (block_id, self.published[block_id])
            self.rejected.pop(duty.pk, None)
