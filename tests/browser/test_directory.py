"""The directory as officials use it: a number found in three steps, contacts changed and confirmed, two people at once."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from .conftest import DESK, NARROW, PHONE
from .test_screens import _barriers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
UNIT = "/directory/natural_resources/990121/"


def test_a_unit_keeps_its_contacts_and_two_at_once_lose_nothing(visit: Visit) -> None:
    office = visit("/directory/", user="trial-xietiao")
    office.fill("#d-q", "qxxzrzy")
    office.keyboard.press("Enter")
    office.fill("#d-q", "马晓梅")
    office.keyboard.press("Enter")
    office.get_by_role("link", name="青溪县自然资源局").click()
    expect(office.locator(".people")).to_contain_text("0999-5140021")
    office.goto(office.url + "edit/")

    page = visit(f"{UNIT}edit/", user="trial-qingxi")
    page.locator("#id_p-1-mobile").fill("1990000")
    page.get_by_role("button", name="保存并确认").click()
    expect(page.locator(".note--bad")).to_be_focused()
    expect(page.locator(".note--bad")).to_contain_text("手机号应为 11 位数字")
    page.locator("#id_p-1-mobile").fill("199 0000 0399")
    page.get_by_role("button", name="保存并确认").click()
    expect(page.locator(".note--ok")).to_contain_text("已保存 1 处更改")
    expect(page.locator(".people")).to_contain_text("19900000399")

    office.locator("#id_p-1-mobile").fill("19900000388")
    office.locator("#id_p-1-post").fill("不动产登记中心副主任")
    office.get_by_role("button", name="只保存").last.click()
    expect(office.locator(".note--warn").first).to_contain_text("马晓梅已在")
    expect(office.locator(".note--warn").nth(1)).to_contain_text("手机对方改为“19900000399”")
    expect(office.locator("#id_p-1-post")).to_have_value("不动产登记中心副主任")
    office.locator("#id_p-1-mobile").fill("19900000399")
    office.get_by_role("button", name="只保存").last.click()
    expect(office.locator(".people")).to_contain_text("不动产登记中心副主任")
    office.get_by_role("link", name="历史").click()
    expect(office.locator(".events > li").first).to_contain_text("李静")
    expect(office.locator(".events > li").nth(1)).to_contain_text("19900000399")


def test_the_office_asks_and_the_unit_confirms(visit: Visit) -> None:
    page = visit("/", user="trial-gongan")
    page.locator(".todo a").click()
    expect(page.locator(".asked")).to_contain_text("年度联络信息")
    page.get_by_role("button", name="确认无变化").click()
    expect(page.locator(".note--ok")).to_contain_text("已确认，没有变化")
    office = visit("/", user="trial-xietiao")
    office.locator(".todo a", has_text="澜江市本级").click()
    office.get_by_role("link", name="已确认", exact=True).click()
    row = office.locator(".units > li", has_text="澜江市公安局")
    expect(row).to_contain_text("杨立群")
    row.locator("summary").click()
    row.locator("[name=reason]").fill("办公电话打不通")
    row.get_by_role("button", name="退回重新确认").click()
    expect(office.locator(".note--ok")).to_contain_text("已退回澜江市公安局")
    page.goto(page.url.split("/directory/")[0] + "/")
    page.locator(".todo a").click()
    expect(page.locator(".asked")).to_contain_text("办公电话打不通")


def test_a_table_goes_out_and_comes_back(visit: Visit, tmp_path: Path) -> None:
    page = visit("/directory/?place=990122", user="trial-xietiao")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出 2 个单位").click()
    table = tmp_path / "通讯录.xlsx"
    waiting.value.save_as(table)
    book = openpyxl.load_workbook(table)
    sheet = book["通讯录"]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[5].value == "自丽萍")
    row[8].value = "19900000499"
    sheet.append(["990122", None, "人民法院", None, "联络员", "张三丰", "执行局局长", "无", None])
    book.save(table)
    page.goto(page.url.split("?")[0] + "import/")
    page.set_input_files("#u-f", str(table))
    page.get_by_role("button", name="上传并比对").click()
    expect(page.locator(".note--bad")).to_contain_text("1 行有误")
    expect(page.locator(".dry .is-changed")).to_contain_text("19900000499")
    expect(page.locator(".dry .is-error")).to_contain_text("办公电话应写成")
    assert not _barriers(page)
    page.get_by_role("button", name="导入 1 处变化").click()
    expect(page.locator(".note--ok")).to_contain_text("已导入 1 处更改")
    (tmp_path / "坏.xlsx").write_bytes(b"%PDF-")
    page.set_input_files("#u-f", str(tmp_path / "坏.xlsx"))
    page.get_by_role("button", name="上传并比对").click()
    expect(page.locator(".note--bad")).to_contain_text("不是 Excel 文件")
    expect(page.locator(".note--bad")).to_be_focused()


def test_a_member_leaves_a_body_and_the_day_before_it_still_sat_there(visit: Visit) -> None:
    page = visit("/bodies/?place=990000", user="trial-xietiao")
    page.locator(".gaplist a").first.click()
    row = page.locator(".members__list > li", has_text="云岭省司法厅")
    row.get_by_role("link", name="更正或结束").click()
    form = page.locator("li .member-form")
    form.locator("[name=until]").fill("2022-06-30")
    form.get_by_role("button", name="保存更正").click()
    expect(page.locator(".note--warn")).to_contain_text("请填写理由")
    expect(form.locator("[name=until]")).to_have_value("2022-06-30")
    form.locator("[name=reason]").fill("岭委办〔2022〕3号")
    assert not _barriers(page)
    form.get_by_role("button", name="保存更正").click()
    expect(page.locator(".tier ~ .members__list")).to_contain_text("云岭省司法厅")
    page.fill("#on", "2022-06-30")
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".members__list").first).to_contain_text("云岭省司法厅")


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_each_field_of_a_member_is_there_at_each_width(visit: Visit, size: tuple[int, int]) -> None:
    page = visit("/bodies/?place=990000", user="trial-xietiao", size=size)
    page.locator(".gaplist a").first.click()
    page.get_by_role("link", name="更正或结束").first.click()
    for name in ("kind", "place", "since", "until", "reason"):
        expect(page.locator(f"li .member-form [name={name}]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert not _barriers(page)


@pytest.mark.parametrize("size", [DESK, PHONE, NARROW])
def test_the_screens_fit_and_have_no_serious_barrier(visit: Visit, size: tuple[int, int]) -> None:
    page = visit("/directory/?place=990100&phones=1", user="trial-xietiao", size=size)
    paths = (
        "/directory/?q=查无此人",
        "/directory/add/?place=990122",
        "/directory/rounds/",
        "/directory/rounds/3/?phones=1",
        UNIT,
        f"{UNIT}edit/",
        f"{UNIT}history/",
        "/directory/tax/990100/history/",
    )
    for path in ("", *paths):
        if path:
            page.goto("/".join(page.url.split("/", 3)[:3]) + path)
        assert not _barriers(page), path
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
