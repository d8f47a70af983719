"""The scripts of the page: all there, ours alone, fresh after an update, and given every word they use."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.api.scripts import SCRIPTS
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.reading import one, seen

TEMPLATES = Path(__file__).parents[2] / "assistant" / "templates"


def sources() -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in TEMPLATES.glob("*.js")}


def test_every_script_is_served_and_no_other_file(client: TestClient) -> None:
    assert set(SCRIPTS) == set(sources())
    for name in SCRIPTS:
        response = client.get(f"/static/{name}")
        assert (response.status_code, response.text) == (200, sources()[name])
        assert response.headers["content-type"].startswith("text/javascript")
    for name in ("page.html.js", "..%2fbootstrap.js", "settings.js"):
        assert client.get(f"/static/{name}").status_code == 404


def test_a_browser_asks_each_time_and_gets_a_script_again_only_when_it_changed(client: TestClient) -> None:
    first = client.get("/static/talk.js")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/static/talk.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_scripts_import_only_each_other() -> None:
    imported = {name for source in sources().values() for name in re.findall(r'from "([^"]+)"', source)}
    assert imported <= {f"./{name}" for name in SCRIPTS}
    assert not [name for name, source in sources().items() if re.search(r"https?://(?!\[)", source)]


def test_scripts_never_read_html_and_set_no_styles() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.style\b|\beval\(|new Function")
    wrong = [
        f"{name}: {line.strip()}"
        for name, source in sources().items()
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
    for name, source in sources().items():
        given = replies[language] if name == "reply.js" else words
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
