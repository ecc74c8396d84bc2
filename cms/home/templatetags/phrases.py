"""Titles that break between words and never inside one."""

import datetime
from functools import lru_cache

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cms.accounts.models import User
from cms.accounts.viewer import mark_of
from policy_docs.opinions.labels import gap_after
from search.analysis import tokens

register = template.Library()
#: where the working screens stand that the desk leads to
_DESK = ("/imports/", "/review/", "/completeness/", "/directory/", "/bodies/", "/reforms/", "/trash/", "/aging/", "/recent/")
_TAILS = frozenset("的地得和与及等之上下中内外时后前者性化省市县州区旗盟")  # a line does not begin with one of these
_LEADS = frozenset("从对以在向为由将把被")  # nor end with one of these


@register.filter
def breakable(text: str) -> SafeString:
    """Return the text escaped, with <wbr> between its words; to be shown with the class ``ph``."""
    return mark_safe("<wbr>".join(escape(phrase) for phrase in phrases(str(text))))  # noqa: S308 - every phrase is escaped


@register.filter
def gapped(label: str) -> str:
    """Return a label with what parts it from the words behind it: 第八条　……, but （一）……."""
    return f"{label}{gap_after(label)}"


@lru_cache(maxsize=4_000)
def phrases(text: str) -> tuple[str, ...]:
    """Return the words of a text, each with what belongs to it: signs, particles, numbers. Joined they are the text."""
    found: list[str] = []
    for piece in tokens.pieces(text):
        joins = not found or not tokens.is_han(piece) or piece in _TAILS or not tokens.is_han(found[-1][-1:]) or found[-1] in _LEADS
        if joins and found:
            found[-1] += piece
        else:
            found.append(piece)
    return tuple(found)


@register.filter
def who(user: User | AnonymousUser) -> str:
    """Return the sign of the person a page is shown to (``cms.accounts.viewer.mark_of``)."""
    return mark_of(user)


@register.filter
def at_desk(path: str) -> bool:
    """Say whether a page is one of the working screens."""
    return path.startswith(_DESK)


@register.simple_tag
def bad_day(words: str) -> str:
    """Return the beginning of what stands for a day in an address and is none, else nothing."""
    try:
        datetime.date.fromisoformat(words)
    except ValueError:
        return words[:20]
    return ""
