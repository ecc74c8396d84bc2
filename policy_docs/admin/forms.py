"""Forms of the administration."""

from typing import Any

from wagtail.admin.forms import WagtailAdminModelForm


class FixedKeyForm(WagtailAdminModelForm):
    """The key is written once: a row saved with another one would be a second row beside the first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields[self._meta.model._meta.pk.name].disabled = True
