"""What people do to a draft."""

import uuid

import pytest
from django.db import transaction
from hypothesis import strategies as st
from wagtail.models import Revision

from policy_docs.duties.models import Duty
from policy_docs.opinions.drafts import StaleDraft, newest, start_of, start_of_part
from policy_docs.opinions.editing import take_back
from policy_docs.opinions.models import Clause
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.sections import stretch
from policy_docs.opinions.setaside import put_together, set_aside, store
from policy_docs.opinions.shaping import before, insert, merge, move, renumber, split, then_renumber, words

from .base import Base


class Drafting(Base):
    """Deeds that change the draft alone."""

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
            twins = {key for key, text in self.expected.items() if key not in {gone["id"], *self.published} and text == words(gone)}
            self.write([block for block in self.body() if block["id"] != gone["id"]])
            if gone["id"] in self.draft():  # the same words stand in the draft once more: that copy is the clause now
                (copy,) = twins - set(self.draft())
                del self.expected[copy]
            else:
                del self.expected[gone["id"]]

    def section(self, data: st.DataObject) -> None:
        """A part of the body is edited in a form of its own, while somebody else changes another part: both stand."""
        opened = self.body()
        low = data.draw(st.integers(0, len(opened) - 2))
        part, rest = opened[low : low + 4], [block for block in opened[:low] + opened[low + 4 :] if block["type"] == "clause"]
        start, said, heard = start_of_part(part), self.new_words(), self.new_words()
        mine = data.draw(st.sampled_from(part))
        theirs = data.draw(st.sampled_from(rest)) if rest else None
        if theirs is not None:
            self.write([self.with_text(block, heard) if block["id"] == theirs["id"] else block for block in self.body()])
            self.expected[theirs["id"]] = heard
        page, now = newest(self.key), self.body()
        place = stretch(now, [block["id"] for block in part])
        assert place is not None
        part = [self.with_text(block, said) if block["id"] == mine["id"] else block for block in part]
        page.body = OpinionPage.body.field.to_python([*now[: place[0]], *part, *now[place[1] :]])
        page.started_from = start
        store(page, actor=self.user)
        self.revisions.append(page.latest_revision_id)
        self.expected[mine["id"]] = said

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

    def copy(self, data: st.DataObject) -> None:
        before_, page = self.draft(), OpinionPage.objects.get(pk=self.key)
        copy = page.copy(update_attrs={"slug": f"copy-{uuid.uuid4()}", "document_number": ""}, keep_live=data.draw(st.booleans()))
        assert self.draft() == before_
        assert not set(Clause.objects.filter(opinion=copy.pk).values_list("public_key", flat=True)) & set(self.addresses.values())
        assert not Duty.objects.filter(opinion=copy.pk, state=Duty.State.CONFIRMED).exists()
