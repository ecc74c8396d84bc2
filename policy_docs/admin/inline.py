"""Wagtail's choosers without the script that each writes into the page: the policy of the site runs files alone (``CONTENT_SECURITY_POLICY``).

What would be run stands in attributes, and ``admin.js`` runs it. Wagtail has no hook for that, hence one patch; ``tests/cms/settings`` asks for it.
"""

import json
import re
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.widgets import BaseChooser

_CALL = re.compile(r"(new )?([\w.]+)\((.*)\);?", re.DOTALL)


def render(self: BaseChooser, name: str, value: Any, attrs: dict[str, Any], renderer: Any = None) -> SafeString:
    """Return what Wagtail's own method does, with what its script calls in attributes."""
    shown = self.get_value_data(value)
    call = _CALL.fullmatch(self.render_js_init(attrs["id"], name, shown).strip())
    assert call is not None, self
    arguments = json.dumps(json.loads(f"[{call[3]}]"), ensure_ascii=False)
    made = mark_safe(' data-new="1"') if call[1] else ""
    return format_html('{}<span hidden data-run="{}" data-args="{}"{}></span>', self.render_html(name, shown, attrs), call[2], arguments, made)


def install() -> None:
    """Let all choosers be written like this."""
    BaseChooser.render = render
