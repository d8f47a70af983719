"""`/desk` over HTTP: a shell that no other page may frame, with every word its scripts use, in ten languages."""

from __future__ import annotations

import json
import re
from typing import get_args

import pytest
from fastapi.testclient import TestClient

from assistant.domain.agent import Presence
from assistant.domain.case import CaseKind, CaseState, Outcome, StepKind
from assistant.domain.conversation import Author, Status
from assistant.domain.handover import Consent, Route
from assistant.domain.reply import Answer, Clarification, Escalation, EscalationReason, Reply, Signpost
from assistant.messages import messages, text
from knowledge.language import LANGUAGES, RIGHT_TO_LEFT
from knowledge.services import SectionKind
from tests.assistant.reading import one, seen
from tests.assistant.test_page_scripts import ROOT, widget

TOLD = {
    "presence": Presence,
    "kind": CaseKind,
    "state": CaseState,
    "step": StepKind,
    "wish": Route,
    "consent": Consent,
    "reason": EscalationReason,
    "who": Author,
    "status": Status,
    "not_yours": Status,
}


def scripts() -> str:
    return "\n".join(source for path, source in widget().items() if path.startswith(("desk/", "shared/parts/")))


def given(client: TestClient, name: str, language: str = "nl") -> dict[str, str]:
    place = one(seen(client.get("/desk", params={"language": language})), "#desk")
    return dict(json.loads(str(place.attributes[f"data-{name}"])))


def test_no_other_page_may_frame_it_and_nothing_in_it_runs_but_our_own_files(client: TestClient) -> None:
    response = client.get("/desk")
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["cache-control"] == "no-store"
    page = seen(response)
    files = [str(node.attributes["src"]) for node in page.css("script")]
    files += [str(node.attributes["href"]) for node in page.css("link[rel=stylesheet]")]
    assert all(client.get(file).status_code == 200 for file in files)
    assert all(not (node.text() or "").strip() for node in page.css("script"))
    assert page.css("[style]") == []
    assert text("desk.no_script", "nl") in response.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_language_of_who_reads_it(client: TestClient, language: str) -> None:
    for response in (
        client.get(f"/desk?language={language}"),
        client.get("/desk", headers={"Accept-Language": language}),
    ):
        root = one(seen(response), "html")
        assert (root.attributes["lang"], root.attributes["dir"]) == (
            language,
            "rtl" if language in RIGHT_TO_LEFT else "ltr",
        )
        assert text("desk.title", language) in response.text
    words = given(client, "words", language)
    assert words["desk.claim"] == text("desk.claim", language)
    replies = json.loads(str(one(seen(client.get("/desk")), "#desk").attributes["data-replies"]))
    assert set(replies) == set(LANGUAGES)


def test_an_unknown_language_is_no_error(client: TestClient) -> None:
    assert one(seen(client.get("/desk?language=xx")), "html").attributes["lang"] == "nl"


def test_the_page_gives_its_scripts_every_word_they_use(client: TestClient) -> None:
    words = given(client, "words")
    used = set(re.findall(r'\bt\("([a-z]+\.[a-z_]+)"', scripts()))
    assert used
    assert used - set(words) == set()
    prefixes = set(re.findall(r"\bt\(`(desk\.[a-z_]+_)\$\{", scripts()))
    assert prefixes
    assert [prefix for prefix in prefixes if not any(word.startswith(prefix) for word in words)] == []


def test_no_word_of_the_desk_is_for_nothing() -> None:
    names = [key.partition(".")[2] for key in messages("nl") if key.startswith("desk.")]
    source = scripts() + (ROOT / "assistant/templates/desk.html").read_text("utf-8")
    prefixes = tuple(re.findall(r"desk\.([a-z_]+_)\$\{", scripts()))
    assert [name for name in names if not name.startswith(prefixes) and not re.search(rf"\b{name}\b", source)] == []


@pytest.mark.parametrize("table", TOLD)
def test_everything_that_the_desk_can_be_told_has_words(table: str) -> None:
    assert [value for value in TOLD[table] if f"desk.{table}_{value}" not in messages("nl")] == []


def test_each_kind_of_reply_and_each_outcome_has_words() -> None:
    kinds = {Answer, Clarification, Escalation, Signpost}
    assert kinds == set(get_args(Reply))
    assert [kind for kind in kinds if f"desk.tried_{kind.__name__.lower()}" not in messages("nl")] == []
    assert [outcome for outcome in Outcome if f"desk.{outcome}" not in messages("nl")] == []
    assert {f"desk.certainty_{one}" for one in ("sure", "check", "none")} <= set(messages("nl"))


def test_the_section_in_which_a_suggestion_was_found_has_words(client: TestClient) -> None:
    replies = json.loads(str(one(seen(client.get("/desk")), "#desk").attributes["data-replies"]))
    sections = [kind for kind in SectionKind if kind is not SectionKind.DESCRIPTION]
    assert all(f"sections.{kind}" in replies["nl"] for kind in sections)
