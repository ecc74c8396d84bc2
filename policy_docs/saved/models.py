"""Filters of lists that people keep under a name. A list holds its state in its address, so what is kept is an address."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.accounts.viewer import Viewer


class SavedQuerySet(models.QuerySet["SavedListing"]):
    """Saved filters as people may see them."""

    def visible_to(self, viewer: Viewer) -> "SavedQuerySet":
        """One's own, those shared with one's unit and, for the coordination office, with the office. A list that the viewer may not open is left out."""
        shared = Q(pk__in=[])
        if viewer.unit_kind and viewer.place and viewer.is_staff_reader:
            shared |= Q(shared=SavedListing.Shared.UNIT, owner__unit_kind=viewer.unit_kind, owner__place=viewer.place)
        if viewer.sees_all:
            shared |= Q(shared=SavedListing.Shared.OFFICE)
        found = self.filter(Q(owner=viewer.user_id) | shared, removed_at=None)
        return found if viewer.sees_all else found.exclude(page=SavedListing.Page.REVIEW)

    def first_of(self, viewer: Viewer, number: int) -> "list[SavedListing]":
        """The first filters of a viewer: one's own, in one's own order, then those of others."""
        rows = self.visible_to(viewer).select_related("owner").order_by("order", "pk")
        return sorted(rows, key=lambda row: row.owner_id != viewer.user_id)[:number]


class SavedListing(models.Model):
    """An address of a list with its name, for oneself or shared. One that is removed stays for a while, so that it can be put back."""

    class Page(models.TextChoices):
        OPINIONS = "policy_docs:opinions", _("政策文件")
        UNIT = "policy_docs:unit", _("单位职责")
        REVIEW = "policy_docs:review", _("核对职责")
        SEARCH = "search:results", _("查找")

    class Shared(models.TextChoices):
        NOBODY = "", _("只有我")
        UNIT = "unit", _("本单位同事")
        OFFICE = "office", _("协调机构")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_listings", verbose_name=_("保存人"))
    name = models.CharField(_("名称"), max_length=40)
    page = models.CharField(_("列表"), max_length=30, choices=Page.choices)
    kind = models.CharField(max_length=40, blank=True)  # of the unit whose duties are listed
    code = models.CharField(max_length=12, blank=True)
    query = models.CharField(_("筛选条件"), max_length=1000, blank=True)
    shared = models.CharField(_("谁能看到"), max_length=6, choices=Shared.choices, blank=True, default=Shared.NOBODY)
    order = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = SavedQuerySet.as_manager()

    class Meta:
        verbose_name = _("保存的筛选")
        verbose_name_plural = _("保存的筛选")
        ordering = ["owner_id", "order", "pk"]
        indexes = [models.Index(fields=["owner", "removed_at"], name="saved_own")]

    def __str__(self) -> str:
        return self.name


class SavedAlert(models.Model):
    """That a person wants to hear of what a filter newly finds. ``seen`` is what it found at the last comparison: entries ("c:" or "o:" and a public key)
    with a digest of what they said; None where that is not known: the next comparison notes it and tells nothing."""

    class Rate(models.TextChoices):
        SOON = "soon", _("有变化就提醒")
        DAILY = "daily", _("每天提醒")
        WEEKLY = "weekly", _("每周一提醒")

    listing = models.OneToOneField(SavedListing, models.CASCADE, related_name="alert", verbose_name=_("筛选"))
    rate = models.CharField(_("多久提醒一次"), max_length=6, choices=Rate.choices)
    mail = models.BooleanField(_("同时发邮件"), default=False)
    seen = models.JSONField(null=True, editable=False)
    next_at = models.DateTimeField(db_index=True, editable=False)
    compared_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("筛选提醒")
        verbose_name_plural = _("筛选提醒")

    def __str__(self) -> str:
        return str(self.listing)


class AlertFinding(models.Model):
    """What a comparison found different. ``fresh`` and ``changed`` are entries as in ``SavedAlert.seen``; they are shown only as far as the person may
    still see them. ``gone`` is a number alone."""

    alert = models.ForeignKey(SavedAlert, models.CASCADE, related_name="findings", verbose_name=_("筛选提醒"))
    at = models.DateTimeField(_("时间"), db_index=True)
    fresh = models.JSONField(default=list, blank=True)
    changed = models.JSONField(default=list, blank=True)
    gone = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("筛选的新结果")
        verbose_name_plural = _("筛选的新结果")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.at:%Y-%m-%d}"
