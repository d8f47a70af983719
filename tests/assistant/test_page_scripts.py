"""The scripts of the pages: all there, ours alone, fresh after an update, and given every word they use."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path, PurePosixPath

import pytest
from fastapi.testclient import TestClient

from assistant.api.bundle import bundled
from assistant.api.scripts import BUNDLES, widget_files
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.reading import one, seen

ROOT = Path(__file__).parents[2]
WIDGET = ROOT / "widget"
TOKENS = "shared/tokens/"


def widget() -> dict[str, str]:
    """The scripts and style sheets of the package `widget`, by their path in it."""
    found = [file for file in WIDGET.rglob("*") if file.suffix in {".js", ".css"}]
    return {file.relative_to(WIDGET).as_posix(): file.read_text("utf-8") for file in found}


def scripts() -> dict[str, str]:
    """All scripts, by the address at which they are served."""
    return {f"/widget/{path}": source for path, source in widget().items() if path.endswith(".js")}


def imported(address: str, source: str) -> set[str]:
    """The addresses of what a script imports."""
    found = set()
    for name in re.findall(r'(?:from|import) "([^"]+)"', source):
        parts: list[str] = []
        for part in (*PurePosixPath(address).parent.parts, *name.split("/")):
            parts = parts[:-1] if part == ".." else parts if part == "." else [*parts, part]
        found.add("/" + "/".join(parts[1:]))
    return found


def test_every_file_of_the_widget_is_served_and_no_other(client: TestClient) -> None:
    assert widget_files() == set(widget())
    for path, source in widget().items():
        response = client.get(f"/widget/{path}")
        assert (response.status_code, response.text) == (200, source)
        assert response.headers["content-type"].startswith("text/css" if path.endswith(".css") else "text/javascript")
    for path in (
        "__init__.py",
        "desk",
        "desk/",
        "../assistant/settings.py",
        "%2e%2e/pyproject.toml",
        "desk/nothing.js",
    ):
        assert client.get(f"/widget/{path}").status_code == 404


@pytest.mark.parametrize("address", ["/widget/page.js", "/widget/desk/desk.js", "/widget/desk/desk.css"])
def test_a_browser_asks_each_time_and_gets_a_file_again_only_when_it_changed(client: TestClient, address: str) -> None:
    first = client.get(address)
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", BUNDLES)
def test_what_is_served_as_one_file_needs_no_other_and_is_small(client: TestClient, name: str) -> None:
    response = client.get(f"/widget/{name}")
    assert response.text == bundled(BUNDLES[name])
    assert response.headers["access-control-allow-origin"] == "*"
    assert not re.search(r"^\s*(import|export) ", response.text, re.MULTILINE)
    assert len(gzip.compress(response.content)) <= 40 * 1024


def test_what_a_page_with_the_help_loads_is_packed_and_small(client: TestClient) -> None:
    loaded = 0
    for address in ("/widget/citizen.js", "/api/v1/widget?site=gemeente&language=uk"):
        response = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert response.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in response.headers["vary"]
        loaded += int(response.headers["content-length"])
        plain = client.get(address, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == response.content
    assert loaded <= 40 * 1024


def test_scripts_import_only_each_other() -> None:
    there = {f"/widget/{path}" for path in widget()}
    wrong = {address: imported(address, source) - there for address, source in scripts().items()}
    assert {address: names for address, names in wrong.items() if names} == {}
    assert not [name for name, source in scripts().items() if re.search(r"https?://(?!\[)", source)]


def test_what_is_shared_needs_no_page() -> None:
    shared = {address: source for address, source in scripts().items() if address.startswith("/widget/shared/")}
    assert shared
    wrong = {
        address: names
        for address, source in shared.items()
        if (names := {one for one in imported(address, source) if not one.startswith("/widget/shared/")})
    }
    assert wrong == {}


def test_every_script_of_the_widget_is_used() -> None:
    used, new = set(), {"/widget/desk/desk.js", *(f"/widget/{entry}" for entry in BUNDLES.values())}
    while new:
        used |= new
        new = {name for address in new for name in imported(address, scripts().get(address, ""))} - used
    assert set(scripts()) - used <= {"/widget/desk/shapes.js"}


def test_colours_are_named_in_the_tokens_alone() -> None:
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![-\w])|\b(?:rgb|hsl|oklch|lab)a?\(")
    wrong = [
        f"{path}: {line.strip()}"
        for path, source in widget().items()
        if not path.startswith(TOKENS)
        for line in source.splitlines()
        if colour.search(line)
    ]
    assert wrong == []


def test_style_sheets_use_only_roles_that_there_are() -> None:
    there = (widget()[f"{TOKENS}roles.css"], widget()["citizen/citizen.css"])
    roles = {role for source in there for role in re.findall(r"(--ww-[\w-]+):", source)}
    used = {role for source in widget().values() for role in re.findall(r"var\((--ww-[\w-]+)", source)}
    assert used <= roles


def test_scripts_never_read_html_and_set_no_styles() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.style\b|\beval\(|new Function")
    wrong = [
        f"{name}: {line.strip()}"
        for name, source in scripts().items()
        for line in source.splitlines()
        if forbidden.search(line)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_gives_its_scripts_every_word_they_use(client: TestClient, language: str) -> None:
    place = one(seen(client.get("/", params={"language": language})), "#talk")
    words = json.loads(str(place.attributes["data-words"]))
    replies = json.loads(str(place.attributes["data-replies"]))
    assert set(replies) == set(LANGUAGES)
    for name, source in widget().items():
        if not name.startswith(("citizen/", "shared/talk/")):
            continue
        given = replies[language] if name.startswith("shared/talk/") else words
        assert set(re.findall(r'\["([a-z_]+\.[a-z_]+)"\]', source)) <= set(given), name
        tables = set(re.findall(r"\[`([a-z]+)\.", source))
        assert tables <= {key.split(".")[0] for key in given}, name
    assert replies[language]["answer.who"] == text("answer.who", language)
    assert words["conversation.privacy"] == text("conversation.privacy", language, days=30)
    assert words["page.empty"] == text("page.empty", language)


def test_the_language_is_a_wish_only_where_it_was_chosen(client: TestClient) -> None:
    def chosen(path: str, **headers: str) -> bool:
        place = one(seen(client.get(path, headers=headers)), "#talk")
        return bool(json.loads(str(place.attributes["data-settings"]))["chosen"])

    assert chosen("/?language=fr")
    assert not chosen("/?language=nl")
    assert not chosen("/", **{"Accept-Language": "fr"})
