"""A filter is saved where it was made, stands on the start page with what it finds, and goes and comes back; on the desk and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .barriers import violations
from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]


def fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not [item["id"] for item in violations(page) if item["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_saved_found_removed_and_put_back(visit: Visit, size: tuple[int, int]) -> None:
    name = f"省级现行有效{size[0]}"
    page = visit("/opinions/?level=province&valid=in_force", user="trial-gongan", size=size)
    total = page.locator("#list-h").inner_text().split(" ")[0]
    page.locator(".save summary").click()
    box = page.locator(".save .drop__box").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    page.fill("#save-name", name)
    page.locator(".save form button").click()
    expect(page.locator("[role=status]").first).to_contain_text(f"已保存筛选“{name}”")
    page.goto(page.url.split("/opinions/")[0] + "/")
    line = page.locator(".saved-home li", has_text=name)
    expect(line.locator(".n")).to_have_text(f"{total} 份")
    fits(page, size[0])
    line.locator("a").click()
    expect(page.locator("#list-h")).to_contain_text(total)
    page.goto(page.url.split("/opinions/")[0] + "/saved/")
    fits(page, size[0])
    page.locator(".gaplist > li", has_text=name).locator('[value="remove"]').click()
    expect(page.locator(".gaplist > li", has_text=name)).to_have_count(0)
    page.locator('.undo [value="undo"]').click()
    expect(page.locator(".gaplist > li", has_text=name)).to_have_count(1)
