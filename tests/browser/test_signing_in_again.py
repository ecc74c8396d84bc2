"""Who signs in again in another window can still save what was open before, and is told what is true until then."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cms.home.samples import PASSWORD

from .conftest import PATIENCE
from .test_imports import _file, _opened, _sent

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
OFFICE = "trial-xietiao"


def _again(page: Page, user: str) -> None:
    """Sign in anew in another window of the same browser."""
    other = page.context.new_page()
    other.goto("/".join(page.url.split("/", 3)[:3]) + "/login/")
    other.fill("#id_username", user)
    other.fill("#id_password", PASSWORD)
    other.click("main button[type=submit]")
    other.wait_for_load_state()
    other.close()


def test_a_form_is_saved(visit: Visit) -> None:
    page = visit("/directory/natural_resources/990121/edit/", user="trial-qingxi")
    page.locator("#id_p-1-post").fill("不动产登记中心督办员")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="只保存").last.click()
    expect(page.locator("main")).to_contain_text("登录已过期")
    _again(page, "trial-qingxi")
    page.get_by_role("button", name="重新提交").click()  # what was entered is on this page: Back would read the form anew
    expect(page.locator(".people")).to_contain_text("不动产登记中心督办员")


def test_checking_goes_on(visit: Visit) -> None:
    page = visit("/review/documents/?q=岭政法发〔2017〕3号", user=OFFICE)
    page.locator(".todo-docs a").first.click()
    expect(page.locator("[data-law]")).to_be_visible()
    page.wait_for_load_state()
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("1")
    expect(page.locator(".said")).to_contain_text("没有保存：您没有登录，或者登录已过期")
    _again(page, OFFICE)
    page.keyboard.press("1")
    expect(page.locator("[data-toast]")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator("[data-toast]")).to_contain_text("已撤销")


def test_an_import_is_saved(visit: Visit, tmp_path: Path) -> None:
    page = visit("/imports/", user=OFFICE)
    _sent(page, _file(tmp_path, 80))
    _opened(page, "扣划80.txt")
    page.context.clear_cookies(name="sessionid")
    page.fill("#f-kind", "通知")
    page.press("#f-kind", "Tab")
    expect(page.locator("#saved-at")).to_contain_text("没有保存：您没有登录，或者登录已过期")
    _again(page, OFFICE)
    page.fill("#f-kind", "办法")
    page.press("#f-kind", "Tab")
    expect(page.locator("#saved-at")).to_contain_text("已自动保存")


def test_what_one_person_entered_is_not_saved_in_the_name_of_another(visit: Visit) -> None:
    page = visit("/directory/natural_resources/990121/edit/", user="trial-qingxi")
    page.locator("#id_p-1-post").fill("别人名下的职务")
    page.context.clear_cookies(name="sessionid")
    _again(page, OFFICE)
    page.get_by_role("button", name="只保存").last.click()
    expect(page.locator("main")).to_contain_text("或者换了人登录")
    page.goto("/".join(page.url.split("/", 3)[:3]) + "/directory/natural_resources/990121/")
    expect(page.locator(".people")).not_to_contain_text("别人名下的职务")


def test_the_editor_of_the_administration_goes_on(visit: Visit) -> None:
    page = visit("/opinions/", user=OFFICE)
    page.locator("main a", has_text="关于加强网络查控和失信联合惩戒工作的指导意见").first.click()
    page.get_by_role("link", name="编辑").first.click()
    page.add_init_script("document.addEventListener('w-unsaved:watch-edits', () => { document.documentElement.dataset.watched = '' })")
    page.get_by_role("link", name="编辑全文").click()
    field, indicator = page.locator("[name=notice_issuer]"), page.locator("#w-autosave-indicator")
    page.wait_for_selector("html[data-watched]")  # only then has Wagtail taken down what the form holds, and sees what is typed
    field.press_sequentially("澜江市委办公室", delay=200)  # as people do: one stroke at that very moment is only seen with the next
    expect(indicator).to_have_attribute("data-w-tooltip-content-value", "修改已自动保存。", timeout=PATIENCE)

    page.context.clear_cookies(name="sessionid")
    _again(page, OFFICE)  # the token that the page was opened with is no longer that of the sign-in
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/edit/")) as saved:
        field.fill("中共澜江市委办公室")
    assert saved.value.json()["success"]

    page.context.clear_cookies(name="sessionid")
    field.fill("中共澜江市委办公室、澜江市人民政府办公室")
    expect(page.locator(".footer__save-warning")).to_contain_text("您没有登录，或者登录已过期。请在新窗口登录")
    page.locator("[data-chooser-action-choose]").first.evaluate("button => button.click()")
    expect(page.locator(".messages")).to_contain_text("登录已过期")  # Wagtail says nothing where a chooser does not open
    _again(page, OFFICE)
    expect(indicator).to_have_attribute("data-w-tooltip-content-value", "修改已自动保存。")
    expect(page.locator(".messages")).not_to_contain_text("登录已过期")
    expect(field).to_have_value("中共澜江市委办公室、澜江市人民政府办公室")
