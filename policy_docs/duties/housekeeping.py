"""What only the coordination office asks of the list of documents: state, disclosure, review, age, and who has changed them lately."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, WorkflowState

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from cms.audit.record import SYSTEM, before
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import OpinionQuerySet
from policy_docs.opinions.trashed import RemovalRequest
from policy_docs.opinions.validity import Dates, Standing, standing
from policy_docs.topics.forest import load_forest
from policy_docs.topics.models import ClauseTopic

from . import gaps

NONE = "none"
SINCE = (7, 30, 90)  # days
_TARGET = "policy_docs.opinionpage:"
_FIELDS = ("pk", "live", "has_unpublished_changes", "disclosure", "reviewed_at", *Dates._fields)


@dataclass(frozen=True, slots=True)
class Touch:
    """A change of a document: when, by whom."""

    at: datetime.datetime
    who: str

    @property
    def said(self) -> str:
        """Return it as a row says it: 赵敏 2 天前改过."""
        days = (timezone.localdate() - timezone.localtime(self.at).date()).days
        return _("%(who)s %(days)d 天前改过") % {"who": self.who, "days": days} if days > 0 else _("%s 今天改过") % self.who


@dataclass(frozen=True, slots=True)
class Kept:
    """What the office's conditions look at: values by name of the condition; the last changes, newest first."""

    values: Mapping[str, frozenset[str]]
    touches: Sequence[Touch] = field(default_factory=tuple)


def names() -> dict[str, str]:
    """Return the conditions with their words, in the order of the page."""
    return {
        "state": _("状态"), "disclosure": _("公开属性"), "reviewed": _("职责核对"), "tagged": _("主题"), "aging": _("久未更新"), "since": _("最近修改"), "by": _("修改人（90天内）"),
    }  # fmt: skip


def labels(kept: Mapping[int, Kept]) -> dict[str, dict[str, str]]:
    """Return the words for each value, in order."""
    people = sorted({who for item in kept.values() for who in item.values["by"]}, key=lambda who: (who == SYSTEM, who))
    disclosures = {value or NONE: str(words) for value, words in OpinionPage.Disclosure.choices}
    return {
        "state": {
            "published": _("已发布"), "changed": _("有未发布的修改"), "draft": _("草稿"), "review": _("审核中"), "withdrawn": _("已撤回"), "coming": _("有待施行的文字"),
            "removal": _("待批准删除"),
        },
        "disclosure": disclosures,
        "reviewed": {"no": _("没有核对完"), "yes": _("已核对完")},
        "tagged": {NONE: _("未标主题"), "waiting": _("主题待核对"), "yes": _("主题已核对")},
        "aging": aging_labels(),
        "since": {str(days): _("%d 天内") % days for days in SINCE},
        "by": {who: who for who in people},
    }  # fmt: skip


def aging_labels() -> dict[str, str]:
    """Return the words for each age; numbers of years and days are settings."""
    years = sorted(settings.AGING_YEARS, reverse=True)
    return {
        **{f"confirmed-{number}": _("%d 年未确认有效") % number for number in years},
        "ending": _("%d 天内有效期届满") % settings.AGING_ENDING_DAYS,
        **{f"issued-{number}": _("成文满 %d 年") % number for number in years},
        **{f"reviewed-{number}": _("职责核对满 %d 年") % number for number in years},
    }


def kept_facts(found: OpinionQuerySet, on: datetime.date) -> dict[int, Kept]:
    """Return what the conditions look at, by document. Eleven queries, and one for each number of years."""
    rows = list(found.values_list(*_FIELDS))
    published, coming = (_with_version(state) for state in (OpinionVersion.State.PUBLISHED, OpinionVersion.State.COMING))
    in_review, leaving, aged, touched, tagged = _in_review(), leaving_documents(), _unconfirmed(on), touches(), _tagged()
    kept = {}
    for pk, live, changed, disclosure, reviewed_at, *days in rows:
        state = {"published" if live else "withdrawn" if pk in published else "draft"}
        state |= {
            name for name, holds in (("changed", live and changed), ("review", pk in in_review), ("coming", pk in coming), ("removal", pk in leaving)) if holds
        }
        values = {
            "state": frozenset(state),
            "disclosure": frozenset({disclosure or NONE}),
            "reviewed": frozenset({"yes" if reviewed_at else "no"}),
            "tagged": frozenset({NONE if pk not in tagged else "waiting" if tagged[pk] else "yes"}),
            "aging": aged.get(pk, frozenset()) | (_ages(Dates._make(days), reviewed_at, on) if live else frozenset()),
            **_lately(touched.get(pk, ())),
        }
        kept[pk] = Kept(values, touched.get(pk, ()))
    return kept


def _with_version(state: OpinionVersion.State) -> set[int]:
    return set(OpinionVersion.objects.filter(state=state).values_list("opinion_id", flat=True))


def _tagged() -> dict[int, bool]:
    """Documents that have a topic that stands; whether one of them waits for a decision. Two queries."""
    forest = load_forest()
    standing_topics = [pk for pk in forest.nodes if forest.standing(pk) is not None]
    rows = ClauseTopic.objects.filter(tag__in=standing_topics).exclude(state=ClauseTopic.State.REJECTED)
    found: dict[int, bool] = {}
    for opinion, state in rows.order_by().values_list("opinion_id", "state").distinct():
        found[opinion] = found.get(opinion, False) or state != ClauseTopic.State.CONFIRMED
    return found


def _in_review() -> set[int]:
    states = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, base_content_type=ContentType.objects.get_for_model(Page))
    return {int(pk) for pk in states.values_list("object_id", flat=True)}


def leaving_documents() -> set[int]:
    """Return the documents that somebody has asked to delete, while a second person has not answered."""
    asked = RemovalRequest.objects.open().filter(kind=RemovalRequest.Kind.TRASH, opinion__isnull=False)
    return {pk for pk in asked.values_list("opinion_id", flat=True) if pk is not None}


def _unconfirmed(on: datetime.date) -> dict[int, frozenset[str]]:
    """The selector of the page «查漏补缺», so that both give one number."""
    found: dict[int, set[str]] = defaultdict(set)
    for years in settings.AGING_YEARS:
        for pk in gaps.unconfirmed(on, years=years).order_by().values_list("pk", flat=True):
            found[pk].add(f"confirmed-{years}")
    return {pk: frozenset(values) for pk, values in found.items()}


def _ages(dates: Dates, reviewed_at: datetime.datetime | None, on: datetime.date) -> frozenset[str]:
    """Ages of a published document; one that holds no longer is not old but ended."""
    if standing(dates, on) is not Standing.IN_FORCE:
        return frozenset()
    found = set()
    reviewed = timezone.localtime(reviewed_at).date() if reviewed_at else None
    for years in settings.AGING_YEARS:
        since = gaps.years_before(on, years)
        found |= {f"{name}-{years}" for name, day in (("issued", dates.issue_date), ("reviewed", reviewed)) if day is not None and day <= since}
    if dates.effective_until is not None and dates.effective_until <= on + datetime.timedelta(days=settings.AGING_ENDING_DAYS):
        found.add("ending")
    return frozenset(found)


def touches() -> dict[int, list[Touch]]:
    """Return who has changed each document within the longest time that can be asked for, newest first: by the audit trail and by drafts. Three
    queries. People are told apart by the name that the trail keeps."""
    since = timezone.now() - datetime.timedelta(days=max(SINCE))
    found: dict[int, list[Touch]] = defaultdict(list)
    trail = AuditEntry.objects.filter(pk__gt=before(since), target__startswith=_TARGET).exclude(action="opinion.delete")
    for target, at, who in trail.order_by().values_list("target", "at", "actor"):
        found[int(target.removeprefix(_TARGET))].append(Touch(at, who))
    drafts = OpinionPage.objects.filter(latest_revision__created_at__gte=since, latest_revision__user__isnull=False)
    for pk, at, name, login in drafts.values_list(
        "pk", "latest_revision__created_at", "latest_revision__user__display_name", "latest_revision__user__username"
    ):
        found[pk].append(Touch(at, name or login))
    return {pk: sorted(items, key=lambda item: item.at, reverse=True) for pk, items in found.items()}


def _lately(found: Sequence[Touch]) -> dict[str, frozenset[str]]:
    now = timezone.now()
    newest = found[0].at if found else None
    return {
        "since": frozenset(str(days) for days in SINCE if newest is not None and newest >= now - datetime.timedelta(days=days)),
        "by": frozenset(item.who for item in found),
    }


def by_others(found: Sequence[Touch], user: User) -> Touch | None:
    """Return the last change by somebody else within the last 30 days, for the mark of a row."""
    since = timezone.now() - datetime.timedelta(days=SINCE[1])
    return next((item for item in found if item.at >= since and item.who not in (str(user), SYSTEM)), None)


def unconfirmed_first(keys: Sequence[int]) -> list[int]:
    """Return documents in the order of their last confirmation, those that nobody has confirmed by their day of issue. One query."""
    dates = OpinionPage.objects.filter(Q(pk__in=list(keys))).values_list("pk", "validity_confirmed_on", "issue_date")
    last = {pk: confirmed or issued or datetime.date.min for pk, confirmed, issued in dates}
    return sorted(keys, key=lambda key: last.get(key, datetime.date.min))
