"""The screens as people use them: the way from a name to an exported table, by keyboard, on a phone, for screen readers."""

import csv
import io
import re
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .barriers import violations
from .conftest import DESK, NARROW, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
UNIT = "/units/public_security/990100/"
PARTS = 4  # of the screens, so that the machine's cores share them


# address and who looks, of each screen; empty and refused states among them
SCREENS = [
    ("/", ""),
    ("/", "trial-gongan"),
    ("/login/", ""),
    ("/units/?q=gaj", ""),
    (UNIT, "trial-gongan"),
    (f"{UNIT}?role=lead&level=county", "trial-gongan"),
    (UNIT, ""),
    ("/opinions/", ""),
    ("/opinions/?level=county&valid=past", "trial-gongan"),
    ("/opinions/?q=查无此词甲乙丙&level=county", ""),
    ("/search/", ""),
    ("/search/?q=查封", "trial-gongan"),
    ("/search/?q=公安局&in=opinion&level=prefecture", "trial-gongan"),
    ("/search/?q=查无此词甲乙丙", ""),
    ("/search/?q=，。", ""),
    ("/review/", "trial-xietiao"),
    ("/review/?q=查无此词甲乙丙", "trial-xietiao"),
    ("/review/", ""),
    *((f"/completeness/?of={of}", "trial-xietiao") for of in ("cited", "decided", "units", "names", "review", "valid", "index")),
    ("/completeness/?of=valid&years=10", "trial-xietiao"),
    ("/completeness/", "trial-gongan"),
    ("/aging/", "trial-xietiao"),
    ("/recent/?since=30", "trial-xietiao"),
    ("/recent/", "trial-xitong"),
    ("/saved/", "trial-lingdao"),
    ("/aging/?of=issued-1", "trial-xietiao"),
    ("/opinions/", "trial-xietiao"),
    ("/notices/", "trial-gongan"),
    ("/notices/?all=1", "trial-xietiao"),
    ("/notices/", "trial-xitong"),
    ("/nothing/", ""),
    ("/nothing/", "trial-gongan"),
    ("/logout/", "trial-gongan"),
    (f"{UNIT}?on=2016-06-01", "trial-gongan"),
]


def test_from_a_name_to_an_exported_table(visit: Visit, tmp_path: Path) -> None:
    page = visit("/units/", user="trial-gongan")
    expect(page.locator("#u-q")).to_be_focused()
    page.keyboard.type("gaj")
    expect(page.locator("#u-list [role=option]").first).to_contain_text("公安局")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/units/public_security/990100/"))
    total = int(page.locator(".sum .big").first.inner_text())
    assert page.locator("#list .group .duty").count() == total

    page.check("#f-role-lead")
    expect(page).to_have_url(re.compile("role=lead"))
    expect(page.locator(".chip")).to_contain_text("牵头")
    led = int(page.locator(".sum .big").first.inner_text())
    assert 0 < led < total
    assert page.locator("#list .group .duty").count() == led

    page.locator("details.drop summary", has_text="导出").click()
    with page.expect_download() as waiting:
        page.get_by_text("CSV 文件").click()
    waiting.value.save_as(tmp_path / "duties.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "duties.csv").read_text(encoding="utf-8-sig"))))
    assert sum(row[0].isdecimal() for row in rows if len(row) > 3) == led

    page.go_back()
    expect(page.locator(".sum .big").first).to_have_text(str(total))


def test_search_leads_to_the_clause(visit: Visit) -> None:
    page = visit("/", user="trial-gongan")
    page.fill("#q", "限制出境")
    page.keyboard.press("Enter")
    expect(page.locator("mark.hit").first).to_be_visible()
    page.locator('.hit-row h3 a[href*="/c/"]').first.click()
    expect(page.locator(".clause:target, .part:target")).to_be_visible()


def test_the_search_box_offers_what_may_be_meant(visit: Visit) -> None:
    page = visit("/", user="trial-gongan", size=PHONE)
    page.fill("#q", "")
    page.keyboard.type("gonganju")
    first = page.locator("#q-list [role=option]").first
    expect(first).to_contain_text("公安局")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert not _barriers(page)
    page.keyboard.press("Escape")
    expect(page.locator("#q-list")).to_be_hidden()
    page.fill("#q", "查控")
    expect(page.locator("#q-list [role=option]", has_text="查控").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/search/" not in url and url.rstrip("/").count("/") > 3)
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/search/?q=查封")
    page.fill("#q", "国土局")
    expect(page.locator("#q-list [role=option]").first).to_contain_text("自然资源")
    page.keyboard.press("Enter")  # nothing chosen: the words are searched
    expect(page).to_have_url(re.compile("/search/\\?"))


def test_an_input_method_is_left_alone(visit: Visit) -> None:
    page = visit("/units/", user="trial-gongan")
    page.evaluate(
        """() => { const field = document.getElementById('u-q');
        field.dispatchEvent(new CompositionEvent('compositionstart'));
        field.value = 'gong'; field.dispatchEvent(new InputEvent('input', {isComposing: true})); }"""
    )
    page.wait_for_timeout(400)
    assert page.locator("#u-list").is_hidden()


def test_nothing_needs_scripts(visit: Visit) -> None:
    page = visit(UNIT, user="trial-gongan", scripts=False)
    page.check("#f-role-lead")
    page.get_by_role("button", name="按条件筛选").click()
    assert "role=lead" in page.url
    expect(page.locator(".chip")).to_contain_text("牵头")
    page.locator("#list .duty__path a").first.click()
    expect(page.locator("h1#title")).to_be_visible()


def _open_first(page: Page) -> None:
    """Open the first document of the list and wait until it stands."""
    page.locator(".docs a").first.click()
    expect(page.locator("h1#title")).to_be_visible()
    page.wait_for_load_state()


@pytest.mark.parametrize("first", range(PARTS))
def test_no_screen_scrolls_sideways_or_has_a_serious_barrier(visit: Visit, first: int) -> None:
    """Each is opened on a phone, made narrower and wider, and opened once more on a desk: what folds does so as it opens."""
    for user, addresses in groupby(sorted(SCREENS[first::PARTS], key=itemgetter(1)), itemgetter(1)):
        page = visit("/", user=user, size=PHONE)
        site = page.url.rstrip("/")
        for address, _user in addresses:
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            page.goto(site + address)
            assert not _barriers(page), (address, user, PHONE)
            _fits(page, address)  # ends on a desk
            page.goto(site + address)
            assert not _barriers(page), (address, user)
        page.context.close()


def test_a_document_scrolls_not_sideways(visit: Visit) -> None:
    page = visit("/opinions/", size=PHONE)
    _open_first(page)
    _fits(page, page.url)


def _fits(page: Page, address: str) -> None:
    for width, height in (PHONE, NARROW, DESK):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


def _barriers(page: Page) -> list[tuple[str, str]]:
    found = violations(page)
    return [(item["id"], item["nodes"][0]["html"][:160]) for item in found if item["impact"] in ("serious", "critical")]


def test_a_document_has_no_serious_barrier(visit: Visit) -> None:
    page = visit("/opinions/", user="trial-xietiao")
    _open_first(page)
    assert not _barriers(page)
    document = page.url
    for address in (f"{document}?find=公安", f"{document}?find=查无此词甲乙丙"):
        page.goto(address)
        assert not _barriers(page), address
    for link in ("a.kin", "a.dref"):
        page.goto(document)
        page.goto(page.locator(link).first.evaluate("link => link.href"))
        assert not _barriers(page), page.url
