"""Editing in a real browser: the outline, its deeds, a section, two people at once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .barriers import violations
from .conftest import DESK, PATIENCE, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]


def outline(visit: Visit, **values: object) -> Page:
    page = visit("/opinions/?q=澜政法发[2021]7号", user="trial-xietiao", **values)
    page.locator(".docs h3 a").click()
    page.locator(".doc__acts").get_by_text("编辑", exact=True).click()
    expect(page.locator("h1")).to_have_text("目录与分节编辑")
    return page


def choose(page: Page, words: str, verb: str) -> None:
    page.locator(".ed__lines label", has_text=words).first.click()
    page.get_by_role("button", name=verb, exact=True).click()
    expect(page.locator("h1")).to_contain_text(verb)


def sound(page: Page) -> None:
    found = violations(page)
    assert not [(item["id"], item["nodes"][0]["html"][:160]) for item in found if item["impact"] in ("serious", "critical")]
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_clause_is_split_by_keyboard_and_taken_back(visit: Visit) -> None:
    page = outline(visit)
    before = page.locator(".ed__lines li").all_inner_texts()
    clause = page.locator(".ed__lines li", has_text="（一）").first
    clause.locator("input").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="拆分", exact=True).focus()
    page.keyboard.press("Enter")
    field = page.locator("#ed-text")
    words = field.input_value()
    field.focus()
    field.evaluate("field => field.setSelectionRange(8, 8)")
    page.keyboard.type("甲")
    expect(field).to_have_value(words)
    page.keyboard.press("Enter")
    expect(field).to_have_value(f"{words[:8]}\n{words[8:]}")
    page.locator(".ed__do button").click()
    expect(page.locator(".messages")).to_contain_text("已拆分")
    assert len(page.locator(".ed__lines li").all()) == len(before) + 1
    page.locator(".messages").get_by_role("button", name="撤销").click()
    expect(page.locator(".messages")).to_contain_text("已撤销")
    assert page.locator(".ed__lines li").all_inner_texts() == before


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_no_page_of_editing_has_a_barrier(visit: Visit, size: tuple[int, int]) -> None:
    page = outline(visit, size=size)
    sound(page)
    address = page.url
    for verb in ("在后面插入", "拆分", "并入上一段", "移动", "改类型和层次", "重新编号"):
        choose(page, "（二）", verb)
        sound(page)
        page.goto(address)
    page.get_by_text("编辑本节").nth(1).click()
    expect(page.locator("[data-streamfield-child]").first).to_be_visible()
    sound(page)


def test_two_people_in_one_section_put_their_words_together(visit: Visit) -> None:
    pages = [outline(visit), outline(visit)]
    for page in pages:
        page.get_by_text("编辑本节").nth(1).click()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1500)  # Wagtail takes down what the form began from some time after it stands
    for page, words in zip(pages, ("（甲）", "（乙）"), strict=True):
        field = page.locator("textarea[name='body-1-value-text']")
        with page.expect_response(lambda answer: answer.request.method == "POST" and "/sections/" in answer.url, timeout=PATIENCE):  # autosave
            field.fill(field.input_value() + words)
    late = pages[1]
    expect(late.locator("footer")).to_contain_text("两边的修改都会留着", timeout=PATIENCE)
    late.wait_for_load_state("networkidle")
    late.locator("button.action-save").click()
    again = late.get_by_role("dialog").get_by_role("button", name="保存草稿")  # Wagtail asks once more where the draft was saved before
    expect(again.or_(late.locator("h1", has_text="合并两边的修改")).first).to_be_visible(timeout=PATIENCE)
    if again.is_visible():
        again.click()
    expect(late.locator("h1")).to_have_text("合并两边的修改", timeout=PATIENCE)
    sound(late)
    late.get_by_text("两段都留").click()
    late.get_by_role("button", name="合并并保存草稿").click()
    expect(late.locator(".messages")).to_contain_text("已把两边的修改合并")
    found = re.search(r"/admin/opinions/(\d+)/sections/", late.url)  # one goes on in the section
    assert found
    late.goto(f"{late.url.partition('/admin/')[0]}/admin/pages/{found[1]}/view_draft/")
    for words in ("（甲）", "（乙）"):
        expect(late.locator("article")).to_contain_text(words)


def test_who_else_has_the_section_open_has_a_name(visit: Visit) -> None:
    page = outline(visit)
    page.get_by_text("编辑本节").nth(1).click()
    page.wait_for_load_state("networkidle")
    other = visit("/" + page.url.split("/", 3)[3], user="trial-fuhe")
    expect(other.locator("button.w-editing-sessions__session").first).to_have_attribute("aria-label", re.compile(r"\S"), timeout=PATIENCE)
    sound(other)
    assert other.locator(".w-minimap__list").get_attribute("tabindex") == "0"
    link, button = (other.locator(name).bounding_box() for name in (".ed--bar [rel=next]", ".w-minimap__collapse-all"))
    assert link is not None
    assert button is not None
    assert link["x"] + link["width"] <= button["x"] or link["y"] + link["height"] <= button["y"]
