"""The whole way of an amendment: a document is brought in, its duties are checked by keyboard, its words are amended, it is said what becomes of each
duty that this touches, and the liaison officer of the unit finds the difference."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .barriers import violations
from .conftest import DESK, PATIENCE, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
OFFICE, LIAISON = "trial-xietiao", "trial-gongan"  # the latter's unit is 澜江市公安局
TEXT = """澜江市中级人民法院文件
澜中法联〔2025〕{number}号
关于规范线索移送工作的意见（{number}）
一、移送
（一）市公安局应当在三日内反馈查找结果。
（二）市税务局应当及时提供纳税信息。
（三）市民政局应当提供婚姻登记信息。
二、附则
（一）本意见自2025年11月1日起施行。
澜江市中级人民法院
2025年10月21日
"""


def _stored(visit: Visit, folder: Path, number: int) -> Page:
    path = folder / f"线索{number}.txt"
    path.write_text(TEXT.format(number=number), encoding="utf-8")
    page = visit("/imports/", user=OFFICE)
    page.set_input_files('[data-upload] input[name="file"]', [str(path)])
    page.locator(".files li", has_text=path.name).locator("a.btn", has_text="核对").click(timeout=60_000)
    page.select_option("#f-disclosure", "open")
    expect(page.locator("#saved-at")).to_contain_text("已自动保存")
    page.click('.actbar [value="publish"]')
    page.click("dialog .btn--go")
    expect(page).to_have_url(re.compile("/review/d/"))
    return page


def _checked(page: Page) -> None:
    """Accept everything with one key."""
    page.wait_for_load_state()
    for _turn in range(20):
        left = page.locator("#prog").inner_text()
        if "全部核对" in left:
            return
        page.keyboard.press("a" if page.locator("#bench .cand li:not(.done)").count() else "j")
        page.wait_for_function("text => !document.querySelector('#bench').hasAttribute('aria-busy')", arg=left)
        page.wait_for_timeout(150)
    expect(page.locator("#prog")).to_contain_text("全部核对")


def _amended(page: Page) -> None:
    """Change one clause in the editor of the whole text."""
    page.get_by_text("编辑全文").click()
    page.wait_for_load_state("networkidle")
    fields = page.locator("textarea[name$='-value-text']")
    for at in range(fields.count()):
        if "三日内" in fields.nth(at).input_value():
            break
    block = fields.nth(at).locator("xpath=ancestor::*[@data-streamfield-child]").first
    if block.locator("button[aria-expanded=false]").count():
        block.locator("button[aria-expanded=false]").first.click()
    fields.nth(at).fill("市公安局应当在二日内反馈查找结果，并附说明。")


def _sound(page: Page, size: tuple[int, int]) -> None:
    found = violations(page)
    barriers = [(item["id"], item["nodes"][0]["html"][:160]) for item in found if item["impact"] in ("serious", "critical")]
    assert barriers == [], barriers
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize(("size", "number"), [(DESK, 61), (PHONE, 62)])
def test_an_amendment_reaches_the_unit(visit: Visit, tmp_path: Path, size: tuple[int, int], number: int) -> None:
    office = _stored(visit, tmp_path, number)
    _checked(office)
    key = office.url.split("/review/d/")[1].split("/")[0]
    base = office.url.split("/review/")[0]
    office.goto(f"{base}/opinions/{key}/")
    office.locator(".doc__acts").get_by_text("编辑", exact=True).click()
    _amended(office)
    office.locator("footer .w-dropdown__toggle").click()
    office.locator("[name=action-publish]").click()
    expect(office.locator("h1")).to_have_text("发布前核对", timeout=PATIENCE)
    office.set_viewport_size({"width": size[0], "height": size[1]})
    office.wait_for_timeout(1000)  # the message fades in
    _sound(office, size)
    row = office.locator(".pub__group fieldset", has_text="澜江市公安局")
    expect(row.locator("del")).to_contain_text("三")
    expect(row.locator("ins").first).to_contain_text("二")
    expect(office.locator(".pub__group", has_text="没有变化")).to_be_attached()

    office.get_by_text("修订", exact=True).click()
    office.fill("#f-starts", "2026-01-01")
    row.get_by_text("仍然有效，改用新引文").click()
    office.get_by_role("button", name="发布", exact=True).click()
    expect(office.locator(".messages")).to_contain_text("已发布", timeout=PATIENCE)

    liaison = visit("/notices/", user=LIAISON, size=size)
    notice = liaison.locator(".notice", has_text=f"（{number}）").first
    expect(notice).to_contain_text("修订")
    expect(notice.locator("del").first).to_contain_text("三")
    expect(notice.locator("ins").first).to_contain_text("二")
    _sound(liaison, size)
    liaison.goto(f"{base}/units/public_security/990100/?q=二日内")
    expect(liaison.locator("main")).to_contain_text("市公安局应当在二日内反馈查找结果")
    liaison.goto(f"{base}/opinions/{key}/?on=2025-12-31")
    expect(liaison.locator("main")).to_contain_text("三日内")
    _sound(liaison, size)
