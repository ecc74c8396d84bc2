"""The office picks documents of the list, reads what will happen, does it and takes it back; by mouse, on a phone, for screen readers."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .barriers import violations
from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]


def barriers(page: Page) -> list[str]:
    return [item["id"] for item in violations(page) if item["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_whole_way_and_back(visit: Visit, size: tuple[int, int]) -> None:
    page = visit("/opinions/?level=province&valid=in_force", user="trial-xietiao", size=size)
    page.locator("[data-tick-all]").click()
    number = page.locator('#many [name="key"]:checked').count()
    assert number > 0
    expect(page.locator("[data-ticked]")).to_have_text(f"已选 {number} 份")
    page.locator('#many [value="validity"]').click()
    expect(page.locator("h1")).to_have_text(f"确认 {number} 份文件现行有效？")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert not barriers(page)
    page.locator(".many__do .btn--go").click()
    expect(page.locator("[role=status] b")).to_have_text(f"已办理 {number} 份。")
    assert not barriers(page)
    page.locator(".undo .tb").click()
    expect(page.locator("[role=status] b")).to_have_text(f"已撤销 {number} 份。")
    page.get_by_text("返回列表").click()
    expect(page).to_have_url(re.compile(r"level=province&valid=in_force"))
