"""What becomes of numbers when the outline is shaped, and what is told of those that are out of order."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from policy_docs.opinions.drafts import newest
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import import_text, raw, set_body
from tests.policy_docs.admin.publishing import address as publish_page
from tests.policy_docs.admin.test_conflicts import signed_in
from tests.policy_docs.admin.test_sections import block_id, do

pytestmark = pytest.mark.django_db

TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于协作的意见
一、职责
（一）公安机关应当查找被执行人。公安机关应当协助控制车辆。
1. 查找住所。
2. 查找单位。
（二）州发改委应当协助查询项目立项情况。
（三）州财政局应当保障工作经费。
"""


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path, text=TEXT)


@pytest.fixture
def one() -> Client:
    return signed_in("李静")


def shape(page: OpinionPage) -> list[tuple[str, int]]:
    return [(block["value"]["label"], block["value"]["level"]) for block in newest(page.pk).body.raw_data if block["value"].get("label")]


def test_an_item_put_behind_a_sub_item_stays_an_item(page: OpinionPage, one: Client) -> None:
    do(one, page, "move", "州财政局", after=block_id(page, "查找单位"), numbering="1", whole="1")
    assert shape(page) == [("一、", 1), ("（一）", 2), ("1.", 3), ("2.", 3), ("（二）", 2), ("（三）", 2)]
    texts = [block["value"]["text"] for block in newest(page.pk).body.raw_data]
    assert texts.index("州财政局应当保障工作经费。") < texts.index("州发改委应当协助查询项目立项情况。")


def test_what_belongs_to_a_divided_item_is_asked_for(page: OpinionPage, one: Client) -> None:
    address, key = reverse("opinion_shape", args=[page.pk]), block_id(page, "控制车辆")
    shown = one.get(address, {"do": "split", "block": key}).content.decode()
    assert "这一条下面的 2 段归" in shown
    assert "（（二））" not in shown
    parted = "公安机关应当查找被执行人。\n公安机关应当协助控制车辆。"
    do(one, page, "split", "控制车辆", text=parted, numbered="1", numbering="1", below_last="")
    assert shape(page) == [("一、", 1), ("（一）", 2), ("1.", 3), ("2.", 3), ("（二）", 2), ("（三）", 2), ("（四）", 2)]


def test_numbers_out_of_order_are_told_where_they_can_be_mended(page: OpinionPage, one: Client) -> None:
    outline = reverse("opinion_outline", args=[page.pk])
    assert "序号不连续" not in one.get(outline).content.decode()
    body = raw(page)
    body = [block for block in body if "州发改委" not in block["value"]["text"]]
    set_body(page, body)
    page.save_revision()
    key = block_id(page, "州财政局")
    for address in (outline, publish_page(page)):
        shown = one.get(address).content.decode()
        assert "“（一）”后面是“（三）”，缺少“（二）”" in shown
        assert f"{outline}?open={key}#b-{key}" in shown
