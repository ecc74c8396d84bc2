"""Identity of clauses, versions of an opinion, its text clause by clause, citations and the outbox (design decisions 1 and 8).

Rows are retired, never deleted; nothing cascades from a clause to a duty.
"""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from policy_docs.kept import KeptByVersion, KeptManager

from .labels import gap_after
from .types import BlockKind

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 o 1 l i: read aloud and typed from paper


def new_public_key() -> str:
    """Return a random key of ten signs for permanent addresses (31**10: no clash to be expected; the column is unique)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


class OpinionVersion(models.Model):
    """One text of an opinion with its dates in force; at most one working draft."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        COMING = "coming", _("待施行")  # stored ahead of its day; ``actions.begin_texts`` publishes it

    opinion = models.ForeignKey("policy_docs.OpinionPage", models.PROTECT, related_name="versions", verbose_name=_("文件"))
    number = models.PositiveIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices)
    in_force_from = models.DateField(_("施行日期"), null=True, blank=True)
    in_force_until = models.DateField(_("失效日期"), null=True, blank=True, help_text=_("有效的最后一天。"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    basis = models.CharField(_("修订依据文号"), max_length=80, blank=True)
    facts = models.JSONField(default=dict, blank=True, editable=False)  # of a text to come: what the identity block becomes with it
    settled = models.JSONField(default=dict, blank=True, editable=False)  # of a text to come: Publication.dump(), what becomes of duties on its day
    text_hash = models.CharField(max_length=64, blank=True, editable=False)
    reading = models.CharField(max_length=64, blank=True, editable=False)  # digest of what duties were read from: words, place, day
    source_names = models.JSONField(_("来源文件名"), default=list, blank=True)  # without extension; one text may have come under several names
    source_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = KeptManager["OpinionVersion"]()
    with_trash = models.Manager["OpinionVersion"]()

    class Meta:
        verbose_name = _("文件版本")
        verbose_name_plural = _("文件版本")
        ordering = ["opinion_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["opinion"], condition=Q(state="draft"), name="one_working_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} v{self.number}"


class Clause(models.Model):
    """A clause for ever: document and block id. Its words are in ``ClauseText``, by version."""

    public_key = models.CharField(max_length=12, unique=True, default=new_public_key, editable=False)
    opinion = models.ForeignKey("policy_docs.OpinionPage", models.PROTECT, related_name="clauses")
    block_id = models.UUIDField()
    retired_at = models.DateTimeField(null=True, blank=True)
    succeeded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    split_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="splits")
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="copies")
    topics = TaggableManager(through="policy_docs.ClauseTopic", blank=True, verbose_name=_("主题"))  # the confirmed ones; actions write

    objects = KeptManager["Clause"]()
    with_trash = models.Manager["Clause"]()

    class Meta:
        verbose_name = _("条款")
        verbose_name_plural = _("条款")
        constraints = [models.UniqueConstraint(fields=["opinion", "block_id"], name="clause_block_once")]
        indexes = [models.Index(fields=["block_id"], name="clause_block")]

    def __str__(self) -> str:
        return self.public_key


class ClauseText(models.Model):
    """A clause in one version: place in the order, path of labels, label, words."""

    version = models.ForeignKey(OpinionVersion, models.CASCADE, related_name="texts")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="texts")
    order = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in BlockKind])
    level = models.PositiveSmallIntegerField(default=0)
    path = models.JSONField(default=list)
    label = models.CharField(max_length=40, blank=True)
    para = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    text_hash = models.CharField(max_length=32, db_index=True)

    objects = KeptByVersion["ClauseText"]()
    with_trash = models.Manager["ClauseText"]()

    class Meta:
        verbose_name = _("条款文字")
        verbose_name_plural = _("条款文字")
        ordering = ["version_id", "order"]
        constraints = [models.UniqueConstraint(fields=["version", "clause"], name="clause_once_per_version")]

    def __str__(self) -> str:
        return f"{self.label}{self.text[:20]}"

    @property
    def row(self) -> str:
        """The words of a row of a table, which is cited as such; "" of any other clause."""
        return self.text if self.kind == BlockKind.TABLE else ""

    @property
    def gap(self) -> str:
        """What stands between label and words on a page; no part of the text."""
        return gap_after(self.label)


class CitationManager(KeptManager["Citation"]):
    """What the text that stands says."""

    def get_queryset(self) -> models.QuerySet["Citation"]:
        """Leave out what earlier texts alone have said."""
        return super().get_queryset().filter(past=False)


class Citation(models.Model):
    """A document cited by an opinion; ``target`` is set now or when the cited document arrives. ``past``: an earlier text alone said it, and it holds
    for ever (a repeal)."""

    class Relation(models.TextChoices):
        BASED_ON = "based_on", _("依据")
        IMPLEMENTS = "implements", _("贯彻落实")
        WRAPS = "wraps", _("印发")
        SUPERSEDES = "supersedes", _("废止")
        AMENDS = "amends", _("修改")
        INTERPRETS = "interprets", _("解释")
        MENTIONS = "mentions", _("提到")

    opinion = models.ForeignKey("policy_docs.OpinionPage", models.PROTECT, related_name="citations")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="citations")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    written = models.CharField(max_length=500)
    title = models.CharField(max_length=300, blank=True, db_index=True)
    number_key = models.CharField(max_length=80, blank=True, db_index=True)
    relation = models.CharField(max_length=12, choices=Relation.choices)
    target = models.ForeignKey("policy_docs.OpinionPage", models.SET_NULL, null=True, blank=True, related_name="cited_by")
    past = models.BooleanField(default=False, editable=False)

    objects = CitationManager()
    with_past = KeptManager["Citation"]()
    with_trash = models.Manager["Citation"]()

    class Meta:
        verbose_name = _("引用")
        verbose_name_plural = _("引用")
        ordering = ["opinion_id", "pk"]

    def __str__(self) -> str:
        return self.written


class NotCollected(models.Model):
    """A cited document that the house has decided not to collect. ``name`` is what ``collecting.cited_name`` knows it by."""

    name = models.CharField(max_length=500, unique=True)
    written = models.CharField(_("引用时的写法"), max_length=500)
    reason = models.CharField(_("理由"), max_length=200)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("决定人"))
    decided_at = models.DateTimeField(_("决定时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("决定不收录的文件")
        verbose_name_plural = _("决定不收录的文件")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.written


class Change(models.Model):
    """Outbox: something whose index entry is to be read again. Written in the transaction of the change, removed by the indexer."""

    class Item(models.TextChoices):
        OPINION = "opinion", _("文件")  # the opinion and all its clauses
        CLAUSE = "clause", _("条款")
        ALL = "all", _("全部")  # the vocabulary changed

    item = models.CharField(max_length=8, choices=Item.choices)
    key = models.CharField(max_length=12, blank=True)  # public key
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("待编入查找的改动")
        verbose_name_plural = _("待编入查找的改动")

    def __str__(self) -> str:
        return f"{self.item} {self.key}"


class SetAside(models.Model):
    """What a person entered into a form that had grown stale: kept until it is put together with the draft, or given up."""

    class Outcome(models.TextChoices):
        OPEN = "", _("待合并")
        MERGED = "merged", _("已合并")
        DROPPED = "dropped", _("已放弃")

    class Why(models.TextChoices):
        STALE = "", _("保存时草稿已经改过")
        BEGUN = "begun", _("待施行的文字已经启用")

    opinion = models.ForeignKey("policy_docs.OpinionPage", models.CASCADE, related_name="set_aside", verbose_name=_("文件"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("填写人"))
    started_from = models.JSONField(editable=False)  # drafts.Start: the digests of what the form showed
    fields = models.JSONField(default=dict, editable=False)  # name → value as the page serialises it
    blocks = models.JSONField(null=True, editable=False)  # raw blocks of what the form covered; None where it showed no body
    why = models.CharField(_("原因"), max_length=8, choices=Why.choices, blank=True, default=Why.STALE)
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    made_at = models.DateTimeField(_("填写时间"), auto_now_add=True)

    objects = KeptManager["SetAside"]()
    with_trash = models.Manager["SetAside"]()

    class Meta:
        verbose_name = _("未能保存的修改")
        verbose_name_plural = _("未能保存的修改")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["opinion", "user", "outcome"], name="set_aside_open")]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.made_at:%Y-%m-%d %H:%M}"
