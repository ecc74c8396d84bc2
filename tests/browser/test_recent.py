"""What others have changed: narrowed, opened, looked through; and the screens of the daily work fit and have no barriers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .barriers import violations
from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_narrowed_opened_and_looked_through(visit: Visit, size: tuple[int, int]) -> None:
    page = visit("/recent/?since=30", user="trial-shengban", size=size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert not [item["id"] for item in violations(page) if item["impact"] in ("serious", "critical")]
    total = int(page.locator("#list-h").inner_text().split(" ")[0])
    assert total > 0
    expect(page.locator("#c-who")).to_have_count(0)  # names are the office's
    if size == PHONE:
        page.locator(".filters summary").click()
    page.check("#c-kind-unit")
    expect(page.locator("#list-h")).to_have_text("0 处修改")
    page.go_back()
    page.locator(".gaplist h3 a").first.click()
    expect(page.locator("h1#title")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="标为看过").click()
    expect(page.locator(".seg [aria-current]")).to_have_text("上次看过以后")
    expect(page.locator("#list-h")).to_have_text("0 处修改")
