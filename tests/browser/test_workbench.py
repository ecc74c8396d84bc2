"""Checking duties with the keyboard alone, and by two people at once."""

import re
import statistics
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .barriers import violations
from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Page]
OFFICE = "trial-xietiao"
READY = 150  # milliseconds from a key until the next one is taken; the first quartile, since other work shares the machine

OTHERS = ("/review/documents/", "/review/documents/?q=查无此词甲乙丙", "/review/rules/", "/review/rules/modal/", "/review/rules/declared/", "/review/exchange/")

# resolves when the answer to a key stands: a new #bench that is not busy
PRESS = """key => new Promise(done => {
  const old = document.querySelector('#bench'), from = performance.now();
  const look = () => { const now = document.querySelector('#bench');
    if (now && now !== old && !now.hasAttribute('aria-busy')) { done(performance.now() - from); } else { requestAnimationFrame(look); } };
  document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  look();
})"""


def _open(visit: Visit, number: str, **kwargs: object) -> Page:
    page = visit(f"/review/documents/?q={number}", user=OFFICE, **kwargs)
    page.locator(".todo-docs a").first.click()
    expect(page.locator("[data-law]")).to_be_visible()
    page.wait_for_load_state()
    return page


def _left(page: Page) -> int:
    found = re.search(r"还剩 (\d+) 条", page.locator("#prog").inner_text())
    return int(found[1]) if found else 0


def test_forty_duties_by_keyboard_alone(visit: Visit) -> None:
    page = _open(visit, "青政法发〔2026〕4号")
    before = _left(page)
    assert before > 30
    times = []
    for turn in range(40):
        if page.locator("#bench .cand li:not(.done)").count() == 0:
            times.append(page.evaluate(PRESS, "j"))
            continue
        times.append(page.evaluate(PRESS, "2" if turn % 5 == 4 else "a"))
    assert _left(page) < before - 15
    assert statistics.quantiles(times, n=4)[0] < READY, sorted(times)
    page.keyboard.press("r")
    page.keyboard.press("2")
    page.keyboard.press("z")  # in the field of reasons, z is no command
    assert page.locator("[data-reject]").evaluate("box => box.open") or page.locator("[data-reject]").count() == 0


def test_undo_takes_back_step_by_step(visit: Visit) -> None:
    page = _open(visit, "白政规〔2026〕2号")
    before = _left(page)
    for _turn in range(2):
        page.evaluate(PRESS, "a")
    assert _left(page) == before - 2
    expect(page.locator("[data-toast]")).to_contain_text("已接受")
    page.evaluate(PRESS, "z")
    expect(page.locator("[data-toast]")).to_contain_text("已撤销")
    page.evaluate(PRESS, "z")
    assert _left(page) == before


def test_keys_typed_ahead_are_taken_in_turn(visit: Visit) -> None:
    page = _open(visit, "岭高法发〔2023〕9号")
    before = _left(page)
    waiting = page.locator("#bench .cand li:not(.done)").count()
    page.evaluate("() => { for (const key of ['a', 'z', 'a']) { document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})); } }")
    expect(page.locator("#bench .cand li:not(.done)")).to_have_count(waiting - 1)
    expect(page.locator("#prog")).to_contain_text(f"还剩 {before - 1} 条" if before > 1 else "全部核对")
    page.evaluate(PRESS, "z")


def test_rejecting_by_keyboard_and_the_keys_can_be_turned_off(visit: Visit) -> None:
    page = _open(visit, "岭政法发〔2017〕3号")
    before = _left(page)
    page.keyboard.press("r")
    page.keyboard.press("3")
    expect(page.locator("[data-reject] [value=twice]")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("已驳回")
    assert _left(page) == before - 1
    page.keyboard.press("?")
    expect(page.locator("[data-help]")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("[data-keys-off]").click()
    page.keyboard.press("z")
    page.wait_for_timeout(300)
    assert _left(page) == before - 1
    page.locator("[data-keys-on]").click()
    page.evaluate(PRESS, "z")
    assert _left(page) == before


def test_two_at_once(visit: Visit) -> None:
    one, two = _open(visit, "岭政法发〔2017〕3号"), _open(visit, "岭政法发〔2017〕3号")
    one.evaluate(PRESS, "1")
    two.evaluate(PRESS, "3")
    told = two.locator(".said")
    expect(told).to_contain_text("李静刚才已把这一条改为“牵头”")
    expect(told).to_contain_text("选择“配合”没有保存")
    told.get_by_role("button", name="仍按“配合”办理").click()
    expect(two.locator("[data-toast]")).to_contain_text("，配合")
    one.evaluate(PRESS, "z")
    expect(one.locator(".said")).to_contain_text("又有变化")
    two.evaluate(PRESS, "z")
    two.locator(".cand [value=take_back]").first.click()
    expect(two.locator("[data-toast]")).to_contain_text("已撤销")


def test_a_broken_connection_loses_nothing(visit: Visit) -> None:
    page = _open(visit, "白政规〔2026〕2号")
    before = _left(page)
    page.context.set_offline(True)
    page.keyboard.press("a")
    expect(page.locator(".said")).to_contain_text("没有保存：网络中断")
    page.context.set_offline(False)
    page.evaluate(PRESS, "a")
    assert _left(page) == before - 1
    page.evaluate(PRESS, "z")


def test_the_rest_of_a_rule_is_accepted_after_ten_and_taken_back(visit: Visit) -> None:
    page = _open(visit, "岭政法发〔2017〕3号")
    link = page.get_by_role("link", name=re.compile("查看并接受剩余"))
    for _turn in range(60):
        if link.count() or not _left(page):
            break
        page.evaluate(PRESS, "a" if page.locator("#bench .cand li:not(.done)").count() else "j")
    link.click()
    number = page.locator("#duties [name=duty]:checked").count()
    assert number
    page.keyboard.press("a")
    page.get_by_role("button", name=f"接受 {number} 条").last.click()
    expect(page.locator(".undo")).to_contain_text(f"已接受 {number} 条职责")
    page.locator(".undo button").click()
    expect(page.locator("#duties [name=duty]")).to_have_count(number)


SELECT = """words => { const walk = document.createTreeWalker(document.querySelector('[data-text]'), NodeFilter.SHOW_TEXT);
  const nodes = []; for (let node = walk.nextNode(); node; node = walk.nextNode()) { if (!node.parentElement.closest('[data-no]')) { nodes.push(node); } }
  const whole = nodes.map(node => node.data).join(''), from = whole.indexOf(words), to = from + words.length, range = document.createRange();
  let at = 0;
  for (const node of nodes) {
    if (at <= from && from < at + node.length) { range.setStart(node, from - at); }
    if (at < to && to <= at + node.length) { range.setEnd(node, to - at); }
    at += node.length; }
  getSelection().removeAllRanges(); getSelection().addRange(range); return String(getSelection()); }"""


def test_a_duty_is_added_by_selecting_its_words(visit: Visit) -> None:
    page = _open(visit, "澜政法发〔2021〕7号")
    page.locator(".clist a", has_text="落实主体责任").click()
    page.locator("#bench:not([aria-busy])").wait_for()
    expect(page.locator("#p2")).to_contain_text("第一部分第（二）项")
    words = "统一协调两级法院执行力量。检察机关依法对民事执行活动"  # crosses a numbered quote
    page.evaluate(SELECT, words)
    page.keyboard.press("n")
    expect(page.locator("#a-quote")).to_have_value(words)
    expect(page.locator("#a-kind")).to_be_focused()
    page.fill("#a-kind", "财政部门")
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("已补入：")
    expect(page.locator(".cand .on")).to_contain_text("财政")
    page.evaluate(PRESS, "z")
    expect(page.locator(".cand")).not_to_contain_text("财政")
    page.evaluate("getSelection().removeAllRanges()")
    page.keyboard.press("n")  # by keyboard alone a sentence is picked
    expect(page.locator("#a-sentence")).to_be_focused()
    page.keyboard.press("ArrowDown")
    picked = page.locator("#a-sentence option:checked").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#a-kind")).to_be_focused()
    page.keyboard.type("财政部门")
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("已补入：")
    expect(page.locator(".pane--decide .law--s")).to_contain_text(picked[:20])
    page.evaluate(PRESS, "z")


def test_an_unknown_name_is_entered_on_the_spot(visit: Visit) -> None:
    page = _open(visit, "青政法发〔2019〕3号")
    page.locator(".clist .unk").first.click()
    page.locator(".names a").first.click()
    name = page.locator("#u-text").input_value()
    page.locator("[name=what][value=kind]").check()
    expect(page.locator("#u-kind")).to_be_hidden()
    page.fill("#u-new", "协助查控机构")
    page.get_by_role("button", name="预览影响").click()
    expect(page.locator("#preview")).to_be_focused()
    expect(page.locator("#preview")).to_contain_text("新增责任")
    found = [(item["id"], item["nodes"][0]["html"][:160]) for item in violations(page) if item["impact"] in ("serious", "critical")]
    assert not found
    page.get_by_role("button", name="登记这个写法").click()
    expect(page.locator("[data-toast]")).to_contain_text(f"已登记“{name}”")
    expect(page.locator(".cand")).to_contain_text("协助查控机构")
    expect(page.locator("[data-law] u.unknown")).to_have_count(1)


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_screens_fit_and_have_no_barrier(visit: Visit, size: tuple[int, int]) -> None:
    page = _open(visit, "青政法发〔2019〕3号", size=size)
    if size is DESK:  # the panes scroll, the page does not
        assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
    for turn in range(len(OTHERS) + 1):
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        found = [(item["id"], item["nodes"][0]["html"][:160]) for item in violations(page) if item["impact"] in ("serious", "critical")]
        assert not found
        if turn < len(OTHERS):
            page.goto(page.url.split("/review/")[0] + OTHERS[turn])
