"""Up to when a person has looked through what others have changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LookedThrough(models.Model):
    """A row for each person who has said so."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("用户"))
    at = models.DateTimeField(_("看到的时间"))

    class Meta:
        verbose_name = _("已看过的修改")
        verbose_name_plural = _("已看过的修改")

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d %H:%M}"
