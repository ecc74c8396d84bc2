"""The sample set: what of the product it must show. Each line fails when that thing occurs no more."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from pytest_django import Settings

from cms.accounts.models import Role as AccountRole
from cms.accounts.models import User
from cms.accounts.viewer import COORDINATION, PUBLIC
from cms.home import samples
from policy_docs.duties import selectors
from policy_docs.duties.binding import Section
from policy_docs.duties.extract import RULES, STRUCTURAL
from policy_docs.duties.models import Duty, DutySpan, UnknownUnitName
from policy_docs.duties.types import Role
from policy_docs.opinions.models import Citation, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import BlockKind
from policy_docs.units.models import Body, Reform
from policy_docs.units.types import Level, Reach

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 1)


@pytest.fixture
def loaded(db: None) -> None:
    samples.load()


def _rows(kind: str, code: str) -> list[selectors.Row]:
    return selectors.rows_for(selectors.load_unit(kind, code, on=TODAY), viewer=COORDINATION)


@pytest.mark.usefixtures("loaded")
def test_everything_that_the_product_knows_occurs() -> None:
    clauses = [row.label + row.text for row in ClauseText.objects.filter(kind=BlockKind.CLAUSE.value)]
    assert len(clauses) >= 130
    sentences = [part for text in clauses for part in text.split("。") if len(part) > 12]
    assert len(sentences) == len(set(sentences)), "a sentence occurs twice"
    assert {rule.id for rule in (*RULES, *STRUCTURAL)} - set(DutySpan.objects.values_list("rule", flat=True)) == set()
    assert set(Duty.objects.values_list("role", flat=True)) == {role.value for role in Role}
    assert set(Duty.objects.values_list("reach", flat=True)) == {reach.value for reach in Reach}
    levels = set(OpinionPage.objects.values_list("jurisdiction__level", flat=True))
    assert levels == {Level.COUNTRY, Level.PROVINCE, Level.PREFECTURE, Level.COUNTY}
    assert UnknownUnitName.objects.exists()
    assert Body.objects.get().memberships.count() >= 14
    assert Citation.objects.filter(target__isnull=True).exclude(number_key="").exists()
    assert {Duty.State.SUGGESTED, Duty.State.CONFIRMED, Duty.State.REJECTED} <= set(Duty.objects.values_list("state", flat=True))


@pytest.mark.usefixtures("loaded")
def test_each_validity_occurs() -> None:
    pages = {page.document_number or page.title: page for page in OpinionPage.objects.all()}
    assert pages["岭政法发〔2017〕5号"].repealed_by == pages["岭委法发〔2025〕4号"]
    assert pages["岭政法发〔2017〕5号"].repealed_on == datetime.date(2025, 5, 1)
    assert pages["澜江市协助执行工作办法"].effective_until == datetime.date(2025, 4, 30)
    assert pages["国执联发〔2016〕6号"].disclosure == OpinionPage.Disclosure.OPEN
    rows = _rows("public_security", "990100")
    assert {row.in_force for row in rows} == {True, False}


@pytest.mark.usefixtures("loaded")
def test_each_reform_occurs() -> None:
    for reform in Reform.objects.all():
        level = Level.COUNTRY if reform.prefecture_on is None else Level.PREFECTURE
        code = {Level.COUNTRY: "100000", Level.PREFECTURE: "990100"}[level]
        rows = [row for row in _rows(reform.successor_id, code) if row.kind == reform.predecessor_id]
        wanted = Section.DIRECT if reform.scope == Reform.Scope.WHOLE else Section.TRANSFER
        assert any(row.section is wanted for row in rows) or _at_province(reform, wanted), f"{reform.predecessor_id} → {reform.successor_id}"


def _at_province(reform: Reform, wanted: Section) -> bool:
    return any(row.kind == reform.predecessor_id and row.section is wanted for row in _rows(reform.successor_id, "990000"))


@pytest.mark.usefixtures("loaded")
def test_each_tier_of_a_group_occurs() -> None:
    tiers = {row.tier for kind in ("tax", "health", "meteorology") for row in _rows(kind, "990100") if row.section is Section.GROUP}
    assert tiers == {1, 2, 3}


@pytest.mark.usefixtures("loaded")
def test_there_is_an_account_for_each_role_and_it_has_its_group() -> None:
    assert set(User.objects.values_list("role", flat=True)) == set(AccountRole.values)
    for user in User.objects.all():
        assert user.check_password(samples.PASSWORD)
        assert list(user.groups.values_list("name", flat=True)) == [AccountRole(user.role).label]
        assert user.has_perm("wagtailadmin.access_admin") == (user.role in {"coordination", "system_admin", "audit_admin"})
    assert Group.objects.get(name=AccountRole.COORDINATION.label).permissions.filter(codename="change_unitalias").exists()


@pytest.mark.usefixtures("loaded")
def test_the_public_sees_something_and_not_all() -> None:
    public = selectors.readable_duties(PUBLIC).count()
    assert 20 < public < Duty.objects.count() / 2


def test_a_second_time_changes_nothing(db: None) -> None:
    assert len(samples.load()) == 8
    before = list(Duty.objects.order_by("pk").values_list("pk", "state")), OpinionPage.objects.count(), User.objects.count()
    call_command("load_samples", if_needed=True)
    assert samples.load() == []
    assert (list(Duty.objects.order_by("pk").values_list("pk", "state")), OpinionPage.objects.count(), User.objects.count()) == before


def test_it_is_not_mixed_with_real_documents_nor_loaded_in_production(db: None, settings: Settings) -> None:
    samples.load()
    User.objects.all().delete()
    with pytest.raises(samples.SamplesRefused, match="已有文件"):
        samples.load()
    settings.TRIAL = False
    with pytest.raises(CommandError, match="正式环境"):
        call_command("load_samples")
