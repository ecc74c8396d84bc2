"""What a person says of a text that is about to be published: a correction of typing, or an amendment with its day (design decision 1)."""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from policy_docs.kept import KeptManager

from .merging import digest
from .models import OpinionVersion

if TYPE_CHECKING:
    from .pages import OpinionPage


class Settlement(models.Model):
    """What a person has said of a text that is about to be published: correction or amendment, and what becomes of the duties that it touches. It
    holds for the text with this digest alone, and is used up by its publication."""

    opinion = models.OneToOneField("policy_docs.OpinionPage", models.CASCADE, related_name="settlement")
    digest = models.CharField(max_length=64)
    said = models.JSONField(default=dict)  # Publication.dump()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = KeptManager["Settlement"]()
    with_trash = models.Manager["Settlement"]()

    class Meta:
        verbose_name = _("发布事项")
        verbose_name_plural = _("发布事项")

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.digest[:8]}"


class Manner(StrEnum):
    """What a publication is."""

    FIRST = "first"  # nothing was published before
    CORRECTION = "correction"  # 文字更正: the version changes in place
    AMENDMENT = "amendment"  # 修订: a new version with its day
    BEGINNING = "beginning"  # a text that was stored ahead of its day begins


@dataclass(frozen=True, slots=True)
class Publication:
    """``starts``: first day of an amendment; ``until``: last day of the text before, where it is not the day before; ``basis``: number of the document
    that amends; ``choices``: duty → what becomes of it (``duties.plan.Choice``)."""

    manner: Manner
    starts: datetime.date | None = None
    until: datetime.date | None = None
    basis: str = ""
    choices: Mapping[int, str] = field(default_factory=dict)
    actor: int | None = None

    def dump(self) -> dict[str, Any]:
        """Return it as a row keeps it."""
        return {
            "manner": self.manner.value, "starts": self.starts.isoformat() if self.starts else "", "until": self.until.isoformat() if self.until else "",
            "basis": self.basis, "choices": {str(duty): choice for duty, choice in self.choices.items()}, "actor": self.actor,
        }  # fmt: skip

    @classmethod
    def load(cls, said: Mapping[str, Any]) -> "Publication":
        """Return what a row keeps."""
        days = [datetime.date.fromisoformat(said[name]) if said[name] else None for name in ("starts", "until")]
        choices = {int(duty): str(choice) for duty, choice in said["choices"].items()}
        return cls(Manner(said["manner"]), days[0], days[1], said["basis"], choices, said["actor"])

    def waits(self, today: datetime.date) -> bool:
        """Whether the text waits for its day."""
        return self.manner is Manner.AMENDMENT and self.starts is not None and self.starts > today


def digest_of(page: "OpinionPage") -> str:
    """Return the digest of what duties are read from, ids included: another text, another answer."""
    told = repr(([(block["id"], digest(block)) for block in page.body.raw_data], page.jurisdiction_id, str(page.issue_date or "")))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def remember(page: "OpinionPage", publication: Publication, *, actor: User) -> None:
    """Keep what was said of a text until it is published; called under the lock of the document."""
    Settlement.objects.update_or_create(opinion_id=page.pk, defaults={"digest": digest_of(page), "said": publication.dump(), "actor": actor})


def recall(page: "OpinionPage") -> Publication | None:
    """Return what was said of this very text."""
    row = Settlement.objects.filter(opinion_id=page.pk, digest=digest_of(page)).first() if page.pk else None
    return Publication.load(row.said) if row is not None else None


def used_up(page: "OpinionPage") -> None:
    """Forget what was said: a text has been published."""
    Settlement.objects.filter(opinion_id=page.pk).delete()


def published(page: "OpinionPage") -> OpinionVersion | None:
    """Return the text that was published last, withdrawn meanwhile or not; None where the opinion never was.

    What is published over it has to be said: whoever withdraws a document, edits it and publishes it again changes the text as well.
    """
    from .projection import held

    return held(page) if page.pk else None
