"""A page stays where it is read: filtering and deciding never move it, the focus stays on the control, and Back finds the place."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
OFFICE = "trial-xietiao"

# the control is brought to 200 pixels below the top, as somebody does who looks for it
TO = """name => { const box = document.querySelector(name); document.querySelectorAll('details.filters').forEach(one => { one.open = true; });
scrollBy({top: box.getBoundingClientRect().top - 200, behavior: 'instant'}); box.focus({preventScroll: true}); return scrollY; }"""


def _is_still(page: Page, at: float) -> None:
    page.wait_for_timeout(400)  # what moves does so a moment after the answer stands
    stands, most = page.evaluate("[scrollY, document.documentElement.scrollHeight - innerHeight]")
    assert abs(stands - min(at, most)) < 2, "unless the page has become too short for it"


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_filter_does_not_move_the_page(visit: Visit, size: tuple[int, int]) -> None:
    page = visit("/units/public_security/990100/", user=OFFICE, size=size)
    site = page.url.split("/units/")[0]
    for path, name in (("/units/public_security/990100/", "#f-role-lead"), ("/opinions/", "#f-state-published"), ("/review/", "#r-doc")):
        page.goto(site + path)
        at = page.evaluate(TO, name)
        assert at > 50, path
        with page.expect_response(lambda answer: answer.request.resource_type == "xhr"):
            page.keyboard.press("ArrowDown" if name == "#r-doc" else "Space")
        expect(page.locator(".chip").first).to_be_visible()
        _is_still(page, at)
        expect(page.locator(name)).to_be_focused()
        stood = page.evaluate("scrollY")  # where the filtered page was too short for the place, Back finds what was left of it
        page.go_back()
        expect(page.locator(".chip")).to_have_count(0)
        _is_still(page, stood)


def test_deciding_does_not_move_the_page_on_a_phone(visit: Visit) -> None:
    page = visit("/review/documents/?q=岭高法发〔2023〕9号", user=OFFICE, size=PHONE)
    page.locator(".todo-docs a").first.click()
    expect(page.locator("[data-law]")).to_be_visible()
    at = page.evaluate(TO, ".two [value=confirmed]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("已接受")
    _is_still(page, at)
    expect(page.locator(".cand .on [data-pick]")).to_be_focused()
    page.locator("[data-toast] button").click()
    expect(page.locator("[data-toast]")).to_contain_text("已撤销")


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_back_shows_the_place_at_once(visit: Visit, size: tuple[int, int]) -> None:
    page = visit("/units/public_security/990100/", user=OFFICE, size=size)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight * .6)")
    at = page.evaluate("scrollY")
    assert at > 1_000, "it has not begun to run there"
    page.evaluate("[...document.querySelectorAll('.duty__path a')].pop().click()")
    expect(page.locator("h1#title")).to_be_visible()
    page.go_back()
    expect(page.locator("#list-h")).to_be_visible()
    assert page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(scrollY))))") == at
