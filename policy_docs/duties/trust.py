"""How far a rule may be trusted: what people have decided, one by one, on what it found; and deciding on the rest of it at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from cms.accounts.models import User

from . import batches
from .actions import DutyRefused
from .extract import RULES, STRUCTURAL
from .models import Duty, DutySpan
from .types import Act, Role

_VERSIONS = {rule.id: rule.version for rule in (*RULES, *STRUCTURAL)}
NEEDED = 10  # decisions taken one by one in this store before the rest of a rule may be accepted at once


@dataclass(frozen=True, slots=True)
class Trust:
    """Decisions taken one by one on what a rule found."""

    accepted: int = 0
    changed: int = 0
    rejected: int = 0

    @property
    def singles(self) -> int:
        """All of them."""
        return self.accepted + self.changed + self.rejected

    @property
    def is_enough(self) -> bool:
        """The rest may be accepted at once."""
        return self.singles >= NEEDED

    @property
    def missing(self) -> int:
        """How many decisions are needed still."""
        return max(0, NEEDED - self.singles)


def trust(*rules: str) -> dict[str, Trust]:
    """Return what people have decided on what rules found, without rules for all of them. One query.

    A rule that was written anew begins anew: what its earlier version found says nothing of it.
    """
    spans = DutySpan.objects.filter(duty__singly=True)
    if rules:
        spans = spans.filter(rule__in=rules)
    confirmed = Q(duty__state=Duty.State.CONFIRMED.value)
    counted = (
        spans.order_by()
        .values_list("rule", "rule_version")
        .annotate(
            accepted=Count("duty", distinct=True, filter=confirmed & Q(duty__by_hand=False)),
            changed=Count("duty", distinct=True, filter=confirmed & Q(duty__by_hand=True)),
            rejected=Count("duty", distinct=True, filter=Q(duty__state=Duty.State.REJECTED.value)),
        )
    )
    found = {rule: Trust(accepted, changed, rejected) for rule, version, accepted, changed, rejected in counted if version == _VERSIONS.get(rule, version)}
    return {**{rule: Trust() for rule in rules}, **found}


def of_rule(rule: str) -> QuerySet[Duty]:
    """Duties that one rule alone has found: where another rule speaks too, trust in this one does not do."""
    acting = DutySpan.objects.filter(duty=OuterRef("pk"), act=Act.DUTY.value)
    found = Duty.objects.filter(pk__in=DutySpan.objects.filter(rule=rule, act=Act.DUTY.value).values("duty"))
    return found.filter(~Exists(acting.exclude(rule=rule))).exclude(role=Role.MENTION.value)


def waiting(rule: str, *, document: str = "") -> QuerySet[Duty]:
    """Untouched suggestions of a rule, of one document (public key) or of all; what waits because its text changed is looked at one by one."""
    found = of_rule(rule).filter(state=Duty.State.SUGGESTED, by_hand=False).order_by("-opinion_id", "clause_id", "pk")
    return found.filter(opinion__public_key=document) if document else found


def waiting_by_rule() -> dict[str, int]:
    """Return how many each rule has waiting that it alone has found: what its page lists. One query."""
    acting = DutySpan.objects.filter(act=Act.DUTY.value)
    alone = acting.filter(~Exists(acting.filter(duty=OuterRef("duty")).exclude(rule=OuterRef("rule"))))
    duties = Duty.objects.filter(state=Duty.State.SUGGESTED, by_hand=False).exclude(role=Role.MENTION.value)
    return dict(alone.filter(duty__in=duties.values("pk")).order_by().values_list("rule").annotate(number=Count("duty", distinct=True)))


def accept_shown(seen: Mapping[int, str], *, rule: str, actor: User) -> batches.Batch:
    """Accept the duties of ``seen`` (id → stamp of what the person saw), all found by one rule; they can be taken back in one step.

    Raises:
        DutyRefused: too few single decisions on the rule, too many duties at once, or one that the rule has not found.
    """
    held = trust(rule)[rule]
    if not held.is_enough:
        raise DutyRefused(_("还不能批量接受：这条规则已单条核对 %(done)d 条，满 %(needed)d 条以后才可以。") % {"done": held.singles, "needed": NEEDED})
    others = set(seen) - set(of_rule(rule).filter(pk__in=list(seen)).values_list("pk", flat=True))
    others &= set(Duty.objects.filter(pk__in=others).values_list("pk", flat=True))  # those gone since are told as such
    if others:
        raise DutyRefused(_("没有办理：其中 %d 条不是这条规则识别的。请刷新后再核对。") % len(others))
    return batches.decide_many(seen, state=Duty.State.CONFIRMED, actor=actor)


@dataclass(frozen=True, slots=True)
class Share:
    """What one rule has found in a document: all, accepted, rejected, waiting."""

    total: int
    accepted: int
    rejected: int
    waiting: int


def share(rule: str, opinion: int) -> Share:
    """Return how far what a rule found in a document is checked. One query."""
    counted = of_rule(rule).filter(opinion=opinion).order_by().values_list("state", "by_hand").annotate(number=Count("pk"))
    numbers = {(state, by_hand): number for state, by_hand, number in counted}

    def of(state: Duty.State) -> int:
        return sum(number for (held, _by_hand), number in numbers.items() if held == state)

    return Share(sum(numbers.values()), of(Duty.State.CONFIRMED), of(Duty.State.REJECTED), numbers.get((Duty.State.SUGGESTED.value, False), 0))
