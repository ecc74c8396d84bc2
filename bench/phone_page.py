"""The page of a long document on a phone: elements, bytes, first paint, and how long the page keeps its reader waiting, in Chromium at 390 px and
a quarter of the processor's speed.

usage: python bench/phone_page.py ADDRESS_OF_THE_DOCUMENT [--user NAME] [--runs N] [--width 390]

The site runs already, with such a document in its store (``bench/opinion_page.py`` has a law of 1,260 articles). «work» is the processor time of
the page's main thread, which other work on the machine hardly changes; «smooth» is when it can be scrolled without a stop of 100 ms or more.
"""

import argparse
import statistics
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "liandong-2026"  # noqa: S105 - that of the trial accounts
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
# from the load event on: scroll a little in each frame, until twenty frames in a row came in time
SMOOTH = """() => new Promise(done => {
  let good = 0, last = performance.now(), down = 1;
  const step = now => {
    good = now - last < 100 ? good + 1 : 0; last = now;
    window.scrollBy(0, 60 * down); down = -down;
    if (good >= 20 || now > 60000) { done(now); } else { requestAnimationFrame(step); }
  };
  requestAnimationFrame(step);
})"""
FACTS = """() => { const n = performance.getEntriesByType('navigation')[0], p = performance.getEntriesByName('first-contentful-paint')[0];
  return {elements: document.querySelectorAll('*').length, packed: n.encodedBodySize / 1024, whole: n.decodedBodySize / 1024,
    server: n.responseStart - n.requestStart, paint: p ? p.startTime : 0, loaded: n.loadEventEnd, height: document.documentElement.scrollHeight,
    wide: document.documentElement.scrollWidth}; }"""


def signed_in(browser: Browser, site: str, user: str, width: int) -> Page:
    """Return a tab of a phone in which a person is signed in."""
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="zh-CN", is_mobile=width < 600, has_touch=width < 600)
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(f"{site}/login/")
    page.fill("#id_username", user)
    page.fill("#id_password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    return page


def measure(page: Page, address: str, *, slower: float) -> dict[str, float]:
    """Open the page once and return what it took."""
    page.goto("about:blank")
    tools = page.context.new_cdp_session(page)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(address, wait_until="load")
    smooth = page.evaluate(SMOOTH)
    found: dict[str, Any] = page.evaluate(FACTS)
    took = {item["name"]: item["value"] for item in tools.send("Performance.getMetrics")["metrics"]}
    tools.detach()
    work = {"work": took["TaskDuration"], "style": took["RecalcStyleDuration"], "layout": took["LayoutDuration"]}
    return {**found, "smooth": smooth, **{name: value * 1000 for name, value in work.items()}}


def main() -> None:
    """Measure and print the middle of several runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--user", default="trial-gongan")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--width", type=int, default=390)
    parser.add_argument("--slower", type=float, default=4)
    options = parser.parse_args()
    parts = urlsplit(options.address)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = signed_in(browser, f"{parts.scheme}://{parts.netloc}", options.user, options.width)
        measure(page, options.address, slower=1)  # fills the caches of site and browser
        runs = [measure(page, options.address, slower=options.slower) for _run in range(options.runs)]
        for name in runs[0]:
            print(f"{name:9} {statistics.median(run[name] for run in runs):9.0f}")
        browser.close()


if __name__ == "__main__":
    main()
