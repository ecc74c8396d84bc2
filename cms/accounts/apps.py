"""People and their roles."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    """App of accounts."""

    name = "cms.accounts"
    label = "accounts"
    verbose_name = _("账号")


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's pages of users and groups, with our forms."""

    user_viewset = "policy_docs.admin.accounts.AccountViewSet"
    group_viewset = "policy_docs.admin.stamped.GroupViewSet"
