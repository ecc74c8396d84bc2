"""The directory of member units as rows: units (kind × place) and the persons who answer for them, from when until when."""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.accounts.viewer import Viewer
from policy_docs.opinions.models import new_public_key
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Jurisdiction, UnitKind
from policy_docs.units.successions import of_one_unit
from policy_docs.units.vocabulary import Vocabulary

from .seats import full_name


class EntryQuerySet(models.QuerySet["DirectoryEntry"]):
    """Entries as people may see them: the one place where it is decided who may see whose contacts."""

    def visible_to(self, viewer: Viewer) -> "EntryQuerySet":
        """All of them to the coordination office; to others who work with the directory those of their own place, of the places above it and of
        those directly below it; to everybody else, and to accounts without a place, none."""
        if viewer.sees_all:
            return self
        if not viewer.reads_directory or not viewer.place:
            return self.none()
        near = current_vocabulary().lineage(viewer.place)
        return self.filter(Q(jurisdiction__in=near) | Q(jurisdiction__parent=viewer.place))

    def written_by(self, viewer: Viewer) -> "EntryQuerySet":
        """Those whose contacts the viewer may change: a liaison officer the own unit's, the coordination office all."""
        if viewer.sees_all:
            return self
        return self.of_unit(viewer.unit_kind, viewer.place) if viewer.keeps_directory else self.none()

    def of_unit(self, kind: str, code: str, vocabulary: Vocabulary | None = None) -> "EntryQuerySet":
        """Those of a unit of today (kind, place), by whatever kind they joined: reforms put units together. ``vocabulary`` spares a query."""
        kinds = of_one_unit(vocabulary or current_vocabulary(), kind, code, timezone.localdate().isoformat())
        return self.filter(kind__in=kinds, jurisdiction=code)

    def taking_part(self) -> "EntryQuerySet":
        """Without those that have left."""
        return self.filter(left_on__isnull=True)


class DirectoryEntry(models.Model):
    """A member unit of the directory. ``revision`` counts the changes of its contacts: whoever saves says which one was seen."""

    kind = models.ForeignKey(UnitKind, models.PROTECT, related_name="directory_entries", verbose_name=_("单位类别"))
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="directory_entries", verbose_name=_("行政区划"))
    joined_on = models.DateField(_("加入日期"))
    left_on = models.DateField(_("退出日期"), null=True, blank=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged_from", verbose_name=_("并入"))
    merged_at = models.DateTimeField(null=True, blank=True)  # its persons were entered there at this moment
    confirmed_on = models.DateField(_("确认日期"), null=True, blank=True)
    confirmed_by = models.CharField(_("确认人"), max_length=80, blank=True)  # a copy: it outlives the account
    revision = models.PositiveIntegerField(default=0)
    changed_by = models.CharField(max_length=80, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("通讯录单位")
        verbose_name_plural = _("通讯录单位")
        constraints = [models.UniqueConstraint(fields=["kind", "jurisdiction"], name="directory_entry_once")]

    def __str__(self) -> str:
        return full_name(current_vocabulary(), (self.kind_id, self.jurisdiction_id), timezone.localdate())


def entries_of(seats: Iterable[tuple[str, str]]) -> list[DirectoryEntry]:
    """Return the entries of units (kind, place). One query."""
    wanted = set(seats)
    found = DirectoryEntry.objects.filter(kind__in={kind for kind, _c in wanted}, jurisdiction__in={code for _k, code in wanted}).order_by("pk")
    return [entry for entry in found if (entry.kind_id, entry.jurisdiction_id) in wanted]


class ContactQuerySet(models.QuerySet["Contact"]):
    """Rows of persons."""

    def standing(self, on: datetime.date) -> "ContactQuerySet":
        """Those that are listed: neither replaced nor gone by a day."""
        return self.filter(ended_at__isnull=True).filter(Q(until__isnull=True) | Q(until__gt=on))


class Contact(models.Model):
    """A person who answers for a unit. Never overwritten: a change ends the row (``ended_at``) and begins another, which says what it ``replaces``.

    ``since`` and ``until`` are the days on which the person took up and laid down the task; on the day ``until`` the person is no longer listed.
    """

    class Role(models.TextChoices):
        LEADER = "leader", _("责任领导")
        LIAISON = "liaison", _("联络员")

    entry = models.ForeignKey(DirectoryEntry, models.PROTECT, related_name="contacts")
    role = models.CharField(_("身份"), max_length=8, choices=Role.choices)
    name = models.CharField(_("姓名"), max_length=40)
    initials = models.CharField(max_length=60, blank=True, editable=False)
    post = models.CharField(_("职务"), max_length=80, blank=True)
    office_phone = models.CharField(_("办公电话"), max_length=30, blank=True)
    mobile = models.CharField(_("手机"), max_length=20, blank=True)
    since = models.DateField(_("任职日期"), null=True, blank=True)
    until = models.DateField(_("离任日期"), null=True, blank=True)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()
    ended_by = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    replaces = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="replaced_by")

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("联络信息")
        verbose_name_plural = _("联络信息")
        ordering = ["role", "pk"]
        indexes = [models.Index(fields=["entry"], condition=Q(ended_at__isnull=True), name="contact_listed")]

    def __str__(self) -> str:
        return self.get_role_display()  # never the name: this goes into logs


class ConfirmationRound(models.Model):
    """The coordination office asks units to confirm their contacts by a day; usually once a year."""

    year = models.PositiveSmallIntegerField(_("年度"))
    deadline = models.DateField(_("截止日期"))
    scope = models.CharField(_("范围"), max_length=200)  # in words, as it was when the round began
    place = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地方"))
    below = models.BooleanField(_("包括下级"), default=True)
    kinds = models.JSONField(_("单位类别"), default=list, blank=True)  # keys; empty for all
    note = models.CharField(_("说明"), max_length=300, blank=True)
    opened_by = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    closed_by = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("年度确认")
        verbose_name_plural = _("年度确认")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return _("%(year)d年度（%(scope)s）") % {"year": self.year, "scope": self.scope}


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    """What units are asked to confirm."""

    def waiting(self) -> "ConfirmationQuerySet":
        """Still to be done: not confirmed, in a round that goes on, by a unit that takes part."""
        return self.filter(confirmed_at__isnull=True, round__closed_at__isnull=True, entry__left_on__isnull=True)

    def overdue(self, on: datetime.date) -> "ConfirmationQuerySet":
        """Of those the ones whose deadline has passed."""
        return self.waiting().filter(round__deadline__lt=on)


class Confirmation(models.Model):
    """A unit in a round: asked, confirmed by whom, asked again."""

    round = models.ForeignKey(ConfirmationRound, models.PROTECT, related_name="confirmations")
    entry = models.ForeignKey(DirectoryEntry, models.PROTECT, related_name="confirmations")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=80, blank=True)
    on_behalf = models.BooleanField(default=False)  # by the coordination office, for the unit
    changed = models.BooleanField(default=False)  # the contacts have been changed in the round
    reopened_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(_("退回原因"), max_length=200, blank=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("单位确认")
        verbose_name_plural = _("单位确认")
        constraints = [models.UniqueConstraint(fields=["round", "entry"], name="confirmed_once_a_round")]
        indexes = [models.Index(fields=["entry"], condition=Q(confirmed_at__isnull=True), name="confirmation_waiting")]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.entry_id}"


class DirectoryUpload(models.Model):
    """A table of contacts with what it would change. Rows and plan hold names and numbers: they go as soon as it is settled."""

    class State(models.TextChoices):
        SHOWN = "shown", _("待核对")
        DONE = "done", _("已导入")
        GIVEN_UP = "given_up", _("已放弃")

    public_key = models.CharField(max_length=12, unique=True, default=new_public_key, editable=False)
    name = models.CharField(_("文件名"), max_length=200)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.SHOWN)
    rows = models.JSONField(default=list)
    plan = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("通讯录导入")
        verbose_name_plural = _("通讯录导入")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
