"""On a phone: nothing to press is too small, nothing to read lies beside the screen, no bar hides what is being filled in; and what is printed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESK, NARROW, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
OFFICE = "trial-xietiao"
UNIT, CONTACTS = "/units/public_security/990100/", "/directory/public_security/990100/"

SMALL = """names => [...document.querySelectorAll(names)].filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
.map(one => one.outerHTML.slice(0, 120))"""
TINY = """() => { const found = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); let node;
while ((node = walk.nextNode())) { const box = node.parentElement;
if (node.data.trim() && box.checkVisibility() && !box.closest('.vh, script, style') && parseFloat(getComputedStyle(box).fontSize) < 14) { found.push(node.data); } }
return found; }"""
HIDDEN = """() => { const box = document.activeElement.getBoundingClientRect(), bar = document.querySelector('.actbar');
const at = bar.getBoundingClientRect();
return !bar.contains(document.activeElement) && box.height > 0 && box.bottom > at.top && box.top < at.bottom ? document.activeElement.outerHTML.slice(0, 120) : ''; }"""


def _site(page: Page) -> str:
    return "/".join(page.url.split("/", 3)[:3])


def test_what_is_pressed_is_large_enough_and_nothing_is_tiny(visit: Visit) -> None:
    page = visit(f"{UNIT}?role=lead", user=OFFICE, size=PHONE)
    site = _site(page)
    names = ".tools a, .tools button, .chip, .chips a, .duty__path a, .btn, .tb, .listbar a.small, .mine__head a, .sechead a, .who-is a, .people a"
    for path in ("", "/", CONTACTS, "/review/?state=suggested", "/review/rules/", "/search/?q=公安局"):
        if path:
            page.goto(site + path)
        assert page.evaluate(SMALL, names) == [], path
        assert page.evaluate(TINY) == [], path


def test_tables_are_read_without_scrolling_sideways(visit: Visit) -> None:
    page = visit(CONTACTS, user=OFFICE, size=PHONE)
    for path, words in (("", "手机"), ("/review/rules/", "批量接受")):
        if path:
            page.goto(_site(page) + path)
        box = page.locator(".table-x").first
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth"), path
        assert page.locator(f"td[data-h={words}]").first.evaluate("cell => cell.getBoundingClientRect().right <= innerWidth"), path
    page.goto(_site(page) + "/directory/import/")
    for size in (NARROW, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.evaluate("size => { document.documentElement.dataset.size = size; }", "large" if size == PHONE else "")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("size", [(390, 420), PHONE, DESK])
def test_no_bar_hides_the_field_with_the_focus(visit: Visit, size: tuple[int, int]) -> None:
    page = visit(f"{CONTACTS}edit/", user=OFFICE, size=size)
    for path in ("", "/review/"):
        if path:
            page.goto(_site(page) + path)
            page.locator("[name=duty]").first.check()
        page.evaluate("() => { document.documentElement.style.scrollBehavior = 'auto'; document.querySelector('main').focus(); }")
        for _turn in range(25):
            page.keyboard.press("Tab")
            assert page.evaluate(HIDDEN) == "", path


def test_the_bar_of_a_list_comes_when_something_is_ticked(visit: Visit) -> None:
    page = visit("/review/", user=OFFICE, size=PHONE)
    bar = page.locator(".decide")
    assert bar.evaluate("bar => getComputedStyle(bar).position") == "static"
    page.locator("[name=duty]").first.check()
    assert bar.evaluate("bar => getComputedStyle(bar).position") == "sticky"


def test_only_what_is_read_is_printed(visit: Visit) -> None:
    page = visit(UNIT, user=OFFICE)
    page.emulate_media(media="print")
    for name in (".save", ".drop__box", ".masthead", ".filters"):
        for box in page.locator(name).all():
            expect(box).to_be_hidden()
    page.goto(_site(page) + "/directory/")
    expect(page.locator(".find")).to_be_hidden()
    page.goto(_site(page) + "/opinions/")
    page.locator(".docs h3 a").first.evaluate("link => link.click()")
    expect(page.locator("h1#title")).to_be_visible()
    assert set(page.locator(".drefs .dot").evaluate_all("dots => dots.map(dot => getComputedStyle(dot).color)")) <= {"rgb(0, 0, 0)"}
