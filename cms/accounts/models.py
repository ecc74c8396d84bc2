"""The user: an official with a unit and roles (design decision 12)."""

from typing import Any

from django.contrib.auth.models import AbstractUser, Group
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Roles of the house; each is a group of that name in the admin. The public has no account."""

    LIAISON = "liaison", _("联络员")
    WRITER = "writer", _("宣传员")
    REVIEWER = "reviewer", _("审核人")
    COORDINATION = "coordination", _("协调机构")
    DUTY_OFFICER = "duty_officer", _("值班员")
    LEADER = "leader", _("领导")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


ENTERS_ADMIN = frozenset({Role.COORDINATION, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN})
# who works with the contacts of other units; those who write and review texts need nobody's telephone number
READS_DIRECTORY = frozenset({Role.LIAISON, Role.COORDINATION, Role.DUTY_OFFICER, Role.LEADER})


class User(AbstractUser):
    """An account. ``unit_kind`` is the key of a unit kind and ``place`` a GB/T 2260 code: units are above accounts in the layers."""

    display_name = models.CharField(_("姓名"), max_length=40, blank=True)
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices, blank=True)
    unit_kind = models.CharField(_("单位类别"), max_length=40, blank=True)
    place = models.CharField(_("行政区划代码"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return self.display_name or self.username

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and put the account in the group of its role and in no other role's. Wagtail's menu and its mails call people by their first name."""
        if self.display_name and kwargs.get("update_fields") is None:
            self.first_name = self.display_name
        super().save(*args, **kwargs)
        self.groups.remove(*self.groups.filter(name__in=[role.label for role in Role if role != self.role]))
        if self.role:
            self.groups.add(Group.objects.get_or_create(name=Role(self.role).label)[0])

    @property
    def enters_admin(self) -> bool:
        """Whether the role opens the administration (its views ask for the permission themselves)."""
        return self.is_superuser or self.role in ENTERS_ADMIN

    def get_full_name(self) -> str:
        """The name as people read it."""
        return str(self)
