"""Noting what was asked without noting who asked, or about whom."""

import datetime
import hashlib
import hmac
import re

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from search.analysis import tokens
from search.analysis.fold import fold

from .models import Asked, AskedDay

DAYS = 3  # on which a question came up before its words are written down
LONGEST = 40  # characters: a longer question is a text pasted in, which may tell of anybody
KEPT_DAYS = 365
_NUMBERS = re.compile(r"[0-9a-z]*\d{6,}[0-9a-z]*", re.IGNORECASE)  # telephones, identity cards, accounts; years and document numbers are shorter


def worth_noting(text: str) -> bool:
    """Say whether a question is noted at all."""
    return 0 < len(_plain(text)) <= LONGEST


def note(text: str, *, hits: int, on: datetime.date) -> None:
    """Count a question. Its words are kept from the third day on, without names of persons and long numbers."""
    plain = _plain(text)
    digest = hmac.new(settings.SECRET_KEY.encode(), plain.encode(), hashlib.sha256).hexdigest()
    with transaction.atomic():
        AskedDay.objects.get_or_create(day=on)
        AskedDay.objects.filter(day=on).update(times=F("times") + 1, missed=F("missed") + int(not hits))
        Asked.objects.get_or_create(digest=digest)
        row = Asked.objects.select_for_update().get(digest=digest)
        row.times += 1
        row.hits = hits
        if row.last_day is None or row.last_day < on:
            row.days, row.last_day = row.days + 1, on
        if not row.text and row.days >= DAYS:
            row.text = anonymous(plain)
        row.save()


def anonymous(text: str) -> str:
    """Return a question without names of persons and long numbers."""
    return _NUMBERS.sub(_("〔号码〕"), tokens.without_people(text, _("〔人名〕")))[:60]


def forget(on: datetime.date) -> int:
    """Delete what nobody has asked for a year; return the number of questions."""
    before = on - datetime.timedelta(days=KEPT_DAYS)
    AskedDay.objects.filter(day__lt=before).delete()
    return Asked.objects.filter(last_day__lt=before).delete()[0]


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
