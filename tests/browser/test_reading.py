"""Reading, narrowing and checking in a real browser: what scripts add, and that the keyboard is enough."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]


def opened(visit: Visit, **values: object) -> Page:
    """The page of a document with parts and duties of 公安机关."""
    page = visit("/opinions/?q=澜政法发[2021]7号", user="trial-gongan", **values)
    page.locator(".docs h3 a").click()
    expect(page.locator("h1#title")).to_be_visible()
    page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
    return page


def test_the_outline_opens_the_part_that_is_read(visit: Visit) -> None:
    page = opened(visit)
    closed = page.locator(".outline li li a").first
    expect(closed).to_be_hidden()
    page.locator(".part").nth(2).evaluate("part => window.scrollTo(0, part.getBoundingClientRect().top + scrollY + 40)")
    expect(page.locator(".outline [aria-current=location]")).to_be_visible()
    expect(page.locator(".outline nav > ol > li:has([aria-current]) > a")).to_contain_text("三、")


def test_on_a_phone_the_folded_outline_names_the_part(visit: Visit) -> None:
    page = opened(visit, size=PHONE)
    expect(page.locator(".outline nav")).to_be_hidden()
    page.locator(".part").nth(1).evaluate("part => window.scrollTo(0, part.getBoundingClientRect().top + scrollY + 200)")
    expect(page.locator("[data-now]")).not_to_have_text("")
    assert page.locator(".outline").bounding_box()["y"] < 5  # type: ignore[index]


def test_a_badge_lights_its_quote(visit: Visit) -> None:
    page = opened(visit)
    clause = page.locator(".clause.is-mine").first
    badge = clause.locator(".dref.me").first
    quote = clause.locator(f'mark[data-q="{badge.get_attribute("data-q")}"]').first
    before = quote.evaluate("mark => getComputedStyle(mark).boxShadow")
    badge.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(quote).not_to_have_css("box-shadow", before)
    badge.click()
    sheet = page.locator("dialog.sheet")
    expect(sheet.locator("h1")).to_be_focused()
    expect(sheet.locator("blockquote mark").first).to_be_visible()
    assert re.search(r"/units/public_security/\d+/", sheet.get_by_text("的全部职责").get_attribute("href") or "")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(badge).to_be_focused()


def test_a_badge_is_an_address_without_scripts(visit: Visit) -> None:
    page = opened_plain(visit)
    page.locator(".clause .dref").first.click()
    expect(page).to_have_url(re.compile(r"/opinions/\w+/d/\d+/$"))
    expect(page.locator("#duty blockquote")).to_be_visible()


def opened_plain(visit: Visit) -> Page:
    page = visit("/opinions/?q=澜政法发[2021]7号", user="trial-gongan", scripts=False)
    page.locator(".docs h3 a").click()
    return page


def test_what_is_said_above_opens_beside_the_clause_and_closes(visit: Visit) -> None:
    page = visit("/opinions/?q=澜中法联〔2026〕9号", user="trial-gongan")
    page.locator(".docs h3 a").click()
    clause = page.locator(".clause", has_text="扩大车辆查控范围")
    link = clause.locator("a.kin")
    link.click()
    box = clause.locator(".kinbox")
    expect(box).to_contain_text("推动机动车登记、检验、违法信息实时共享")
    expect(box.locator("ins").first).to_have_text("省公安厅")
    expect(link).to_have_attribute("aria-expanded", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    link.click()
    expect(box).to_be_hidden()
    other = page.locator(".clause", has_text="双人值守")
    other.locator("a.kin").click()
    expect(other.locator(".kinbox")).to_contain_text("上级文件未见对应条款")


def test_words_are_looked_for_inside_the_document(visit: Visit) -> None:
    page = opened(visit)
    page.fill("#find", "公安")
    page.keyboard.press("Enter")
    expect(page.locator("[data-hit-at]")).to_have_text(re.compile(r"^1 / \d+$"))
    expect(page.locator("mark.hit.is-at")).to_be_in_viewport()
    page.locator('[data-hit="1"]').click()
    expect(page.locator("[data-hit-at]")).to_have_text(re.compile(r"^2 / \d+$"))
    page.locator('[data-hit="-1"]').click()
    page.locator('[data-hit="-1"]').click()
    total = page.locator("[data-hit-at]").inner_text().split(" / ")
    assert total[0] == total[1]
    page.get_by_text("结束查找").click()
    expect(page.locator("mark.hit")).to_have_count(0)


def test_only_mine_is_part_of_the_address(visit: Visit) -> None:
    page = opened(visit)
    whole = page.locator(".clause:visible").count()
    page.check("#only-mine")
    assert "only=mine" in page.url
    mine = page.locator(".clause:visible").count()
    assert 0 < mine < whole
    page.reload()
    assert page.locator(".clause:visible").count() == mine


def test_a_citation_is_copied_and_the_button_says_so(visit: Visit) -> None:
    page = opened(visit)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.locator(".clause [data-path]").nth(1)
    button.click()
    expect(button).to_have_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"《澜江市关于.+》（澜政法发〔2021〕7号）第一部分第（一）项", copied)
    expect(button).to_have_text("复制引文", timeout=4000)


@pytest.mark.parametrize(
    ("address", "box", "key"), [("/opinions/", "#f-level-county", "level=county"), ("/search/?q=查控", "#s-level-province", "level=province")]
)
def test_narrowing_keeps_the_focus_and_says_the_number(visit: Visit, address: str, box: str, key: str) -> None:
    page = visit(address, user="trial-gongan")
    heading = page.locator("[data-said]")
    before = heading.inner_text()
    page.focus(box)
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(key))
    expect(heading).not_to_have_text(before)
    expect(page.locator(box)).to_be_focused()
    expect(page.locator("p[role=status].vh")).to_have_text(heading.inner_text())
    page.go_back()
    expect(heading).to_have_text(before)


def test_duties_are_checked_and_taken_back_by_keyboard(visit: Visit) -> None:
    page = visit("/review/?state=suggested", user="trial-xietiao")
    heading = page.locator("#list-h")
    before = heading.inner_text()
    for key in ("j", "Space", "j", "Space", "a"):
        page.keyboard.press(key)
    expect(page.locator(".ask h2")).to_have_text("接受这 2 条职责？")
    page.keyboard.press("Escape")
    expect(page.locator(".ask")).to_be_hidden()
    expect(heading).to_have_text(before)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator(".undo")).to_contain_text("已接受 2 条职责。")
    expect(heading).not_to_have_text(before)
    page.keyboard.press("z")
    expect(page.locator(".note", has_text="已撤销 2 条。")).to_be_visible()
    expect(heading).to_have_text(before)


def test_checking_needs_no_scripts(visit: Visit) -> None:
    page = visit("/review/?state=suggested", user="trial-xietiao", scripts=False)
    before = page.locator("#list-h").inner_text()
    page.locator('[name="duty"]').first.check()
    page.locator("[data-reject]").click()
    page.locator('[name="reason"][value="twice"]').check()
    page.locator('button[value="rejected"]').click()
    expect(page.locator(".undo")).to_contain_text("已驳回 1 条职责。")
    page.locator("[data-undo]").click()
    expect(page.locator("#list-h")).to_have_text(before)
