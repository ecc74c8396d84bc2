"""What is far from the screen is not laid out, and is found all the same: by anchors, by the search of the browser, on paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]

LAID_OUT = "clause => clause.querySelector('.law').firstElementChild.checkVisibility({contentVisibilityAuto: true})"
TOP = "element => element.getBoundingClientRect().top"


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_far_clauses_wait_and_are_found(visit: Visit, size: tuple[int, int]) -> None:
    page = visit("/opinions/?q=失信联合惩戒", user="trial-gongan", size=size)
    page.get_by_role("link", name="关于加强网络查控和失信联合惩戒工作的指导意见").first.click()
    clauses = page.locator(".paper--long .clause:has(.law b)")
    expect(clauses.first).to_be_visible()
    last = clauses.nth(clauses.count() - 3)
    assert clauses.first.evaluate(LAID_OUT)
    assert not last.evaluate(LAID_OUT)
    words = last.locator(".law").evaluate("words => words.textContent.slice(4, 20)")
    name = last.get_attribute("id")
    assert page.evaluate("words => window.find(words, false, true, true)", words), "the search of the browser"
    expect(last).to_be_in_viewport()
    assert last.evaluate(LAID_OUT)
    address = page.url.split("#")[0]
    page.goto("about:blank")
    page.goto(f"{address}#{name}")
    expect(last).to_be_in_viewport()
    page.wait_for_timeout(500)  # what comes near is laid out, and the goal stays where it is
    assert 0 <= last.evaluate(TOP) < size[1] / 2
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    page.emulate_media(media="print")
    assert clauses.first.evaluate("clause => getComputedStyle(clause).contentVisibility") == "visible"
