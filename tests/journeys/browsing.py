"""A browser for the tests of pages: Chromium as Debian has it, a window of it, and what is wrong with a page in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# The shell has no windows of its own, and costs half of what the whole browser does.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Orientation and names that hold what is seen: axe calls these rules experimental, and leaves them out by itself.
    "rules": {name: {"enabled": True} for name in ("css-orientation-lock", "label-content-name-mismatch")},
    "resultTypes": ["violations"],
}
NARROW = 320
PATIENCE = 30_000
"""Milliseconds: the machine is shared with what else runs."""
Page = Any
Browser = Any


@contextmanager
def a_window(browser: Browser, **wishes: Any) -> Iterator[Page]:
    """A window that shares nothing with others; errors of our scripts are errors, as are broken rules of the page."""
    context = browser.new_context(**({"locale": "nl-BE", "viewport": {"width": 1000, "height": 800}} | wishes))
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield page
    context.close()
    assert errors == []


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page as it is now."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def held_back(page: Page, addresses: str) -> Callable[[str], Any]:
    """Let no request to such addresses through; returns what waits for one to a path, to be let through by hand."""
    waiting: list[Any] = []

    def hold(route: Any) -> None:
        waiting.append(route)

    page.route(addresses, hold)

    def taken(path: str) -> Any:
        while not (found := [one for one in waiting if path in one.request.url]):
            page.wait_for_timeout(20)
        waiting.remove(found[0])
        return found[0]

    return taken


def hear(page: Page) -> None:
    """Keep in `window.heard` what live regions of the page, and of the widget on it, say from now on."""
    page.evaluate(
        """() => {
          window.heard = [];
          const root = document.querySelector("citizen-assistant")?.shadowRoot ?? document;
          for (const node of root.querySelectorAll("p.heard"))
            new MutationObserver(
              () => node.textContent && window.heard.push([node.getAttribute("role"), node.textContent])
            ).observe(node, { childList: true, characterData: true, subtree: true });
        }"""
    )
