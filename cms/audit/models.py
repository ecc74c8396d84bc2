"""Rows that cannot be edited; each carries the hash of the one before (design decision 13)."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditRefused(Exception):
    """An audit row is neither changed nor deleted."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Reads only: rows are added one by one, by ``record.record``."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AuditRefused(_("审计记录不能修改。"))

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AuditRefused(_("审计记录不能删除。"))

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AuditRefused(_("审计记录不能修改。"))

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: each row needs the hash of the one before."""
        raise AuditRefused(_("审计记录只能逐条写入。"))


class AuditEntry(models.Model):
    """One deed. Labels are copied, so that the row survives its objects."""

    at = models.DateTimeField(_("时间"))
    actor = models.CharField(_("操作人"), max_length=80)
    action = models.CharField(_("操作"), max_length=60, db_index=True)
    target = models.CharField(_("对象"), max_length=120, db_index=True)
    label = models.CharField(_("名称"), max_length=300, blank=True)
    details = models.JSONField(_("内容"), default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        ordering = ["-pk"]
        base_manager_name = "objects"  # Model.save() and the collector of deletions ask it too

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; refuse to change one."""
        if self.pk is not None or kwargs.get("force_update"):
            raise AuditRefused(_("审计记录不能修改。"))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AuditRefused(_("审计记录不能删除。"))
