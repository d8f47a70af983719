"""`/accessibility`: nothing is said of a criterion that no test holds, in no language."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.api.accessibility import criteria
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.reading import one, seen

TESTS = Path(__file__).parents[1]
AT_A_AND_AA = 55
"""WCAG 2.2 has 31 criteria at level A and 24 at level AA; 4.1.1 is no longer one."""


def functions_of(path: str) -> set[str]:
    return {
        node.name for node in ast.parse((TESTS / path).read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
    }


def test_every_criterion_is_there_and_every_test_that_it_names() -> None:
    found = criteria()
    assert len({one.number for one in found}) == len(found) == AT_A_AND_AA
    assert sum(one.level == "A" for one in found) == 31
    named = {test for criterion in found for test in criterion.tests}
    assert [test for test in named if test.partition("::")[2] not in functions_of(test.partition("::")[0])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statement_says_what_is_checked_and_how_to_reach_us(client: TestClient, language: str) -> None:
    page = seen(client.get("/accessibility", params={"language": language}))
    assert one(page, "#access").text() == text("access.title", language)
    assert one(page, "html").attributes["lang"] == language
    assert "1700" in page.body.text()
    assert len(page.css(".criteria > li")) == AT_A_AND_AA
    assert one(page, "#c1-4-12 li").attributes.get("lang") is None
    assert one(page, "#c1-4-12 ul").attributes["lang"] == "en"
    assert one(page, "#c1-4-12 li").text() == "Text can be spaced out without loss"
    assert text("access.by_none", language) in one(page, "#c1-2-1").text()
