"""A document is deleted by two persons, comes back, and is the start of another; its units are told; no screen of it is too wide or has a barrier.

Each test brings in a document of its own, so that one that fails half-way leaves nothing in the way of the next run.
"""

import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESK, PHONE
from .test_screens import _barriers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
OFFICE, OTHER, LIAISON = "trial-xietiao", "trial-fuhe", "trial-gongan"
TEXT = """澜江市中级人民法院文件
澜中法联〔2025〕{number}号
{title}
一、总体要求
（一）市公安局牵头协助清点第{number}号仓库。
二、附则
（一）本意见自2025年11月1日起施行。
澜江市中级人民法院
2025年10月21日
"""


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url  # type: ignore[index]
    assert not _barriers(page), page.url


@pytest.fixture
def title(visit: Visit, tmp_path: Path) -> str:
    """A document that has just been brought in and published."""
    number = secrets.randbelow(900_000) + 100_000
    title = f"关于清点第{number}号仓库的意见"
    path = tmp_path / f"仓库{number}.txt"
    path.write_text(TEXT.format(number=number, title=title), encoding="utf-8")
    page = visit("/imports/", user=OFFICE)
    page.set_input_files('[data-upload] input[name="file"]', str(path))
    page.locator(".files li", has=page.locator(".files__name", has_text=path.name)).locator("a.btn", has_text="核对").click(timeout=60_000)
    page.select_option("#f-disclosure", "open")
    page.click('.actbar [value="publish"]')
    page.click("dialog .btn--go")
    expect(page).to_have_url(re.compile("/review/"))
    return title


def _opened(visit: Visit, title: str, user: str, size: tuple[int, int] = DESK) -> Page:
    page = visit(f"/opinions/?q={title}", user=user, size=size)
    page.locator(".docs h3 a", has_text=title).first.click()
    return page


def _chosen(page: Page, words: str) -> None:
    page.locator(".doc__acts details.drop summary").click()
    page.locator(".drop__box a", has_text=words).click()


def _told(page: Page, title: str) -> None:
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/notices/", page.url))
    expect(page.locator(".notice", has_text=title).first).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_two_persons_delete_and_one_brings_back(visit: Visit, title: str, size: tuple[int, int]) -> None:
    page = _opened(visit, title, OFFICE, size)
    document = page.url
    _chosen(page, "删除")
    expect(page.locator("h1")).to_contain_text("删除《")
    page.locator(".hangs__part summary", has_text="有永久地址的条款").press("Enter")
    _fits(page)
    page.fill("#reason", "重复收录")
    page.click("button:has-text('申请删除这份文件')")
    expect(page.locator(".note", has_text="等另一人批准")).to_be_visible()
    expect(page.locator("button:has-text('批准删除')")).to_have_count(0)
    _fits(page)
    asked = page.url
    page.goto(document)
    expect(page.locator(".note", has_text="已有人申请删除这份文件")).to_be_visible()
    _fits(page)

    other = visit("/trash/requests/", user=OTHER, size=size)
    expect(other.locator(".gaplist h3", has_text=title)).to_be_visible()
    _fits(other)
    other.goto(asked)
    other.click("button:has-text('不批准')")  # without a reason
    expect(other.locator(".note--bad")).to_contain_text("请写明不批准的理由")
    other.click("button:has-text('批准删除')")
    expect(other.locator(".note", has_text="已移入回收站")).to_be_visible()

    liaison = visit("/", user=LIAISON, size=size)
    _told(liaison, title)
    told = liaison.locator(".notice", has_text=title).first
    expect(told).to_contain_text("已从本库删除")
    expect(told).to_contain_text("牵头协助清点")
    _fits(liaison)
    response = liaison.goto(document)
    assert response is not None
    assert response.status == 404

    page.goto(document)  # a link that is kept leads who may see it into the trash
    expect(page).to_have_url(re.compile("/trash/"))
    _fits(page)
    page.click("button:has-text('恢复并公开')")
    expect(page).to_have_url(document)
    expect(page.locator("h1")).to_contain_text("关于清点第")
    _told(liaison, title)
    expect(liaison.locator(".notice", has_text=title).first).to_contain_text("重新列入")


def test_who_asked_is_told_of_the_answer(visit: Visit, title: str) -> None:
    page = _opened(visit, title, OFFICE)
    _chosen(page, "删除")
    page.fill("#reason", "重复收录")
    page.click("button:has-text('申请删除这份文件')")
    other = visit("/trash/requests/", user=OTHER)
    other.goto(page.url)
    other.fill("#answer", "还有案件在引用。")
    other.click("button:has-text('不批准')")
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/", page.url))
    answer = page.locator(".todo a", has_text=title)
    expect(answer).to_contain_text("未批准，还有案件在引用。")
    _fits(page)
    answer.click()
    _fits(page)
    page.click("button:has-text('知道了')")
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/", page.url))
    expect(page.locator(".todo a", has_text=title)).to_have_count(0)


def test_a_document_is_the_start_of_another_and_is_not_published_by_mistake(visit: Visit, title: str) -> None:
    page = _opened(visit, title, OFFICE)
    _chosen(page, "以此为起点新建")
    _fits(page)
    page.click("button:has-text('新建草稿')")
    expect(page).to_have_url(re.compile("/outline/"))
    expect(page.locator("body")).to_contain_text("【新建稿】")
    made = page.url.split("/opinions/")[1].split("/")[0]
    page.goto(page.url.split("/admin/")[0] + f"/admin/pages/{made}/delete/")  # leads to our page; a draft goes at once
    expect(page.locator("h1")).to_contain_text("删除《【新建稿】")
    page.click("button:has-text('移入回收站')")
    expect(page.locator(".note", has_text="移入回收站")).to_be_visible()
