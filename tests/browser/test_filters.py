"""What a filter form does not say stays out of the address, with script and without; an empty list leads on; the page of a unit marks what has come."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from .barriers import violations
from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]


def fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not [item["id"] for item in violations(page) if item["impact"] in ("serious", "critical")]


def query(page: Page) -> str:
    return urlsplit(page.url).query


def test_addresses_hold_what_was_chosen_and_no_more(visit: Visit) -> None:
    page = visit("/units/?q=澜江市公安局", user="trial-gongan")
    page.locator("main a", has_text="澜江市公安局").first.click()
    unit = urlsplit(page.url).path
    page.check("#f-role-lead")
    page.wait_for_url("**?role=lead")
    page.check("#f-level-country")
    page.wait_for_url(lambda url: "level=country" in url)
    assert query(page) == "role=lead&level=country"
    page.uncheck("#f-role-lead")
    page.wait_for_url(lambda url: "role" not in url)
    assert query(page) == "level=country"
    page.goto(page.url.split("/units/")[0] + "/opinions/?level=country")
    page.locator(".find button").first.click()
    page.wait_for_load_state()
    assert "q=" not in page.url
    plain = visit(unit, user="trial-gongan", scripts=False)
    plain.locator("form.stick button[type=submit]").click()
    assert query(plain) == ""


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_an_empty_list_leads_to_what_there_is(visit: Visit, size: tuple[int, int]) -> None:
    page = visit("/opinions/?level=country&q=查无此件", user="trial-gongan", size=size)
    way = page.locator(".blank li", has_text="去掉“查无此件”")
    number = way.inner_text().partition("，有 ")[2].split(" ")[0]
    fits(page, size[0])
    way.locator("a").click()
    expect(page.locator("#list-h")).to_contain_text(f"{number} 份文件")
