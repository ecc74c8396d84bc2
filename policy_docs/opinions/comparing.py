"""The page that sets two texts of one document side by side."""

from collections import Counter
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from cms.accounts.viewer import viewer_of

from .comparison import Change, Pair, compare
from .models import Clause, OpinionVersion
from .pages import OpinionPage
from .texts import texts_of, versions_for
from .types import BlockKind
from .validity import text_on


def comparison(request: HttpRequest, key: str) -> HttpResponse:
    """Compare two texts of an opinion clause by clause; without a choice the current one with the one before it."""
    viewer = viewer_of(request.user)
    page = get_object_or_404(OpinionPage.objects.visible_to(viewer).defer("body"), public_key=key)
    versions = _by_age(versions_for(page, viewer))
    old, new = _chosen(versions, request.GET.get("from", ""), request.GET.get("to", ""))
    whole = bool(request.GET.get("all"))
    pairs = _pairs(page, old, new) if old and new else []
    sums = Counter(pair.change for pair in pairs)
    context = {
        "page": page, "versions": versions, "old": old, "new": new, "current": text_on(versions, timezone.localdate()), "whole": whole,
        "pairs": [pair for pair in pairs if whole or pair.change is not Change.SAME],
        "sums": [(change.value, sums[change]) for change in Change if change is not Change.SAME], "same": sums[Change.SAME],
        "changed": sum(sums.values()) - sums[Change.SAME],
    }  # fmt: skip
    return render(request, "policy_docs/opinions/compare.html", context)


def _by_age(versions: Sequence[OpinionVersion]) -> list[OpinionVersion]:
    """The working draft, which has number 0, is the youngest."""
    return sorted(versions, key=lambda item: (item.state == OpinionVersion.State.DRAFT, item.number))


def _chosen(versions: Sequence[OpinionVersion], old: str, new: str) -> tuple[OpinionVersion | None, OpinionVersion | None]:
    """The texts that the address asks for; what it does not say, or says wrongly, is the newest and the one before."""
    by_number = {str(item.number): at for at, item in enumerate(versions)}
    if len(versions) < 2:
        return None, None
    to = by_number.get(new, len(versions) - 1)
    since = by_number.get(old, max(to - 1, 0))
    if since == to:
        since, to = (to - 1, to) if to else (0, 1)
    return versions[since], versions[to]


def _pairs(page: OpinionPage, old: OpinionVersion, new: OpinionVersion) -> list[Pair]:
    clauses = Clause.objects.filter(opinion=page)
    heirs = dict(clauses.filter(succeeded_by__isnull=False).values_list("pk", "succeeded_by_id"))
    origins = dict(clauses.filter(split_from__isnull=False).values_list("pk", "split_from_id"))
    told = [[row for row in texts_of(version) if row.kind != BlockKind.LEFT_OUT.value] for version in (old, new)]
    return compare(told[0], told[1], heirs=heirs, origins=origins)
