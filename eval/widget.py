"""What the citizen widget asks of a browser, on a page of another origin: `python -m eval.widget`.

The launcher counts as painted at the first task after the frame in which it stood on the page; each load has an empty
cache, and half of the loads may be slower than the figure (the median). Beside times of the clock stands the processor
time of the page's main thread: what else runs on the machine does not count in it. Needs Chromium and playwright.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

_PROGRAM = os.path.join(os.path.dirname(sys.executable), "wegwijzer")
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
_LOADS, _PAIRS = 9, 250
_QUESTION = "Kids-ID aanvragen"
_WATCH = """window.moved = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.moved += one.value; })
  .observe({ type: "layout-shift", buffered: true });
const look = () => {
  const launcher = document.querySelector("citizen-assistant")?.shadowRoot?.querySelector(".launcher");
  if (!launcher?.offsetWidth) return requestAnimationFrame(look);
  const after = new MessageChannel();
  after.port1.onmessage = () => { window.painted = performance.now(); };
  return after.port2.postMessage(0);
};
requestAnimationFrame(look);"""
_TIMES = """() => { const [page] = performance.getEntriesByType("navigation");
return { first: performance.getEntriesByName("first-contentful-paint")[0].startTime, load: page.loadEventStart,
  launcher: window.painted, moved: window.moved }; }"""
_FAR = """() => { const root = document.querySelector("citizen-assistant").shadowRoot;
root.querySelector(".scroll").scrollBy(0, -3000); return root.querySelector(".scroll").scrollTop; }"""


def main() -> None:
    """Print one figure a line."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        print("widget: not measured, there is no Chromium")
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as home, ExitStack() as running:
        service, page = running.enter_context(_served(home))
        _sizes(service)
        playwright = running.enter_context(sync_playwright())
        opened = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        _launcher(opened, page)
        _long(opened, page)
        opened.close()


def _sizes(service: str) -> None:
    script = _fetched(f"{service}/widget/citizen.js")
    told = _fetched(f"{service}/api/v1/widget?site=gemeente&language=nl")
    print(f"widget, as downloaded: script {len(script) / 1024:.1f} kB, words {len(told) / 1024:.1f} kB")


def _fetched(url: str) -> bytes:
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})  # noqa: S310 - our own server
    with urllib.request.urlopen(asked) as response:  # noqa: S310
        return bytes(response.read())


def _launcher(browser: Any, address: str) -> None:
    found: list[dict[str, float]] = []
    for _ in range(_LOADS):
        context = browser.new_context(locale="nl-BE")
        page = context.new_page()
        page.add_init_script(_WATCH)
        busy = _busy(page)
        page.goto(address)
        page.wait_for_function("() => window.painted")
        found.append(page.evaluate(_TIMES) | {"busy": busy() * 1000})
        context.close()
    late = [one["launcher"] - one["load"] for one in found]
    middle = {name: statistics.median(one[name] for one in found) for name in found[0]}
    print(
        f"launcher, median of {_LOADS} loads: painted {statistics.median(late):.0f} ms after load"
        f" (worst {max(late):.0f}); first words of the page at {middle['first']:.0f} ms,"
        f" load at {middle['load']:.0f} ms; processor time of the page {middle['busy']:.0f} ms;"
        f" layout shift {max(one['moved'] for one in found):g}"
    )


def _long(browser: Any, address: str) -> None:
    """A conversation of 500 messages: an answer that is told again and again."""
    page = browser.new_context(locale="nl-BE", viewport={"width": 1280, "height": 800}).new_page()
    messages = page.locator("citizen-assistant .messages > li.message")
    page.goto(address)
    page.click("button.launcher")
    _ask(page)
    messages.nth(1).wait_for(state="attached")
    page.route("**/events?after=0", _told)
    figures = []
    for name, act, count in (
        ("restore", page.reload, 2 * _PAIRS + 2),
        ("open", lambda: page.click("button.launcher"), 2 * _PAIRS + 2),
        ("ask and read", lambda: _ask(page), 2 * _PAIRS + 4),
        ("scroll a step", lambda: page.evaluate(_FAR), 2 * _PAIRS + 4),
    ):
        busy, started = _busy(page), time.perf_counter()
        act()
        messages.nth(count - 1).wait_for(state="attached")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        figures.append(f"{name} {time.perf_counter() - started:.2f} s (processor {busy():.2f} s)")
    print(f"{2 * _PAIRS} messages: {', '.join(figures)}")
    page.context.close()


def _ask(page: Any) -> None:
    page.fill("textarea#question", _QUESTION)
    page.press("textarea#question", "Enter")


def _told(route: Any) -> None:
    """Let the conversation begin with many times what it has."""
    response = route.fetch()
    events = response.json()["events"]
    before = [one | {"seq": (number + 1) / 1000} for number, one in enumerate(events * _PAIRS)]
    route.fulfill(response=response, body=json.dumps({"events": before + events, "last": events[-1]["seq"]}))


def _busy(page: Any) -> Callable[[], float]:
    """Begin to count; returns what tells the seconds of processor time of the main thread since."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def total() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))

    before = total()
    return lambda: total() - before


@contextmanager
def _served(home: str) -> Iterator[tuple[str, str]]:
    """The service with the sample, and a demo page on an origin of its own."""
    ports = [_free_port(), _free_port()]
    service, elsewhere = (f"http://127.0.0.1:{port}" for port in ports)
    environment = os.environ | {"WEGWIJZER_HOME": home, "WEGWIJZER_DEMO": elsewhere}
    subprocess.run([_PROGRAM, "ingest", "sample"], env=environment, check=True, capture_output=True)  # noqa: S603
    commands = (
        ["serve", "--port", str(ports[0])],
        ["demo-pages", "--port", str(ports[1]), "--service", service],
    )
    running = [subprocess.Popen([_PROGRAM, *command], env=environment) for command in commands]  # noqa: S603
    try:
        for process, port in zip(running, ports, strict=True):
            _wait(process, port)
        yield service, f"{elsewhere}/demo/gemeente"
    finally:
        for process in running:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError("the service did not start") from None
            time.sleep(0.05)


if __name__ == "__main__":
    main()
