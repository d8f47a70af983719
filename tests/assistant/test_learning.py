"""Learning: an option that was taken teaches the masked question before it; nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.conversations.learning import Learning
from assistant.domain.conversation import Conversation, assistant_replies
from knowledge.store.database import Database
from knowledge.store.phrasings import Phrasings
from tests.assistant.talking import REPLY, Room, a_room, held

OPTION = {"id": "sample-kids-id", "label": "Kids-ID", "summary": "", "authority": "", "source_id": "kids-id"}
ASKED = "waar is het pasje van mijn dochter gebleven, bel mij op 0470 12 34 56"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with a_room(tmp_path) as found:
        yield found


@pytest.fixture
def phrasings(tmp_path: Path) -> Iterator[Phrasings]:
    database = Database(tmp_path / "knowledge.sqlite3")
    yield Phrasings(database)
    database.close()


def conversation_with(room: Room, **reply: Any) -> Conversation:
    conversation = room.open().conversation
    room.say(conversation, ASKED)
    lease, said = held(room.lease()), {**REPLY, **reply}
    room.work.finish(lease, lambda now: assistant_replies(now, room.clock(), lease.seq, said))
    return room.now(conversation)


def learning(room: Room, phrasings: Phrasings) -> Learning:
    return Learning(lambda: phrasings, lambda: room.engine, lambda: b"s" * 32, room.clock)


def test_a_tap_keeps_the_masked_question_for_the_page_that_was_chosen(room: Room, phrasings: Phrasings) -> None:
    asked_back = conversation_with(room, kind="clarification", options=[OPTION])
    learning(room, phrasings).tapped(asked_back, OPTION["id"], "192.0.2.1")
    (kept,) = phrasings.all()
    assert (kept.page_id, kept.language, len(kept.givers)) == ("sample-kids-id", "nl", 1)
    assert "pasje" in kept.words
    assert "0470" not in kept.words
    assert "192.0.2.1" not in str(kept)


def test_one_address_with_many_conversations_counts_once(room: Room, phrasings: Phrasings) -> None:
    for _ in range(4):
        asked_back = conversation_with(room, kind="clarification", options=[OPTION])
        learning(room, phrasings).tapped(asked_back, OPTION["id"], "192.0.2.1")
    assert [len(one.givers) for one in phrasings.all()] == [1]
    assert phrasings.bonuses(ASKED, "nl") == {}


@pytest.mark.parametrize(
    "reply", [{"options": []}, {"kind": "answer", "related": [OPTION]}, {"kind": "signpost", "options": [OPTION]}]
)
def test_what_was_no_question_back_teaches_nothing(room: Room, phrasings: Phrasings, reply: dict[str, Any]) -> None:
    learning(room, phrasings).tapped(conversation_with(room, **reply), OPTION["id"], "192.0.2.1")
    assert phrasings.all() == []


def test_a_store_that_fails_does_not_stop_the_conversation(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Phrasings:
        raise OSError(ASKED)

    asked_back = conversation_with(room, kind="clarification", options=[OPTION])
    Learning(broken, lambda: room.engine, lambda: b"s" * 32, room.clock).tapped(asked_back, OPTION["id"], "")
    assert "OSError" in caplog.text
    assert "pasje" not in caplog.text
