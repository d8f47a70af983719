"""`wegwijzer phrasings …`: an editor gives, accepts and revokes ways to ask for a page."""

from __future__ import annotations

import pytest

from assistant.bootstrap import Service
from tests.assistant.building import filled_home
from tests.assistant.running import refused, run, told
from tests.homes import Homes

KIDS = "sample-kids-id"
ASKED = "waar haal ik het pasje van mijn dochter"


@pytest.fixture
def service(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> Service:
    return filled_home(homes, tmp_path_factory.mktemp("phrasings"), "kids-id", "verhuizen")


def test_an_editors_words_count_a_little_then_fully_then_no_more(service: Service) -> None:
    home = service.settings.home
    assert run(home, "phrasings", "add", KIDS, f"{ASKED}, bel 0470 12 34 56").exit_code == 0
    (row,) = told(home, "phrasings", "list")
    assert (row["page_id"], row["language"], row["state"], row["staff"]) == (KIDS, "nl", "candidate", True)
    assert "0470" not in row["words"]
    weights = []
    for command in ("", "accept", "revoke"):
        if command:
            assert run(home, "phrasings", command, str(row["id"])).exit_code == 0
        with_words = Service(service.settings)
        weights.append(with_words.phrasings.bonuses(ASKED, "nl").get(KIDS, 0.0))
        with_words.database.close()
    assert 0 < weights[0] < weights[1]
    assert weights[2] == 0
    assert told(home, "phrasings", "list", "--state", "candidate") == []
    assert "revoked" in refused(home, "phrasings", "add", KIDS, f"{ASKED}, bel 0470 12 34 56")


def test_what_cannot_be_is_refused_by_name(service: Service) -> None:
    home = service.settings.home
    assert "no page nergens" in refused(home, "phrasings", "add", "nergens", ASKED)
    assert "xx" in refused(home, "phrasings", "add", KIDS, ASKED, "--language", "xx")
    assert "no phrasing 99" in refused(home, "phrasings", "accept", "99")
