"""The audit trail."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """App of the audit trail."""

    name = "cms.audit"
    label = "audit"
    verbose_name = _("审计")
