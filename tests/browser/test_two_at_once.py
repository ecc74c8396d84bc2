"""Two browsers at one screen: the second is told, and every word that was typed is still there or can be copied."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .barriers import violations
from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
ONE, TWO = "trial-xietiao", "trial-fuhe"
WORDS = "写了很久的理由"


def _sound(page: Page) -> None:
    found = [(item["id"], item["nodes"][0]["html"][:160]) for item in violations(page) if item["impact"] in ("serious", "critical")]
    assert not found
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_reason_for_a_deletion_that_a_colleague_has_asked_for(visit: Visit, size: tuple[int, int]) -> None:
    one, two = (visit("/opinions/?q=澜中法联", user=user, size=size) for user in (ONE, TWO))
    for page in (one, two):
        page.locator(".docs h3 a").first.click()
        page.goto(f"{page.url.partition('?')[0]}delete/")
    two.fill("#reason", WORDS)
    if one.locator("#reason").count():
        one.fill("#reason", "重复收录")
        one.get_by_role("button", name="申请删除这份文件").click()
        expect(one.locator(".note--ok")).to_contain_text("已申请删除")
    two.get_by_role("button", name="申请删除这份文件").click()
    expect(two.locator(".note--bad")).to_contain_text("李静已经申请删除")
    expect(two.locator(".typed-back")).to_have_text(WORDS)
    two.context.grant_permissions(["clipboard-read", "clipboard-write"])
    two.get_by_role("button", name="复制").click()
    assert two.evaluate("navigator.clipboard.readText()") == WORDS
    _sound(two)
    one.get_by_role("button", name="撤回申请").click()


@pytest.mark.parametrize(("size", "written"), [(DESK, "交警支队"), (PHONE, "交警大队")])
def test_a_way_of_writing_that_a_colleague_has_deleted_is_saved_as_a_new_one(visit: Visit, size: tuple[int, int], written: str) -> None:
    two = visit(f"/admin/snippets/policy_docs/unitalias/?q={written}", user=TWO, size=size)
    two.locator("main td a", has_text=written).first.click()
    two.wait_for_url("**/edit/**")
    name = two.locator("[name=text]").input_value()
    two.fill("[name=note]", WORDS)
    one = visit("/" + two.url.split("/", 3)[3].replace("/edit/", "/delete/"), user=ONE)
    one.locator("form button.serious").click()
    expect(one.locator(".messages")).to_contain_text("已删除")
    two.locator("footer button[type=submit]").first.click()
    expect(two.locator(".messages")).to_contain_text("没有保存：这一条已被李静删除")
    expect(two.locator("[name=note]")).to_have_value(WORDS)
    expect(two.locator("[name=text]")).to_have_value(name)
    _sound(two)
    two.locator("footer button[type=submit]").first.click()
    expect(two.locator(".messages")).to_contain_text("已创建")
