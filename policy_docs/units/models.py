"""Units, aliases, reforms, jurisdictions and bodies as rows, edited in the admin.

The rows mirror ``vocabulary.Vocabulary``; ``aliases.py`` turns them into the matcher. Each save or delete moves ``VocabularyStamp`` on, in the
same transaction, so that every process sees an edit at its next look.
"""

import datetime
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from policy_docs.kept import KeptByBody, KeptManager

from .types import Level, Reach


class LevelChoices(models.TextChoices):
    """Levels of jurisdiction as people read them."""

    COUNTRY = Level.COUNTRY.value, _("国家")
    PROVINCE = Level.PROVINCE.value, _("省")
    PREFECTURE = Level.PREFECTURE.value, _("市州")
    COUNTY = Level.COUNTY.value, _("县区")
    TOWNSHIP = Level.TOWNSHIP.value, _("乡镇")


class VocabularyStamp(models.Model):
    """One row that changes with each edit of units, aliases, reforms and places; caches of the matcher are keyed by it."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("词表版本")

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """Return the mark of the last edit, 0 before the first."""
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def advance(cls) -> None:
        """Mark one more edit; to be called in the transaction of the edit. A count would come again after a rollback, with other words behind it."""
        cls.objects.update_or_create(pk=1, defaults={"number": secrets.randbits(62) + 1})


class VocabularyQuerySet(models.QuerySet[Any]):
    """Rows that the matcher is built from: an edit of many moves the stamp on like that of one."""

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete and move the stamp on (the administration deletes ticked rows so)."""
        answer = super().delete()
        VocabularyStamp.advance()
        return answer

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    @transaction.atomic
    def update(self, **values: Any) -> int:
        """Change and move the stamp on."""
        answer = super().update(**values)
        VocabularyStamp.advance()
        return answer

    update.alters_data = True  # type: ignore[attr-defined]


class VocabularyRow(models.Model):
    """Base of rows that the matcher is built from."""

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save and move the stamp on."""
        super().save(*args, **kwargs)
        VocabularyStamp.advance()

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete and move the stamp on."""
        answer = super().delete(*args, **kwargs)
        VocabularyStamp.advance()
        return answer


class Jurisdiction(VocabularyRow):
    """A place of the tree (GB/T 2260: six digits). ``lineage`` holds the codes from the country down, "/100000/530000/532300/"."""

    code = models.CharField(
        _("行政区划代码"), max_length=12, primary_key=True, validators=[RegexValidator(r"^\d{6}(\d{3}){0,2}$", _("行政区划代码应为六位数字。"))]
    )
    name = models.CharField(_("名称"), max_length=60)
    short_names = models.JSONField(_("简称"), default=list, blank=True)
    level = models.CharField(_("层级"), max_length=12, choices=LevelChoices.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级"))
    lineage = models.CharField(max_length=60, db_index=True, editable=False)
    retired_on = models.DateField(_("撤销日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("行政区划")
        verbose_name_plural = _("行政区划")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the lineage in step with the parent, and those of the places below."""
        before = Jurisdiction.objects.filter(pk=self.pk).values_list("lineage", flat=True).first()
        self.lineage = f"{self.parent.lineage if self.parent else '/'}{self.code}/"
        super().save(*args, **kwargs)
        if before and before != self.lineage:
            below = Jurisdiction.objects.filter(lineage__startswith=before).exclude(pk=self.pk)
            below.update(lineage=Concat(Value(self.lineage), Substr("lineage", len(before) + 1)))

    def clean(self) -> None:
        """Refuse a place that would lie inside itself."""
        if self.parent and self.code in self.parent.lineage.split("/"):
            raise ValidationError({"parent": _("上级不能是这个地方自己，也不能是它的下级。")})

    @property
    def ancestor_codes(self) -> list[str]:
        """Codes from the country down, without its own."""
        return [code for code in self.lineage.split("/") if code][:-1]


class UnitKind(VocabularyRow):
    """公安机关, 司法行政机关 …: what a unit is, apart from its place. ``names`` holds a pattern by level with {p} for the place."""

    key = models.CharField(_("键"), max_length=40, primary_key=True, validators=[RegexValidator(r"^@?[a-z_]+$", _("键只能用小写字母和下划线。"))])
    name = models.CharField(_("名称"), max_length=60)
    short = models.CharField(_("列举时的简称"), max_length=30, blank=True)
    is_group = models.BooleanField(_("是集合称谓（各成员单位）"), default=False)
    is_open = models.BooleanField(_("是开放类别（企业、公众、媒体）"), default=False)
    is_vertical = models.BooleanField(_("垂直管理"), default=False)
    names = models.JSONField(_("各层级名称"), default=dict, blank=True)
    initials = models.CharField(max_length=60, blank=True, editable=False)
    # a former unit that a reform brought: whose duties it is told from, and by which ways of writing
    read_as = models.ForeignKey("self", models.PROTECT, null=True, blank=True, editable=False, related_name="former_units", verbose_name=_("现归入"))
    written = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = _("单位类别")
        verbose_name_plural = _("单位类别")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class UnitAlias(VocabularyRow):
    """A way in which texts write a unit kind."""

    class Form(models.TextChoices):
        FULL = "full", _("全称")
        ORGAN = "organ", _("机关称谓")
        SHORT = "short", _("列举中的简称")
        GROUP = "group", _("集合称谓")
        SUB = "sub", _("内设或所属机构")

    kind = models.ForeignKey(UnitKind, models.CASCADE, related_name="aliases", verbose_name=_("单位类别"))
    text = models.CharField(_("写法"), max_length=60)
    form = models.CharField(_("形式"), max_length=8, choices=Form.choices, default=Form.FULL)
    valid_until = models.DateField(_("停用日期"), null=True, blank=True, help_text=_("机构改革后不再使用的旧称，填写停用日期。"))
    note = models.CharField(_("理由"), max_length=200, blank=True)
    initials = models.CharField(max_length=60, blank=True, editable=False)

    class Meta:
        verbose_name = _("单位写法")
        verbose_name_plural = _("单位写法")
        ordering = ["kind_id", "text"]
        constraints = [models.UniqueConstraint(fields=["kind", "text", "form"], name="alias_once_per_kind")]

    def __str__(self) -> str:
        return self.text


class Reform(VocabularyRow):
    """A succession of unit kinds with its date on each level: whole (duties move) or of a function named in words.

    Entered and taken back with its event (``policy_docs.reforms``), never by itself; a kind that a reform names stays.
    """

    class Scope(models.TextChoices):
        WHOLE = "whole", _("整体划转（职责随之转移）")
        FUNCTION = "function", _("部分职能划转")

    event = models.ForeignKey("policy_docs.ReformEvent", models.PROTECT, related_name="successions", verbose_name=_("机构改革"))
    predecessor = models.ForeignKey(UnitKind, models.PROTECT, related_name="reforms_out", verbose_name=_("原单位"))
    successor = models.ForeignKey(UnitKind, models.PROTECT, related_name="reforms_in", verbose_name=_("承接单位"))
    scope = models.CharField(_("范围"), max_length=8, choices=Scope.choices)
    function_words = models.JSONField(_("职能用语"), default=list, blank=True)
    country_on = models.DateField(_("国家层面日期"), null=True, blank=True)
    province_on = models.DateField(_("省级日期"), null=True, blank=True)
    prefecture_on = models.DateField(_("市级日期"), null=True, blank=True)
    county_on = models.DateField(_("县级日期"), null=True, blank=True)
    basis = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("承接关系")
        verbose_name_plural = _("承接关系")
        ordering = ["predecessor_id", "successor_id"]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class MemberUnit(VocabularyRow):
    """A unit of one place whose name the patterns of its kind do not give (楚雄州政府政研法制办), with its former names."""

    kind = models.ForeignKey(UnitKind, models.CASCADE, related_name="members", verbose_name=_("单位类别"))
    jurisdiction = models.ForeignKey(Jurisdiction, models.CASCADE, related_name="members", verbose_name=_("行政区划"))
    name = models.CharField(_("名称"), max_length=80)
    former_names = models.CharField(_("曾用名"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("成员单位")
        verbose_name_plural = _("成员单位")
        constraints = [models.UniqueConstraint(fields=["kind", "jurisdiction"], name="member_unit_once")]

    def __str__(self) -> str:
        return self.name


class Body(models.Model):
    """A standing group (领导小组, 联席会议) set up by a document, with its office; or one that a person has entered, with its place and the basis in words.

    ``ended_on`` is its last day: its members sit there no longer either.
    """

    name = models.CharField(_("名称"), max_length=120)
    opinion = models.ForeignKey("policy_docs.OpinionPage", models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name=_("设立文件"))
    place = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name=_("地方"))  # without a document
    basis = models.CharField(_("设立依据"), max_length=200, blank=True)
    since = models.DateField(_("设立日期"), null=True, blank=True)
    ended_on = models.DateField(_("撤销日期"), null=True, blank=True)
    host_written = models.CharField(_("办公室设在"), max_length=120, blank=True)
    host_kind = models.ForeignKey(UnitKind, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("办公室所在单位"))
    read_name = models.CharField(max_length=120, blank=True)  # as the document writes it: by this another reading knows it again
    corrected = models.BooleanField(default=False)  # a person has written name or office: another reading leaves both alone
    revision = models.PositiveIntegerField(default=0)  # of what persons have done: whoever saves says which one was seen
    changed_by = models.CharField(max_length=80, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    objects = KeptManager["Body"]()
    with_trash = models.Manager["Body"]()

    class Meta:
        verbose_name = _("议事协调机构")
        verbose_name_plural = _("议事协调机构")
        constraints = [
            models.UniqueConstraint(fields=["opinion", "name"], name="body_once_per_opinion"),
            models.UniqueConstraint(fields=["place", "name"], condition=Q(opinion__isnull=True), name="body_once_per_place"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def area(self) -> str:
        """The code of the place: of its document, or as entered."""
        return (self.opinion.jurisdiction_id if self.opinion else self.place_id) or ""


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Lines of lists of members."""

    def standing(self, on: datetime.date) -> "MembershipQuerySet":
        """Those that hold on a day; ``until`` is the last one, that of the body too."""
        return self.filter(dropped=False).exclude(since__gt=on).exclude(until__lt=on).exclude(body__ended_on__lt=on)

    def untouched(self) -> "MembershipQuerySet":
        """Those that were read and that no person has changed: another reading may replace them."""
        return self.filter(origin=Membership.Origin.READ, changed_at__isnull=True)


class Membership(models.Model):
    """A unit kind on the list of a body, with the words of the list, the level and place that they name, and its dates.

    A list without level words (公安、民政等部门) names the units of the document's own level. What a person has entered, ended or corrected says by whom,
    when and why; a line that was read wrongly stays, ``dropped``, so that it is not read again.
    """

    class Origin(models.TextChoices):
        READ = "read", _("文件读取")
        PERSON = "person", _("人工登记")

    body = models.ForeignKey(Body, models.CASCADE, related_name="memberships")
    kind = models.ForeignKey(UnitKind, models.PROTECT, related_name="memberships", verbose_name=_("单位类别"))
    written = models.CharField(_("原文写作"), max_length=80)
    reach = models.CharField(_("层级"), max_length=8, choices=[(reach.value, reach.value) for reach in Reach], default=Reach.OWN.value)
    levels = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=12, blank=True)
    since = models.DateField(_("起"), null=True, blank=True)
    until = models.DateField(_("止"), null=True, blank=True)
    origin = models.CharField(_("来源"), max_length=6, choices=Origin.choices, default=Origin.READ)
    dropped = models.BooleanField(default=False)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    changed_by = models.CharField(max_length=80, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    objects = KeptByBody.from_queryset(MembershipQuerySet)()
    with_trash = models.Manager["Membership"]()

    class Meta:
        verbose_name = _("成员")
        verbose_name_plural = _("成员")

    def __str__(self) -> str:
        return self.written or self.kind_id
