"""Telling units what has changed for them, and noting what has been read. One function per verb."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from policy_docs.opinions.models import Clause, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Publication
from policy_docs.units.types import Reach

from .ahead import differences_ahead
from .difference import Laid, Told, Turn, differences
from .facts import Standing, is_over, standing
from .models import GONE, Notice, NoticeRead, NoticeTouch

DETAILS = 60  # differences that a notice words for one addressee; it counts them all
_LONGEST = 400  # signs of a quote


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom something touches, as words of a document of ``code`` would lay it on them, and what changes for them. One unit at one place is
    ``Touched(code, (kind, "named", "", code))``; a kind at every place below the country ``Touched("100000", (kind, "generic", "", ""))``."""

    code: str
    laid: Laid
    told: Sequence[Told] = ()

    @classmethod
    def seat(cls, kind: str, code: str, told: Sequence[Told] = ()) -> "Touched":
        """One unit: a kind at a place."""
        return cls(code, (kind, Reach.NAMED.value, "", code), told)


@transaction.atomic
def tell(
    deed: Notice.Deed,
    touched: Iterable[Touched],
    *,
    title: str,
    opinion: OpinionPage | None = None,
    said: str = "",
    day: datetime.date | None = None,
    old: int | None = None,
    new: int | None = None,
    link: str = "",
) -> Notice | None:
    """Tell units what happened, in the transaction of what happened; None where nobody is touched.

    ``link`` is the path of the page that explains it (a reform); a document with two texts links to their comparison by itself.
    """
    rows = list(touched)
    if not rows:
        return None
    notice = Notice.objects.create(
        deed=deed, opinion=opinion, title=title[:300], number=opinion.document_number if opinion else "", said=said[:500], day=day, old=old, new=new,
        link=link[:200],
    )  # fmt: skip
    NoticeTouch.objects.bulk_create([_row(notice, item) for item in rows], batch_size=500)
    return notice


def _row(notice: Notice, item: Touched) -> NoticeTouch:
    kind, reach, levels, place = item.laid
    turns = Counter(told.turn for told in item.told)
    # what is all new is read on the page of the unit; only what differs is worded
    worded = [asdict(told) for told in item.told if notice.deed != Notice.Deed.ADDED]
    worded = worded if notice.deed in GONE else worded[:DETAILS]  # of a document that is gone no page has the rest
    return NoticeTouch(
        notice=notice, code=item.code, kind=kind, reach=reach, levels=levels, place=place, details=worded,
        added=turns[Turn.ADDED], changed=turns[Turn.CHANGED], moved=turns[Turn.MOVED], gone=turns[Turn.GONE],
    )  # fmt: skip


def tell_of_text(page: OpinionPage, before: Standing) -> Notice | None:
    """Tell the units that a document binds what its new text changes for them, compared with what stood ``before``. Called in the transaction
    of the text, after its duties have been stored; nothing is told of a draft, where no duty changed, or of a document that no longer holds: it binds
    nobody any more, and no page of a unit counts what it laid on it."""
    after = standing(page, text=False)
    if after.number is None or before.hidden or is_over(page):
        return None  # of a document that comes back its units are told as a whole (presence.tell_back)
    told = differences(before.facts, after.facts, heirs=_heirs(page))
    version = OpinionVersion.objects.get(opinion=page, number=after.number)
    deed = _deed(version, before)
    said = _("依据%s修订。") % version.basis if version.basis and deed is not Notice.Deed.CORRECTED else ""
    return tell_differences(page, told, deed=deed, said=said, version=version, old=before.number)


def tell_ahead(page: OpinionPage, version: OpinionVersion) -> Notice | None:
    """Tell the units that a document binds of a text that is stored ahead of its day, as far as its changes can be known before."""
    before = standing(page)
    if before.number is None or before.hidden:
        return None
    said = Publication.load(version.settled) if version.settled else None
    told = differences_ahead(page, before, version, said.choices if said else {})
    basis = _("依据%s修订。") % version.basis if version.basis else ""
    return tell_differences(page, told, deed=Notice.Deed.COMING, said=basis, version=version, old=before.number)


def take_back(page: OpinionPage, number: int) -> int:
    """Take back what was told of a text to come, which will not begin; return how many notices."""
    return Notice.objects.filter(opinion=page, deed=Notice.Deed.COMING, new=number).delete()[0]


def follow_numbers(page: OpinionPage, since: int, by: int) -> None:
    """Let notices go on pointing to the same texts when those from a number on are moved."""
    for name in ("old", "new"):
        Notice.objects.filter(**{"opinion": page, f"{name}__gte": since}).update(**{name: F(name) + by})


def tell_differences(page: OpinionPage, told: Sequence[Told], *, deed: Notice.Deed, said: str, version: OpinionVersion, old: int | None) -> Notice | None:
    """Tell the units that a document binds of differences that are known already."""
    earlier = None if deed in (Notice.Deed.ADDED, Notice.Deed.CORRECTED) else old
    return tell(deed, touched_by(page, told), title=page.title, opinion=page, said=said, day=version.in_force_from, old=earlier, new=version.number)


def touched_by(page: OpinionPage, told: Sequence[Told]) -> list[Touched]:
    """Return whom differences of a document touch; nobody where its place is not known, since then it is not known whom it binds."""
    by_addressee: dict[Laid, list[Told]] = defaultdict(list)
    for item in told:
        by_addressee[item.laid].append(replace(item, old=item.old[:_LONGEST], new=item.new[:_LONGEST]))
    return [Touched(page.jurisdiction_id, laid, items) for laid, items in by_addressee.items()] if page.jurisdiction_id else []


def _deed(version: OpinionVersion, before: Standing) -> Notice.Deed:
    if before.number is None:
        return Notice.Deed.ADDED
    if before.number == version.number:
        return Notice.Deed.CORRECTED
    stored = timezone.localdate(version.created_at)
    return Notice.Deed.BEGUN if version.in_force_from is not None and stored < version.in_force_from else Notice.Deed.AMENDED


def _heirs(page: OpinionPage) -> dict[int, int]:
    found = Clause.objects.filter(opinion=page, succeeded_by__isnull=False)
    return {pk: heir for pk, heir in found.values_list("pk", "succeeded_by_id") if heir is not None}


def mark_read(notices: Iterable[int], *, actor: User) -> int:
    """Note that a person has read notices; return how many were new to them. Doing it twice does no harm."""
    known = set(NoticeRead.with_trash.filter(user=actor).values_list("notice_id", flat=True))
    rows = [NoticeRead(notice_id=pk, user=actor) for pk in sorted({*notices} - known)]
    NoticeRead.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def mark_unread(notices: Iterable[int], *, actor: User) -> int:
    """Take back that a person has read notices."""
    return NoticeRead.with_trash.filter(user=actor, notice__in=list(notices)).delete()[0]
