"""«大字» on the narrowest screens: nothing lies beside the screen, and no switch of links is cut off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from .conftest import DESK, NARROW, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
CUT = """() => [...document.querySelectorAll('.seg, .tabs, .btns, .btn')].filter(one => one.checkVisibility() && getComputedStyle(one).overflowX !== 'auto'
&& one.scrollWidth > one.clientWidth + 1).map(one => one.outerHTML.slice(0, 120))"""
TIGHT = """() => [...document.querySelectorAll('main h1 + p, main h1 + form')].filter(one => { const head = one.previousElementSibling;
return one.checkVisibility() && head.getBoundingClientRect().bottom <= one.getBoundingClientRect().top && one.getBoundingClientRect().top + parseFloat(getComputedStyle(one).paddingTop)
- head.getBoundingClientRect().bottom + parseFloat(getComputedStyle(head).paddingBottom) < 5; }).map(one => one.outerHTML.slice(0, 120))"""


def test_every_screen_fits(visit: Visit) -> None:
    page = visit("/opinions/", user="trial-xietiao", size=NARROW)
    site = page.url.split("/opinions/")[0]
    document = str(page.locator(".docs h3 a").first.get_attribute("href"))
    for path in (
        "/opinions/", "/imports/", "/directory/?below=1", "/review/rules/", "/units/", "/notices/", "/bodies/", "/search/", document, f"{document}compare/", "/logout/",
    ):  # fmt: skip
        page.goto(site + path)
        for size in (NARROW, PHONE, DESK):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            for large in ("", "large"):
                page.evaluate("size => { document.documentElement.dataset.size = size; }", large)
                where = (path, size, large)
                assert page.evaluate("document.documentElement.scrollWidth") <= size[0], where
                assert page.evaluate(CUT) == [], where
                assert page.evaluate(TIGHT) == [], where
