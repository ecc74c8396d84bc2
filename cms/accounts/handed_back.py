"""What somebody has typed into a form that is no more (a colleague was quicker): shown once on the next page, from where it can be copied."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _


def hand_back(request: HttpRequest, typed: Mapping[str, str]) -> None:
    """Show what was typed (name of the field → words) beside the message that says why it was not saved; empty fields are left out."""
    for label, given in typed.items():
        words = given.replace("\r\n", "\n").strip()
        if not words:
            continue
        found = format_html(
            '{} <span class="typed-back">{}</span> <button class="tb button button-small button-secondary" type="button" data-copy="{}"><span>{}</span></button>',
            _("您填写的“%s”没有保存：") % label, words, words, _("复制"),
        )  # fmt: skip
        messages.warning(request, found)
