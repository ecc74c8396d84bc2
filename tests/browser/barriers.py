"""What axe finds on a page that has come to rest."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# A message that still comes in has too little contrast for a moment: what moves is brought to its end, what never ends is left out.
_AT_REST = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
    document.getAnimations().forEach(one => one.effect.getComputedTiming().endTime === Infinity ? one.cancel() : one.finish());
    done();
})))"""


def violations(page: Page) -> list[dict[str, Any]]:
    """Return what axe has against a page, as it tells it."""
    page.wait_for_load_state()
    page.evaluate(_AT_REST)
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return found
