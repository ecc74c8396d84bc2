"""What people do to duties."""

from hypothesis import event
from hypothesis import strategies as st

from policy_docs.duties import agenda
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.duties.resting import let_end, rest_on
from policy_docs.opinions.context import context_of
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.shaping import before, merge, then_renumber
from policy_docs.units.aliases import current_vocabulary

from .publishing import Publishing


class Deciding(Publishing):
    """Deeds of whoever checks duties."""

    def confirm(self, data: st.DataObject) -> None:
        standing = list(self.published)
        found = list(Duty.objects.filter(opinion_id=self.key, clause__block_id__in=standing, state=Duty.State.SUGGESTED).exclude(role="mention").order_by("pk"))
        for duty in found[: data.draw(st.integers(1, 4))]:
            decide([duty], state=Duty.State.CONFIRMED, actor=self.user)
            block_id = str(duty.clause.block_id)
            self.confirmed[duty.pk] = (block_id, self.published[block_id])

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
