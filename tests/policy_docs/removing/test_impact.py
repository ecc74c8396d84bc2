"""What hangs on a document is listed before it is withdrawn or deleted: counts, links, and what becomes of each."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import GroupApprovalTask, ReferenceIndex, Site, Workflow, WorkflowTask

from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.importing.models import ImportFile
from policy_docs.opinions.models import Citation, OpinionVersion, SetAside
from policy_docs.opinions.pages import OpinionPage
from policy_docs.removing.impact import FOLDED, PER_PAGE, Deed, Part, parts
from policy_docs.saved.models import SavedListing
from policy_docs.units.models import Body
from tests.factories.opinions import import_text, publish
from tests.factories.removing import office

pytestmark = pytest.mark.django_db
CITING = """楚政办发〔2018〕{number}号
楚雄州人民政府办公室
关于落实第{number}件事的通知
{verb}《关于协作的意见》（楚政法发〔2017〕8号），现通知如下。
一、要求
（一）税务机关应当提供信息。
2018年5月1日
"""


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path)


def _parts(page: OpinionPage, deed: Deed = Deed.TRASH, **asked: str) -> dict[str, Part]:
    return {part.key: part for part in parts(OpinionPage.objects.get(pk=page.pk), deed, actor=office(), **asked)}


def test_each_list_has_its_number_its_rows_and_its_fate(page: OpinionPage, tmp_path: Path) -> None:
    based = import_text(tmp_path, "based", CITING.format(number=1, verb="根据"))
    cited = import_text(tmp_path, "cited", CITING.format(number=2, verb="另见"))
    assert {row.relation for row in Citation.objects.filter(target=page)} == {"based_on", "mentions"}
    decide(Duty.objects.filter(opinion=page, kind="public_security"), state=Duty.State.CONFIRMED, actor=office())
    OpinionPage.objects.filter(pk=cited.pk).update(repealed_by=page)
    Body.objects.create(opinion=page, name="协作领导小组", host_written="州委政法委")
    OpinionVersion.objects.create(opinion=page, number=2, state=OpinionVersion.State.COMING, in_force_from=datetime.date(2027, 1, 1))
    ImportFile.objects.create(name="协作意见修订.txt", state=ImportFile.State.READY, draft={"into": page.public_key}, uploaded_by=office("zhang"))
    ImportFile.objects.create(name="同号.txt", state=ImportFile.State.READY, draft={"typed": {"number": page.document_number}})
    ImportFile.objects.create(name="别的.txt", state=ImportFile.State.READY, draft={"typed": {"number": "别的〔2017〕1号"}})
    SetAside.objects.create(opinion=page, user=office("zhao"), started_from=[None, None, False])
    SetAside.objects.create(opinion=page, user=office(), started_from=[None, None, False])  # one's own is not others'
    page.save_revision(user=office("wu"))
    OpinionPage.objects.get(pk=page.pk).create_alias(update_slug="alias")
    ReferenceIndex.create_or_update_for_object(Redirect.objects.create(old_path="/old", site=Site.objects.get(), redirect_page=page))
    for owner in ("li", "zhou"):
        SavedListing.objects.create(owner=office(owner), name=f"{owner}的筛选", page="policy_docs:review", query=f"doc={page.public_key}&state=suggested")
    found = _parts(page)
    told = {key: (part.number, [row.words for row in part.rows]) for key, part in found.items()}
    assert told["based"] == (1, [f"《{based.title}》"])
    assert told["cited"] == (1, [f"《{cited.title}》"])
    assert told["repeals"] == (1, [f"《{cited.title}》"])
    assert told["duties"] == (1, ["公安机关"])
    assert found["duties"].rows[0].note == "1 条已核对的职责"
    assert found["duties"].rows[0].way == "/units/public_security/532300/"
    assert told["bodies"] == (1, ["协作领导小组"])
    assert told["coming"] == (1, ["2027年1月1日起施行"])
    assert sorted(told["imports"][1]) == ["协作意见修订.txt", "同号.txt"]
    assert told["drafts"] == (2, ["wu 的草稿还没有发布", "zhao 有一份没能保存的修改"])
    assert told["aliases"][0] == 1
    assert told["clauses"] == (3, ["第一部分第（一）项", "第一部分第（二）项", "第一部分第（三）项"])
    assert told["pages"][0] == 1
    assert told["saved"] == (2, ["li的筛选", "另有别人的 1 个筛选，没有共享给您"])
    assert found["saved"].rows[0].way.startswith(f"/review/?doc={page.public_key}")
    assert all(part.fate for part in found.values())
    withdrawn = _parts(page, Deed.WITHDRAW)
    assert {key: part.number for key, part in withdrawn.items()} == {key: part.number for key, part in found.items()}
    assert all(withdrawn[key].fate != found[key].fate for key in found if key != "retired")


def test_an_open_review_is_told(page: OpinionPage) -> None:
    workflow = Workflow.objects.create(name="文件审核")
    task = GroupApprovalTask.objects.create(name="审核")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    page.save_revision(user=office())
    workflow.start(OpinionPage.objects.get(pk=page.pk), office())
    assert _parts(page)["reviews"].rows[0].words == "正在审核：文件审核"


def test_nothing_that_does_not_exist_is_listed(tmp_path: Path) -> None:
    page = import_text(tmp_path, live=False)
    assert set(_parts(page)) == {"clauses"}


def test_a_long_list_is_folded_and_opens_page_by_page(tmp_path: Path, client: Client) -> None:
    lines = "\n".join(f"（{number}）公安机关应当办理第{number}件事。" for number in range(1, 121))
    page = import_text(tmp_path, "long", f"关于很多事的意见\n一、职责\n{lines}\n")
    folded = _parts(page)["clauses"]
    assert (folded.number, len(folded.rows), folded.more) == (120, FOLDED, 120 - FOLDED)
    last = _parts(page, opened="clauses", number="3")["clauses"]
    assert len(last.rows) == 120 - 2 * PER_PAGE
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(f"/opinions/{page.public_key}/delete/?of=clauses&page=2").content.decode()
    assert "第 2 页，共 3 页" in shown
    assert "of=clauses&amp;page=3" in shown
    assert "全部 120 条" in client.get(f"/opinions/{page.public_key}/delete/").content.decode()


def test_the_page_asks_a_bounded_number_of_times(
    page: OpinionPage, tmp_path: Path, client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    publish(page)
    for number in range(3, 9):
        import_text(tmp_path, f"n{number}", CITING.format(number=number, verb="根据"))
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    client.get(f"/opinions/{page.public_key}/delete/")
    with django_assert_max_num_queries(45):
        assert client.get(f"/opinions/{page.public_key}/delete/").status_code == 200


@pytest.mark.parametrize("number", [1, 15])
def test_the_list_of_the_trash_asks_the_same_for_one_or_many(
    number: int, tmp_path: Path, client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    from policy_docs.opinions.trash import trash

    for at in range(number):
        trash(import_text(tmp_path, f"d{at}", f"关于第{at}件事的通知\n一、公安机关应当办理。\n", live=False), actor=office())
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(9):
        shown = client.get("/trash/").content.decode()
    assert f"{number} 份文件" in shown
    assert "关于第0件事的通知" in client.get("/trash/?q=第0件").content.decode()
    assert "没有符合这些条件的文件" in client.get("/trash/?kind=live").content.decode()
