"""The tree in the administration, as the coordination office uses it."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from cms.accounts.models import User
from policy_docs.importing.models import Job
from policy_docs.topics.forest import load_forest
from policy_docs.topics.models import Topic
from tests.factories.opinions import import_text

pytestmark = pytest.mark.django_db
TREE = "/admin/topics/"


@pytest.fixture
def office(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create(username="c", display_name="李静", role="coordination"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def topic(key: str) -> Topic:
    found: Topic = Topic.objects.get(key=key)
    return found


def edit(key: str) -> str:
    return f"{TREE}{topic(key).pk}/"


def shown(client: Client, address: str, data: dict[str, object] | None = None) -> str:
    answer = client.post(address, data, follow=True) if data is not None else client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_the_tree_with_its_numbers(office: Client, tmp_path: Path) -> None:
    import_text(tmp_path, "a", "云南省执行条例\n第一条　公安机关应当依法限制被执行人出境。")
    page = shown(office, TREE)
    assert "限制出境" in page
    assert '<a href="/review/topics/xian-zhi-chu-jing/">1<' in page
    assert "全部文件都已按现在的规则识别。" in page


def test_adding_and_what_is_refused(office: Client) -> None:
    page = shown(office, TREE, {"verb": "add", "name": "联合行动", "under": topic("work").pk, "words": "联合行动\n集中执行、专项行动"})
    assert "已添加主题“联合行动”。" in page
    made = Topic.objects.get(name="联合行动")
    assert made.words == ["联合行动", "集中执行", "专项行动"]
    assert "正在等待后台重新识别" in page
    refused = shown(office, TREE, {"verb": "add", "name": "限制出境", "note": "我写的说明"})
    assert "已有主题“限制出境”。" in refused
    assert 'value="我写的说明"' in refused  # what was typed stays


def test_changing_and_a_change_that_came_too_late(office: Client) -> None:
    old = seen(shown(office, edit("m_exit_ban")))
    page = shown(office, edit("m_exit_ban"), {"verb": "change", "seen": old, "name": "不准出境", "note": "说明", "words": ""})
    assert "已保存主题“不准出境”。" in page
    assert "曾用名，旧地址转到这里：限制出境" in shown(office, edit("m_exit_ban"))
    late = office.post(edit("m_exit_ban"), {"verb": "change", "seen": old, "name": "另一个名称", "note": "", "words": ""}).content.decode()
    assert "已被改过" in late
    assert 'value="另一个名称"' in late
    assert topic("m_exit_ban").name == "不准出境"
    assert "已保存" in shown(office, edit("m_exit_ban"), {"verb": "change", "seen": seen(late), "name": "另一个名称", "note": "", "words": ""})


def fields(page: str) -> dict[str, str]:
    """The form of name, note and words as a browser sends it back."""
    form = BeautifulSoup(page, "html.parser").select("form.ed__form")[0]
    return {str(tag["name"]): str(tag.get("value", tag.text)) for tag in form.select("input, textarea")}


def test_what_somebody_else_has_saved_is_shown_field_by_field(office: Client) -> None:
    """Both changed the name: one's own stays and is told of the other. What the other alone changed is taken over."""
    late = {**fields(shown(office, edit("m_exit_ban"))), "verb": "change", "name": "限制离境"}
    other = Client()
    other.force_login(User.objects.create(username="o", display_name="赵敏", role="coordination"), backend="django.contrib.auth.backends.ModelBackend")
    shown(other, edit("m_exit_ban"), {**late, "name": "禁止出境", "note": "赵明写的说明", "words": "禁止出境"})
    answer = office.post(edit("m_exit_ban"), late)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert re.search(r"已被改过（赵敏，\d+月\d+日 \d\d:\d\d）", page), "who it was, and when"
    assert "他人已改为“禁止出境”。这里是您填写的内容" in page
    assert "他人已改为“赵明写的说明”，已经替您更新" in page
    again = fields(page)
    assert (again["name"], again["note"], again["words"]) == ("限制离境", "赵明写的说明", "禁止出境")
    assert topic("m_exit_ban").name == "禁止出境"
    shown(office, edit("m_exit_ban"), {**again, "verb": "change"})
    assert (topic("m_exit_ban").name, topic("m_exit_ban").note) == ("限制离境", "赵明写的说明")


def test_merging_is_shown_first_and_taken_back(office: Client, tmp_path: Path) -> None:
    import_text(tmp_path, "a", "云南省执行条例\n第一条　公安机关应当依法限制被执行人出境，查封其车辆。")
    asked = shown(office, edit("m_exit_ban"), {"verb": "ask_merge", "into": topic("m_vehicle").pk})
    assert "把“限制出境”并入“协助查扣车辆”？" in asked
    assert "1 份文件中已核对的 0 条、待核对的 1 条条款" in asked
    assert "其中 1 条两边都有，只算一次" in asked
    assert topic("m_exit_ban").merged_into_id is None
    done = shown(office, edit("m_exit_ban"), {"verb": "merge", "seen": seen(asked), "into": topic("m_vehicle").pk})
    assert "已把“限制出境”并入“协助查扣车辆”。" in done
    assert "已停用或者已并入别的主题" in shown(office, edit("m_exit_ban"))
    back = shown(office, TREE, {"verb": "restore", "topic": topic("m_exit_ban").pk})
    assert "已恢复主题“限制出境”" in back
    assert load_forest().standing(topic("m_exit_ban").pk) is not None


def test_retiring_names_what_goes_with_it(office: Client) -> None:
    asked = shown(office, edit("m_control"), {"verb": "ask_retire"})
    assert "下级主题 3 个一并停用：限制出境、协助查扣车辆、协助查找和控制被执行人" in asked
    assert "已停用主题" in shown(office, edit("m_control"), {"verb": "retire", "seen": seen(asked)})
    assert load_forest().standing(topic("m_exit_ban").pk) is None


def test_moving(office: Client) -> None:
    page = shown(office, edit("m_exit_ban"))
    assert "已移动主题" in shown(office, edit("m_exit_ban"), {"verb": "move", "seen": seen(page), "under": topic("m_spending").pk, "place": "1"})
    assert load_forest().children(topic("m_spending").pk)[0].key == "m_exit_ban"
    page = shown(office, edit("m_spending"))
    assert "自己的下级" in shown(office, edit("m_spending"), {"verb": "move", "seen": seen(page), "under": topic("m_exit_ban").pk, "place": "1"})


def test_a_merge_without_a_target_is_asked_for(office: Client) -> None:
    assert "请选择要并入的主题" in shown(office, edit("m_exit_ban"), {"verb": "ask_merge", "into": ""})
    assert office.get(f"{TREE}99999/").status_code == 404


@pytest.mark.parametrize(
    ("state", "words"), [("waiting", "正在等待后台重新识别"), ("running", "已完成 3 份，共 9 份"), ("failed", "上一次识别没有完成"), ("done", "上次识别")]
)
def test_how_far_a_reading_is(state: str, words: str, office: Client) -> None:
    Job.objects.create(kind="topics", state=state, done=3, total=9, error="出错")
    assert words in shown(office, TREE)


def test_asking_for_a_reading(office: Client) -> None:
    assert "已交给后台" in shown(office, TREE, {"verb": "again"})
    assert Job.objects.filter(kind="topics", state="waiting").count() == 1


def test_others_change_nothing(client: Client) -> None:
    for role in ("", "liaison", "system_admin", "audit_admin"):
        if role:
            user = User.objects.create(username=role, role=role)
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        refused = 302 if role.endswith("admin") else 403  # who works in the administration is led back to what is theirs
        assert client.post(TREE, {"verb": "add", "name": "新主题"}).status_code == refused
        assert client.post(edit("m_exit_ban"), {"verb": "retire", "seen": "x"}).status_code == refused
    assert not Topic.objects.filter(name="新主题").exists()
