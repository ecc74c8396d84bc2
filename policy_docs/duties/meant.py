"""Whom stored duties mean where former units stand apart from the kind that their names are read as."""

from collections.abc import Collection, Mapping

from django.db.models import QuerySet

from policy_docs.units.former import written_as
from policy_docs.units.vocabulary import Vocabulary

from .models import Duty, DutySpan


def meant_by(duties: QuerySet[Duty], vocabulary: Vocabulary, apart: Collection[str]) -> Mapping[int, set[str]]:
    """Return by duty whom its names mean, former units of ``apart`` among them; a duty that is missing means its own kind. One query, or none."""
    read_as = {vocabulary.kinds_by_key[key].read_as for key in apart} - {""}
    if not read_as:
        return {}
    names: dict[tuple[int, str], set[str]] = {}
    spans = DutySpan.objects.filter(duty__in=duties.filter(kind__in=read_as).order_by().values("pk")).order_by()
    for duty, kind, written in spans.values_list("duty_id", "duty__kind_id", "name_written"):
        names.setdefault((duty, kind), set()).add(written)
    return {duty: written_as(vocabulary, kind, written, apart) for (duty, kind), written in names.items()}
