"""Rows that search needs for itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CatchUp(models.Model):
    """A change that was written to the live index while a rebuild was running: the new index gets it before it is put in place."""

    item = models.CharField(max_length=8)
    key = models.CharField(max_length=12, blank=True)

    class Meta:
        verbose_name = _("重建期间的改动")
        verbose_name_plural = _("重建期间的改动")

    def __str__(self) -> str:
        return f"{self.item} {self.key}"
