"""Topics as the coordination office and readers use them: check one, merge and take back, read and export."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .barriers import violations
from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
MEASURES = "/topics/cheng-jie-he-xian-zhi-cuo-shi/"
SCREENS = [
    ("/topics/", ""),
    (MEASURES, "trial-gongan"),
    ("/topics/xian-zhi-chu-jing/", ""),
    ("/topics/xian-zhi-fa-xing-zhai-quan/", ""),
    (f"{MEASURES}?level=county&q=查无此词", "trial-gongan"),
    ("/review/topics/", "trial-xietiao"),
    ("/review/topics/gong-zuo-zhu-ti/", "trial-xietiao"),
    ("/review/topics/", "trial-gongan"),
    ("/admin/topics/", "trial-xietiao"),
]


def _barriers(page: Page) -> list[tuple[str, str]]:
    found = violations(page)
    return [(item["id"], item["nodes"][0]["html"][:160]) for item in found if item["impact"] in ("serious", "critical")]


def test_from_a_suggestion_to_the_page_and_a_merge_and_back(visit: Visit) -> None:
    page = visit("/review/topics/xie-zhu-cha-kou-che-liang/", user="trial-xietiao")
    expect(page.locator("h1")).to_have_text("协助查扣车辆")
    expect(page.locator(".passage").first).to_be_visible()
    waiting = page.locator(".passage").count()
    page.get_by_role("button", name="接受").first.click()
    expect(page.get_by_text("已接受 1 条主题。")).to_be_visible()
    assert page.locator(".passage").count() == waiting - 1
    page.keyboard.press("z")  # the key that takes back on the other review pages
    expect(page.get_by_text("已撤销 1 条。")).to_be_visible()

    page.goto(page.url.split("/review")[0] + "/admin/topics/")
    page.get_by_role("link", name="协助查扣车辆", exact=True).click()
    page.select_option("#t-into", label="　　协助查找和控制被执行人")
    page.get_by_role("button", name="合并……").click()
    expect(page.get_by_text("什么都没有删除，以后可以恢复原状。")).to_be_visible()
    assert not _barriers(page)
    page.get_by_role("button", name="合并，涉及").click()
    expect(page.get_by_text("已把“协助查扣车辆”并入“协助查找和控制被执行人”。")).to_be_visible()
    base = page.url.split("/admin")[0]
    page.goto(f"{base}/topics/xie-zhu-cha-kou-che-liang/")
    expect(page.locator("h1")).to_have_text("协助查找和控制被执行人")
    page.goto(f"{base}/admin/topics/")
    page.locator(".ed__out li", has_text="协助查扣车辆").get_by_role("button").click()
    expect(page.get_by_text("已恢复主题“协助查扣车辆”")).to_be_visible()


def test_from_the_tree_to_the_unit_and_the_table(visit: Visit) -> None:
    page = visit("/topics/", user="trial-gongan")
    page.get_by_role("link", name="惩戒和限制措施").click()
    number = page.locator(".topic-clause").count()
    assert number
    page.check("#f-level-country")
    expect(page.locator(".chip")).to_contain_text("国家")
    assert 0 < page.locator(".topic-clause").count() < number
    page.locator("details.drop summary").click()
    with page.expect_download() as waiting:
        page.get_by_text("CSV 文件").click()
    assert waiting.value.suggested_filename.endswith(".csv")
    page.locator(".doers a").first.click()
    expect(page.locator("#duty-h")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_every_screen_fits_and_has_no_serious_barrier(visit: Visit, size: tuple[int, int]) -> None:
    for address, user in SCREENS:
        page = visit(address, user=user, size=size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], address
        if size == DESK:
            assert not _barriers(page), (address, user)
        page.context.close()
