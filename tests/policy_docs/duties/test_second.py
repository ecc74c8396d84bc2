"""A finished document is handed to a second person, who accepts what was decided or sends it back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from policy_docs.duties import actions, notes, second
from policy_docs.duties.models import Duty, SecondReview, UnknownUnitName
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import clause, import_text

pytestmark = pytest.mark.django_db
LIST = "/review/documents/"


def person(name: str, role: str = "coordination") -> User:
    return User.objects.get_or_create(username=name, defaults={"display_name": name, "role": role})[0]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def li() -> User:
    return person("李静")


@pytest.fixture
def zhao() -> User:
    return person("赵敏")


@pytest.fixture
def page(tmp_path: Path, li: User) -> OpinionPage:
    """All decided on by 李静: one by hand, one rejected; one name is not known, one note stands."""
    page = import_text(tmp_path)
    UnknownUnitName.objects.create(clause=clause(page, "财政局"), written="联合处置组", start=0, end=3)
    notes.write(clause(page, "财政局"), text="与财政局核对过", kind="finance", actor=li)
    notes.write(clause(page, "关于协作的意见"), text="全文已通读", kind=None, actor=li)
    actions.change(Duty.objects.get(kind="finance"), actor=li, role=actions.Role.LEAD)
    actions.decide([Duty.objects.get(kind="public_security")], state=Duty.State.REJECTED, actor=li)
    actions.decide(actions.open_duties([page.pk]), state=Duty.State.CONFIRMED, actor=li)
    return OpinionPage.objects.get(pk=page.pk)


def address(page: OpinionPage) -> str:
    return reverse("policy_docs:second_review", args=[page.public_key])


def post(user: User, page: OpinionPage, **values: str) -> str:
    answer = signed_in(user).post(address(page), values, follow=True)
    return answer.content.decode()


def test_the_whole_way(page: OpinionPage, li: User, zhao: User) -> None:
    assert "提交复核" in signed_in(li).get(reverse("policy_docs:workbench", args=[page.public_key])).content.decode()
    html = signed_in(li).get(address(page)).content.decode()
    assert "职责 3 条，其中驳回 1 条、人工改过或补入 1 条" in html
    assert "还有 1 处未识别名称" in html
    assert "已提交复核" in post(li, page, verb="submit", asked_of=str(zhao.pk), words="第三条请细看")
    assert "份待您办理" not in signed_in(li).get("/desk/").content.decode()
    assert "1 份待您办理" in signed_in(zhao).get("/desk/").content.decode()
    listed = signed_in(zhao).get(LIST, {"second": "mine"}).content.decode()
    assert "提交复核，请赵敏复核，提交时有 1 处未识别名称" in listed
    html = signed_in(zhao).get(address(page)).content.decode()
    for words in ("第三条请细看", "财政局应当保障工作经费", "人工改过", "已驳回", "与财政局核对过", "全文已通读", "复核通过"):
        assert words in html
    assert "请写明哪些条款" in post(zhao, page, verb="return", words=" ")
    assert "已退回" in post(zhao, page, verb="return", words="财政局不是牵头")
    assert "1 份待您办理" in signed_in(li).get("/desk/").content.decode()
    assert "财政局不是牵头" in signed_in(li).get(LIST, {"second": "mine"}).content.decode()
    actions.change(Duty.objects.get(kind="finance"), actor=li, role=actions.Role.RESPONSIBLE)
    post(li, page, verb="submit")
    assert "已复核通过" in post(zhao, page, verb="accept", seen=second.mark(page.pk), words="同意")
    assert "复核通过" in signed_in(li).get(LIST, {"second": "accepted"}).content.decode()
    assert "没有处在这一步的文件" in signed_in(zhao).get(LIST, {"second": "mine"}).content.decode()
    assert list(AuditEntry.objects.filter(action__startswith="second.").order_by("pk").values_list("action", "actor")) == [
        ("second.submit", "李静"), ("second.return", "赵敏"), ("second.submit", "李静"), ("second.accept", "赵敏"),
    ]  # fmt: skip


def test_nobody_answers_oneself(page: OpinionPage, li: User, zhao: User) -> None:
    row = second.submit(page, actor=li)
    for act in (lambda: second.accept(row.pk, seen=second.mark(page.pk), actor=li), lambda: second.send_back(row.pk, actor=li, reason="x")):
        with pytest.raises(second.SecondRefused, match="不能是提交人本人"):
            act()
    second.take_back(row.pk, actor=li)
    row = second.submit(page, actor=zhao)  # another hands over what 李静 alone has decided
    with pytest.raises(second.SecondRefused, match="全部由您本人核对"):
        second.accept(row.pk, seen=second.mark(page.pk), actor=li)
    with pytest.raises(second.SecondRefused, match="只有提交人自己"):
        second.take_back(row.pk, actor=li)


def test_only_what_is_finished_is_handed_over_once(page: OpinionPage, li: User, zhao: User) -> None:
    for other in (li, person("杨立群", "liaison")):
        with pytest.raises(second.SecondRefused, match="另一人"):
            second.submit(page, actor=li, asked_of=other)
    with pytest.raises(second.SecondRefused, match="您的账号不能"):
        second.submit(page, actor=person("杨立群", "liaison"))
    row = second.submit(page, actor=li)
    with pytest.raises(second.SecondRefused, match="李静已经提交"):
        second.submit(page, actor=zhao)
    second.accept(row.pk, seen=second.mark(page.pk), actor=zhao)
    with pytest.raises(second.SecondRefused, match="此后没有改动"):
        second.submit(page, actor=li)
    with pytest.raises(second.SecondRefused, match="已经办理"):
        second.accept(row.pk, seen=second.mark(page.pk), actor=zhao)
    Duty.objects.filter(kind="finance").update(state=Duty.State.SUGGESTED)
    with pytest.raises(second.SecondRefused, match="还有 1 条职责没有核对"):
        second.submit(page, actor=li)


def test_what_is_accepted_is_what_was_seen(page: OpinionPage, li: User, zhao: User) -> None:
    row = second.submit(page, actor=li)
    seen = second.mark(page.pk)
    actions.change(Duty.objects.get(kind="finance"), actor=li, role=actions.Role.COOPERATE)
    html = post(zhao, page, verb="accept", seen=seen, words="同意这样办")
    assert "您打开以后核对结果又有改动" in html
    assert "提交以后又办理了 1 条" in html
    assert "同意这样办</textarea>" in html
    row.refresh_from_db()
    assert row.state == SecondReview.State.OPEN
    Duty.objects.filter(kind="finance").update(state=Duty.State.SUGGESTED)
    with pytest.raises(second.SecondRefused, match="提交以后又有 1 条职责待核对"):
        second.accept(row.pk, seen=second.mark(page.pk), actor=zhao)


def test_a_change_after_it_was_accepted_is_told(page: OpinionPage, li: User, zhao: User) -> None:
    second.accept(second.submit(page, actor=li).pk, seen=second.mark(page.pk), actor=zhao)
    assert "复核后有改动" not in signed_in(li).get(LIST).content.decode()
    actions.change(Duty.objects.get(kind="finance"), actor=li, role=actions.Role.COOPERATE)
    assert "复核后有改动" in signed_in(li).get(LIST).content.decode()
    html = signed_in(li).get(address(page)).content.decode()
    assert "复核通过以后又有改动" in html
    assert "再次提交复核" in html


def test_the_parts_of_the_list(page: OpinionPage, li: User, zhao: User) -> None:
    second.submit(page, actor=li)
    client = signed_in(zhao)

    def clauses(part: str) -> int:
        return client.get(address(page), {"part": part}).content.decode().count("/c/")

    assert [clauses(part) for part in ("", "by_hand", "rejected", "notes", "nothing")] == [4, 1, 1, 2, 4]
    actions.change(Duty.objects.get(kind="finance"), actor=li, role=actions.Role.COOPERATE)
    assert clauses("late") == 1


def test_the_page_keeps_its_query_budget(
    page: OpinionPage, li: User, zhao: User, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    second.submit(page, actor=li)
    client = signed_in(zhao)
    client.get(address(page))
    with django_assert_max_num_queries(24):
        client.get(address(page))
