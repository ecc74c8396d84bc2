"""Long work as rows (design decision 10), whatever part of the domain it belongs to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """A run of an import or another long piece of work: the row, not the broker, is the truth. ``key`` makes the second press of a button the
    same job as the first."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")

    kind = models.CharField(_("种类"), max_length=30)
    key = models.CharField(max_length=16, unique=True, null=True, editable=False)  # noqa: DJ001 - most kinds have none, and several "" would clash
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # how often a worker has taken it up
    created_at = models.DateTimeField(auto_now_add=True)
    heartbeat_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("后台工作")
        verbose_name_plural = _("后台工作")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
