"""An amendment from the editor to the liaison officer: the office says what it is and what becomes of duties, the unit learns of it."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
NUMBER = "澜中法联[2026]9号"
PATIENCE = 30_000  # milliseconds: other tests keep the machine busy


def sound(page: Page) -> None:
    """No serious barrier, and nothing to be scrolled sideways at both widths."""
    found = Axe().run(page).response["violations"]
    assert not [(item["id"], item["nodes"][0]["html"][:160]) for item in found if item["impact"] in ("serious", "critical")]
    for width, height in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_amendment_reaches_the_liaison_officer(visit: Visit) -> None:
    page = visit(f"/opinions/?q={NUMBER}", user="trial-xietiao")
    page.locator(".docs h3 a").click()
    page.locator(".doc__acts").get_by_text("编辑", exact=True).click()
    line = page.locator(".ed__lines li", has_text="专班实行双人值守")
    line.locator("label").click()
    page.get_by_role("button", name="在后面插入", exact=True).click()
    page.locator("#ed-text").fill("市公安局应当在每月十日前向市中级人民法院通报布控车辆清单。")
    page.locator(".ed__do button").click()
    expect(page.locator(".messages")).to_contain_text("已插入")
    page.get_by_role("link", name="核对后发布").click()
    expect(page.locator("h1")).to_have_text("发布前核对")
    sound(page)
    page.locator("form#publish").get_by_role("button", name="发布", exact=True).click()
    expect(page.locator("h1")).to_have_text("发布前核对")  # the browser asks what it is
    page.locator("input[name=manner][value=amendment]").check()
    page.fill("#f-starts", "2026-11-20")
    page.fill("#f-basis", "澜中法联〔2026〕11号")
    for group in page.locator(".pub__choices").all():
        group.locator("input").first.check()
    page.locator("form#publish").get_by_role("button", name="发布", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("已发布", timeout=PATIENCE)

    page = visit("/", user="trial-gongan")
    page.locator(".mine__news a").or_(page.get_by_role("link", name="通知")).first.click()
    notice = page.locator(".notice", has_text="修订").first
    expect(notice).to_contain_text("依据澜中法联〔2026〕11号修订")
    expect(notice).to_contain_text("新增")
    sound(page)
    notice.get_by_role("link", name="新旧条文比较").click()
    expect(page.locator(".cmp--new").first).to_contain_text("布控车辆清单")
    page.go_back()
    unread = page.locator(".notice.is-unread").count()
    page.locator(".notice.is-unread").first.get_by_role("button", name="标为已读").click()
    expect(page.locator(".notice.is-unread")).to_have_count(unread - 1)
