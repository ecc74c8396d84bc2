"""Where the addresses of topics lead now: names are changed and topics merged, and what people have kept holds the old ones."""

from collections.abc import Iterable

from django.http import QueryDict

from .forest import Forest, Node, load_forest
from .models import TopicName

PARAM = "topic"


def meant(slugs: Iterable[str], forest: Forest) -> dict[str, Node | None]:
    """Return the topic that each address stands for now, None for one that is out of use or never was. One query where a name was changed."""
    wanted = set(slugs)
    strange = [slug for slug in wanted if slug not in forest.by_slug]
    former = dict(TopicName.objects.filter(slug__in=strange).values_list("slug", "topic_id")) if strange else {}
    keys = {**former, **{slug: forest.by_slug[slug].pk for slug in wanted if slug in forest.by_slug}}
    return {slug: forest.standing(keys[slug]) if slug in keys else None for slug in wanted}


def renewed(params: QueryDict) -> QueryDict | None:
    """Return an address with topics as they are called now; None where nothing has to be changed. What is out of use stays and is told as such.
    At most two queries, none without a topic."""
    asked = [slug for slug in params.getlist(PARAM) if slug]
    if not asked:
        return None
    now = meant(asked, load_forest())
    slugs = list(dict.fromkeys(node.slug if (node := now[slug]) is not None else slug for slug in asked))
    if slugs == asked:
        return None
    query = params.copy()
    query.setlist(PARAM, slugs)
    return query
