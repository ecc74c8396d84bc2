"""What axe finds on a page that has come to rest."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# A message that still comes in has too little contrast for a moment: what moves is brought to its end, what never ends is left out.
_AT_REST = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
    document.getAnimations().forEach(one => one.effect.getComputedTiming().endTime === Infinity ? one.cancel() : one.finish());
    done();
})))"""
_MENDED = 300  # milliseconds: admin.js mends the map of a form 200 after it was drawn


def violations(page: Page) -> list[dict[str, Any]]:
    """Return what axe has against a page, as it tells it."""
    page.wait_for_load_state()
    if page.locator("[data-minimap-container]").count():
        page.wait_for_timeout(_MENDED)
        page.wait_for_function("[...document.querySelectorAll('.w-minimap__list')].every(list => list.tabIndex >= 0)")
    page.evaluate(_AT_REST)
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return found
