"""Duties with their proof (design decision 2)."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from policy_docs.kept import KeptByClause, KeptByDuty, KeptManager
from policy_docs.units.models import UnitKind
from policy_docs.units.types import Reach

from .types import Act, Role


class RoleChoices(models.TextChoices):
    """Roles as people read them, strongest first."""

    LEAD = Role.LEAD.value, _("牵头")
    RESPONSIBLE = Role.RESPONSIBLE.value, _("责任")
    COOPERATE = Role.COOPERATE.value, _("配合")
    MENTION = Role.MENTION.value, _("提及")


class ReachChoices(models.TextChoices):
    """On which level the words lay a duty."""

    GENERIC = Reach.GENERIC.value, _("泛指")
    OWN = Reach.OWN.value, _("本级")
    LOWER = Reach.LOWER.value, _("下级")
    NAMED = Reach.NAMED.value, _("点名")


class DutyManager(KeptManager["Duty"]):
    """Duties of documents that are not in the trash, but for those that have ended while their clause went on."""

    def get_queryset(self) -> models.QuerySet["Duty"]:
        """Leave out what is in the trash and what has ended."""
        return super().get_queryset().filter(ended_on__isnull=True)


def holding_q(on: datetime.date) -> Q:
    """Duties that had begun and not ended on a day; asked of ``Duty.of_all_days``."""
    return (Q(began_on__isnull=True) | Q(began_on__lte=on)) & (Q(ended_on__isnull=True) | Q(ended_on__gte=on))


class Duty(models.Model):
    """Clause × unit kind × addressee. Role ``mention`` is kept too (named, nothing to do), so that nothing named is lost.

    ``levels`` is "" or ",county,prefecture," (narrowed lower levels); ``place`` the code of a named place. ``text_hash`` is the clause's
    text when the duty was found or decided: a rejected duty stays rejected while the text is the same. ``found_as`` is the unit and addressee
    under which extraction found it, where a person has put others in their place: found again, they are this duty and no new one.
    ``ended_on`` is the last day of a duty that a person has let end with a text, where its clause goes on in the next one: it is found on
    the days before and is no duty of today, so ``objects`` leaves it out and ``of_all_days`` has it. So is one whose words, clause or role a later
    text has changed: it keeps what it was until that text begins, and ``goes_on_as`` is the duty as it is now, which holds from ``began_on``.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("待核对")
        CONFIRMED = "confirmed", _("已核对")
        REJECTED = "rejected", _("已驳回")
        TO_CHECK = "to_check", _("原文有变，待核对")

    clause = models.ForeignKey("policy_docs.Clause", models.PROTECT, related_name="duties", verbose_name=_("条款"))
    # the clause's opinion, kept here too: with the kind it finds the duties of a unit without passing over those of all other places
    opinion = models.ForeignKey("policy_docs.OpinionPage", models.PROTECT, related_name="duties", editable=False, db_index=False, verbose_name=_("文件"))
    kind = models.ForeignKey(UnitKind, models.PROTECT, related_name="duties", verbose_name=_("单位类别"))
    reach = models.CharField(_("承担层级"), max_length=8, choices=ReachChoices.choices)
    levels = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=12, blank=True)
    role = models.CharField(_("角色"), max_length=12, choices=RoleChoices.choices)
    implicit = models.BooleanField(_("推定"), default=False)
    state = models.CharField(_("核对状态"), max_length=10, choices=State.choices, default=State.SUGGESTED)
    by_hand = models.BooleanField(_("人工添加或改过"), default=False)
    text_hash = models.CharField(max_length=32, blank=True)
    found_as = models.CharField(max_length=130, blank=True, default="", editable=False)  # kind|reach|levels|place
    singly = models.BooleanField(default=False, editable=False)  # decided by itself and not with others: what trust in a rule is counted by
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("核对人"))
    decided_at = models.DateTimeField(_("核对时间"), null=True, blank=True)
    began_on = models.DateField(_("有效的第一天"), null=True, blank=True, editable=False)
    ended_on = models.DateField(_("有效的最后一天"), null=True, blank=True, editable=False)
    goes_on_as = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="was", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    #: spans read along with many duties (``proofs.with_spans``); they are not kept up to date
    loaded_spans: "list[DutySpan] | None" = None

    objects = DutyManager()
    of_all_days = KeptManager["Duty"]()
    with_trash = models.Manager["Duty"]()

    class Meta:
        verbose_name = _("职责")
        verbose_name_plural = _("职责")
        constraints = [
            models.UniqueConstraint(fields=["clause", "kind", "reach", "levels", "place"], condition=Q(ended_on__isnull=True), name="duty_once_per_addressee")
        ]
        indexes = [
            models.Index(fields=["kind", "role", "state"], name="duty_kind_role_state"),
            models.Index(fields=["opinion", "kind"], name="duty_opinion_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.role}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the opinion that of the clause, which never leaves it."""
        self.opinion_id = self.clause.opinion_id
        super().save(*args, **kwargs)

    # Django's own look-ups build a table of all choices for each call, which shows on a page of hundreds of duties

    def get_role_display(self) -> str:  # type: ignore[no-redef]
        """The role as people read it."""
        return str(RoleChoices(self.role).label)

    def get_reach_display(self) -> str:  # type: ignore[no-redef]
        """The addressee as people read it."""
        return str(ReachChoices(self.reach).label)

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """The state as people read it."""
        return str(self.State(self.state).label)


class DutySpan(models.Model):
    """One act that proves a duty. Offsets are in the clause's text of the version that was read."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="spans")
    act = models.CharField(max_length=12, choices=[(act.value, act.value) for act in Act])
    role = models.CharField(max_length=12, choices=RoleChoices.choices)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField(blank=True)
    prefix = models.CharField(max_length=32, blank=True)
    suffix = models.CharField(max_length=32, blank=True)
    name_start = models.PositiveIntegerField()
    name_end = models.PositiveIntegerField()
    name_written = models.CharField(_("原文写作"), max_length=80, blank=True)
    rule = models.CharField(_("规则"), max_length=60, db_index=True)
    rule_version = models.PositiveIntegerField(default=1)
    condition = models.CharField(_("条件"), max_length=300, blank=True)
    time_words = models.CharField(_("时限"), max_length=100, blank=True)
    of_kind = models.CharField(max_length=40, blank=True)  # a counterpart's doer

    objects = KeptByDuty["DutySpan"]()
    with_trash = models.Manager["DutySpan"]()

    class Meta:
        verbose_name = _("依据")
        verbose_name_plural = _("依据")
        ordering = ["duty_id", "start"]

    def __str__(self) -> str:
        return self.quote[:30]


class UnknownUnitName(models.Model):
    """A name that ends like an organ's and that no alias covers, with its place."""

    clause = models.ForeignKey("policy_docs.Clause", models.PROTECT, related_name="unknown_names")
    written = models.CharField(_("原文写作"), max_length=80, db_index=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    ignored = models.BooleanField(_("不是单位"), default=False)

    objects = KeptByClause["UnknownUnitName"]()
    with_trash = models.Manager["UnknownUnitName"]()

    class Meta:
        verbose_name = _("未识别名称")
        verbose_name_plural = _("未识别名称")
        ordering = ["written", "pk"]
        constraints = [models.UniqueConstraint(fields=["clause", "start", "end"], name="unknown_name_once")]

    def __str__(self) -> str:
        return self.written


class Handover(models.Model):
    """That a clause has somebody hand information to somebody, as the last reading of the text that stands found it; people decide on the duties of
    both sides, and a handover is shown as they are. ``giver``, ``receiver``: these duties (of a receiver mostly a mention); ``…_kind`` whom the words
    name where there is no duty of theirs, "" where the words do not tell it."""

    clause = models.ForeignKey("policy_docs.Clause", models.CASCADE, related_name="handovers", verbose_name=_("条款"))
    # the clause's opinion, as duties keep it
    opinion = models.ForeignKey("policy_docs.OpinionPage", models.CASCADE, related_name="handovers", editable=False, verbose_name=_("文件"))
    giver = models.ForeignKey(Duty, models.SET_NULL, null=True, related_name="given", verbose_name=_("提供单位的职责"))
    receiver = models.ForeignKey(Duty, models.SET_NULL, null=True, related_name="received", verbose_name=_("接收单位的职责"))
    giver_kind = models.CharField(max_length=40, blank=True)
    receiver_kind = models.CharField(max_length=40, blank=True)
    information = models.CharField(_("提供的信息"), max_length=200, blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField(_("原文"))
    rule = models.CharField(_("规则"), max_length=60)
    rule_version = models.PositiveIntegerField(default=1)

    objects = KeptManager["Handover"]()
    with_trash = models.Manager["Handover"]()

    class Meta:
        verbose_name = _("信息提供关系")
        verbose_name_plural = _("信息提供关系")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.giver_kind} → {self.receiver_kind}"


class HandoverReading(models.Model):
    """With which rules the text of an opinion was read for handovers, for what may be missing."""

    opinion = models.OneToOneField("policy_docs.OpinionPage", models.CASCADE, primary_key=True, related_name="handover_reading")
    stamp = models.CharField(max_length=16)

    objects = KeptManager["HandoverReading"]()
    with_trash = models.Manager["HandoverReading"]()

    class Meta:
        verbose_name = _("信息提供关系的识别记录")

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.stamp}"


class ClauseNote(models.Model):
    """What somebody has written on a clause for colleagues. ``kind``: the unit that it is about, none for the whole clause. It hangs on no
    suggestion, since those come and go with each reading of the text. One that was withdrawn is kept, so that it can be put back."""

    clause = models.ForeignKey("policy_docs.Clause", models.PROTECT, related_name="notes", verbose_name=_("条款"))
    # the clause's opinion, as duties keep it
    opinion = models.ForeignKey("policy_docs.OpinionPage", models.PROTECT, related_name="clause_notes", editable=False, verbose_name=_("文件"))
    kind = models.ForeignKey(UnitKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位类别"))
    text = models.TextField(_("批注"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("批注人"))
    author_name = models.CharField(max_length=80, editable=False)  # outlives the account
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = KeptManager["ClauseNote"]()
    with_trash = models.Manager["ClauseNote"]()

    class Meta:
        verbose_name = _("批注")
        verbose_name_plural = _("批注")
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return self.text[:30]


class SecondReview(models.Model):
    """A document whose duties are all decided on, handed to a second person. ``left``: what was not settled when it was handed over, and how much was
    decided; ``mark`` of the decisions that were accepted: another one tells that they have changed since."""

    class State(models.TextChoices):
        OPEN = "open", _("待复核")
        ACCEPTED = "accepted", _("复核通过")
        RETURNED = "returned", _("已退回")
        TAKEN_BACK = "taken_back", _("已撤回")

    opinion = models.ForeignKey("policy_docs.OpinionPage", models.PROTECT, related_name="second_reviews", verbose_name=_("文件"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    words = models.TextField(_("说明"), blank=True)
    left = models.JSONField(default=dict, editable=False)
    asked_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("请谁复核"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("提交人"))
    submitted_at = models.DateTimeField(_("提交时间"), default=timezone.now)
    answer = models.TextField(_("意见"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("复核人"))
    answered_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    mark = models.CharField(max_length=32, blank=True, editable=False)

    objects = KeptManager["SecondReview"]()
    with_trash = models.Manager["SecondReview"]()

    class Meta:
        verbose_name = _("复核")
        verbose_name_plural = _("复核")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["opinion"], condition=Q(state="open"), name="one_open_second_review")]

    def __str__(self) -> str:
        return str(self.get_state_display())


class UnitLook(models.Model):
    """When a person last opened the page of a unit, and when before that: what has come since is marked there. Nobody else reads it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("用户"))
    kind = models.CharField(max_length=40)  # keys, as in an address: a unit that is given up takes nothing along
    code = models.CharField(max_length=12)
    at = models.DateTimeField(_("最近一次打开"))
    before = models.DateTimeField(_("上次查看"), null=True)

    class Meta:
        verbose_name = _("单位页的查看时间")
        verbose_name_plural = _("单位页的查看时间")
        constraints = [models.UniqueConstraint(fields=["user", "kind", "code"], name="unit_look_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.code}"
