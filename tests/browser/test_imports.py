"""The way of a file as an official goes it: drop, correct, publish; a good one, a bad one and a duplicate."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESK, NARROW, PHONE
from .test_screens import _barriers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
OFFICE = "trial-xietiao"
TEXT = """澜江市中级人民法院文件
澜中法联〔2025〕{number}号
关于规范协助扣划工作的意见（{number}）
一、总体要求
（一）市公安局牵头建立协作专班，市交通运输局配合。
（二）市税务局应当及时提供纳税信息。
联合处置组应当协调。
二、附则
（一）本意见自2025年11月1日起施行。
澜江市中级人民法院
2025年10月21日
"""


def _file(folder: Path, number: int) -> Path:
    path = folder / f"扣划{number}.txt"
    path.write_text(TEXT.format(number=number), encoding="utf-8")
    return path


def _sent(page: Page, *paths: Path) -> None:
    page.set_input_files('[data-upload] input[name="file"]', [str(path) for path in paths])


def _opened(page: Page, name: str) -> None:
    row = page.locator(".files li", has=page.locator(".files__name", has_text=name))
    row.locator("a.btn", has_text="核对").click(timeout=60_000)
    expect(page.locator("#check")).to_be_visible()


def test_a_good_a_bad_and_a_duplicate_file(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    twice = tmp_path / "重复.txt"
    twice.write_text(TEXT.format(number=1), encoding="utf-8")
    page = visit("/imports/", user=OFFICE)
    _sent(page, _file(tmp_path, 1), tmp_path / "坏.pdf", twice)
    expect(page.locator(".sending li", has_text="坏.pdf")).to_contain_text("PDF 已损坏")
    expect(page.locator(".files li", has_text="重复.txt")).to_contain_text("没有重复保存")
    _opened(page, "扣划1.txt")

    page.fill("#f-kind", "指导意见")
    page.press("#f-kind", "Tab")
    expect(page.locator("#saved-at")).to_contain_text("已自动保存")
    page.locator("#tree li", has_text="联合处置组").locator("a.tb").press("Enter")
    expect(page.locator("#p-words")).to_be_focused()
    page.locator("#p-join").press("Enter")
    expect(page.locator("li.is-open .tx")).to_contain_text("提供纳税信息。联合处置组应当协调。")
    expect(page.locator("#p-join")).to_be_focused()

    page.click('.actbar [value="publish"]')
    page.click("dialog .btn--go")
    expect(page.locator(".note--bad")).to_contain_text("公开属性")
    expect(page.locator(".note--bad")).to_be_focused()
    page.focus("#f-disclosure")
    page.select_option("#f-disclosure", "open")
    expect(page.locator("#s-disclosure")).to_have_text("人工填写")
    expect(page.locator("#f-disclosure")).to_be_focused()
    page.click('.actbar [value="publish"]')
    page.click("dialog .btn--go")
    expect(page).to_have_url(re.compile("/review/"))
    page.goto(page.url.split("/review/")[0] + "/opinions/?q=澜中法联〔2025〕1号")
    expect(page.locator(".docs")).to_contain_text("关于规范协助扣划工作的意见")


def test_two_documents_in_one_file_are_divided_and_joined_back(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "两份.txt"
    path.write_text(TEXT.format(number=21) + TEXT.format(number=22), encoding="utf-8")
    page = visit("/imports/", user=OFFICE)
    _sent(page, path)
    expect(page.locator("[data-said-here]")).to_have_text("已上传 1 个文件")
    _opened(page, "两份.txt")
    page.locator("#remarks button", has_text="从此处分为两份文件").click()
    expect(page.locator(".note").first).to_contain_text("已分为两份文件")
    expect(page.locator("#f-number")).to_have_value("澜中法联〔2025〕21号")
    page.locator("#remarks button", has_text="并回一份文件").click()
    expect(page.locator("dialog")).to_contain_text("都不保留")
    page.click("dialog .btn--go")
    expect(page.locator(".note").first).to_contain_text("已并回一份文件")
    expect(page.locator("#tree")).to_contain_text("澜中法联〔2025〕22号")


def test_work_survives_a_closed_browser(visit: Visit, tmp_path: Path) -> None:
    page = visit("/imports/", user=OFFICE)
    _sent(page, _file(tmp_path, 2))
    _opened(page, "扣划2.txt")
    page.fill("#f-title", "改过的标题")
    page.press("#f-title", "Tab")
    expect(page.locator("#saved-at")).to_contain_text("已自动保存")
    address = "/" + page.url.split("/", 3)[3]
    page.context.close()
    again = visit(address, user=OFFICE)
    expect(again.locator("#f-title")).to_have_value("改过的标题")


def test_of_two_browsers_one_is_told(visit: Visit, tmp_path: Path) -> None:
    page = visit("/imports/", user=OFFICE)
    _sent(page, _file(tmp_path, 3))
    _opened(page, "扣划3.txt")
    other = visit("/" + page.url.split("/", 3)[3], user=OFFICE)
    page.fill("#f-title", "先改的标题")
    page.press("#f-title", "Tab")
    expect(page.locator("#saved-at")).to_contain_text("已自动保存")
    other.fill("#f-title", "后改的标题")
    other.click('.actbar [value="draft"]')
    expect(other.locator(".note--warn")).to_contain_text("您填的是“后改的标题”")
    expect(other.locator("#f-title")).to_have_value("先改的标题")


@pytest.mark.parametrize("size", [DESK, PHONE, NARROW])
def test_the_screens_fit_and_have_no_serious_barrier(visit: Visit, tmp_path: Path, size: tuple[int, int]) -> None:
    page = visit("/imports/", user=OFFICE, size=size)
    _sent(page, _file(tmp_path, 10 + size[0] % 7))
    row = page.locator(".files li").first
    row.locator("a.btn", has_text="核对").wait_for(timeout=60_000)
    page.locator(".paste summary").click()
    assert not _barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    row.locator("a.btn", has_text="核对").click()
    page.locator("#tree li", has_text="联合处置组").locator("a.tb").click()
    expect(page.locator("#p-words")).to_be_visible()
    assert not _barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.goto(page.url.split("?")[0])
    page.click('.actbar [value="discard"]')
    expect(page.locator("#list")).to_contain_text("已放弃")


def test_without_scripts_a_file_is_sent_and_corrected(visit: Visit, tmp_path: Path) -> None:
    page = visit("/imports/", user=OFFICE, scripts=False)
    _sent(page, _file(tmp_path, 30))
    page.click("form[data-upload] button[type=submit]")
    expect(page.locator(".note").first).to_contain_text("已上传 1 个文件")
    for _try in range(60):
        if page.locator(".files li", has_text="扣划30.txt").locator("a.btn").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator(".files li", has_text="扣划30.txt").locator("a.btn").click()
    page.locator("#tree li", has_text="联合处置组").locator("a.tb").click()
    page.click("#p-join")
    expect(page.locator("li.is-open .tx")).to_contain_text("联合处置组应当协调。")
