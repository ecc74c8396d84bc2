"""The draft that people edit: what an edit began from, and the refusal to put it over somebody else's.

Wagtail saves whatever a form holds over whatever is newest, and looks for a newer revision only when it saves by itself. So a form carries the
digests of what it showed, the page takes them along, and its own ``save()`` and ``save_revision()`` compare them under the lock of the row.
"""

import datetime
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from .merging import Raw, digest

if TYPE_CHECKING:
    from .pages import OpinionPage

#: where the row stands and whose it is: never edited with the text
_BOOKKEEPING = frozenset(
    {"id", "path", "depth", "numchild", "first_published_at", "content_type", "owner", "page_ptr", "source_name", "locale", "translation_key", "body"}
)


class StaleDraft(Exception):
    """The draft is no longer the one that an edit began from. Nothing was saved."""

    def __init__(self) -> None:
        super().__init__(_("您打开之后，这份文件的草稿已经改过。"))


class InTrash(PermissionDenied):
    """The document has been put into the trash since it was opened; nothing was saved."""

    def __init__(self) -> None:
        super().__init__(_("这份文件已移入回收站，没有保存。要修改，请先恢复。"))


@dataclass(frozen=True, slots=True)
class Start:
    """What an edit began from: a digest for each field, and (id, digest) of each block, in order; None for what the edit does not cover.
    ``part``: the blocks are a part of the body."""

    fields: tuple[tuple[str, str], ...] | None = None
    blocks: tuple[tuple[str, str], ...] | None = None
    part: bool = False

    def holds(self, page: "OpinionPage") -> bool:
        """Say whether a page is still what the edit began from, as far as the edit goes."""
        if self.fields is not None and self.fields != _fields(page):
            return False
        if self.blocks is None:
            return True
        now = _blocks(cast("list[Raw]", list(page.body.raw_data)))
        if not self.part:
            return self.blocks == now
        first = next((at for at, (block_id, _words) in enumerate(now) if self.blocks and block_id == self.blocks[0][0]), None)
        return first is not None and now[first : first + len(self.blocks)] == self.blocks

    def dump(self) -> str:
        """Return it as a form carries it."""
        return json.dumps([self.fields, self.blocks, self.part], separators=(",", ":"))


def read_start(words: str) -> Start:
    """Return what a form carried; words that are no start are one that holds for no page."""
    try:
        fields, blocks, part = json.loads(words)
        return Start(_pairs(fields), _pairs(blocks), bool(part))
    except (TypeError, ValueError):
        return Start(fields=(("", ""),), blocks=())


def _pairs(value: Any) -> tuple[tuple[str, str], ...] | None:
    return None if value is None else tuple((str(name), str(words)) for name, words in value)


def start_of(page: "OpinionPage", *, body: bool = True) -> Start:
    """Return what an edit of the whole page begins from, or of all but the body."""
    return Start(_fields(page), _blocks(list(page.body.raw_data)) if body else None)


def start_of_part(blocks: "list[Raw]") -> Start:
    """Return what an edit of some blocks of the body begins from."""
    return Start(None, _blocks(blocks), part=True)


def edited_fields(page: "OpinionPage") -> list[str]:
    """Return the names of the fields that people edit beside the body."""
    return [field.name for field in page._meta.concrete_fields if field.editable and field.name not in _BOOKKEEPING]


def _fields(page: "OpinionPage") -> tuple[tuple[str, str], ...]:
    found = []
    for name in edited_fields(page):
        field: Any = page._meta.get_field(name)
        value = field.value_from_object(page)
        words = str(value.astimezone(datetime.UTC)) if isinstance(value, datetime.datetime) else str(field.value_to_string(page))
        found.append((name, hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()))
    return tuple(found)


def _blocks(blocks: "list[Raw]") -> tuple[tuple[str, str], ...]:
    return tuple((str(block["id"]), digest(block)) for block in blocks)


def hold(key: int) -> None:
    """Lock the row of an opinion for the transaction."""
    from .pages import OpinionPage

    OpinionPage.objects.select_for_update(of=("self",), no_key=True).filter(pk=key).values_list("pk").first()


def newest(key: int) -> "OpinionPage":
    """Return an opinion as its newest revision has it: what people edit."""
    from .pages import OpinionPage

    found: OpinionPage = OpinionPage.objects.get(pk=key).get_latest_revision_as_object()
    return found


def check_start(page: "OpinionPage") -> None:
    """Lock the row; raise ``StaleDraft`` where the draft is no longer what the edit began from."""
    if page.started_from is None or page.pk is None:
        return
    hold(page.pk)
    if not page.started_from.holds(newest(page.pk)):
        raise StaleDraft


def check_kept(key: int | None) -> None:
    """Lock the row; raise ``InTrash`` where the document has been put into the trash: what is saved would bring half of it back."""
    from .trashed import Trashed

    if key is None:
        return
    hold(key)
    if Trashed.objects.filter(opinion=key).exists():
        raise InTrash
