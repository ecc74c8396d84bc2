"""The sign-in form and its words."""

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Django's form with messages that say what to do next."""

    error_messages = {
        "invalid_login": _("用户名或密码不对，请核对大小写后再试。连续输错 5 次，账号会锁定 30 分钟。"),
        "inactive": _("这个账号已停用，请联系系统管理员。"),
    }
