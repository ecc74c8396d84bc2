"""Everyday words and what official texts say instead, kept by the coordination office."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .table import LONGEST_APART


class EverydayWord(models.Model):
    """A way in which people speak, with the words of official texts that it leads to. ``seeded`` is what the file that comes along said of it, None
    for a row of the house; a row that differs from it was edited and is left alone by the next version of the file."""

    word = models.CharField(
        _("常用说法"),
        max_length=LONGEST_APART,
        unique=True,
        help_text=_(
            "群众或工作人员查找时会输入的词，例如“老赖”。几处分开说、中间会夹别的字时，用“+”连接，不分先后；每处可以用“/”写几种说法，例如“法院/法官+钱+没给/没打给”。"
        ),
    )
    official = models.JSONField(_("公文用语"), default=list, help_text=_("每行一个；“房屋+过户”表示两个词要在同一条款中同时出现。"))
    reason = models.CharField(_("说明"), max_length=200, blank=True, help_text=_("依据什么，例如“限制消费令的内容”。"))
    active = models.BooleanField(_("启用"), default=True, help_text=_("停用后，查找时不再把它换成公文用语。"))
    seeded = models.JSONField(null=True, editable=False)
    changed_at = models.DateTimeField(_("修改时间"), auto_now=True)

    class Meta:
        ordering = ["word"]
        verbose_name = _("常用说法")
        verbose_name_plural = _("常用说法")

    def __str__(self) -> str:
        return self.word

    @property
    def facts(self) -> dict[str, object]:
        """What is compared with the file."""
        return {"official": list(self.official), "reason": self.reason}

    @property
    def official_text(self) -> str:
        """The words in one line."""
        return "、".join(self.official)
