"""Looking up what belongs to a row."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of(table: Mapping[int, object], key: int) -> object:
    """Return what a table holds for a key."""
    return table.get(key)
