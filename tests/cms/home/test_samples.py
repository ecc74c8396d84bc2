"""The sample set: what of the product it must show. Each line fails when that thing occurs no more."""

import datetime
import re

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.test import TestCase
from django.utils import timezone
from pytest_django import Settings

from cms.accounts.models import Role as AccountRole
from cms.accounts.models import User
from cms.accounts.viewer import COORDINATION, PUBLIC
from cms.audit.models import AuditEntry
from cms.home import samples
from policy_docs.directory.models import Confirmation, Contact, DirectoryEntry
from policy_docs.duties import report, selectors
from policy_docs.duties.binding import Section
from policy_docs.duties.extract import RULES, STRUCTURAL
from policy_docs.duties.models import Duty, DutySpan, UnknownUnitName
from policy_docs.duties.types import Act, Role
from policy_docs.importing.report import Outcome
from policy_docs.importing.sources.detect import read
from policy_docs.jobs import Job
from policy_docs.opinions.models import Change, Citation, ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import BlockKind
from policy_docs.opinions.validity import label, standing
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Body, Membership, Reform
from policy_docs.units.naming import name_at
from policy_docs.units.places import COUNTRY
from policy_docs.units.types import Level, Reach

TODAY = datetime.date(2026, 12, 1)
PROVINCE, PREFECTURE, COUNTY = "990000", "990100", "990121"
# old names that must occur as written, with the kind under which they are found today
OLD_NAMES = {
    "natural_resources": {"市国土局", "国土资源部门", "省国土资源厅", "市规划局"},
    "market_regulation": {"市工商局", "市质监局", "市食品药品监督管理局", "工商行政管理部门", "质检部门"},
    "tax": {"市国税局", "市地税局"},
    "financial_regulation": {"澜江银监分局", "云岭银保监局", "银监会", "保监会"},
    "emergency": {"市安监局", "安全监管部门"},
    "culture_tourism": {"市旅发委", "旅游部门", "市文化局"},
    "government_legal": {"市法制办", "政府法制部门"},
    "intellectual_property": {"市知识产权局"},
    "political_legal": {"市综治办"},
    "health": {"卫生计生部门"},
    "ecology": {"环境保护部门"},
    "broadcast": {"新闻出版广电部门"},
    "agriculture": {"国务院扶贫办", "农业部门"},
    "discipline": {"省监察厅"},
}


def _rows(kind: str, code: str) -> list[selectors.Row]:
    return selectors.rows_for(selectors.load_unit(kind, code, on=TODAY), viewer=COORDINATION)


def _page(name: str) -> OpinionPage:
    return OpinionPage.objects.get(source_name=name)


class SampleSetTests(TestCase):
    """One load for all."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.reports = samples.load()

    def test_every_file_comes_in_and_a_corrected_text_becomes_a_version(self) -> None:
        assert [item.outcome for item in self.reports] == [Outcome.ADDED] * 10 + [Outcome.NEW_VERSION]
        assert {path.suffix for path in (samples.FOLDER / "documents").iterdir()} == {".txt", ".md", ".docx", ".pdf", ".html"}
        with pytest.raises(UnicodeDecodeError):
            (samples.FOLDER / "documents" / "county_2019.txt").read_text(encoding="utf-8")
        assert read(samples.FOLDER / "documents" / "county_2019.txt").text.startswith("中共青溪县委政法委员会文件")

    def test_the_size_is_right_and_no_sentence_occurs_twice(self) -> None:
        texts = ClauseText.objects.filter(version__number=1, kind=BlockKind.CLAUSE.value)
        assert 150 <= texts.count() <= 230
        sentences = [part for row in texts for part in re.split(r"[。；]", row.text) if len(part) > 8]
        assert [part for part in sentences if sentences.count(part) > 1] == []

    def test_the_texts_say_who_they_are(self) -> None:
        assert not OpinionPage.objects.filter(document_number="").exists()
        assert not OpinionPage.objects.filter(issuer="").exists()
        assert not OpinionPage.objects.filter(issue_date=None).exists()
        assert set(OpinionPage.objects.values_list("jurisdiction__level", flat=True)) == {Level.COUNTRY, Level.PROVINCE, Level.PREFECTURE, Level.COUNTY}
        wrapped = _page("prefecture_2018")
        assert wrapped.notice_title.startswith("中共澜江市委政法委员会印发《")
        assert wrapped.title == "澜江市执行协作联动机制实施方案"

    def test_each_style_of_numbering_occurs(self) -> None:
        labels = {row.label for row in ClauseText.objects.exclude(label="")}
        assert {"第一章", "第一条", "一、", "（一）", "1.", "13."} <= labels
        assert ClauseText.objects.filter(path=["财产处置", "（一）"]).exists()
        assert ClauseText.objects.filter(path=["案款管理", "（一）"]).exists()
        assert ClauseText.objects.filter(version__opinion=_page("country_2016"), path=["第二章", "第二条"], para=3).exists()
        kinds = set(ClauseText.objects.values_list("kind", flat=True))
        assert kinds == {kind.value for kind in BlockKind}

    def test_each_rule_speaks(self) -> None:
        assert {rule.id for rule in (*RULES, *STRUCTURAL)} - set(DutySpan.objects.values_list("rule", flat=True)) == set()

    def test_each_role_act_and_addressee_occurs(self) -> None:
        assert set(Duty.objects.values_list("role", flat=True)) == {role.value for role in Role}
        assert set(DutySpan.objects.values_list("act", flat=True)) == {act.value for act in Act}
        duties = Duty.objects.exclude(role=Role.MENTION.value)
        assert set(duties.values_list("reach", flat=True)) == {reach.value for reach in Reach}
        assert {"", ",county,", ",county,prefecture,"} <= set(duties.filter(reach=Reach.LOWER).values_list("levels", flat=True))
        assert {"990102", "990121", "990122"} <= set(duties.filter(reach=Reach.NAMED).values_list("place", flat=True))
        assert duties.filter(implicit=True).exists()
        assert Duty.objects.filter(reach=Reach.NAMED, place=COUNTRY).exists(), "a unit of a higher level is named"

    def test_each_state_of_review_occurs(self) -> None:
        assert set(Duty.objects.values_list("state", flat=True)) == {state.value for state in Duty.State}
        assert Duty.objects.filter(by_hand=True, state=Duty.State.CONFIRMED).exists()
        assert AuditEntry.objects.filter(action="duty.rejected", actor="李静").exists()

    def test_each_validity_occurs(self) -> None:
        found = {page.source_name: label(standing(page, TODAY)) for page in OpinionPage.objects.all()}
        assert set(found.values()) == {"现行有效", "已废止", "已过有效期", "尚未生效"}
        assert (found["province_2017"], found["county_2019"], found["county_rules_2026"]) == ("已废止", "已过有效期", "尚未生效")
        assert _page("province_2017").repealed_by == _page("province_2020")
        assert _page("county_2019").effective_until == datetime.date(2021, 5, 31)
        assert {row.in_force for row in _rows("public_security", COUNTY)} == {True, False}
        texts = OpinionVersion.objects.values("opinion").annotate(number=Count("pk")).filter(number=2)
        assert [item["opinion"] for item in texts] == [_page("prefecture_2026").pk]

    def test_citations_lead_up_repeal_amend_and_miss(self) -> None:
        assert {"supersedes", "amends", "based_on", "implements"} <= set(Citation.objects.values_list("relation", flat=True))
        missing = Citation.objects.filter(target__isnull=True).exclude(number_key="").values_list("number_key", flat=True)
        assert set(missing) == {"国执联发〔2018〕2号", "岭法执发〔2019〕5号", "青政法发〔2022〕5号"}
        assert Citation.objects.filter(opinion=_page("prefecture_2026"), relation="amends", target=_page("prefecture_2021")).exists()

    def test_a_clause_carries_out_one_above_and_most_have_none(self) -> None:
        self.client.force_login(User.objects.get(username="trial-gongan"), backend="django.contrib.auth.backends.ModelBackend")
        page = _page("prefecture_2026")
        keys = dict(ClauseText.objects.filter(version=page.current_version, label__startswith="（").values_list("text", "clause__public_key"))
        shown = {text: self.client.get(f"/opinions/{page.public_key}/c/{key}/kin/").content.decode() for text, key in keys.items()}
        said = {text for text, body in shown.items() if "上级文件未见对应条款" not in body and "<ins>" in body}
        assert {text[:8] for text in said} == {"扩大车辆查控范围"}

    def test_each_reform_is_seen_by_the_successor(self) -> None:
        codes = {Level.COUNTRY: COUNTRY, Level.PROVINCE: PROVINCE, Level.PREFECTURE: PREFECTURE, Level.COUNTY: COUNTY}
        for reform in Reform.objects.all():
            wanted = Section.DIRECT if reform.scope == Reform.Scope.WHOLE else Section.TRANSFER
            for level, code in codes.items():
                if getattr(reform, f"{level.value}_on") is None:
                    continue
                rows = [row for row in _rows(reform.successor_id, code) if row.kind == reform.predecessor_id and row.in_force]
                assert any(row.section is wanted for row in rows), f"{reform.predecessor_id} → {reform.successor_id} on {level}"

    def test_each_function_that_moved_is_named(self) -> None:
        for reform in Reform.objects.filter(scope=Reform.Scope.FUNCTION):
            quotes = "".join(DutySpan.objects.filter(duty__kind=reform.predecessor_id).values_list("quote", flat=True))
            assert any(word in quotes for word in reform.function_words), reform.function_words

    def test_old_names_stand_as_written_under_the_kind_of_today(self) -> None:
        for kind, names in OLD_NAMES.items():
            assert names - set(DutySpan.objects.filter(duty__kind=kind).values_list("name_written", flat=True)) == set(), kind

    def test_each_tier_of_a_group_occurs(self) -> None:
        """The lists of members of the sample name units of the level of their document: none of a county."""
        for code, wanted in ((PREFECTURE, {1, 2, 3}), (COUNTY, {2, 3})):
            tiers = {row.tier for kind in ("tax", "customs", "meteorology") for row in _rows(kind, code) if row.section is Section.GROUP and row.in_force}
            assert tiers == wanted, code

    def test_groups_have_members_and_an_office(self) -> None:
        hosts = {body.opinion.source_name: body.host_kind_id for body in Body.objects.select_related("opinion")}
        assert hosts == {"country_2016": "court", "province_2017": "court", "prefecture_2018": "court", "prefecture_2021": "court"}
        assert min(Body.objects.annotate(number=Count("memberships")).values_list("number", flat=True)) >= 14

    def test_persons_have_ended_added_and_struck_members(self) -> None:
        rows = Membership.objects.exclude(changed_at=None)
        assert rows.filter(origin=Membership.Origin.PERSON, until=None).exists()
        assert rows.filter(origin=Membership.Origin.READ, until__lt=TODAY).exists()
        assert rows.filter(dropped=True).exists()
        assert not rows.filter(reason="").exists()

    def test_the_directory_has_units_of_three_levels_in_each_state(self) -> None:
        entries = DirectoryEntry.objects.all()
        assert set(entries.values_list("jurisdiction__level", flat=True)) == {Level.PROVINCE, Level.PREFECTURE, Level.COUNTY}
        assert entries.filter(confirmed_by="何文秀").exists(), "a unit that its own liaison officer has confirmed"
        asked = Confirmation.objects.all()
        assert asked.filter(on_behalf=True).exists()
        assert asked.filter(on_behalf=False).exclude(confirmed_at=None).exists()
        assert asked.waiting().filter(entry__kind="public_security", entry__jurisdiction=PREFECTURE).exists(), "a task for a trial account"
        tomorrow = timezone.localdate() + datetime.timedelta(days=1)
        assert 0 < asked.overdue(tomorrow).count() < asked.waiting().count()
        assert entries.filter(contacts__isnull=True).exists(), "a unit that has not said anything"
        listed = Contact.objects.standing(TODAY)
        assert entries.filter(contacts__in=listed.filter(role="leader")).exclude(contacts__in=listed.filter(role="liaison")).exists()
        liaisons = listed.filter(role="liaison").values_list("entry", flat=True)
        assert len(liaisons) > len(set(liaisons)), "a unit with two liaison officers"
        assert Contact.objects.exclude(until=None).exists(), "somebody who has left"
        units = {(user.unit_kind, user.place) for user in User.objects.filter(role=AccountRole.LIAISON)}
        assert units <= set(entries.values_list("kind", "jurisdiction")), "each liaison officer has a unit to keep"
        assert not set(Contact.objects.exclude(mobile="").values_list("mobile", flat=True)) - {f"1990000{n:04}" for n in range(1000)}

    def test_names_that_no_alias_covers_are_listed(self) -> None:
        assert {"协助查控中心", "特勤支队"} <= set(UnknownUnitName.objects.values_list("written", flat=True))

    def test_duties_of_the_level_above_stand_apart(self) -> None:
        assert any(row.section is Section.ABOVE for row in _rows("public_security", COUNTY))

    def test_the_page_of_a_unit_says_what_may_be_missing(self) -> None:
        unit = selectors.load_unit("public_security", PREFECTURE, on=TODAY)
        said = report.completeness(_rows("public_security", PREFECTURE), unit, viewer=COORDINATION)
        assert (said.confirmed > 0, said.waiting > 0, said.inferred > 0, said.gaps) == (True, True, True, True)

    def test_units_bear_the_names_entered_for_them(self) -> None:
        vocabulary = current_vocabulary()
        assert name_at(vocabulary, "public_security", "990102") == "澜江市公安局河湾分局"
        assert name_at(vocabulary, "public_security", PREFECTURE) == "澜江市公安局"
        assert vocabulary.lineage("990102") == (COUNTRY, PROVINCE, PREFECTURE, "990102")

    def test_the_codes_of_the_places_are_nobody_elses(self) -> None:
        fictional = [place for place in current_vocabulary().places if place.code.startswith("99")]
        names = [place.name for place in current_vocabulary().places]
        assert len(fictional) == 5
        assert all(names.count(place.name) == 1 for place in fictional)

    def test_there_is_an_account_for_each_role_with_name_post_and_unit(self) -> None:
        assert set(User.objects.values_list("role", flat=True)) == set(AccountRole.values)
        found = samples.accounts()
        assert len(found) == User.objects.count()
        assert all(account.username.startswith("trial-") and account.name and account.post for account in found)
        vocabulary = current_vocabulary()
        assert all(name_at(vocabulary, user.unit_kind, user.place) for user in User.objects.all())
        assert not User.objects.filter(is_superuser=True).exists()

    def test_an_account_with_a_password_of_its_own_is_not_announced(self) -> None:
        user = User.objects.get(username="trial-xietiao")
        user.set_password("another password")
        user.save()
        assert "trial-xietiao" not in {account.username for account in samples.accounts()}

    def test_the_public_sees_something_and_not_all(self) -> None:
        assert 40 < selectors.readable_duties(PUBLIC).count() < selectors.readable_duties(COORDINATION).count() / 2
        assert 3 <= OpinionPage.objects.visible_to(PUBLIC).count() < OpinionPage.objects.count()

    def test_a_second_time_changes_nothing(self) -> None:
        before = _state()
        assert samples.load() == []
        call_command("load_samples", if_needed=True)
        assert _state() == before

    def test_a_load_that_was_broken_off_goes_on(self) -> None:
        before = _state()
        Job.objects.filter(kind=samples.JOB).update(state=Job.State.RUNNING)
        assert {item.outcome for item in samples.load()} == {Outcome.UNCHANGED}
        assert _state() == before


def _state() -> tuple[object, ...]:
    duties = list(Duty.objects.order_by("pk").values_list("pk", "state", "role"))
    return duties, OpinionVersion.objects.count(), User.objects.count(), AuditEntry.objects.count(), Change.objects.count()


@pytest.mark.django_db
def test_it_is_not_mixed_with_documents_of_ones_own() -> None:
    samples.load()
    Job.objects.filter(kind=samples.JOB).delete()
    with pytest.raises(samples.SamplesRefused, match="已有文件"):
        samples.load()
    call_command("load_samples", if_needed=True)
    with pytest.raises(CommandError, match="已有文件"):
        call_command("load_samples")


@pytest.mark.django_db
def test_production_needs_the_flag_and_gets_no_known_password(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.TRIAL = False
    with pytest.raises(CommandError, match="正式环境"):
        call_command("load_samples", if_needed=True)
    assert not User.objects.exists()
    call_command("load_samples", in_production=True)
    assert User.objects.count() == 12
    assert not any(user.check_password(samples.PASSWORD) for user in User.objects.all())
    password = re.search(r"密码是 (\S+)。", capsys.readouterr().out)
    assert password is not None
    assert User.objects.get(username="trial-xietiao").check_password(password.group(1))
