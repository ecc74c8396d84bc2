"""Topics as a tree, and the topics of clauses with what speaks for them. Built on django-taggit: a topic is a tag, a clause is tagged.

Topics are merged and retired by a mark, never deleted: everything that hangs on them stays where it is, so that each of these deeds can be taken
back at any time. ``tree.Forest`` says what stands for what.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase
from treebeard.mp_tree import MP_Node, MP_NodeManager

from policy_docs.kept import KeptManager


class Topic(MP_Node, TagBase):
    """A topic. ``key`` is that of the data files ("" for one that people have added), by which rules name it; ``slug`` its address.

    ``words`` are a house's own: a clause that holds one of them is suggested. ``seeded`` holds what the data files last said of it, so that a later
    release changes only what nobody has edited.
    """

    key = models.CharField(max_length=40, unique=True, null=True, blank=True, editable=False)  # noqa: DJ001 - unique, and NULL is not equal to itself
    note = models.CharField(_("范围说明"), max_length=200, blank=True)
    words = models.JSONField(_("识别用语"), default=list, blank=True)
    bases = models.JSONField(_("全国性依据"), default=list, blank=True)  # {number, title, clause, checked}
    seeded = models.JSONField(default=dict, blank=True, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("并入"))
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = MP_NodeManager()

    class Meta:
        verbose_name = _("主题")
        verbose_name_plural = _("主题")
        ordering = ["path"]


class TopicName(models.Model):
    """A name that a topic had, with its address: the address leads on."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="former_names", verbose_name=_("主题"))
    name = models.CharField(_("曾用名"), max_length=100)
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    until = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("主题曾用名")
        verbose_name_plural = _("主题曾用名")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class ClauseTopic(ItemBase):
    """A clause × a topic. ``quote`` are the words that speak for it (at ``start`` in the text that was read), or ``heading`` where one above does.

    States as those of duties: a rejected one stays rejected while the text (``text_hash``) stays; a confirmed one is *to be checked* where the text
    has changed and no rule finds it there any more.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("待核对")
        CONFIRMED = "confirmed", _("已核对")
        REJECTED = "rejected", _("已驳回")
        TO_CHECK = "to_check", _("原文有变，待核对")

    class Origin(models.TextChoices):
        RULE = "rule", _("规则识别")
        PERSON = "person", _("人工添加")
        CARRIED = "carried", _("承自原条款")  # of a clause that was split or merged

    content_object = models.ForeignKey("policy_docs.Clause", models.PROTECT, related_name="clause_topics", verbose_name=_("条款"))
    tag = models.ForeignKey(Topic, models.PROTECT, related_name="clause_topics", verbose_name=_("主题"))
    # the clause's opinion, as duties keep it
    opinion = models.ForeignKey("policy_docs.OpinionPage", models.PROTECT, related_name="clause_topics", editable=False, verbose_name=_("文件"))
    state = models.CharField(_("核对状态"), max_length=10, choices=State.choices, default=State.SUGGESTED)
    origin = models.CharField(_("来源"), max_length=8, choices=Origin.choices, default=Origin.RULE)
    rule = models.CharField(_("规则"), max_length=40, blank=True)
    rule_version = models.PositiveIntegerField(default=0)
    start = models.PositiveIntegerField(default=0)
    quote = models.CharField(max_length=60, blank=True)
    heading = models.CharField(max_length=120, blank=True)
    text_hash = models.CharField(max_length=32, blank=True)
    singly = models.BooleanField(default=False, editable=False)  # decided by itself and not with others
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("核对人"))
    decided_at = models.DateTimeField(_("核对时间"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = KeptManager["ClauseTopic"]()
    with_trash = models.Manager["ClauseTopic"]()

    class Meta:
        verbose_name = _("条款的主题")
        verbose_name_plural = _("条款的主题")
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="topic_once_per_clause")]
        indexes = [models.Index(fields=["tag", "state"], name="topic_tag_state"), models.Index(fields=["opinion", "tag"], name="topic_opinion_tag")]

    def __str__(self) -> str:
        return f"{self.content_object_id} {self.tag_id} {self.state}"

    @classmethod
    def tags_for(cls, model: Any, instance: Any = None, **extra_filters: Any) -> Any:
        """Topics that are confirmed: ``clause.topics`` knows no suggestions."""
        found = super().tags_for(model, instance, **extra_filters)
        return found.filter(clause_topics__state=cls.State.CONFIRMED, **({"clause_topics__content_object": instance} if instance is not None else {}))


class TopicReading(models.Model):
    """With which rules the text of an opinion was read for topics, for what may be missing."""

    opinion = models.OneToOneField("policy_docs.OpinionPage", models.CASCADE, primary_key=True, related_name="topic_reading")
    stamp = models.CharField(max_length=16)
    read_at = models.DateTimeField(auto_now=True)

    objects = KeptManager["TopicReading"]()
    with_trash = models.Manager["TopicReading"]()

    class Meta:
        verbose_name = _("主题识别记录")

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.stamp}"
