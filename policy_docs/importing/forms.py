"""The identity block as a form. What is typed is kept as it is, valid or not, until somebody saves."""

import datetime
import re
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy_docs.opinions.dates import date_in
from policy_docs.opinions.numbers import display, find_numbers, normalise
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import Identity
from policy_docs.units.types import Place
from policy_docs.units.vocabulary import Vocabulary

from .draft import DATES, FIELDS

_CODE = re.compile(r"[（(](\d{6,12})[）)]\s*$")
LENGTHS = {"title": 255, "number": 80, "kind": 40, "issuer": 200, "issue_date": 30, "place": 60, "effective_date": 30, "expiry_date": 30, "addressees": 5000}
LABELS = {
    "title": gettext_lazy("标题"), "number": gettext_lazy("发文字号"), "kind": gettext_lazy("文种"), "issuer": gettext_lazy("发文机关"),
    "issue_date": gettext_lazy("成文日期"), "place": gettext_lazy("行政区划"), "disclosure": gettext_lazy("公开属性"),
    "effective_date": gettext_lazy("施行日期"), "expiry_date": gettext_lazy("有效期至"), "addressees": gettext_lazy("主送机关"),
}  # fmt: skip


class DayField(forms.CharField):
    """A day as officials write it: 2026年10月21日, 二〇二六年十月二十一日, 2026-10-21."""

    def clean(self, value: Any) -> str:
        """Return the day in ISO form, "" for none."""
        written = super().clean(value).strip()
        if not written:
            return ""
        found = date_in(written) or _iso(written)
        if not found:
            raise ValidationError(_("日期应写成“2026年10月21日”。"))
        return found


def _iso(written: str) -> str:
    parts = [int(part) for part in re.findall(r"\d+", written)]
    try:
        return datetime.date(*parts).isoformat() if len(parts) == 3 and len(str(parts[0])) == 4 else ""
    except (ValueError, OverflowError):
        return ""


class IdentityForm(forms.Form):
    """The identity block. ``vocabulary`` gives the places, ``read`` is what the text says of itself."""

    def __init__(self, data: dict[str, str], *, read: Identity, vocabulary: Vocabulary) -> None:
        super().__init__(data)
        self._read, self._vocabulary = read, vocabulary
        for name, length in LENGTHS.items():
            field = DayField if name in DATES else forms.CharField
            self.fields[name] = field(label=LABELS[name], required=False, max_length=length, error_messages={"max_length": _("请不要超过 %d 个字。") % length})
        self.fields["disclosure"] = forms.ChoiceField(
            label=LABELS["disclosure"], required=False, choices=OpinionPage.Disclosure.choices, error_messages={"invalid_choice": _("请选择公开属性。")}
        )

    def clean_place(self) -> str:
        """Return the code of the place."""
        words = self.cleaned_data["place"].strip()
        if words and words == self._read.jurisdiction:
            return self._read.code
        found = places_named(words, self._vocabulary) if words else []
        if words and not found:
            raise ValidationError(_("没有找到“%s”。请填写省、市州或县区的全称，例如“楚雄彝族自治州”。") % words)
        if len(found) > 1:
            choices = "、".join(place_words(place, self._vocabulary) for place in found[:4])
            raise ValidationError(_("同名的地方不止一个，请写明是哪一个：%s。") % choices)
        return found[0].code if found else ""

    def clean_title(self) -> str:
        """Return the title on one line."""
        return " ".join(self.cleaned_data["title"].split())

    def identity(self) -> Identity:
        """Return the identity that the valid form gives; what it does not ask for stays as it was read."""
        read = self._read
        values = {source: self.cleaned_data[name] for name, source in FIELDS.items() if name != "place"}
        place = self._vocabulary.places_by_code.get(self.cleaned_data["place"])
        number = values["number"].strip()
        shown = display(number) if find_numbers(number) else number
        return replace(
            read,
            **values | {"number": shown},
            number_key=normalise(shown) if shown else "",
            number_written=read.number_written if shown == read.number else number,
            code=place.code if place else "",
            jurisdiction=place.name if place else "",
            text_date=read.text_date if values["effective_date"] == read.effective_date else values["effective_date"],
        )


def places_named(words: str, vocabulary: Vocabulary) -> list[Place]:
    """Return the places that words may mean: by a code in brackets behind the name, by name, by short name."""
    code = _CODE.search(words)
    if code:
        found = vocabulary.places_by_code.get(code.group(1))
        return [found] if found else []
    plain = "".join(words.split())
    named = [place for place in vocabulary.places if plain in (place.name, place.code)]
    return named or [place for place in vocabulary.places if plain in place.short_names]


def place_words(place: Place, vocabulary: Vocabulary) -> str:
    """Return a place as the form shows it, with its code where several bear the name."""
    twice = sum(other.name == place.name for other in vocabulary.places) > 1
    return f"{place.name}（{place.code}）" if twice else place.name
