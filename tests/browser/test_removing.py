"""A document is deleted by two persons, comes back, and is the start of another; no screen of it is too wide or has a barrier."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESK, PHONE
from .test_screens import _barriers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
OFFICE, OTHER = "trial-xietiao", "trial-fuhe"
TITLE = "关于规范财产处置和执行案款管理的若干意见"


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url  # type: ignore[index]
    assert not _barriers(page), page.url


def _opened(visit: Visit, user: str, size: tuple[int, int] = DESK) -> Page:
    page = visit(f"/opinions/?q={TITLE}", user=user, size=size)
    page.locator(".docs h3 a", has_text=TITLE).first.click()
    return page


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_two_persons_delete_and_one_brings_back(visit: Visit, size: tuple[int, int]) -> None:
    page = _opened(visit, OFFICE, size)
    document = page.url
    page.locator(".doc__acts details.drop summary").click()
    page.locator(".drop__box a", has_text="删除").click()
    expect(page.locator("h1")).to_contain_text("删除《")
    page.locator(".hangs__part summary", has_text="有永久地址的条款").press("Enter")
    _fits(page)
    page.fill("#reason", "重复收录")
    page.click("button:has-text('申请删除这份文件')")
    expect(page.locator(".note", has_text="等另一人批准")).to_be_visible()
    expect(page.locator("button:has-text('批准删除')")).to_have_count(0)
    _fits(page)
    asked = page.url

    other = visit("/trash/requests/", user=OTHER, size=size)
    expect(other.locator(".gaplist h3", has_text=TITLE)).to_be_visible()
    _fits(other)
    other.goto(asked)
    other.click("button:has-text('不批准')")  # without a reason
    expect(other.locator(".note--bad")).to_contain_text("请写明不批准的理由")
    other.click("button:has-text('批准删除')")
    expect(other.locator(".note", has_text="已移入回收站")).to_be_visible()
    response = other.goto(document)
    assert response is not None
    assert response.status == 404

    page.goto(document.split("/opinions/")[0] + "/trash/")
    _fits(page)
    page.click(f".gaplist a.btn:has-text('{TITLE}')")
    _fits(page)
    page.click("button:has-text('恢复并公开')")
    expect(page).to_have_url(document)
    expect(page.locator("h1")).to_contain_text("关于规范财产处置")


def test_a_document_is_the_start_of_another_and_is_not_published_by_mistake(visit: Visit) -> None:
    page = _opened(visit, OFFICE)
    page.locator(".doc__acts details.drop summary").click()
    page.locator(".drop__box a", has_text="以此为起点新建").click()
    _fits(page)
    page.click("button:has-text('新建草稿')")
    expect(page).to_have_url(re.compile("/outline/"))
    expect(page.locator("body")).to_contain_text("【新建稿】")
    made = page.url.split("/opinions/")[1].split("/")[0]
    page.goto(page.url.split("/admin/")[0] + f"/admin/pages/{made}/delete/")  # leads to our page; a draft goes at once
    expect(page.locator("h1")).to_contain_text("删除《【新建稿】")
    page.click("button:has-text('移入回收站')")
    expect(page.locator(".note", has_text="移入回收站")).to_be_visible()
