"""A reform as the event that it is (2018年机构改革): entered once, taken back as a whole, entered again. Its successions are ``Reform`` rows."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .models import Jurisdiction


class ReformEvent(models.Model):
    """A reform. While it is in effect its successions are ``Reform`` rows; ``entry`` holds what was entered, so that what has been taken back can be
    read and entered again, ``made`` the keys and ids of the unit kinds and ways of writing that it brought.

    Never deleted: what was once in effect stays to be read. ``with_release``: it came with the product and not from a person.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("合并")
        SPLIT = "split", _("分设")
        RENAME = "rename", _("更名")
        TRANSFER = "transfer", _("职能划转")
        NEW = "new", _("新组建")
        SEVERAL = "several", _("一揽子改革")

    class State(models.TextChoices):
        IN_EFFECT = "in_effect", _("已登记")
        UNDONE = "undone", _("已撤销")

    public_key = models.CharField(max_length=16, unique=True, editable=False)
    kind = models.CharField(_("改革方式"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("名称"), max_length=80)
    basis = models.CharField(_("依据文件"), max_length=200, blank=True)
    place = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, blank=True, related_name="reform_events", verbose_name=_("地方"))
    country_on = models.DateField(_("国家层面日期"), null=True, blank=True)
    province_on = models.DateField(_("省级日期"), null=True, blank=True)
    prefecture_on = models.DateField(_("市级日期"), null=True, blank=True)
    county_on = models.DateField(_("县级日期"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.IN_EFFECT)
    with_release = models.BooleanField(_("随平台提供"), default=False, editable=False)
    entry = models.JSONField(default=dict, editable=False)
    made = models.JSONField(default=dict, editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("登记人"))
    entered_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("机构改革")
        verbose_name_plural = _("机构改革")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new event its key."""
        self.public_key = self.public_key or secrets.token_hex(4)
        super().save(*args, **kwargs)
