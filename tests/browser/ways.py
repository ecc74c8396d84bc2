"""Screens that no address shows: what is open, refused or asked back after somebody has pressed or typed something. Each way stops before a deed is done,
or does one that can be done again, so that it can be gone at both widths."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from django.test import RequestFactory
from openpyxl import load_workbook
from playwright.sync_api import Page

from cms.home.errors import bad_request, failed
from cms.home.samples import PASSWORD

Keys = Mapping[str, str]
Way = Callable[[Page, Keys], object]
OFFICE, OTHER, LIAISON, NOBODY = "office", "second", "liaison", "public"
NAMES = 5  # wrong passwords until an account is locked


def _address(page: Page, path: str) -> str:
    return "/".join(page.url.split("/", 3)[:3]) + path


def _go(page: Page, path: str) -> None:
    page.goto(_address(page, path))
    page.wait_for_load_state()


def _typed(path: str, field: str, words: str, shown: str) -> Way:
    """Words in a field, and what is offered for them."""

    def go(page: Page, keys: Keys) -> None:
        _go(page, path)
        page.locator(field).click()
        page.locator(field).fill("")
        page.keyboard.type(words)
        page.locator(shown).first.wait_for()

    return go


def _pressed(path: str, *buttons: str) -> Way:
    """What stands there after some buttons were pressed."""

    def go(page: Page, keys: Keys) -> None:
        _go(page, path.format(**keys))
        for button in buttons:
            page.locator(button).first.click()
            page.wait_for_load_state()

    return go


def _keyed(*keys_pressed: str) -> Way:
    """The workbench after some keys."""

    def go(page: Page, keys: Keys) -> None:
        _go(page, "/review/documents/?q=青政法发〔2026〕4号")
        page.locator(".todo-docs a").first.click()
        page.locator("[data-law]").wait_for()
        page.wait_for_load_state()
        for key in keys_pressed:
            page.keyboard.press(key)
            page.wait_for_timeout(200)

    return go


def _wrong_password(times: int) -> Way:
    def go(page: Page, keys: Keys) -> None:
        for _time in range(times):
            _go(page, "/login/")
            page.fill("#id_username", f"nobody-{times}")
            page.fill("#id_password", "x")
            page.click("main button[type=submit]")
            page.wait_for_load_state()

    return go


def _answered(answer: Callable[[], bytes]) -> Way:
    """A page that the site gives only when something is broken."""

    def go(page: Page, keys: Keys) -> None:
        page.route("**/broken/", lambda route: route.fulfill(status=200, content_type="text/html; charset=utf-8", body=answer()))
        _go(page, "/broken/")
        page.unroute("**/broken/")

    return go


def _broken() -> bytes:
    return failed(RequestFactory().get("/broken/")).content


def _bad() -> bytes:
    return bad_request(RequestFactory().get("/broken/"), ValueError()).content


def _after(change: Callable[[Page], object]) -> Way:
    """A form that is sent after the sign-in under it has changed."""

    def go(page: Page, keys: Keys) -> None:
        _go(page, "/directory/public_security/990100/edit/")
        page.locator("#id_p-1-post").fill("法制支队副支队长")
        kept = [one for one in page.context.cookies() if one["name"] in ("sessionid", "csrftoken")]
        page.context.clear_cookies(name="sessionid")
        change(page)
        page.get_by_role("button", name="只保存").last.click()
        page.wait_for_load_state()
        page.context.add_cookies(kept)  # type: ignore[arg-type]

    return go


def _sign_in_as_another(page: Page) -> None:
    other = page.context.new_page()
    other.goto(_address(page, "/login/"))
    other.fill("#id_username", "trial-xietiao")
    other.fill("#id_password", PASSWORD)
    other.click("main button[type=submit]")
    other.wait_for_load_state()
    other.close()


def _contact_refused(page: Page, keys: Keys) -> None:
    _go(page, "/directory/public_security/990100/edit/")
    page.locator("#id_p-1-mobile").fill("1990000")
    page.get_by_role("button", name="保存并确认").click()
    page.locator(".note--bad").wait_for()


def _table_compared(page: Page, keys: Keys) -> None:
    """A table of contacts with a change, a new person and a mistake, before it is read in."""
    _go(page, "/directory/?place=990100")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出").first.click()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "通讯录.xlsx"
        waiting.value.save_as(table)
        _changed(table)
        _go(page, "/directory/import/")
        page.set_input_files("#u-f", str(table))
        page.get_by_role("button", name="上传并比对").click()
        page.locator(".dry").wait_for()


def _changed(table: Path) -> None:
    book = load_workbook(table)
    sheet = book["通讯录"]
    next(row for row in sheet.iter_rows(min_row=2) if row[8].value)[8].value = "19900000498"
    sheet.append(["990100", None, "人民法院", None, "联络员", "张三丰", "执行局局长", "无", None])
    book.save(table)


def _reform(complete: bool) -> Way:
    def go(page: Page, keys: Keys) -> None:
        _go(page, "/reforms/enter/?kind=merge")
        if complete:
            page.fill("#id_g0-unit", "林业局")
            page.fill("#id_t0-unit", "自然资源局")
            page.fill("#id_county_on", "2019-03-31")
            page.fill("#id_title", "2018年机构改革（青溪县）")
            page.fill("#id_place", "青溪县")
        page.get_by_role("button", name="查看影响").last.click()
        page.wait_for_load_state()

    return go


def _many(verb: str) -> Way:
    def go(page: Page, keys: Keys) -> None:
        _go(page, "/opinions/")
        page.locator("[data-tick-all]").click()
        if ":" in verb:  # one of a list that opens
            page.locator("#many details.drop summary").last.click()
        page.locator(f'#many [value="{verb}"]').click()
        page.wait_for_load_state()

    return go


def _unsettled(page: Page, keys: Keys) -> None:
    """A publication for which something was not said."""
    _go(page, f"/admin/opinions/{keys['AMENDED_PAGE']}/publish/")
    page.locator("#publish").evaluate("form => { form.noValidate = true; }")
    page.locator("[name=deed][value=publish]").click()
    page.wait_for_load_state()


def _tried_word(page: Page, keys: Keys) -> None:
    _go(page, "/admin/snippets/search/everydayword/add/")
    page.fill("#tryout-q", "查封")
    page.locator(".tryout button").click()
    page.locator(".tryout__found *").first.wait_for()


# name: who, way
WAYS: dict[str, tuple[str, Way]] = {
    "查找提示": (NOBODY, _typed("/", "#q", "公安", "#q-list [role=option]")),
    "查找页提示": (LIAISON, _typed("/search/", "#q", "chakong", "#q-list [role=option]")),
    "单位提示": (LIAISON, _typed("/units/", "#u-q", "gaj", "#u-list [role=option]")),
    "密码不对": (NOBODY, _wrong_password(1)),
    "账号锁定": (NOBODY, _wrong_password(NAMES)),
    "系统出错": (LIAISON, _answered(_broken)),
    "请求有误": (LIAISON, _answered(_bad)),
    "登录过期": (LIAISON, _after(lambda page: None)),
    "换人登录": (LIAISON, _after(_sign_in_as_another)),
    "联络信息有误": (LIAISON, _contact_refused),
    "导出菜单": (LIAISON, _pressed("/units/public_security/990100/", "details.drop summary")),
    "保存筛选": (LIAISON, _pressed("/opinions/", "details.save summary")),
    "文件更多操作": (OFFICE, _pressed("/opinions/{OPINION}/", ".doc__acts details.drop summary")),
    "批量确认有效": (OFFICE, _many("validity")),
    "批量设公开属性": (OFFICE, _many("disclosure:open")),
    "批量提交审核": (OFFICE, _many("submit")),
    "粘贴文字": (OFFICE, _pressed("/imports/", ".paste summary")),
    "发布导入的询问": (OFFICE, _pressed("/imports/{IMPORT}/", '.actbar [value="publish"]')),
    "发布导入缺项": (OFFICE, _pressed("/imports/{IMPORT}/", '.actbar [value="publish"]', "dialog .btn--go")),
    "表格比对": (OFFICE, _table_compared),
    "改革缺项": (OFFICE, _reform(complete=False)),
    "改革影响": (OFFICE, _reform(complete=True)),
    "核对台": (OFFICE, _keyed()),
    "核对台驳回": (OFFICE, _keyed("r")),
    "核对台补入": (OFFICE, _keyed("n")),
    "核对台改单位": (OFFICE, _keyed("u")),
    "核对台批注": (OFFICE, _keyed("c")),
    "核对台快捷键": (OFFICE, _keyed("?")),
    "核对台接受后撤销": (OFFICE, _keyed("a", "z")),
    "撤回缺理由": (OFFICE, _pressed("/opinions/{OPINION}/withdraw/", "main form .btn--go")),
    "发布未选定": (OFFICE, _unsettled),
    "常用说法试用": (OFFICE, _tried_word),
    "复核待批": (OTHER, _pressed("/review/d/{OPINION}/second/")),
    "复核退回缺意见": (OFFICE, _pressed("/review/d/{OPINION}/second/", "button[value=return]")),
    "批准删除": (OFFICE, _pressed("/trash/requests/{REMOVAL}/")),
}
