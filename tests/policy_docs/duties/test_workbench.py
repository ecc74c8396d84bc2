"""The workbench: one clause at a time; decisions, undo, two people at once, what is left."""

import datetime
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from cms.audit.record import verify
from policy_docs.duties import actions, agenda, batches, bench
from policy_docs.duties.models import Duty, DutySpan, UnknownUnitName
from policy_docs.duties.quotes import Run, benched
from policy_docs.importing.reread import reread
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.types import Addressee, Level, Reach
from tests.factories.opinions import clause, import_text

pytestmark = pytest.mark.django_db
TEXT = (
    "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于协作的意见\n一、职责\n（一）公安机关应当协助人民法院查询<b>。民政、住建等部门应当配合。\n"
    "（二）税务局应当提供信息。\n（三）州档案开发局应当提供目录。\n二、附则\n（一）本意见自发布之日起施行。\n"
)


@pytest.fixture(scope="module")
def stored(keeping: Callable[[], AbstractContextManager[Path]]) -> int:
    with keeping() as folder:
        return import_text(folder, text=TEXT).pk


@pytest.fixture
def page(stored: int) -> OpinionPage:
    return OpinionPage.objects.get(pk=stored)


@pytest.fixture
def li(db: None) -> User:
    return User.objects.create(username="c", display_name="李静", role="coordination")


@pytest.fixture
def office(page: OpinionPage, li: User, client: Client) -> Client:
    client.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
    return client


def duty(kind: str) -> Duty:
    return Duty.objects.get(kind=kind)


def pick(row: Duty) -> str:
    row.refresh_from_db()
    return f"{row.pk}:{actions.stamp_of(row)}"


def address(page: OpinionPage, words: str, name: str = "workbench_clause") -> str:
    return reverse(f"policy_docs:{name}", args=[page.public_key, clause(page, words).public_key])


def post(client: Client, page: OpinionPage, words: str, **values: str) -> str:
    answer = client.post(address(page, words, "workbench_decide"), values, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def current(html: str) -> int:
    found = re.search(r'data-pk="(\d+)" class="on', html)
    assert found is not None
    return int(found[1])


class TestShown:
    def test_work_begins_at_the_first_clause_that_waits(self, office: Client, page: OpinionPage) -> None:
        html = office.get(reverse("policy_docs:workbench", args=[page.public_key])).content.decode()
        assert "&lt;b&gt;" in html
        assert "第一部分第（一）项" in html
        assert re.search(r'<mark data-n="1" class=on>公安机关应当协助', html)
        assert html.index("一、职责") < html.index("（二）税务局")

    def test_each_name_is_told_and_numbered_as_in_the_list(self, office: Client, page: OpinionPage) -> None:
        html = office.get(address(page, "公安机关")).content.decode()
        kinds = list(Duty.objects.filter(clause=clause(page, "公安机关")).values_list("kind", flat=True))
        assert set(kinds) == {"public_security", "court", "civil_affairs", "housing_construction"}
        numbers = re.findall(r'class="no n">(\d)<', html)
        assert numbers == ["1", "2", "3", "4"]
        marked = set(re.findall(r"data-no>([\d–、]+)</sup>", html))
        assert marked == {"1", "2–3", "4"}
        assert "本条出现单位名称 4 处" in html
        assert "不需核对" in html  # the court, who is only helped

    def test_a_label_that_is_a_word_stands_apart_from_the_text(self, tmp_path: Path, li: User, client: Client) -> None:
        client.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
        law = import_text(tmp_path, "law", "楚政发〔2018〕9号\n楚雄州人民政府\n协助执行规定\n第一条　公安机关应当协助查询。\n第二条　税务局应当提供信息。\n")
        html = client.get(address(law, "公安机关")).content.decode()
        assert re.search(r"<b data-no>第一条</b>　<span data-text><mark[^>]*>公安机关", html)
        assert "第二条　税务局" in html

    def test_for_htmx_the_clause_alone(self, office: Client, page: OpinionPage) -> None:
        html = office.get(address(page, "税务局"), headers={"HX-Request": "true"}).content.decode()
        assert html.startswith('<div id="bench"')
        assert 'hx-swap-oob="true"' in html
        assert "<html" not in html
        assert "公安机关" not in re.sub(r"<option[^>]*>.*?</option>", "", html)

    def test_what_is_gone_or_unknown_is_told(self, office: Client, page: OpinionPage) -> None:
        assert office.get(reverse("policy_docs:workbench_clause", args=[page.public_key, "nothere"])).status_code == 404
        assert office.get(reverse("policy_docs:workbench", args=["nothere"])).status_code == 404
        UnknownUnitName.objects.create(clause=clause(page, "税务局"), written="税务局", start=0, end=3)
        html = office.get(address(page, "税务局")).content.decode()
        assert '<u class="unknown">税务局</u>' in html
        assert 'data-go="next"' not in html

    def test_a_name_without_a_duty_is_missed(self, office: Client, page: OpinionPage) -> None:
        duty("tax").delete()
        html = office.get(address(page, "税务局")).content.decode()
        assert "还有 1 处单位名称没有归属" in html
        assert "“税务局”" in html
        found = bench.bench(page, clause(page, "税务局").texts.get(), current_vocabulary())
        assert not found.is_done

    @pytest.mark.parametrize(
        ("query", "number"), [("", 4), ("?left=1", 3), ("?kind=tax", 1), ("?q=附则", 0), ("?q=提供", 2), ("?state=confirmed", 0), ("?rule=modal&kind=tax", 1)]
    )
    def test_filters_narrow_the_clauses(self, office: Client, page: OpinionPage, query: str, number: int) -> None:
        Duty.objects.filter(kind="public_security").update(state="suggested")
        html = office.get(reverse("policy_docs:workbench", args=[page.public_key]) + query).content.decode()
        shown = html.count('<li id="line-')
        listed = agenda.agenda(page, agenda.version_of(page), agenda.chosen_of(office.get(f"/{query}").wsgi_request.GET))
        assert shown == len(listed.clauses)
        assert shown == number or (not query and shown >= 4)

    def test_the_clause_keeps_its_query_budget(
        self, office: Client, page: OpinionPage, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
    ) -> None:
        office.get(address(page, "公安机关"))
        with django_assert_max_num_queries(21):  # notes and the hand-over among them
            office.get(address(page, "公安机关"), headers={"HX-Request": "true"})
        with django_assert_max_num_queries(12):
            office.get(reverse("policy_docs:review_documents"))

    def test_documents_tell_how_far_they_are(self, office: Client, page: OpinionPage, li: User) -> None:
        assert "还没有人核对过" in office.get(reverse("policy_docs:review_documents")).content.decode()
        actions.decide([duty("tax")], state=Duty.State.CONFIRMED, actor=li)
        html = office.get(reverse("policy_docs:review_documents")).content.decode()
        left = actions.open_duties([page.pk]).count()
        assert f"已核对 1 条，还剩 {left} 条" in html
        assert "最近核对：李静" in html
        assert "没有查到这样的文件" in office.get(reverse("policy_docs:review_documents"), {"q": "甲乙丙"}).content.decode()


class TestDecisions:
    def test_accepted_and_on_to_the_next(self, office: Client, page: OpinionPage) -> None:
        html = post(office, page, "公安机关", verb="confirmed", duty=pick(duty("public_security")))
        row = duty("public_security")
        assert (row.state, str(row.decided_by), row.by_hand, row.singly) == ("confirmed", "李静", False, True)
        assert "已接受：公安机关，责任" in html
        assert current(html) == duty("civil_affairs").pk
        html = post(office, page, "公安机关", verb="confirmed", duty=pick(duty("housing_construction")))
        assert current(html) == duty("civil_affairs").pk  # the one that was passed over

    def test_the_last_one_leads_to_the_next_clause(self, office: Client, page: OpinionPage) -> None:
        html = post(office, page, "税务局", verb="confirmed", duty=pick(duty("tax")))
        assert current(html) == duty("tax").pk
        assert 'data-go="next"' in html
        for row in Duty.objects.exclude(role="mention"):
            actions.decide([row], state=Duty.State.CONFIRMED, actor=User.objects.get())
        UnknownUnitName.objects.all().delete()
        assert "条职责已全部核对" in office.get(address(page, "税务局")).content.decode()

    @pytest.mark.parametrize(
        ("choice", "role", "act"), [("lead", "lead", "duty"), ("mention", "mention", "mention"), ("counterpart", "mention", "counterpart")]
    )
    def test_a_choice_of_one_to_five(self, office: Client, page: OpinionPage, choice: str, role: str, act: str) -> None:
        html = post(office, page, "税务局", verb=choice, duty=pick(duty("tax")))
        row = duty("tax")
        assert (row.role, row.state, row.by_hand) == (role, "confirmed", True)
        assert set(row.spans.values_list("act", flat=True)) == {act}
        assert f"，{dict(bench.CHOICES)[choice]}" in html
        reread(page)
        assert (duty("tax").role, set(duty("tax").spans.values_list("act", flat=True))) == (role, {act})

    def test_a_mention_becomes_a_duty_with_its_words_as_proof(self, office: Client, page: OpinionPage) -> None:
        court = duty("court")
        assert set(court.spans.values_list("act", flat=True)) != {"duty"}
        post(office, page, "公安机关", verb="cooperate", duty=pick(court))
        assert (duty("court").role, set(court.spans.values_list("act", "role"))) == ("cooperate", {("duty", "cooperate")})

    def test_the_choice_that_was_found_is_accepting(self, office: Client, page: OpinionPage) -> None:
        post(office, page, "税务局", verb="responsible", duty=pick(duty("tax")))
        assert (duty("tax").state, duty("tax").by_hand) == ("confirmed", False)
        assert AuditEntry.objects.filter(action="duty.confirmed").exists()

    def test_rejecting_needs_a_reason(self, office: Client, page: OpinionPage) -> None:
        for values in ({}, {"reason": "x"}, {"reason": "other"}):
            assert "请选择原因" in post(office, page, "税务局", verb="rejected", duty=pick(duty("tax")), **values)
        html = post(office, page, "税务局", verb="rejected", duty=pick(duty("tax")), reason="other", reason_more="另文规定")
        assert f"已驳回：{duty('tax').kind.name}" in html
        assert duty("tax").state == "rejected"
        assert "李静：驳回（其他：另文规定）" in re.sub(r"\s+", "", html)

    def test_only_named_is_kept_as_a_mention(self, office: Client, page: OpinionPage) -> None:
        assert "已标为提及" in post(office, page, "税务局", verb="rejected", reason="mention", duty=pick(duty("tax")))
        assert (duty("tax").role, duty("tax").state) == ("mention", "confirmed")

    def test_another_unit_and_addressee(self, office: Client, page: OpinionPage) -> None:
        row = duty("tax")
        html = post(office, page, "税务局", verb="change", duty=pick(row), kind="财政部门", to="lower:county")
        row.refresh_from_db()
        assert (row.kind_id, row.reach, row.levels) == ("finance", "lower", ",county,")
        assert "下级（县区级）" in html
        post(office, page, "税务局", verb="change", duty=pick(row), kind="", to="named:530000")
        row.refresh_from_db()
        assert (row.kind_id, row.reach, row.levels, row.place) == ("finance", "named", "", "530000")

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"verb": "change", "kind": "查无此单位", "to": "own"}, "单位类别中没有“查无此单位”"),
            ({"verb": "change", "kind": "管理", "to": "own"}, "可能是"),
            ({"verb": "change", "kind": "", "to": "named:999999"}, "请选择要改成的"),
            ({"verb": "change", "kind": "", "to": "own:county"}, "请选择要改成的"),
            ({"verb": "king"}, "请选择要改成的"),
            ({"verb": "undo", "batch": "x"}, "没有撤销"),
            ({"verb": "take_back"}, "没有可以撤销的办理"),
            ({"verb": "confirmed", "duty": "x"}, "请先选择一条候选"),
        ],
    )
    def test_what_cannot_be_done_is_said_and_changes_nothing(self, office: Client, page: OpinionPage, values: dict[str, str], words: str) -> None:
        before = actions.facts_of(duty("tax"))
        assert words in post(office, page, "税务局", **{"duty": pick(duty("tax")), **values})
        assert actions.facts_of(duty("tax")) == before

    def test_a_unit_that_the_clause_has_already_is_refused(self, office: Client, page: OpinionPage) -> None:
        words = post(
            office,
            page,
            "公安机关",
            verb="change",
            duty=pick(duty("civil_affairs")),
            kind="住房和城乡建设部门",
            to=bench.to_value(duty("housing_construction")),
        )
        assert "本条已有该单位" in words

    def test_without_scripts_the_way_leads_back(self, office: Client, page: OpinionPage) -> None:
        answer = office.post(address(page, "税务局", "workbench_decide") + "?left=1", {"verb": "confirmed", "duty": pick(duty("tax"))}, follow=True)
        assert answer.redirect_chain[-1][0].startswith(address(page, "税务局") + "?left=1")
        assert "已接受：" in answer.content.decode()


class TestUndo:
    def test_one_by_one_newest_first(self, office: Client, page: OpinionPage) -> None:
        before = {row.pk: actions.facts_of(row) for row in Duty.objects.all()}
        spans = set(DutySpan.objects.values_list("pk", "act", "role"))
        html = post(office, page, "税务局", verb="counterpart", duty=pick(duty("tax")))
        key = re.search(r'data-undo="(\w+)"', html)
        assert key is not None
        html = post(office, page, "税务局", verb="undo", batch=key[1], duty=str(duty("tax").pk))
        assert "已撤销" in html
        assert f'data-undone="{key[1]}"' in html
        assert {row.pk: actions.facts_of(row) for row in Duty.objects.all()} == before
        assert set(DutySpan.objects.values_list("pk", "act", "role")) == spans
        assert "已经撤销过" in post(office, page, "税务局", verb="undo", batch=key[1])

    def test_afterwards_by_whoever_and_step_by_step(self, office: Client, page: OpinionPage) -> None:
        zhao = User.objects.create(username="z", display_name="赵明", role="coordination")
        tax = duty("tax")
        first = actions.facts_of(tax)
        actions.change(tax, actor=zhao, role=actions.Role.LEAD)
        actions.decide([tax], state=Duty.State.REJECTED, actor=zhao)
        html = post(office, page, "税务局", verb="take_back", duty=pick(tax))
        assert (duty("tax").role, duty("tax").state) == ("lead", "confirmed")
        post(office, page, "税务局", verb="take_back", duty=pick(tax))
        assert actions.facts_of(duty("tax")) == first
        html = post(office, page, "税务局", verb="take_back", duty=pick(tax))
        assert "没有可以撤销的办理" in html
        assert re.findall(r"(赵明|李静)：(\S+?)</?(?:form|li)", html.replace(" ", "")) == [
            ("李静", "撤销上一次办理"), ("李静", "撤销上一次办理"), ("赵明", "驳回"), ("赵明", "改为“牵头”"),
        ]  # fmt: skip
        assert verify().broken == ()

    def test_not_over_what_somebody_has_done_since(self, office: Client, page: OpinionPage) -> None:
        tax = duty("tax")
        seen = pick(tax)
        actions.decide([tax], state=Duty.State.CONFIRMED, actor=User.objects.get())
        assert "又有变化" in post(office, page, "税务局", verb="take_back", duty=seen)
        assert duty("tax").state == "confirmed"


def test_a_long_list_of_clauses_comes_in_runs_that_begin_at_headings() -> None:
    lines = [agenda.Line(at, f"k{at}", "", "", at % 16 == 0, 0, 0, False) for at in range(200)]
    found = agenda.Agenda((*lines, *lines[1:15] * 5), agenda.Progress()).groups
    assert [line for run in found for line in run] == [*lines, *lines[1:15] * 5]
    assert max(map(len, found)) <= 40
    assert all(run[0].is_part for run in found[:6])


class TestTwoAtOnce:
    def test_the_second_is_told_sees_both_and_can_carry_on(self, office: Client, page: OpinionPage) -> None:
        zhao = User.objects.create(username="z", display_name="赵明", role="coordination")
        tax = duty("tax")
        seen = pick(tax)
        tax = actions.change(tax, actor=zhao, role=actions.Role.LEAD)
        html = post(office, page, "税务局", verb="rejected", reason="other", reason_more="重复规定", duty=seen)
        assert re.search(r"赵明刚才已把这一条改为“牵头”", html)
        assert f"您对“{tax.kind.name}”的选择“驳回”没有保存" in html
        assert (duty("tax").role, duty("tax").state) == ("lead", "confirmed")
        assert re.search(r"赵明 \d+ 分钟前已把这一条改为“牵头”", self._later(office, page, tax, seen))
        form = html[html.index("note--act") :]
        kept = dict(re.findall(r'<input type="hidden" name="(duty|reason|reason_more)" value="([^"]+)"', form[: form.index("</form>")]))
        assert kept == {"duty": bench.sent_of(duty("tax"), actions.stamp_of(duty("tax"))), "reason": "other", "reason_more": "重复规定"}
        post(office, page, "税务局", verb="rejected", **kept)
        assert duty("tax").state == "rejected"
        assert AuditEntry.objects.filter(action="duty.rejected").get().details["before"]["role"] == "lead"

    def test_where_both_agree_nothing_is_asked(self, office: Client, page: OpinionPage) -> None:
        zhao = User.objects.create(username="z", display_name="赵明", role="coordination")
        seen = pick(duty("tax"))
        actions.decide([duty("tax")], state=Duty.State.CONFIRMED, actor=zhao)
        html = post(office, page, "税务局", verb="confirmed", duty=seen)
        assert "赵明刚才已接受，与您的选择相同" in html
        assert "仍按" not in html
        assert AuditEntry.objects.filter(action="duty.confirmed").count() == 1
        assert "赵明刚才已接受，与您的选择相同" in post(office, page, "税务局", verb="responsible", duty=seen)
        actions.change(duty("tax"), actor=zhao, role=actions.Role.LEAD)
        assert "赵明刚才已改为“牵头”，与您的选择相同" in post(office, page, "税务局", verb="lead", duty=seen)
        assert "仍按“接受”办理" in post(office, page, "税务局", verb="confirmed", duty=seen)

    def test_the_unit_is_named_as_in_the_list(self, office: Client, page: OpinionPage) -> None:
        zhao = User.objects.create(username="z", display_name="赵明", role="coordination")
        tax = duty("tax")
        Duty.objects.filter(pk=tax.pk).update(reach="own", levels=",prefecture,")
        seen = pick(duty("tax"))
        actions.change(duty("tax"), actor=zhao, role=actions.Role.LEAD)
        unit = bench.Names(page.jurisdiction_id or "", current_vocabulary()).unit(duty("tax"))
        assert unit != tax.kind.name
        assert f"您对“{unit}”的选择“驳回”没有保存" in post(office, page, "税务局", verb="rejected", reason="twice", duty=seen)

    def test_the_second_is_told_whether_the_first_accepted_changed_or_took_back(self, office: Client, page: OpinionPage) -> None:
        zhao = User.objects.create(username="z", display_name="赵明", role="coordination")
        seen = pick(duty("tax"))
        actions.decide([duty("tax")], state=Duty.State.CONFIRMED, actor=zhao)
        assert "赵明刚才已接受这一条，角色是“责任”" in post(office, page, "税务局", verb="rejected", reason="twice", duty=seen)
        accepted = pick(duty("tax"))
        actions.decide([duty("tax")], state=Duty.State.REJECTED, actor=zhao)
        assert "赵明刚才已驳回这一条" in post(office, page, "税务局", verb="lead", duty=accepted)
        batches.take_back(duty("tax").pk, actions.stamp_of(duty("tax")), actor=zhao)
        assert "赵明刚才已撤销对这一条的办理" in post(office, page, "税务局", verb="lead", duty=seen.replace(":", ":0"))

    @staticmethod
    def _later(office: Client, page: OpinionPage, row: Duty, seen: str) -> str:
        at = row.decided_at
        Duty.objects.filter(pk=row.pk).update(decided_at=timezone.now() - datetime.timedelta(minutes=5))
        html = post(office, page, "税务局", verb="confirmed", duty=seen)
        row.refresh_from_db()
        Duty.objects.filter(pk=row.pk).update(decided_at=at or timezone.now())
        return html

    def test_a_text_read_anew_meanwhile_is_told(self, office: Client, page: OpinionPage) -> None:
        seen = pick(duty("tax"))
        reread(page)
        assert "本条已重新识别" in post(office, page, "税务局", verb="confirmed", duty=seen)
        assert duty("tax").state == "suggested"


def test_a_batch_does_not_count_as_single_decisions(page: OpinionPage, li: User) -> None:
    rows = list(Duty.objects.exclude(role="mention"))
    batches.decide_many({row.pk: actions.stamp_of(row) for row in rows}, state=Duty.State.CONFIRMED, actor=li)
    assert not Duty.objects.filter(singly=True).exists()


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (Addressee(), "泛指"),
        (Addressee(Reach.OWN), "本级（楚雄彝族自治州）"),
        (Addressee(Reach.LOWER, (Level.COUNTY, Level.TOWNSHIP)), "下级（县区级、乡镇级）"),
        (Addressee(Reach.NAMED, place="530000"), "点名（云南省）"),
    ],
)
def test_addressees_in_words_and_as_values(db: None, to: Addressee, words: str) -> None:
    vocabulary = current_vocabulary()
    assert bench.addressee_words(to, "532300", vocabulary) == words
    row = Duty(reach=to.reach.value, levels=to.levels_key, place=to.place)
    again = bench.to_of(bench.to_value(row), vocabulary)
    assert again is not None
    assert (again.reach, again.levels_key, again.place) == (to.reach, to.levels_key, to.place)


def test_marks_that_cross() -> None:
    runs = [Run(0, 4, 1, done=True, on=False), Run(2, 6, 2, done=False, on=True)]
    assert benched("甲乙<丙丁戊己", runs, [(6, 7)]) == (
        '<mark data-n="1" class=done>甲乙</mark><mark data-n="2" class=on>&lt;丙<sup aria-hidden="true" data-no>1</sup></mark>'
        '<mark data-n="2" class=on>丁戊<sup aria-hidden="true" data-no>2</sup></mark><u class="unknown">己</u>'
    )
