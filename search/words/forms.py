"""The form of an everyday word."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from policy_docs.admin.forms import LinesField
from policy_docs.admin.guarded import GuardedForm

from .apart import MOST_PARTS, OR, TOGETHER, is_apart
from .models import EverydayWord
from .table import LONGEST, MOST, folded, read_as


class EverydayWordForm(GuardedForm):
    """One word and what it leads to."""

    official = LinesField(label=_("公文用语"), required=False, help_text=_("每行一个；“房屋+过户”表示两个词要在同一条款中同时出现。"))

    def clean_word(self) -> str:
        """Return the word without white space; a way of writing that is read as another word is refused."""
        word = tidied(self.cleaned_data["word"])
        read = read_as(word)
        others = EverydayWord.objects.exclude(pk=self.instance.pk).values_list("word", flat=True)
        if same := next((other for other in others if read_as(other) == read), ""):
            raise ValidationError(gettext("“%(word)s”已经有了，请直接修改那一条。") % {"word": same})
        return word

    def clean_official(self) -> list[str]:
        """Return the words, each once; raises ``ValidationError`` for too many, for too long ones and for those that lead back to the word itself."""
        words = list(
            dict.fromkeys("+".join(part for part in map(str.strip, line.replace("＋", "+").split("+")) if part) for line in self.cleaned_data["official"])
        )
        words = [word for word in words if word]
        if not words:
            raise ValidationError(gettext("请至少写一个公文用语。"))
        if len(words) > MOST:
            raise ValidationError(ngettext("最多写 %(n)d 个公文用语。", "最多写 %(n)d 个公文用语。", MOST) % {"n": MOST})
        if long := next((word for word in words if len(word) > 2 * LONGEST), ""):
            raise ValidationError(gettext("“%(word)s……”太长，请只写一个词。") % {"word": long[:LONGEST]})
        return words

    def clean(self) -> dict[str, Any]:
        """Refuse what leads nowhere."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if [folded(word) for word in data.get("official", ())] == [folded(data.get("word", ""))]:
            self.add_error("official", forms.ValidationError(gettext("公文用语与常用说法相同，不起作用。")))
        return data


def tidied(typed: str) -> str:
    """Return a word as it is kept: without white space and signs that nobody sees, its parts without empty ways of writing, each once.

    Raises:
        ValidationError: too short or too long, a part is empty, there are too many, or none says anything by itself.
    """
    word = "".join(sign for sign in typed if sign.isprintable() and not sign.isspace()).replace("＋", TOGETHER)
    if not is_apart(word):
        if len(folded(word)) < 2:
            raise ValidationError(gettext("请写两个字以上的词。"))
        _refuse_long([word])
        return word
    parts = [tuple(dict.fromkeys(filter(None, part.replace("／", OR).split(OR)))) for part in word.split(TOGETHER)]
    if not all(parts):
        raise ValidationError(gettext("“+”的前后都要有字，例如“法院+钱+没给”。"))
    if len(parts) > MOST_PARTS:
        raise ValidationError(gettext("最多分成 %(n)d 处。") % {"n": MOST_PARTS})
    if max(len(way) for ways in parts for way in ways) < 2:
        raise ValidationError(gettext("至少有一处要写两个字以上的说法，否则许多不相干的查找也会用到它。"))
    _refuse_long(way for ways in parts for way in ways)
    return TOGETHER.join(OR.join(ways) for ways in parts)


def _refuse_long(ways: Iterable[str]) -> None:
    if any(len(way) > LONGEST for way in ways):
        raise ValidationError(gettext("一种说法最多 %(n)d 个字。") % {"n": LONGEST})
