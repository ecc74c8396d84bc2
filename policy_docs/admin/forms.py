"""Forms of the administration: lists and patterns as lines that people can write, keys that are written once."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from policy_docs.units.models import LevelChoices
from policy_docs.units.types import Level

from .guarded import GuardedForm

_AREA = {"rows": 4}


class LinesField(forms.CharField):
    """A list of words, one a line."""

    widget = forms.Textarea(attrs=_AREA)

    def prepare_value(self, value: Any) -> Any:
        """Show one a line."""
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        """Return the words."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as shown."""
        return super().has_changed(self.prepare_value(initial), data)


class NamesField(LinesField):
    """A pattern by level, «市州：{p}公安局» a line."""

    _levels = {str(choice.label): Level(choice.value) for choice in LevelChoices if choice is not LevelChoices.TOWNSHIP}

    def prepare_value(self, value: Any) -> Any:
        """Show the levels in words."""
        return "\n".join(f"{label}：{value[level]}" for label, level in self._levels.items() if level in value) if isinstance(value, dict) else value

    def clean(self, value: Any) -> dict[str, str]:  # type: ignore[override]
        """Return the patterns by level; raises ``ValidationError`` for a line that is none, as the matcher could not be built from it."""
        found: dict[str, str] = {}
        for line in super().clean(value):
            label, _colon, pattern = (part.strip() for part in line.replace(":", "：", 1).partition("："))
            if label not in self._levels or not pattern:
                raise ValidationError(gettext("“%(line)s”应写作“层级：名称”，层级为%(levels)s之一。") % {"line": line, "levels": "、".join(self._levels)})
            found[self._levels[label].value] = pattern
        return found


class FixedKeyForm(GuardedForm):
    """The key is written once: a row saved with another one would be a second row beside the first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields[self._meta.model._meta.pk.name].disabled = True


class UnitKindForm(FixedKeyForm):
    """A unit kind."""

    names = NamesField(label=_("各层级名称"), required=False, help_text=_("每行一个层级，{p} 代表地名，例如“市州：{p}公安局”。"))


class JurisdictionForm(FixedKeyForm):
    """A place."""

    short_names = LinesField(label=_("简称"), required=False, help_text=_("每行一个。"))
