"""A reform on the screen: entered by the coordination office, seen by the liaison officer of the unit, taken back; and that the screens fit."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .barriers import violations
from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
OFFICE, LIAISON = "trial-xietiao", "trial-qingxi"  # the latter's unit is 青溪县自然资源局
UNIT = "/units/natural_resources/990121/"
READY = 4  # seconds for a preview on a machine that does other work beside


def _total(page: Page) -> int:
    return int(page.locator(".sum .big").first.inner_text())


def _answers(page: Page) -> None:
    """A local reform of 2018 that the sample set does not have."""
    page.fill("#id_g0-unit", "林业局")
    page.fill("#id_t0-unit", "自然资源局")
    page.fill("#id_county_on", "2019-03-31")
    page.fill("#id_title", "2018年机构改革（青溪县）")
    page.fill("#id_place", "青溪县")


def _barriers(page: Page) -> list[tuple[str, str]]:
    return [(item["id"], item["nodes"][0]["html"][:160]) for item in violations(page) if item["impact"] in ("serious", "critical")]


def test_a_reform_is_entered_seen_and_taken_back(visit: Visit) -> None:
    liaison = visit(UNIT, user=LIAISON)
    before = _total(liaison)
    office = visit("/reforms/", user=OFFICE)
    office.get_by_role("link", name="登记机构改革").click()
    office.get_by_role("link", name="合并").click()
    _answers(office)
    office.keyboard.press("Enter")  # the first button of the form shows the preview, none saves
    expect(office.get_by_text("还没有登记。")).to_be_visible()
    row = office.locator("tr", has_text="青溪县自然资源局").first
    told = re.search(r"(\d+) → (\d+)", row.inner_text())
    assert told
    then = int(told[2])
    assert int(told[1]) == before < then
    expect(office.locator("tr", has_text="林业和草原部门").first).to_be_visible()
    liaison.reload()
    assert _total(liaison) == before, "a preview saves nothing"
    office.get_by_role("button", name="返回修改").click()
    expect(office.locator("#id_g0-unit")).to_have_value("林业局")
    office.get_by_role("button", name="查看影响").last.click()
    office.get_by_role("button", name="登记这项改革").click()
    expect(office.get_by_text("已登记“2018年机构改革（青溪县）”")).to_be_visible()
    liaison.reload()
    assert _total(liaison) == then
    expect(liaison.locator(".unit__facts")).to_contain_text("青溪县林业和草原局（2019年3月31日）")
    liaison.goto(liaison.url.split("?")[0] + "?on=2019-03-30")
    expect(liaison.locator(".unit__facts")).not_to_contain_text("林业和草原局（2019")
    liaison.goto(liaison.url.split("/units/")[0] + "/notices/")
    expect(liaison.locator(".notice").first).to_contain_text("2018年机构改革（青溪县）")
    liaison.locator(".notice").first.get_by_role("link", name="查看说明").click()
    expect(liaison.locator("h1")).to_have_text("2018年机构改革（青溪县）")
    expect(liaison.get_by_text("撤销这次改革登记")).to_have_count(0)
    liaison.goto(liaison.url.split("/reforms/")[0] + "/units/?q=林业局")
    expect(liaison.locator("ul.docs a").first).to_have_text("青溪县自然资源局")
    office.get_by_role("link", name="撤销这次改革登记").click()
    expect(office.get_by_text("还没有撤销。")).to_be_visible()
    assert _barriers(office) == []
    office.get_by_role("button", name="撤销这次改革登记").click()
    expect(office.get_by_text("这项改革的登记已经撤销")).to_be_visible()
    office.get_by_role("link", name="重新登记").click()
    expect(office.get_by_role("button", name="重新登记")).to_be_visible()
    assert _barriers(office) == []
    liaison.goto(liaison.url.split("/units/")[0] + UNIT)
    assert _total(liaison) == before


def test_the_reform_of_2018_sets_the_organs_of_before_apart(visit: Visit) -> None:
    unit, day, after = "/units/market_regulation/990000/", "2018-10-31", "2018-11-01"
    liaison = visit(f"{unit}?on={after}", user=LIAISON)
    site, held = liaison.url.split("/units/")[0], _total(liaison)
    liaison.goto(f"{site}{unit}?on={day}")
    whole = _total(liaison)
    office = visit("/reforms/enter/?kind=merge", user=OFFICE)
    for _more in range(2):
        office.get_by_role("button", name="再加一个单位").click()
    for number, name in enumerate(("工商行政管理局", "质量技术监督局", "食品药品监督管理局")):
        office.fill(f"#id_g{number}-unit", name)
    office.fill("#id_t0-unit", "市场监督管理局")
    for level, on in (("country", "2018-03-21"), ("province", "2018-11-01"), ("prefecture", "2019-01-01"), ("county", "2019-03-31")):
        office.fill(f"#id_{level}_on", on)
    office.fill("#id_title", "2018年机构改革（市场监管）")
    office.get_by_role("button", name="查看影响").last.click()
    row = office.locator("#pages-h").locator("xpath=ancestor::section").locator("tr", has_text="云岭省工商行政管理局").first
    told = re.search(r"0 → (\d+)", row.inner_text())
    assert told
    assert _barriers(office) == []
    office.get_by_role("button", name="登记这项改革").click()
    expect(office.get_by_text("已登记“2018年机构改革（市场监管）”")).to_be_visible()
    liaison.reload()
    assert _total(liaison) < whole
    liaison.locator(".apart").get_by_role("link", name="云岭省工商行政管理局").click()
    expect(liaison.locator("h1")).to_contain_text("云岭省工商行政管理局")
    assert _total(liaison) == int(told[1]) > 0
    expect(liaison.get_by_text("自2018年11月1日起，云岭省工商行政管理局的职责由")).to_be_visible()
    liaison.goto(f"{site}{unit}?on={after}")
    assert _total(liaison) == held
    expect(liaison.locator(".apart")).to_have_count(0)
    liaison.goto(f"{site}/units/?q=省工商局")
    expect(liaison.locator("ul.docs a").first).to_have_text("云岭省市场监督管理局")
    office.get_by_role("link", name="撤销这次改革登记").click()
    office.get_by_role("button", name="撤销这次改革登记").click()
    expect(office.get_by_text("这项改革的登记已经撤销")).to_be_visible()
    liaison.goto(f"{site}{unit}?on={day}")
    assert _total(liaison) == whole
    expect(liaison.locator(".apart").get_by_role("link", name="云岭省工商行政管理局")).to_have_count(0)


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_screens_of_reforms_fit_and_have_no_barrier(visit: Visit, size: tuple[int, int]) -> None:
    page = visit("/reforms/", user=OFFICE, size=size)
    base = page.url.removesuffix("/reforms/")
    detail = page.locator(".reform-list h3 a").last.get_attribute("href")
    kinds = [f"/reforms/enter/?kind={kind}" for kind in ("merge", "split", "rename", "transfer", "new")]
    for path in ("/reforms/", "/reforms/?q=查无此词甲乙丙", detail, f"{detail}undo/", "/reforms/enter/", *kinds):
        page.goto(base + str(path))
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        assert _barriers(page) == [], path
    page.goto(f"{base}/reforms/enter/?kind=merge")
    page.get_by_role("button", name="查看影响").last.click()
    expect(page.locator("#errors")).to_be_focused()
    assert _barriers(page) == []
    _answers(page)
    page.get_by_role("button", name="查看影响").last.click()
    expect(page.get_by_role("button", name="登记这项改革")).to_be_visible(timeout=READY * 1000)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert _barriers(page) == []
    refused = visit("/reforms/", size=size)
    assert "403" not in refused.locator("h1").inner_text()
    assert _barriers(refused) == []
