"""Topics as conditions elsewhere: the duties of a unit, the list of documents, and addresses that hold a topic of old."""

from pathlib import Path

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from cms.accounts.models import Role, User
from cms.accounts.viewer import viewer_of
from policy_docs import ports
from policy_docs.duties import narrowing
from policy_docs.opinions.pages import OpinionPage
from policy_docs.saved import actions as saved
from policy_docs.saved import reading
from policy_docs.saved.models import SavedListing
from policy_docs.topics import actions, tagging
from policy_docs.topics.addresses import renewed
from policy_docs.topics.models import ClauseTopic, Topic
from tests.factories.opinions import import_text

pytestmark = pytest.mark.django_db
UNIT = "/units/public_security/532300/"
EXIT = "xian-zhi-chu-jing"
TEXT = """楚政法发〔2018〕9号
中共楚雄州委政法委员会
关于边控的意见
一、边控
（一）州公安局负责办理限制出境手续。
（二）州公安局应当按月通报情况。
2018年5月3日
"""


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path, "inner", TEXT)


def client_of(role: str, **values: str) -> Client:
    client = Client()
    user = User.objects.get_or_create(username=f"u-{role}", defaults={"display_name": "李静", "role": role, **values})[0]
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def exit_ban() -> Topic:
    return Topic.objects.get(key="m_exit_ban")


def li() -> User:
    return User.objects.get_or_create(username="li", defaults={"display_name": "李静", "role": Role.COORDINATION})[0]


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def renamed(slug_of_now: str = "出境管控") -> Topic:
    topic = exit_ban()
    return actions.change(topic.pk, seen=actions.stamp_of(topic), name=slug_of_now, note="", words=topic.words, actor=li())


def merged() -> Topic:
    into = actions.add("出境与证照管控", under=None, actor=li())
    topic = exit_ban()
    actions.merge(topic.pk, seen=actions.stamp_of(topic), into=into.pk, actor=li())
    return into


def test_the_duties_of_a_unit_by_topic(page: OpinionPage) -> None:
    client = client_of(Role.LIAISON)
    whole = body(client, UNIT)
    assert "2 条职责，出自 1 份文件" in whole
    assert f'<option value="{EXIT}">' in whole
    narrowed = body(client, f"{UNIT}?topic={EXIT}")
    assert "1 条职责，出自 1 份文件" in narrowed
    assert "负责办理限制出境手续" in narrowed
    above = exit_ban().get_parent()
    assert "1 条职责，出自 1 份文件" in body(client, f"{UNIT}?topic={above.slug}")  # a branch holds what lies below it
    assert "限制出境" in narrowed[narrowed.index('class="chip"') :]
    table = client.get(f"{UNIT}duties.csv?topic={EXIT}").content.decode("utf-8-sig")
    assert "办理限制出境手续" in table
    assert "按月通报" not in table
    assert "本库没有查到符合这 1 个条件的职责" in body(client, f"{UNIT}?topic=nothere")


def test_a_topic_that_is_not_for_the_reader_narrows_to_nothing(page: OpinionPage) -> None:
    page.disclosure = OpinionPage.Disclosure.OPEN
    page.save(update_fields=["disclosure"])
    assert f'<option value="{EXIT}"' not in body(Client(), UNIT)  # suggested only: the public knows no such topic of this clause
    tagging.decide(ClauseTopic.objects.filter(tag=exit_ban()), state=ClauseTopic.State.REJECTED, actor=li())
    assert "本库没有查到符合" in body(client_of(Role.LIAISON), f"{UNIT}?topic={EXIT}")


def test_topics_are_never_passed_over_by_a_list_that_did_not_look_them_up() -> None:
    with pytest.raises(ValueError, match="looked up"):
        narrowing.apply([], narrowing.Filters(topics=frozenset({EXIT})))


@pytest.mark.parametrize("change", [renamed, merged])
@pytest.mark.parametrize("path", [UNIT, "/search/"])
def test_an_address_of_old_leads_to_the_topic_of_now(page: OpinionPage, change: object, path: str) -> None:
    now = change()  # type: ignore[operator]
    answer = client_of(Role.LIAISON).get(f"{path}?topic={EXIT}&role=responsible")
    assert answer.status_code == 302
    assert QueryDict(answer.headers["Location"].partition("?")[2]).dict() == {"topic": Topic.objects.get(pk=now.pk).slug, "role": "responsible"}
    assert renewed(QueryDict(answer.headers["Location"].partition("?")[2])) is None


def test_a_topic_page_narrowed_to_a_topic_of_old_leads_on(page: OpinionPage) -> None:
    above = exit_ban().get_parent()
    now = renamed()
    answer = client_of(Role.LIAISON).get(f"/topics/{above.slug}/?topic={EXIT}")
    assert QueryDict(answer.headers["Location"].partition("?")[2])["topic"] == now.slug


def test_saved_filters_follow_the_merge_and_say_so(page: OpinionPage, monkeypatch: pytest.MonkeyPatch) -> None:
    user = li()
    saved.save_listing(f"{UNIT}?topic={EXIT}", name="单位", shared="", actor=user)
    saved.save_listing(f"/search/?topic={EXIT}", name="查找", shared="", actor=user)
    asked: list[str] = []
    monkeypatch.setattr(ports, "hits", lambda query, viewer: asked.append(query) or 3)
    into = merged()
    found = {
        item.row.name: item for item in reading.shown(list(SavedListing.objects.all()), viewer=viewer_of(user), on=timezone.localdate())
    }  # fmt: skip
    assert found["单位"].number == 1
    assert found["单位"].problems == ("主题“限制出境”已并入“出境与证照管控”，按后者列出",)
    assert QueryDict(asked[0])["topic"] == into.slug
    actions.retire(into.pk, seen=actions.stamp_of(Topic.objects.get(pk=into.pk)), actor=user)
    assert reading.shown(list(SavedListing.objects.filter(name="单位")), viewer=viewer_of(user), on=timezone.localdate())[0].problems == (
        "主题“限制出境”已停用",
    )


def test_documents_without_a_topic(page: OpinionPage, tmp_path: Path) -> None:
    import_text(tmp_path, "plain", "楚政法发〔2019〕1号\n中共楚雄州委政法委员会\n关于会务的通知\n一、会务\n（一）公安机关应当参加例会。\n2019年5月3日\n")
    office = client_of(Role.COORDINATION)
    assert "未标主题" in body(office, "/opinions/")
    assert "关于会务的通知" in body(office, "/opinions/?tagged=none")
    assert "关于边控的意见" not in body(office, "/opinions/?tagged=none")
    assert "关于边控的意见" in body(office, "/opinions/?tagged=waiting")
    tagging.decide(ClauseTopic.objects.all(), state=ClauseTopic.State.CONFIRMED, actor=li())
    assert "关于边控的意见" in body(office, "/opinions/?tagged=yes")
    tagging.decide(ClauseTopic.objects.all(), state=ClauseTopic.State.REJECTED, actor=li())
    assert "关于边控的意见" in body(office, "/opinions/?tagged=none")
    assert "未标主题" not in body(client_of(Role.LIAISON), "/opinions/")
