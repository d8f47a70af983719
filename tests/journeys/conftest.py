"""One browser and one running service for all tests of pages: starting them costs more than most of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response

from assistant.api.app import create_app
from assistant.api.demo import demo_app
from assistant.bootstrap import Service
from tests.assistant.building import filled_home
from tests.assistant.serving import free_port, served
from tests.homes import Homes
from tests.journeys.browsing import ARGUMENTS, CHROMIUM, PATIENCE, Browser

_HOSTILE = """<!doctype html><html lang="nl"><title>Pagina</title><link rel="stylesheet" href="/hostile.css">
<h1>Een pagina</h1><p id="below">Tekst</p><form id="question"><button>Verstuur</button></form>
<citizen-assistant site="gemeente"><p id="fallback">Bel <a href="tel:1700">1700</a></p></citizen-assistant>
<p id="after">Daarna</p><script type="module" src="{service}/widget/citizen.js"></script></html>"""
_HOSTILE_CSS = """:root { font-size: 4px } * { all: unset; color: red !important; display: block !important;
font-size: 3px !important; position: static !important; visibility: hidden !important }"""
_FRAMED = """<!doctype html><html lang="nl"><title>Pagina in een ander systeem</title><h1>Een pagina</h1>
<iframe src="{service}/chat/gemeente" title="Digitale hulp" width="400" height="640"></iframe></html>"""


@dataclass(frozen=True)
class Places:
    """The service, its address, and an address of pages of somebody else that may show it."""

    service: Service
    address: str
    elsewhere: str


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser; tests that need one are skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def places(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """A service with all sample pages, and pages of another origin; tests leave nobody waiting in it."""
    other = free_port()
    service = filled_home(homes, tmp_path_factory.mktemp("pages"), WEGWIJZER_DEMO=f"http://127.0.0.1:{other}")
    with (
        served(create_app(service)) as address,
        served(_elsewhere(service, address), other) as elsewhere,
    ):
        yield Places(service, address, elsewhere)


def _elsewhere(service: Service, address: str) -> FastAPI:
    """The demo pages, a page whose styles and rules are against us, and one with the help in a frame."""
    pages = demo_app(service.sites, service.default_site, address)
    policy = f"default-src 'none'; script-src {address}; connect-src {address}; style-src 'self'"

    @pages.get("/hostile")
    def hostile() -> HTMLResponse:
        return HTMLResponse(_HOSTILE.format(service=address), headers={"Content-Security-Policy": policy})

    @pages.get("/hostile.css")
    def css() -> Response:
        return Response(_HOSTILE_CSS, media_type="text/css")

    @pages.get("/framed")
    def framed() -> HTMLResponse:
        rule = f"default-src 'none'; frame-src {address}"
        return HTMLResponse(_FRAMED.format(service=address), headers={"Content-Security-Policy": rule})

    return pages
