"""One duty by itself: what it says, who may see it, where it leads."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client

from cms.accounts.models import Role, User
from policy_docs.duties.models import Duty
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于建立执行协作机制的实施方案
一、工作职责
（一）公安机关应当在三日内协助人民法院查找<b>被执行人，州国土局配合。
（二）各有关部门应当确定联络员。
2017年5月3日
"""


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return opinion(tmp_path, "plan", TEXT)


def duty(kind: str) -> Duty:
    return Duty.objects.filter(kind=kind).exclude(role="mention").get()


def signed(client: Client, role: str) -> Client:
    client.force_login(User.objects.create(username=role, role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(client: Client, page: OpinionPage, kind: str) -> str:
    answer = client.get(f"/opinions/{page.public_key}/d/{duty(kind).pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_duty_gives_its_words_and_what_follows_from_them(client: Client, page: OpinionPage) -> None:
    body = shown(signed(client, Role.LIAISON), page, "public_security")
    assert "<mark>" in body
    assert "&lt;b&gt;被执行人" in body
    for words in ("公安机关", "泛指", "三日内", "待核对", "第一部分第（一）项", "楚雄州公安局的全部职责"):
        assert words in body
    assert 'data-copy="《关于建立执行协作机制的实施方案》（楚政法发〔2017〕8号）第一部分第（一）项"' in body
    assert "识别规则" not in body
    beside = duty("natural_resources")
    assert f'/d/{beside.pk}/" data-duty>' in body


def test_a_name_that_is_no_longer_used_is_shown_as_written(client: Client, page: OpinionPage) -> None:
    assert "国土局" in shown(signed(client, Role.LIAISON), page, "natural_resources").partition("原文写作")[2][:80]


def test_the_office_sees_the_rules_and_goes_on_to_check(client: Client, page: OpinionPage) -> None:
    body = shown(signed(client, Role.COORDINATION), page, "public_security")
    assert "识别规则" in body
    check = body[: body.index("核对这条职责")].rpartition('href="')[2].split('"')[0]
    assert client.get(check).status_code == 200


def test_a_group_has_no_page_of_a_unit(client: Client, page: OpinionPage) -> None:
    group = Duty.objects.filter(kind__is_group=True).exclude(role="mention").get()
    body = signed(client, Role.LIAISON).get(f"/opinions/{page.public_key}/d/{group.pk}/").content.decode()
    assert "未点名，各单位按名单推定" in body
    assert "的全部职责" not in body


def test_words_that_are_gone_are_said_to_be(client: Client, page: OpinionPage) -> None:
    ClauseText.objects.filter(text__startswith="公安机关").update(text="公安机关另行规定。")
    assert "原文修改后，依据句已找不到" in shown(signed(client, Role.LIAISON), page, "public_security")
    ClauseText.objects.filter(text__startswith="公安机关").delete()
    assert "今天适用的文字中已没有这一条款" in shown(client, page, "public_security")


def test_who_may_not_see_a_duty_gets_nothing(client: Client, page: OpinionPage) -> None:
    address = f"/opinions/{page.public_key}/d/{duty('public_security').pk}/"
    assert client.get(address).status_code == 404
    Duty.objects.filter(pk=duty("public_security").pk).update(state=Duty.State.CONFIRMED)
    body = client.get(address).content.decode()
    assert "核对状态" not in body
    assert "国土" not in body.partition("同条其他单位")[2]  # the other one is a suggestion still
    Duty.objects.filter(kind="public_security").update(state=Duty.State.REJECTED)
    signed(client, Role.COORDINATION)
    assert client.get(address).status_code == 404


def test_a_duty_of_another_document_is_not_found_here(client: Client, page: OpinionPage, tmp_path: Path) -> None:
    other = opinion(tmp_path, "other", TEXT.replace("8号", "9号").replace("机制", "制度"))
    mine = Duty.objects.filter(opinion=page).first()
    assert mine is not None
    assert signed(client, Role.LIAISON).get(f"/opinions/{other.public_key}/d/{mine.pk}/").status_code == 404


def test_a_duty_asks_little(client: Client, page: OpinionPage, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]) -> None:
    signed(client, Role.LIAISON)
    shown(client, page, "public_security")
    with django_assert_max_num_queries(14):
        shown(client, page, "public_security")
