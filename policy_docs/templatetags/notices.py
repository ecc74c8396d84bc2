"""How many notices wait, for the line that stands on every page."""

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from cms.accounts.models import User
from policy_docs.notices.reading import gets_notices, unread

register = template.Library()


@register.simple_tag
def unread_notices(user: object) -> int:
    """Return how many notices wait for who is signed in: 0, without a query, for all who belong to no unit."""
    return unread(user, on=timezone.localdate()) if isinstance(user, User) else 0


@register.filter
def has_notices(user: User | AnonymousUser) -> bool:
    """Say whether the page of notices is anything to a person."""
    return gets_notices(user)
