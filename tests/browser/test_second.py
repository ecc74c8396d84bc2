"""A note for colleagues, and a finished document that a second person looks through."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .barriers import violations
from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
DONE = "/review/documents/?q=国执联发〔2016〕6号"  # all of it is decided on in the sample set


def _has_no_barrier(page: Page) -> None:
    found = [(item["id"], item["nodes"][0]["html"][:160]) for item in violations(page) if item["impact"] in ("serious", "critical")]
    assert not found


def test_from_a_note_to_what_the_second_person_answers(visit: Visit) -> None:
    one = visit(DONE, user="trial-xietiao")
    one.locator(".todo-docs a").first.click()
    one.wait_for_url("**/review/d/*/")
    one.wait_for_load_state()
    one.keyboard.press("c")
    expect(one.locator("#note-text")).to_be_focused()
    one.keyboard.type("请再看一下角色")  # in the field, letters are no commands
    one.get_by_role("button", name="保存批注").click()
    expect(one.locator(".is-note")).to_contain_text("请再看一下角色")
    one.locator("#prog a").click()
    one.get_by_role("button", name="提交复核").click()
    expect(one.locator("main")).to_contain_text("这是您提交的，要由另一人复核")
    two = visit("/desk/", user="trial-fuhe")
    two.get_by_role("link", name="复核职责").click()
    two.locator(".todo-docs li", has_text="国执联发〔2016〕6号").locator(".small a").first.click()
    expect(two.locator(".second__note").first).to_contain_text("请再看一下角色")
    two.get_by_role("button", name="退回").click()
    expect(two.get_by_role("alert")).to_contain_text("请写明哪些条款")
    two.get_by_label("意见").fill("第一条的角色")
    two.get_by_role("button", name="退回").click()
    one.goto(one.url.split("/review/")[0] + "/review/documents/?second=mine")
    expect(one.locator(".todo-docs")).to_contain_text("退回：第一条的角色")


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_page_fits_and_has_no_barrier(visit: Visit, size: tuple[int, int]) -> None:
    page = visit(DONE, user="trial-xietiao", size=size)
    page.locator(".todo-docs a").first.click()
    page.wait_for_load_state()
    page.locator("[data-note] > summary").click()
    _has_no_barrier(page)
    page.locator("#prog a").click()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    _has_no_barrier(page)
