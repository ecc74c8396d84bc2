"""How a document stands to others by their words: amended, replaced, repealed, interpreted; and what amended its versions."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from policy_docs.opinions.models import Citation, OpinionVersion
from policy_docs.opinions.numbers import normalise
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import OpinionQuerySet

if TYPE_CHECKING:
    from .reading import Reference

_SAME_SUBJECT = 70.0  # per cent of two titles: who repeals a document of the same subject stands in its place
_Relation = Citation.Relation


class Related(NamedTuple):
    """Documents that do one thing to this one (``acted_on``), or that it does it to."""

    words: str
    refs: list["Reference"]
    acted_on: bool


def related(page: OpinionPage, cites: Iterable["Reference"], cited_by: Iterable["Reference"]) -> list[Related]:
    """Return the documents that act on this one, or that it acts on, by what they do; those that are only cited are left out."""
    citing, cited = list(cited_by), [ref for ref in cites if ref.page is not None]
    found = []
    for refs, acted_on in ((citing, True), (cited, False)):
        over = _that(refs, _Relation.SUPERSEDES)
        found += [
            Related(_("被修改") if acted_on else _("修改"), _that(refs, _Relation.AMENDS), acted_on),
            Related(_("被替代") if acted_on else _("替代"), [ref for ref in over if _same_subject(ref, page)], acted_on),
            Related(_("被废止") if acted_on else _("废止"), [ref for ref in over if not _same_subject(ref, page)], acted_on),
            Related(_("被解释") if acted_on else _("解释"), _that(refs, _Relation.INTERPRETS), acted_on),
        ]
    return [item for item in found if item.refs]


def _that(refs: Sequence["Reference"], relation: str) -> list["Reference"]:
    return [ref for ref in refs if relation in ref.relations]


def _same_subject(ref: "Reference", page: OpinionPage) -> bool:
    return ref.page is not None and fuzz.ratio(ref.page.title, page.title) >= _SAME_SUBJECT


def bases(readable: OpinionQuerySet, versions: Iterable[OpinionVersion]) -> dict[int, OpinionPage | None]:
    """Return the document that amended each version, None where the reader may not see it or the store lacks it. One query where there is any."""
    keys = {version.pk: normalise(version.basis) for version in versions if version.basis}
    if not keys:
        return {}
    pages = {page.number_key: page for page in readable.filter(number_key__in=set(keys.values())).defer("body")}
    return {pk: pages.get(key) for pk, key in keys.items()}
