"""What is copied from Word is pasted with its numbers and tables: by keyboard, at both widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESK, PHONE
from .test_screens import _barriers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
OFFICE = "trial-xietiao"
WORD = """<html><head><style>@list l0:level1 {mso-level-number-format:chinese-counting; mso-level-text:"%1、";}
@list l0:level2 {mso-level-number-format:chinese-counting; mso-level-text:"（%2）";}</style></head><body>
<p>澜江市中级人民法院文件</p><p>澜中法联〔2025〕77号</p><h1>关于规范协助查封工作的意见</h1>
<p style='mso-list:l0 level1 lfo1'>总体要求</p><p style='mso-list:l0 level2 lfo1'>市公安局牵头建立协作专班。<span style='display:none'>暗</span></p>
<table><tr><td>单位</td><td>职责</td></tr><tr><td>市公安局</td><td>协助查封</td></tr></table><img src="http://elsewhere.example/a.gif"></body></html>"""
COPY = """async ([html, text]) => navigator.clipboard.write([new ClipboardItem({
  'text/html': new Blob([html], {type: 'text/html'}), 'text/plain': new Blob([text], {type: 'text/plain'})})])"""


def test_the_numbers_come_along(visit: Visit, site: str) -> None:
    for size in (PHONE, DESK):
        page = visit("/imports/", user=OFFICE, size=size)
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))  # type: ignore[misc]
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
        page.locator(".paste summary").press("Enter")
        page.evaluate(COPY, [WORD, "总体要求"])
        box = page.locator("#p-words")
        box.press("Control+V")
        expect(page.locator("[data-pasted-said]")).to_contain_text("已按原来的排版整理成文字", timeout=60_000)
        words = box.input_value()
        assert "一、总体要求" in words
        assert "（一）市公安局牵头建立协作专班。\n" in words
        assert "单位\t职责\n市公安局\t协助查封" in words
        assert "看不见的文字" in page.locator("[data-pasted]").inner_text()
        assert not [url for url in asked if not url.startswith(site)]
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert _barriers(page) == []
        plain = page.locator("[data-pasted-plain]")
        if size is PHONE:
            plain.press("Enter")
            expect(box).to_have_value("总体要求")
    page.locator(".paste form .btn", has_text="识别").press("Enter")
    expect(page.locator("#check")).to_be_visible(timeout=60_000)
    expect(page.locator("#f-title")).to_have_value("关于规范协助查封工作的意见")
