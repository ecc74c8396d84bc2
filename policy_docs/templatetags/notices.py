"""How many notices wait, for the line that stands on every page."""

from django import template
from django.utils import timezone

from cms.accounts.models import User
from policy_docs.notices.reading import unread

register = template.Library()


@register.simple_tag
def unread_notices(user: object) -> int:
    """Return how many notices wait for who is signed in: 0, without a query, for all who belong to no unit."""
    return unread(user, on=timezone.localdate()) if isinstance(user, User) else 0
