"""The files that people bring in, from the upload to the document that they become."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.accounts.viewer import Viewer
from policy_docs.jobs import Job
from policy_docs.kept import KeptManager
from policy_docs.opinions.models import new_public_key


class ImportQuerySet(models.QuerySet["ImportFile"]):
    """Imports as people may see them."""

    def visible_to(self, viewer: Viewer) -> "ImportQuerySet":
        """All of them to those who may import, none to others."""
        return self if viewer.sees_all else self.none()

    def light(self) -> "ImportQuerySet":
        """Without the texts and what was made of them: for lists."""
        return self.defer("source", "draft", "undo", "sketch", "parted")


class ImportFile(models.Model):
    """A file (or a pasted text) that somebody brings in. Its bytes lie under ``PRIVATE_ROOT``, what was read of it in ``source``, and the split and
    the identity as they are being corrected in ``draft``; nothing is a document before somebody saves it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待识别")
        READING = "reading", _("正在识别")
        READY = "ready", _("待核对")
        FAILED = "failed", _("识别中断")
        REFUSED = "refused", _("没有收录")
        SAME = "same", _("已有，没有重复保存")
        SAVED = "saved", _("已保存")
        DISCARDED = "discarded", _("已放弃")
        JOINED = "joined", _("已并回原来的文件")

    class Origin(models.TextChoices):
        FILE = "file", _("上传")
        ARCHIVE = "archive", _("压缩包")
        PASTE = "paste", _("粘贴")
        REST = "rest", _("压缩包里的其他文件")  # one row for all that are no documents

    #: states in which a worker has still to come
    UNDER_WAY = (State.WAITING, State.READING)

    public_key = models.CharField(max_length=12, unique=True, default=new_public_key, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    origin = models.CharField(_("来源"), max_length=8, choices=Origin.choices, default=Origin.FILE)
    name = models.CharField(_("文件名"), max_length=200)
    folder = models.CharField(_("文件夹"), max_length=300, blank=True)
    size = models.PositiveBigIntegerField(_("大小"), default=0)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    original = models.CharField(max_length=200, blank=True)  # where the bytes lie, "" where they were not kept
    text_hash = models.CharField(max_length=64, blank=True, db_index=True)
    source = models.TextField(blank=True)
    message = models.TextField(_("说明"), blank=True)
    draft = models.JSONField(default=dict, blank=True)
    undo = models.JSONField(default=list, blank=True)
    sketch = models.JSONField(null=True, blank=True, editable=False)  # of its long clauses (near.py); None: not made yet
    revision = models.PositiveIntegerField(default=0)  # of the draft: whoever saves says which one was seen
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="files")
    twin = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")  # the import that holds the same text
    #: the import whose file held this text too; ``parted`` is what that one was before (dividing.py)
    parted_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    parted = models.JSONField(default=dict, blank=True, editable=False)
    opinion = models.ForeignKey("policy_docs.OpinionPage", models.SET_NULL, null=True, blank=True, related_name="imports")

    objects = KeptManager.from_queryset(ImportQuerySet)()
    with_trash = models.Manager["ImportFile"]()

    class Meta:
        verbose_name = _("导入的文件")
        verbose_name_plural = _("导入的文件")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """The name without its ending: what a document is called by whose text gives no title."""
        head, dot, _ending = self.name.rpartition(".")
        return head if dot and head else self.name
