"""People and their roles."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """App of accounts."""

    name = "cms.accounts"
    label = "accounts"
    verbose_name = _("账号")
