"""What lies in the trash, and requests to put something there or to remove it for good, which a second person answers."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import Role
from cms.accounts.viewer import Viewer

if TYPE_CHECKING:
    from .pages import OpinionPage


class TrashedQuerySet(models.QuerySet["Trashed"]):
    """The trash as people may see it."""

    def visible_to(self, viewer: Viewer) -> "TrashedQuerySet":
        """Documents to the coordination office, nothing to others; aliases go with their originals."""
        return self.filter(original=None) if viewer.sees_all else self.none()


class Trashed(models.Model):
    """A document in the trash. Nothing that hangs on it is changed: as long as this row is there, it is nowhere to be seen (``policy_docs.kept``).

    The page itself stands in a tree of its own meanwhile, unpublished, under a name that says nothing: Wagtail's own lists know no trash.
    ``held`` is what the page row held, as far as it was overwritten.
    """

    opinion = models.OneToOneField("policy_docs.OpinionPage", models.PROTECT, related_name="trashed", verbose_name=_("文件"))
    title = models.CharField(_("标题"), max_length=255)
    held = models.JSONField(default=dict, editable=False)
    parent = models.ForeignKey("wagtailcore.Page", models.SET_NULL, null=True, related_name="+")
    was_live = models.BooleanField(_("移入前已公开"), default=False)
    reason = models.TextField(_("理由"), blank=True)
    trashed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("移入人"))
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("批准人"))
    trashed_at = models.DateTimeField(_("移入时间"), auto_now_add=True, db_index=True)
    # an alias goes with its original and comes back with it
    original = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="aliases")

    objects = TrashedQuerySet.as_manager()

    class Meta:
        verbose_name = _("回收站中的文件")
        verbose_name_plural = _("回收站中的文件")
        ordering = ["-trashed_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class RequestQuerySet(models.QuerySet["RemovalRequest"]):
    """Requests as people may see them."""

    def visible_to(self, viewer: Viewer) -> "RequestQuerySet":
        """All of them to the coordination office; to the administrator, who removes for good, those that ask for it."""
        if viewer.sees_all:
            return self
        return self.filter(kind=RemovalRequest.Kind.PURGE) if viewer.role == Role.SYSTEM_ADMIN else self.none()

    def open(self) -> "RequestQuerySet":
        """Those that wait for an answer."""
        return self.filter(state=RemovalRequest.State.OPEN)

    def of(self, page: "OpinionPage", viewer: Viewer) -> "RequestQuerySet":
        """The one that asks to put a document into the trash, while it waits."""
        return self.visible_to(viewer).open().filter(opinion=page, kind=RemovalRequest.Kind.TRASH)

    def for_answer(self, viewer: Viewer) -> "RequestQuerySet":
        """Those that a person may answer: what others have asked for."""
        kind = RemovalRequest.Kind.PURGE if viewer.role == Role.SYSTEM_ADMIN else RemovalRequest.Kind.TRASH
        found = self.visible_to(viewer).open().exclude(asked_by=viewer.user_id)
        return found if viewer.superuser else found.filter(kind=kind)

    def news_for(self, viewer: Viewer) -> "RequestQuerySet":
        """A person's own that were answered, or lapsed, and whose answer the person has not taken note of."""
        over = (RemovalRequest.State.DONE, RemovalRequest.State.REFUSED, RemovalRequest.State.STALE)
        return self.visible_to(viewer).filter(asked_by=viewer.user_id, state__in=over, noted_at=None)


class RemovalRequest(models.Model):
    """One person asks, another answers. ``seen`` is the mark of the document when it was asked for: once that has changed, nobody can approve."""

    class Kind(models.TextChoices):
        TRASH = "trash", _("移入回收站")
        PURGE = "purge", _("彻底删除")

    class State(models.TextChoices):
        OPEN = "open", _("待批准")
        DONE = "done", _("已批准")
        REFUSED = "refused", _("未批准")
        TAKEN_BACK = "taken_back", _("已撤回")
        STALE = "stale", _("已失效")

    # gone with the document when it is removed for good; title and number stay
    opinion = models.ForeignKey("policy_docs.OpinionPage", models.SET_NULL, null=True, related_name="removal_requests", verbose_name=_("文件"))
    title = models.CharField(_("标题"), max_length=255)
    number = models.CharField(_("发文字号"), max_length=80, blank=True)
    kind = models.CharField(_("事项"), max_length=8, choices=Kind.choices)
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.OPEN)
    reason = models.TextField(_("理由"))
    seen = models.CharField(max_length=64, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("申请人"))
    asked_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("答复人"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    noted_at = models.DateTimeField(_("申请人阅知时间"), null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("删除申请")
        verbose_name_plural = _("删除申请")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["opinion"], condition=Q(state="open"), name="one_open_removal_request")]

    def __str__(self) -> str:
        return self.title
