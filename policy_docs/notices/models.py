"""What has changed for units, and who has read it.

A notice is laid on whoever is bound, as a duty is: kind × level and place. Which units that are is asked when a reader looks, by the rule that answers
every other question of that sort, so a national document costs as many rows as it names kinds, and a unit that comes to be tomorrow is told too.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from policy_docs.kept import KeptByNotice, KeptManager
from policy_docs.units.types import Reach


class Notice(models.Model):
    """Something that happened to a document or to units. ``old`` and ``new`` are the numbers of the texts before and after, where there are two.

    A notice goes on being readable when its document is withdrawn or deleted (``outlasts``): a unit must be able to show what it was told and when,
    and what it was told is no secret from it. Only a removal for good takes the notices along, since it is to leave nothing but the audit trail.
    """

    class Deed(models.TextChoices):
        ADDED = "added", _("新收录")
        AMENDED = "amended", _("修订")
        CORRECTED = "corrected", _("文字更正")
        COMING = "coming", _("修订，待施行")
        BEGUN = "begun", _("修订，开始施行")
        REPEALED = "repealed", _("废止")
        REVIVED = "revived", _("取消废止")
        WITHDRAWN = "withdrawn", _("撤回")
        DELETED = "deleted", _("删除")
        AGAIN = "again", _("重新公开")
        RESTORED = "restored", _("恢复")
        REFORM = "reform", _("机构调整")

    deed = models.CharField(_("事由"), max_length=10, choices=Deed.choices)
    # gone with a document that is removed for good
    opinion = models.ForeignKey("policy_docs.OpinionPage", models.CASCADE, null=True, blank=True, related_name="notices", verbose_name=_("文件"))
    title = models.CharField(_("标题"), max_length=300)
    # as it was then: a draft of a document that has been withdrawn may get another one, which units do not know
    number = models.CharField(_("发文字号"), max_length=80, blank=True)
    said = models.CharField(_("说明"), max_length=500, blank=True)
    day = models.DateField(_("施行日期"), null=True, blank=True)
    old = models.PositiveIntegerField(null=True, blank=True)
    new = models.PositiveIntegerField(null=True, blank=True)
    link = models.CharField(max_length=200, blank=True)  # path of what explains it, where that is no comparison of two texts
    at = models.DateTimeField(_("时间"), auto_now_add=True, db_index=True)
    # set when the document is taken away, where units could read it until then: what they were told stays theirs to read, a document that they could
    # not read stays unknown
    outlasts = models.BooleanField(default=False, editable=False)

    objects = KeptManager["Notice"]()
    with_trash = models.Manager["Notice"]()

    class Meta:
        verbose_name = _("变动通知")
        verbose_name_plural = _("变动通知")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


#: a document goes, and comes back
GONE = (Notice.Deed.WITHDRAWN, Notice.Deed.DELETED)
BACK = (Notice.Deed.AGAIN, Notice.Deed.RESTORED)


class NoticeTouch(models.Model):
    """Whom a notice touches (words of a document of ``code`` lay it on a kind, as in ``binding.Laid``) and what changes for them.

    Labels are kept as they are and no foreign keys: a notice survives what it tells of.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="touches")
    code = models.CharField(max_length=12)
    kind = models.CharField(max_length=40)
    reach = models.CharField(max_length=8, default=Reach.GENERIC.value)
    levels = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=12, blank=True)
    added = models.PositiveIntegerField(_("新增"), default=0)
    changed = models.PositiveIntegerField(_("有改动"), default=0)
    moved = models.PositiveIntegerField(_("位置调整"), default=0)
    gone = models.PositiveIntegerField(_("不再承担"), default=0)
    details = models.JSONField(default=list, blank=True)  # difference.Told as plain values, the first of them

    objects = KeptByNotice["NoticeTouch"]()
    with_trash = models.Manager["NoticeTouch"]()

    class Meta:
        verbose_name = _("通知对象")
        verbose_name_plural = _("通知对象")
        ordering = ["notice_id", "pk"]
        indexes = [models.Index(fields=["kind", "code"], name="notice_touch_kind_code")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.kind}"


class NoticeRead(models.Model):
    """A person has read a notice."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="reads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = KeptByNotice["NoticeRead"]()
    with_trash = models.Manager["NoticeRead"]()

    class Meta:
        verbose_name = _("已读")
        verbose_name_plural = _("已读")
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="notice_read_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.user_id}"
