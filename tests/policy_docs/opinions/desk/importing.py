"""The text of the document comes as a file."""

import datetime
import uuid
from dataclasses import replace

from django.utils import timezone
from hypothesis import event
from hypothesis import strategies as st

from policy_docs.importing.reread import reread
from policy_docs.opinions.actions import add_draft, add_version
from policy_docs.opinions.models import Clause, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import Block, BlockKind, Identity

from .publishing import Publishing


class Importing(Publishing):
    """Who imports by command cannot be asked; what has the very words that it had is the clause that it was."""

    def file(self, data: st.DataObject, page: OpinionPage) -> list[Block]:
        """The published text with a clause more, perhaps one less, one in other words, one elsewhere."""
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
        return blocks

    def import_again(self, data: st.DataObject) -> None:
        """As a new version."""
        self.tomorrow()
        page = OpinionPage.objects.get(pk=self.key)
        if page.has_unpublished_changes or not self.live or any(ahead.starts <= timezone.localdate() for ahead in self.coming):
            return
        identity = Identity(title=page.title, text_date=timezone.localdate().isoformat())
        blocks, before = self.file(data, page), dict(self.published)
        version = add_version(page, identity, blocks, source_name=page.source_name, source_hash=uuid.uuid4().hex, actor=self.user)
        reread(OpinionPage.objects.get(pk=self.key))
        assert version.number == page.current_version.number
        self.published = self.carried_in(before, version)
        self.expected = dict(self.published)

    def import_as_draft(self, data: st.DataObject) -> None:
        """As the draft, to be published by the page that asks."""
        page = OpinionPage.objects.get(pk=self.key)
        if page.has_unpublished_changes or not self.live:
            return
        blocks, before = self.file(data, page), dict(self.published)
        version = add_draft(page, Identity(title=page.title), blocks, source_name=page.source_name, source_hash=uuid.uuid4().hex, actor=self.user, later=True)
        self.expected = self.carried_in(before, version)
        self.revisions.append(OpinionPage.objects.get(pk=self.key).latest_revision_id)

    def import_earlier(self, data: st.DataObject) -> None:
        """A text that stood before the first: it is filed there, and nothing of today changes."""
        page = OpinionPage.objects.get(pk=self.key)
        if page.has_unpublished_changes or not self.live:
            return
        self.count += 1
        day = datetime.date(2019, 1, 1) + datetime.timedelta(days=self.count)
        blocks = self.file(data, page)
        identity = Identity(title=page.title, text_date=day.isoformat())
        add_version(page, identity, blocks, source_name=page.source_name, source_hash=uuid.uuid4().hex, actor=self.user)

    def carried_in(self, before: dict[str, str], version: OpinionVersion) -> dict[str, str]:
        """The clauses of a text that was imported, by their identity."""
        rows = list(version.texts.select_related("clause"))
        new = {str(row.clause.block_id): row.text for row in rows}
        for block_id, text in before.items():
            if text in new.values() and list(before.values()).count(text) == 1:
                assert new.get(block_id) == text, "the very words are the clause that they were"
        self.addresses |= {str(row.clause.block_id): row.clause.public_key for row in rows if str(row.clause.block_id) not in self.addresses}
        self.successors |= {
            str(row.block_id): str(row.succeeded_by.block_id)
            for row in Clause.objects.filter(opinion=self.key, succeeded_by__isnull=False).select_related("succeeded_by")
            if str(row.block_id) in before and row.succeeded_by
        }
        return new
