"""What people add on the workbench: duties by words of the text, ways of writing and unit kinds for unknown names."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from cms.audit.record import verify
from policy_docs.duties import actions, batches, naming
from policy_docs.duties.models import Duty, UnknownUnitName
from policy_docs.importing.reread import reread
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import UnitAlias, UnitKind
from tests.factories.opinions import clause, import_text

pytestmark = pytest.mark.django_db
TEXT = (
    "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于协作的意见\n一、职责\n（一）税务局应当提供信息。有关信息由档案馆保存。\n"
    "（二）州协助查控中心应当提供目录，民政部门应当配合。\n"
)
OTHER = "楚政法发〔2018〕9号\n中共楚雄州委政法委员会\n关于档案的意见\n一、职责\n（一）州协助查控中心负责保管案卷。\n（二）公安机关向州协助查控中心移送案卷。\n"


@pytest.fixture(scope="module")
def stored(keeping: Callable[[], AbstractContextManager[Path]]) -> int:
    with keeping() as folder:
        import_text(folder, "b", OTHER)
        return import_text(folder, "a", TEXT).pk


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


def post(client: Client, page: OpinionPage, words: str, **values: str) -> str:
    address = reverse("policy_docs:workbench_decide", args=[page.public_key, clause(page, words).public_key])
    answer = client.post(address, values, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def open_pane(client: Client, page: OpinionPage, words: str, **values: str) -> str:
    address = reverse("policy_docs:workbench_clause", args=[page.public_key, clause(page, words).public_key])
    return client.get(address, values, headers={"HX-Request": "true"}).content.decode()


def unknown(page: OpinionPage) -> UnknownUnitName:
    return UnknownUnitName.objects.filter(clause__opinion=page, written__contains="协助查控中心").get()


class TestAdding:
    def test_the_pane_knows_the_unit_that_the_words_name(self, office: Client, page: OpinionPage) -> None:
        html = open_pane(office, page, "税务局", add="1", quote="税务局应当提供信息")
        kind = Duty.objects.get(kind="tax").kind
        assert f'name="kind" list="kinds" value="{kind.name}"' in html
        assert "从所选文字中认出" in html
        assert 'value=""' in open_pane(office, page, "税务局", add="1", quote="有关信息")

    def test_without_a_selection_a_sentence_is_picked(self, office: Client, page: OpinionPage) -> None:
        html = open_pane(office, page, "税务局", add="1")
        assert re.findall(r'<option value="(\d+)">([^<]+。?)</option>', html[html.index("a-sentence") :])[:2] == [
            ("0", "税务局应当提供信息"), ("10", "有关信息由档案馆保存"),
        ]  # fmt: skip
        values = {"verb": "add", "add": "1", "quote": "", "kind": "财政部门", "role": "responsible", "to": "generic"}
        assert "没有这句话" in post(office, page, "税务局", sentence="3", **values)
        html = post(office, page, "税务局", sentence="10", **values)
        assert "已补入：" in html
        assert Duty.objects.get(kind="finance").spans.get().quote == "有关信息由档案馆保存"

    def test_added_with_its_proof_and_kept_at_each_reading(self, office: Client, page: OpinionPage) -> None:
        kind = UnitKind.objects.get(pk="archives") if UnitKind.objects.filter(pk="archives").exists() else UnitKind.objects.get(pk="finance")
        html = post(office, page, "税务局", verb="add", add="1", quote="有关信息由档案馆保存", near="10", kind=kind.name, role="responsible", to="own")
        row = Duty.objects.get(by_hand=True)
        assert f'data-pk="{row.pk}" class="on' in html
        assert (row.kind_id, row.role, row.state, row.reach, str(row.decided_by)) == (kind.key, "responsible", "confirmed", "own", "李静")
        span = row.spans.get()
        assert (span.quote, span.act, span.prefix) == ("有关信息由档案馆保存", "duty", "税务局应当提供信息。")
        assert "人工补入" in html
        assert "补入：" in html
        reread(page)
        assert Duty.objects.get(pk=row.pk).state == "confirmed"
        assert verify().broken == ()

    def test_a_counterpart_is_a_mention_of_its_own_act(self, office: Client, page: OpinionPage) -> None:
        post(office, page, "税务局", verb="add", add="1", quote="有关信息", near="0", kind="财政部门", role="counterpart", to="generic")
        row = Duty.objects.get(by_hand=True)
        assert (row.role, row.spans.get().act, row.implicit) == ("mention", "counterpart", False)

    def test_taken_back_it_is_gone(self, office: Client, page: OpinionPage) -> None:
        html = post(office, page, "税务局", verb="add", add="1", quote="有关信息", near="0", kind="财政部门", role="lead", to="generic")
        key = re.search(r'data-undo="(\w+)"', html)
        assert key is not None
        assert "已撤销" in post(office, page, "税务局", verb="undo", batch=key[1])
        assert not Duty.objects.filter(by_hand=True).exists()
        assert AuditEntry.objects.filter(action="duty.undo").get().target.endswith(AuditEntry.objects.get(action="duty.add").target.split(":")[1])

    def test_decided_on_since_it_stays(self, office: Client, page: OpinionPage, li: User) -> None:
        html = post(office, page, "税务局", verb="add", add="1", quote="有关信息", near="0", kind="财政部门", role="lead", to="generic")
        key = re.search(r'data-undo="(\w+)"', html)
        row = Duty.objects.get(by_hand=True)
        actions.change(row, actor=li, role=actions.Role.COOPERATE)
        assert key is not None
        assert batches.undo(key[1], actor=li).stale == (row,)

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"quote": "原文没有的话"}, "本条原文中没有这句话"),
            ({"quote": "  "}, "本条原文中没有这句话"),
            ({"kind": "查无此单位"}, "单位类别中没有“查无此单位”"),
            ({"kind": ""}, "请填写单位、角色和承担层级"),
            ({"role": "king"}, "请填写单位、角色和承担层级"),
            ({"kind": "TAX"}, "本条已有该单位"),
        ],
    )
    def test_what_cannot_be_added_is_said_and_what_was_typed_stays(self, office: Client, page: OpinionPage, values: dict[str, str], words: str) -> None:
        tax = Duty.objects.get(kind="tax")
        asked = {"quote": "税务局应当提供信息", "kind": "财政部门", "role": "lead", "to": tax.reach, **values}
        asked["kind"] = asked["kind"].replace("TAX", tax.kind.name)
        html = post(office, page, "税务局", verb="add", add="1", near="0", **asked)
        assert words in html
        assert f">{asked['quote'].strip()}</textarea>" in html
        assert not Duty.objects.filter(by_hand=True).exists()

    def test_a_missed_name_offers_its_words(self, office: Client, page: OpinionPage) -> None:
        Duty.objects.filter(kind="civil_affairs").delete()
        html = open_pane(office, page, "民政部门")
        assert "还有 1 处单位名称没有归属" in html
        link = re.search(r'href="([^"]+add=1[^"]+quote[^"]+)"', html)
        assert link is not None
        assert "州协助查控中心应当提供目录，民政部门应当配合" in office.get(link[1].replace("&amp;", "&")).content.decode()


class TestUnknownNames:
    def test_the_preview_tells_what_changes_elsewhere_and_changes_nothing(self, office: Client, page: OpinionPage) -> None:
        html = open_pane(office, page, "民政部门", unknown=str(unknown(page).pk))
        assert "另有 2 处没有识别，在 1 份文件中" in html
        before = list(Duty.objects.values_list("pk", "kind", "role")), current_vocabulary(), UnitAlias.objects.count()
        html = post(office, page, "民政部门", verb="preview", unknown=str(unknown(page).pk), what="alias", text="协助查控中心", form="organ", kind="财政部门")
        assert "2 份文件有这个写法；识别出 3 处名称，3 处候选有变化" in html
        assert "新增责任" in html
        assert "新增提及" in html
        assert "楚政法发〔2018〕9号" in html
        assert 'value="name"' in html
        assert (list(Duty.objects.values_list("pk", "kind", "role")), current_vocabulary(), UnitAlias.objects.count()) == before

    def test_what_was_previewed_is_what_comes(self, office: Client, page: OpinionPage) -> None:
        entry = naming.Entry("协助查控中心", "organ", kind="finance")
        expected = {(change.page.pk, change.unit, change.becomes) for change in naming.preview(entry).changes}
        naming.enter(unknown(page), entry, actor=User.objects.get())
        for other in OpinionPage.objects.all():
            reread(other)
        found = {(row.opinion_id, row.kind.name, row.get_role_display()) for row in Duty.objects.filter(kind="finance").select_related("kind")}
        assert found == expected

    def test_entered_the_document_is_read_at_once_and_the_others_after(
        self, office: Client, page: OpinionPage, django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        called: list[str] = []
        monkeypatch.setattr("policy_docs.receivers._call", called.append)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            html = post(office, page, "民政部门", verb="name", unknown=str(unknown(page).pk), what="alias", text="协助查控中心", form="organ", kind="财政部门")
        assert "已登记“协助查控中心”为财政部门的写法" in html
        assert called == ["协助查控中心"]
        assert Duty.objects.filter(opinion=page, kind="finance", role="responsible", state="suggested").exists()
        assert not UnknownUnitName.objects.filter(clause__opinion=page).exists()
        assert AuditEntry.objects.get(action="unit.alias_added").details["text"] == "协助查控中心"
        assert verify().broken == ()

    def test_a_new_kind(self, office: Client, page: OpinionPage) -> None:
        values = {"unknown": str(unknown(page).pk), "what": "kind", "text": "协助查控中心", "form": "organ", "new_kind": "协助查控机构"}
        assert "<b>协助查控机构</b>" in post(office, page, "民政部门", verb="preview", **values)
        post(office, page, "民政部门", verb="name", **values)
        kind = UnitKind.objects.get(name="协助查控机构")
        assert re.fullmatch(r"[a-z_]+", kind.key)
        assert set(kind.aliases.values_list("text", flat=True)) == {"协助查控中心", "协助查控机构"}
        assert Duty.objects.filter(opinion=page, kind=kind, role="responsible").exists()

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"text": "公安局"}, "写法应是原文"),
            ({"text": "协"}, "至少两个字"),
            ({"text": ""}, "至少两个字"),
            ({"form": "x"}, "请选择写法的形式"),
            ({"kind": ""}, "请选择它是哪个单位的写法"),
            ({"kind": "查无此单位"}, "单位类别中没有"),
            ({"what": "kind", "new_kind": ""}, "请填写新单位类别的名称"),
            ({"what": "kind", "new_kind": "财政部门"}, "已有单位类别"),
            ({"unknown": "999999"}, "已有人处理"),
        ],
    )
    @pytest.mark.parametrize("verb", ["preview", "name"])
    def test_what_cannot_be_entered_is_said(self, office: Client, page: OpinionPage, verb: str, values: dict[str, str], words: str) -> None:
        count = UnitAlias.objects.count(), UnitKind.objects.count()
        asked = {"unknown": str(unknown(page).pk), "what": "alias", "text": "协助查控中心", "form": "organ", "kind": "财政部门", **values}
        assert words in post(office, page, "民政部门", verb=verb, **asked)
        assert (UnitAlias.objects.count(), UnitKind.objects.count()) == count

    def test_known_meanwhile(self, office: Client, page: OpinionPage) -> None:
        UnitAlias.objects.create(kind_id="tax", text="协助查控中心", form="organ")
        asked = {"unknown": str(unknown(page).pk), "what": "alias", "text": "协助查控中心", "form": "organ", "kind": "财政部门"}
        assert "已是“" in post(office, page, "民政部门", verb="name", **asked)

    def test_no_unit_here_or_anywhere(self, office: Client, page: OpinionPage) -> None:
        row = unknown(page)
        other = UnknownUnitName.objects.filter(written=row.written).exclude(pk=row.pk)
        assert other.exists()
        assert "共 1 处" in post(office, page, "民政部门", verb="ignore", unknown=str(row.pk))
        assert not other.filter(ignored=True).exists()
        assert f"共 {other.count()} 处" in post(office, page, "民政部门", verb="ignore", unknown=str(row.pk), everywhere="1")
        reread(page)
        assert not UnknownUnitName.objects.filter(written=row.written, ignored=False).exists()

    def test_keys_of_new_kinds_are_free(self, db: None) -> None:
        key = naming.new_key("协助查控机构")
        UnitKind.objects.create(key=key, name="x")
        assert naming.new_key("协助查控机构") == f"{key}_b"
        assert naming.new_key("１２") == "unit"
