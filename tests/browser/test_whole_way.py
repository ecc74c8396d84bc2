"""The whole way in one sitting, as two people go it: a good, a bad and a duplicate file are brought in, the split is corrected, forty duties are checked
by keyboard, the text is amended, a reform is entered, and the liaison officer finds on her pages what each of these changed."""

import itertools
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import PATIENCE
from .test_workbench import PRESS, READY

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
OFFICE, LIAISON = "trial-xietiao", "trial-shengban"  # the latter's unit is 云岭省市场监督管理局
UNIT = "/units/market_regulation/990000/"
LIST = "联合惩戒领导小组办公室应当汇总各单位报送的名单。"  # a line that belongs to the clause before it
HEADS = ("查控协作", "信息共享", "联合惩戒", "处置配合", "线索移送", "组织保障")
ORGANS = ("市场监管部门", "税务机关", "公安机关", "自然资源部门", "民政部门", "人力资源社会保障部门", "住房城乡建设部门", "药品监管部门")
WORDS = (
    "应当在{days}个工作日内反馈{what}的结果。",
    "负责提供{what}所需的信息。",
    "应当依法限制被执行人办理{what}有关手续。",
    "应当协助人民法院办理{what}的事项。",
)
WHAT = ("登记查询", "财产查找", "权属变更", "资格审查", "档案调取", "账户核实")


def _text(number: int) -> str:
    lines = ["云岭省高级人民法院文件", f"云高法发〔2025〕{number}号", f"关于健全执行协作机制的实施意见（{number}）"]
    turn = itertools.count()
    for at, head in enumerate(HEADS):
        lines.append(f"{'一二三四五六'[at]}、{head}")
        for item, organ in enumerate(ORGANS):
            this = next(turn)
            lines.append(f"（{'一二三四五六七八'[item]}）{organ}{WORDS[this % 4].format(days=this % 7 + 2, what=WHAT[at])}")
        if at == 2:
            lines.append(LIST)
    lines += ["七、附则", "（一）本意见自2025年11月1日起施行。", "云岭省高级人民法院", "2025年10月21日"]
    return "\n".join(lines) + "\n"


def _brought_in(page: Page, folder: Path, number: int) -> None:
    good, twice, bad = folder / f"协作{number}.txt", folder / f"协作{number}副本.txt", folder / f"坏{number}.docx"
    good.write_text(_text(number), encoding="utf-8")
    twice.write_text(_text(number), encoding="utf-8")
    bad.write_bytes(b"PK\x03\x04 broken")
    page.set_input_files('[data-upload] input[name="file"]', [str(good)])
    row = page.locator(".files li", has=page.locator(".files__name", has_text=good.name))
    row.locator("a.btn", has_text="核对").wait_for(timeout=60_000)
    page.set_input_files('[data-upload] input[name="file"]', [str(bad), str(twice)])
    expect(page.locator(".sending li", has_text=bad.name)).to_contain_text("损坏")
    expect(page.locator(".files li", has_text=twice.name)).to_contain_text("没有重复保存")
    row.locator("a.btn", has_text="核对").click()
    expect(page.locator("#check")).to_be_visible()


def _corrected(page: Page) -> None:
    page.locator("#tree li", has_text="联合惩戒领导小组办公室").locator("a.tb").press("Enter")
    page.locator("#p-join").press("Enter")
    expect(page.locator("li.is-open .tx")).to_contain_text(re.compile("办理权属变更的事项。" + LIST))
    expect(page.locator("#f-kind")).to_have_value("实施意见")
    page.select_option("#f-disclosure", "open")
    expect(page.locator("#saved-at")).to_contain_text("已自动保存")
    page.click('.actbar [value="publish"]')
    page.click("dialog .btn--go")
    expect(page).to_have_url(re.compile("/review/d/"), timeout=PATIENCE)
    page.wait_for_load_state()


def _checked(page: Page) -> None:
    """Forty decisions, each by one key, each answered before the next."""
    times = []
    while len(times) < 40:
        waiting = page.locator("#bench .cand li:not(.done)").count()
        took = page.evaluate(PRESS, "a" if waiting else "j")
        if waiting:
            times.append(took)
    assert statistics.quantiles(times, n=4)[0] < READY, sorted(times)


def _amended(page: Page) -> None:
    page.locator(".doc__acts").get_by_text("编辑", exact=True).click()
    page.get_by_text("编辑全文").click()
    page.wait_for_load_state("networkidle")
    fields = page.locator("textarea[name$='-value-text']")
    written = fields.evaluate_all("all => all.map(one => one.value)")
    field = fields.nth(next(at for at, words in enumerate(written) if "市场监管部门应当在2个工作日内反馈登记查询的结果" in words))
    block = field.locator("xpath=ancestor::*[@data-streamfield-child]").first
    if block.locator("button[aria-expanded=false]").count():
        block.locator("button[aria-expanded=false]").first.click()
    field.fill("市场监管部门应当在当日反馈登记查询的结果。")
    page.locator("footer .w-dropdown__toggle").click()
    page.locator("[name=action-publish]").click()
    expect(page.locator("h1")).to_have_text("发布前核对", timeout=PATIENCE)
    page.get_by_text("修订", exact=True).click()
    page.fill("#f-starts", "2026-01-01")
    row = page.locator(".pub__group fieldset", has_text="市场监督管理").first
    expect(row.locator("ins").first).to_contain_text("当日")
    row.get_by_text("仍然有效，改用新引文").click()
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("已发布", timeout=PATIENCE)


def _reformed(page: Page, number: int) -> None:
    """A reform of 2018 in one province; the notice names it by this title."""
    page.get_by_role("link", name="登记机构改革").click()
    page.get_by_role("link", name="合并").click()
    page.fill("#id_g0-unit", "药品监督管理局")
    page.fill("#id_t0-unit", "市场监督管理局")
    page.fill("#id_province_on", "2018-11-01")
    page.fill("#id_title", f"2018年机构改革（云岭省，{number}）")
    page.fill("#id_place", "云岭省")
    page.get_by_role("button", name="查看影响").last.click()
    expect(page.get_by_text("还没有登记。")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="登记这项改革").click()
    expect(page.get_by_text("已登记“2018年机构改革")).to_be_visible()


def _total(page: Page) -> int:
    return int(page.locator(".sum .big").first.inner_text())


def test_the_whole_way_in_one_sitting(visit: Visit, tmp_path: Path) -> None:
    number = time.time_ns() // 1_000_000 % 9000 + 100  # a repeated run brings in another document
    office, liaison = visit("/imports/", user=OFFICE), visit(UNIT, user=LIAISON)
    base, before = office.url.removesuffix("/imports/"), _total(liaison)
    _brought_in(office, tmp_path, number)
    _corrected(office)
    key = office.url.split("/review/d/")[1].split("/")[0]
    _checked(office)
    liaison.reload()
    assert _total(liaison) >= before + len(HEADS), "a department sees what was found and what was confirmed"
    before = _total(liaison)

    office.goto(f"{base}/opinions/{key}/")
    _amended(office)
    liaison.goto(f"{base}/notices/")
    notice = liaison.locator(".notice", has_text=f"（{number}）").first
    expect(notice.locator("ins").first).to_contain_text("当")
    liaison.goto(f"{base}{UNIT}?q=当日反馈登记查询")
    expect(liaison.locator("main")).to_contain_text("市场监管部门应当在当日反馈登记查询的结果")
    liaison.goto(f"{base}{UNIT}?on=2025-12-31&q=反馈登记查询")
    expect(liaison.locator("main")).to_contain_text("应当在2个工作日内反馈登记查询的结果")

    office.goto(f"{base}/reforms/")
    _reformed(office, number)
    reform = office.url
    liaison.goto(base + UNIT)
    assert _total(liaison) >= before + len(HEADS), "the duties of the organ that was merged are this unit's now"
    liaison.goto(f"{base}/notices/")
    expect(liaison.locator(".notice").first).to_contain_text(f"云岭省，{number}")
    office.goto(reform)
    office.get_by_role("link", name="撤销这次改革登记").click()
    office.get_by_role("button", name="撤销这次改革登记").click()
    expect(office.get_by_text("这项改革的登记已经撤销")).to_be_visible()
    liaison.goto(base + UNIT)
    assert _total(liaison) == before
