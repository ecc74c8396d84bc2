"""What was asked, so that the office sees what people do not find. Who asked is not kept."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Asked(models.Model):
    """A question, once for all who asked it. ``digest`` tells equal questions apart without their words; ``text`` is "" until the question has
    come up on several days, so that what one person typed once is never written down. ``hits`` is what it found last."""

    digest = models.CharField(max_length=64, unique=True)
    text = models.CharField(_("查找内容"), max_length=60, blank=True)
    days = models.PositiveIntegerField(_("天数"), default=0)
    times = models.PositiveIntegerField(_("次数"), default=0)
    hits = models.PositiveIntegerField(_("最近结果数"), default=0)
    last_day = models.DateField(_("最近一次"), null=True)

    class Meta:
        verbose_name = _("查找记录")
        verbose_name_plural = _("查找记录")
        indexes = [models.Index(fields=["hits", "-times"])]

    def __str__(self) -> str:
        return self.text


class AskedDay(models.Model):
    """How many questions were put on a day, and how many of them found nothing."""

    day = models.DateField(_("日期"), primary_key=True)
    times = models.PositiveIntegerField(_("查找次数"), default=0)
    missed = models.PositiveIntegerField(_("没有结果"), default=0)

    class Meta:
        verbose_name = _("每日查找次数")
        verbose_name_plural = _("每日查找次数")

    def __str__(self) -> str:
        return self.day.isoformat()


class Missed(models.Model):
    """What somebody told the office to be missing: the words that found nothing, without names of persons and long numbers, and who sent them."""

    text = models.CharField(_("查找内容"), max_length=60)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("反映人"))
    sent_at = models.DateTimeField(_("反映时间"), auto_now_add=True)
    settled_at = models.DateTimeField(_("办结时间"), null=True)

    class Meta:
        verbose_name = _("反映缺少的内容")
        verbose_name_plural = _("反映缺少的内容")
        constraints = [
            models.UniqueConstraint(fields=["text", "sent_by"], condition=models.Q(settled_at=None), name="missed_once_a_sender"),
        ]

    def __str__(self) -> str:
        return self.text
