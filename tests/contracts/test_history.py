"""The history on SQLite and on PostgreSQL: found by words, as far as staff may read, and gone when the words are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from assistant.domain.conversation import Conversation, assistant_replies, citizen_says, close
from assistant.domain.handover import Consent
from assistant.domain.with_people import agent_accepts, agent_says, ask_for_person, hand_back
from assistant.store.audit import AuditLog, Deed
from assistant.store.history import HistoryStore, Past, PastEvent, Reader, Wanted
from assistant.store.history_tables import history, history_words
from assistant.store.history_words import remember_all
from tests.assistant.talking import REPLY, REQUEST, START, Room, a_room, held

ALL = Reader("an", frozenset({"regio", "gemeente"}))
DEED = Deed(START, "an", "history_exported", "regio")


@pytest.fixture
def room(home: Path, conversations_url: str) -> Iterator[Room]:
    """An empty database of each kind."""
    with a_room(home, conversations_url) as found:
        yield found


@pytest.fixture
def past(room: Room) -> HistoryStore:
    return HistoryStore(room.log)


def told(room: Room, *texts: str, site: str = "regio", **context: Any) -> Conversation:
    """A conversation in which a citizen said this."""
    conversation = room.engine.open(replace(room.site, id=site), **context).conversation
    for number, text in enumerate(texts):
        room.store.say(conversation.id, f"c{number}", lambda now, n=number, t=text: said(room, now, t, f"c{n}"))
    return conversation


def said(room: Room, now: Conversation, text: str, client_id: str) -> Any:
    return citizen_says(now, room.clock(), text, client_id)


def handed_over(
    room: Room, conversation: Conversation, agent: str, words: str = "Dag, ik help u.", **request: Any
) -> None:
    """A person takes it, says something and gives it back."""

    def does(act: Any) -> None:
        room.store.change(conversation.id, act)

    asked = replace(REQUEST, **{"site": conversation.site} | request)
    does(lambda now: ask_for_person(now, room.clock(), "U wacht.", asked))
    does(lambda now: agent_accepts(now, room.clock(), agent, f"{agent} neemt over."))
    client_id = f"{agent}-{room.now(conversation).last_seq}"
    room.store.say(conversation.id, client_id, lambda now: agent_says(now, room.clock(), agent, words, client_id))
    does(lambda now: hand_back(now, room.clock(), agent, "De computer antwoordt weer."))


def ids(past: HistoryStore, words: str = "", reader: Reader = ALL, **wanted: Any) -> list[str]:
    found = [one.id for one in past.page(reader, Wanted(words, **wanted), 50)]
    assert [one.id for one, _ in exported(past, reader, Wanted(words, **wanted))] == found[::-1]
    return found


def exported(
    past: HistoryStore, reader: Reader = ALL, wanted: Wanted | None = None
) -> list[tuple[Past, list[PastEvent]]]:
    return list(past.export(reader, wanted or Wanted(), DEED))


# --- what is found


@pytest.mark.parametrize(
    ("said", "found", "not_found"),
    [
        (
            ["Ik heb mijn rijbewijs verloren in de crèche, à l'ecole", "Of mijn paspoort? [telefoon]"],
            ["rijbewijs", "RIJBEWIJS verloren", "verloren, rijbew!", "Creche paspoort", "l'école", "[telefoon]"],
            ["rijbewijs verhuizen", "ewijs", "de rij", "%", "_ _", "' or 1=1 --", "\x00"],
        ),
        (
            [
                "Як отримати водійське посвідчення?",
                "كيف أجدد رخصة القيادة؟",
                "Kimliğimi kaybettim, ışık",
                "Zgubiłem dowód",
            ],
            ["посвідчення", "رخصة", "kimligimi isik", "zgubilem dowod"],
            ["ясно", "لا"],
        ),
        (["x" * 1900], ["x" * 200], ["x"]),
    ],
    ids=["dutch", "other scripts", "long"],
)
def test_words_are_found_in_any_order_and_message_however_they_are_written(
    room: Room, past: HistoryStore, said: list[str], found: list[str], not_found: list[str]
) -> None:
    one = told(room, *said)
    told(room, "rij bewijs", "verlopen crash school telefonisch")
    assert {words: ids(past, words) for words in found} == {key: [one.id] for key in found}
    assert {words: ids(past, words) for words in not_found} == {key: [] for key in not_found}


def test_an_answer_is_found_by_the_titles_of_its_sources_and_an_agent_by_their_words(
    room: Room, past: HistoryStore
) -> None:
    answered, helped = told(room, "vraag een"), told(room, "vraag twee")
    reply = REPLY | {"citations": [{"title": "Geboortepremie aanvragen", "source_id": "12"}] * 2}
    room.work.finish(held(room.lease()), lambda now: replies(room, now, reply))
    handed_over(room, helped, "sara", "Uw dossier ligt klaar.")
    assert ids(past, "geboortepremie") == [answered.id]
    assert ids(past, "dossier klaar") == [helped.id]
    assert ids(past, "doet") == [], "the answer itself is not looked through"
    assert ids(past, "neemt over") == []
    ((_, (_, event)),) = exported(past, wanted=Wanted("geboortepremie"))
    assert (event.author, event.kind, event.reason, event.sources) == ("assistant", "answer", None, ("12",))


def replies(room: Room, now: Conversation, reply: dict[str, Any]) -> Any:
    return assistant_replies(now, room.clock(), now.last_seq, reply)


def test_by_site_language_agent_and_period(room: Room, past: HistoryStore) -> None:
    one = told(room, "verhuizen", language="nl")
    room.clock.move(days=1)
    two = told(room, "verhuizen", site="gemeente", language="fr")
    handed_over(room, two, "sara")
    assert ids(past, "verhuizen") == [two.id, one.id]
    assert ids(past, reader=Reader("an", frozenset({"regio"}))) == [one.id]
    assert ids(past, reader=Reader("an", frozenset())) == []
    assert ids(past, language="fr") == [two.id]
    assert ids(past, agent="sara") == [two.id]
    assert ids(past, agent="piet") == []
    assert ids(past, since=START + timedelta(hours=1)) == [two.id]
    assert ids(past, "verhuizen", until=START + timedelta(days=1)) == [one.id]


def test_an_agent_finds_what_they_had_and_nothing_else(room: Room, past: HistoryStore) -> None:
    mine, other, elsewhere = told(room, "een"), told(room, "twee"), told(room, "drie", site="gemeente")
    for conversation, agent in ((mine, "sara"), (other, "piet"), (elsewhere, "sara")):
        handed_over(room, conversation, agent)
    sara = Reader("sara", frozenset(), frozenset({"regio"}))
    assert ids(past, reader=sara) == [mine.id]
    assert ids(past, "twee", sara) == []
    assert ids(past, agent="piet", reader=sara) == []
    assert ids(past, reader=Reader("sara", frozenset({"gemeente"}), frozenset({"regio"}))) == [elsewhere.id, mine.id]


def test_what_was_handed_to_another_body_is_in_the_history_of_both(room: Room, past: HistoryStore) -> None:
    one = told(room, "subsidie")
    handed_over(room, one, "lies", site="gemeente")
    for site in ("regio", "gemeente"):
        assert ids(past, reader=Reader("an", frozenset({site}))) == [one.id]
        assert ids(past, reader=Reader("lies", frozenset(), frozenset({site}))) == [one.id]
    assert ids(past, reader=Reader("an", frozenset({"agentschap"}), frozenset({"regio"}))) == []


def test_a_conversation_without_a_message_is_no_history(room: Room, past: HistoryStore) -> None:
    empty = room.open().conversation
    room.store.change(empty.id, lambda now: close(now, room.clock(), "Gedaan."))
    assert ids(past) == []


def test_pages_follow_each_other_without_gap_or_double_while_more_is_said(room: Room, past: HistoryStore) -> None:
    expected = [told(room, f"vraag {number}").id for number in range(7)][::-1]
    seen: list[str] = []
    before = None
    while page := past.page(ALL, Wanted("vraag"), 3, before):
        seen += [one.id for one in page]
        before = page[-1].number
        told(room, "vraag te laat")
    assert seen == expected


def test_a_conversation_is_listed_with_who_had_it_and_how_it_began(room: Room, past: HistoryStore) -> None:
    one = told(room, "Mijn mail is jan@voorbeeld.be\n" + "lang " * 100, municipality="Gent", language="nl")
    room.reply(held(room.lease()))
    handed_over(room, one, "piet")
    handed_over(room, one, "sara")
    (listed,) = past.page(ALL, Wanted(), 10)
    now = room.now(one)
    assert (listed.id, listed.site, listed.language, listed.municipality) == (one.id, "regio", "nl", "Gent")
    assert (listed.status, listed.created_at, listed.active_at) == ("bot", START, now.active_at)
    assert (listed.messages, listed.agent) == (4, "sara"), "there is no account of that name here"
    assert len(listed.first) == 200


# --- what staff may not read


def test_what_was_said_before_a_hand_over_without_transcript_is_neither_shown_nor_found(
    room: Room, past: HistoryStore
) -> None:
    one = told(room, "mijn geheim", "nog een geheim woord")
    assert ids(past, "geheim") == [one.id]
    handed_over(room, one, "sara", "Waarmee kan ik helpen?", consent=Consent.WITHOUT_TRANSCRIPT)
    assert ids(past, "geheim") == ids(past, "geheim helpen") == ids(past, "helpen geheim") == []
    assert ids(past, "helpen") == [one.id]
    (listed,) = past.page(ALL, Wanted(), 10)
    assert (listed.messages, listed.first) == (1, "")
    ((_, events),) = exported(past)
    assert [event.seq for event in events] == [3, 4, 5, 6]
    assert "geheim" not in str(events)
    handed_over(room, one, "piet")
    assert ids(past, "geheim") == [one.id], "this time the citizen allowed it"


def test_words_about_danger_are_found_no_more_when_they_are_wiped(room: Room, past: HistoryStore) -> None:
    one = told(room, "hij slaat mij")
    lease = held(room.lease())
    room.reply(lease, forget_at=room.clock() + timedelta(hours=24))
    room.store.say(one.id, "later", lambda now: said(room, now, "en nu mijn paspoort", "later"))
    assert ids(past, "slaat") == [one.id]
    room.store.forget(room.clock() + timedelta(hours=24))
    assert ids(past, "slaat") == ids(past, "slaat paspoort") == []
    assert ids(past, "paspoort") == [one.id]
    assert past.page(ALL, Wanted(), 10)[0].first == ""
    with room.database.read() as session:
        assert not [words for words in session.scalars(select(history_words.c.words)) if "slaat" in words]


def test_what_is_erased_is_found_no_more_and_leaves_no_word(room: Room, past: HistoryStore) -> None:
    one, other = told(room, "verhuizen naar Gent"), told(room, "verhuizen")
    room.store.erase(one.id)
    assert ids(past, "verhuizen") == [other.id]
    with room.database.read() as session:
        assert [session.scalar(select(func.count()).select_from(table)) for table in (history, history_words)] == [1, 1]


def test_what_was_not_stored_is_not_found(room: Room, past: HistoryStore) -> None:
    one = told(room, "een")

    def fails(now: Conversation) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        room.store.say(one.id, "c9", fails)
    assert room.store.say(one.id, "c0", fails) == 1, "sent before"
    assert ids(past, "een") == [one.id]


# --- export and earlier homes


def test_an_export_is_in_the_audit_log_before_anything_is_read(room: Room, past: HistoryStore) -> None:
    told(room, "een")
    past.export(ALL, Wanted(), DEED)
    (line,) = AuditLog(room.database).lines(10)
    assert (line.actor, line.act, line.subject) == ("an", "history_exported", "regio")


def test_an_export_of_more_than_one_batch_has_everything_once_and_in_order(
    room: Room, past: HistoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.store.history._BATCH", 3)
    made = [told(room, f"vraag {number}", "en nog iets").id for number in range(7)]
    found = exported(past)
    assert [one.id for one, _ in found] == made
    assert [[event.seq for event in events] for _, events in found] == [[1, 2]] * 7


def test_an_earlier_home_is_filled_with_what_was_said_before(room: Room, past: HistoryStore) -> None:
    one, two = told(room, "verhuizen", "en mijn hond"), told(room, "rijbewijs")
    room.store.say(one.id, "c9", lambda now: said(room, now, "en mijn kat", "c9"))
    reply = REPLY | {"citations": [{"title": "Uw adres", "source_id": "1"}]}
    room.work.finish(held(room.lease()), lambda now: replies(room, now, reply))
    with room.database.write() as session:
        before = session.execute(select(history_words).order_by(*history_words.primary_key)).all()
        session.execute(delete(history))
        assert session.scalar(select(func.count()).select_from(history_words)) == 0
        remember_all(session.connection())
    with room.database.read() as session:
        after = session.execute(select(history_words).order_by(*history_words.primary_key)).all()
    assert [(row.seq, row.words) for row in after] == [(row.seq, row.words) for row in before]
    assert ids(past, "kat") == [one.id]
    assert ids(past) == [two.id, one.id]
