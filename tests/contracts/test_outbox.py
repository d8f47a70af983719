"""The outbox: a mail is there with its act, sent by one, tried again, never lost, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.cases.addresses import BadAddress
from assistant.cases.outbox import ATTEMPTS, KEPT, LEASE, TRANSCRIPTS, NoMailServer, Outbox, pause
from assistant.cases.sealing import Seal
from assistant.conversations.caretaker import Caretaker
from assistant.domain.conversation import Conversation
from assistant.store.outbox import EXPIRED, MailLease, NoSuchMail, OutboxStore, TooManyMails, queue
from assistant.store.rows import NotThere
from assistant.store.tables import OutboxRow
from tests.assistant.mailing import AcceptsAndDies, Died, KeptMail, a_mail, a_sender, put, refusal
from tests.assistant.talking import Room, a_room, held

ADDRESS = "jan.peeters@voorbeeld.be"


@pytest.fixture
def room(home: Path, conversations_url: str) -> Iterator[Room]:
    """An empty database of each kind."""
    with a_room(home, conversations_url) as found:
        yield found


@pytest.fixture
def store(room: Room) -> OutboxStore:
    return OutboxStore(room.log)


def states(room: Room) -> list[tuple[str, int, str | None]]:
    return [(one["state"], one["attempts"], one["last_error"]) for one in OutboxStore(room.log).listing()]


def rows(room: Room) -> list[OutboxRow]:
    with room.database.read() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def door(room: Room, *, sends: bool = True) -> Outbox:
    return Outbox(OutboxStore(room.log), lambda: b"s" * 32, sends=sends, clock=room.clock)


def ask(room: Room, conversation: Conversation, address: str = ADDRESS) -> None:
    door(room).mail_transcript(conversation, room.store.events(conversation.id), room.site, address)


# --- queueing


def test_a_mail_and_its_act_are_there_together_or_not_at_all(room: Room) -> None:
    def act() -> None:
        with room.log.write() as session:
            assert queue(session, a_mail(room))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert rows(room) == []


def test_the_same_mail_is_queued_once_also_by_many_at_once(room: Room) -> None:
    rooms = [room, room.again()]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: put(rooms[n % 2]), range(12)))
    assert sorted(told) == [False] * 11 + [True]
    assert len(rows(room)) == 1


def test_contact_details_and_words_do_not_lie_in_clear(room: Room) -> None:
    conversation = room.open().conversation
    room.say(conversation, "Kids-ID aanvragen")
    ask(room, conversation)
    (row,) = rows(room)
    kept = " ".join(str(getattr(row, column.name)) for column in OutboxRow.__table__.columns)
    assert not [word for word in ("jan", "peeters", "voorbeeld.be", "Kids") if word in kept]


def test_what_was_sent_is_wiped(room: Room) -> None:
    put(room)
    assert a_sender(room, KeptMail()).look() == 1
    (row,) = rows(room)
    assert (row.state, row.address, row.content, row.sent_at) == ("sent", None, None, room.clock())


# --- leases


def test_a_mail_is_taken_by_one(room: Room, store: OutboxStore) -> None:
    put(room)
    other = OutboxStore(room.again().log)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda n: (store, other)[n % 2].lease(f"p{n}", room.clock(), LEASE), range(8)))
    assert sum(lease is not None for lease in taken) == 1


def test_who_lost_a_lease_marks_nothing(room: Room, store: OutboxStore) -> None:
    put(room)
    first = lease_of(store, room, "p1")
    room.clock.move(seconds=LEASE.total_seconds())
    second = lease_of(store, room, "p2")
    assert second.attempts == 2
    at = room.clock()
    assert [store.sent(first, at), store.later(first, at, "451"), store.dead(first, "550")] == [False] * 3
    assert store.sent(second, at)
    assert not store.sent(second, at)


def lease_of(store: OutboxStore, room: Room, owner: str) -> MailLease:
    lease = store.lease(owner, room.clock(), LEASE)
    assert lease is not None
    return lease


def test_two_senders_send_every_mail_once(room: Room) -> None:
    for number in range(20):
        put(room, f"k{number}", f"p{number}@voorbeeld.be")
    mailer = KeptMail()
    senders = [a_sender(room, mailer), a_sender(room.again(), mailer, "p2")]
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda sender: sender.look(), senders)) == 20
    assert sorted(mailer.recipients) == sorted(f"p{number}@voorbeeld.be" for number in range(20))


def test_who_dies_between_sending_and_marking_leaves_a_mail_that_is_sent_again_with_the_same_id(room: Room) -> None:
    put(room)
    dying, living = AcceptsAndDies(), KeptMail()
    with pytest.raises(Died):
        a_sender(room, dying).look()
    after = a_sender(room.again(), living, "p2")
    assert after.look() == 0, "it may still be on its way"
    room.clock.move(seconds=LEASE.total_seconds())
    assert after.look() == 1
    assert dying.mails[0]["Message-ID"] == living.mails[0]["Message-ID"]
    assert dying.mails[0]["Date"] == living.mails[0]["Date"]
    assert after.look() == 0


def test_who_dies_before_sending_loses_nothing(room: Room) -> None:
    put(room)
    with pytest.raises(Died):
        a_sender(room, KeptMail(Died())).look()
    room.clock.move(seconds=LEASE.total_seconds())
    living = KeptMail()
    assert a_sender(room, living, "p2").look() == 1
    assert living.recipients == ["jan@voorbeeld.be"]


def test_a_mail_over_which_processes_keep_dying_is_dead_in_the_end(room: Room) -> None:
    put(room)
    for _ in range(ATTEMPTS):
        with pytest.raises(Died):
            a_sender(room, KeptMail(Died())).look()
        room.clock.move(seconds=LEASE.total_seconds())
    a_sender(room, KeptMail()).look()
    assert states(room) == [("dead", ATTEMPTS + 1, "attempts")]


# --- trying again


def test_pauses_grow_to_a_limit_and_differ() -> None:
    middle = [pause(attempts, 0.5).total_seconds() for attempts in (1, 2, 3, 9, 1000)]
    assert middle == [15, 30, 60, 3600, 3600]
    assert pause(1, 0.0) < pause(1, 0.5) < pause(1, 1.0)
    assert timedelta(days=1.5) < sum((pause(n, 0.5) for n in range(1, ATTEMPTS)), timedelta()) < timedelta(days=2.5)


def test_a_mail_that_is_refused_for_now_is_tried_again_later(room: Room) -> None:
    put(room)
    mailer = KeptMail(refusal("451"), refusal("disconnected"))
    sender = a_sender(room, mailer)
    assert sender.look() == 0
    assert states(room) == [("waiting", 1, "451")]
    assert sender.look() == 0
    room.clock.move(seconds=15)
    assert sender.look() == 0
    assert states(room) == [("waiting", 2, "disconnected")]
    room.clock.move(seconds=29)
    assert sender.look() == 0
    room.clock.move(seconds=1)
    assert sender.look() == 1
    assert states(room) == [("sent", 3, None)]


def test_a_server_that_is_away_is_not_asked_for_every_mail(room: Room) -> None:
    put(room, "k1")
    put(room, "k2")
    mailer = KeptMail(refusal("unreachable", server=True))
    sender = a_sender(room, mailer)
    assert sender.look() == 0
    assert sender.look() == 1


def test_after_the_last_try_it_is_dead(room: Room) -> None:
    put(room)
    sender = a_sender(room, KeptMail(*(refusal() for _ in range(ATTEMPTS))))
    for _ in range(ATTEMPTS):
        sender.look()
        room.clock.move(hours=2)
    assert states(room) == [("dead", ATTEMPTS, "451")]


# --- dead letters


def test_a_mail_that_is_refused_for_good_is_dead_and_can_be_replayed(room: Room, store: OutboxStore) -> None:
    put(room, "k1")
    put(room, "k2", "an@voorbeeld.be")
    mailer = KeptMail(refusal("550", permanent=True), refusal("552", permanent=True))
    sender = a_sender(room, mailer)
    sender.look()
    assert states(room) == [("dead", 1, "552"), ("dead", 1, "550")]
    assert store.counts(room.clock()) == (2, 0)
    first, second = (row.id for row in rows(room))
    assert store.replay(room.clock(), [first]) == 1
    assert sender.look() == 1
    assert mailer.recipients == ["jan@voorbeeld.be"]
    assert store.replay(room.clock()) == 1
    assert sender.look() == 1
    for wrong in (first, second, 99):
        with pytest.raises(NoSuchMail, match=str(wrong)):
            store.replay(room.clock(), [wrong])


def test_of_several_that_are_named_all_are_replayed_or_none(room: Room, store: OutboxStore) -> None:
    put(room)
    a_sender(room, KeptMail(refusal("550", permanent=True))).look()
    with pytest.raises(NoSuchMail):
        store.replay(room.clock(), [rows(room)[0].id, 99])
    assert states(room) == [("dead", 1, "550")]


def test_a_dropped_letter_is_wiped_and_no_longer_counts(room: Room, store: OutboxStore) -> None:
    put(room)
    a_sender(room, KeptMail(refusal("550", permanent=True))).look()
    assert store.drop() == 1
    assert store.counts(room.clock()) == (0, 0)
    (row,) = rows(room)
    assert (row.state, row.address, row.content) == ("dead", None, None)
    assert store.replay(room.clock()) == 0


def test_what_was_sealed_with_another_secret_is_dead_and_not_lost(room: Room, store: OutboxStore) -> None:
    put(room)
    a_sender(room, KeptMail(), seal=Seal(lambda: b"x" * 32)).look()
    assert states(room) == [("dead", 1, "sealed")]
    store.replay(room.clock())
    assert a_sender(room, KeptMail()).look() == 1


def test_listing_shows_no_address_and_no_words(room: Room, store: OutboxStore) -> None:
    put(room)
    shown = {"id", "kind", "language", "state", "attempts", "last_error", "created_at", "next_at", "sent_at"}
    assert [set(one) for one in store.listing()] == [shown | {"replayable"}]
    assert store.listing("dead") == []


def test_mails_that_wait_are_counted(room: Room, store: OutboxStore) -> None:
    put(room)
    assert store.counts(room.clock() - timedelta(minutes=1)) == (0, 0)
    assert store.counts(room.clock()) == (0, 1)


# --- forgetting


def test_what_could_not_be_sent_is_wiped_in_the_end(room: Room, store: OutboxStore) -> None:
    put(room, "k1")
    put(room, "k2")
    a_sender(room, KeptMail(refusal("550", permanent=True), refusal("451"))).look()
    caretaker = Caretaker(room.store, {room.site.id: room.site}, room.clock)
    assert caretaker.look() == 0
    room.clock.move(days=KEPT.days)
    assert caretaker.look() == 2
    assert [(row.state, row.address, row.content, row.last_error) for row in rows(room)] == [
        ("dead", None, None, EXPIRED)
    ] * 2
    assert (store.counts(room.clock()), store.replay(room.clock()), caretaker.look()) == ((0, 0), 0, 0)


def test_a_mail_that_is_being_sent_is_not_wiped_under_the_hand(room: Room, store: OutboxStore) -> None:
    put(room, forget_at=room.clock() + timedelta(minutes=1))
    room.clock.move(minutes=1)
    lease = lease_of(store, room, "p1")
    assert room.store.forget(room.clock()) == 0
    assert store.sent(lease, room.clock())


def test_words_about_danger_are_kept_no_longer_in_a_mail(room: Room) -> None:
    conversation = room.open().conversation
    room.say(conversation)
    first = room.clock() + timedelta(hours=24)
    room.reply(held(room.lease()), forget_at=first)
    ask(room, conversation)
    assert [row.forget_at for row in rows(room)] == [first]


def test_an_erased_conversation_sends_no_mail(room: Room) -> None:
    conversation, other = room.open().conversation, room.open().conversation
    ask(room, conversation)
    ask(room, other, "an@voorbeeld.be")
    room.engine.erase(conversation)
    mailer = KeptMail()
    assert a_sender(room, mailer).look() == 1
    assert mailer.recipients == ["an@voorbeeld.be"]


def test_erasing_while_a_mail_is_being_sent_harms_nothing(room: Room, store: OutboxStore) -> None:
    conversation = room.open().conversation
    ask(room, conversation)
    lease = lease_of(store, room, "p1")
    room.engine.erase(conversation)
    assert not store.sent(lease, room.clock())


# --- transcripts


def test_a_transcript_is_mailed_once_for_an_address_and_what_was_said(room: Room) -> None:
    conversation = room.open().conversation
    room.say(conversation)
    for address in (ADDRESS, ADDRESS, " jan.peeters@VOORBEELD.be "):
        ask(room, conversation, address)
    assert len(rows(room)) == 1
    room.say(conversation, "nog iets", "c2")
    ask(room, conversation)
    ask(room, conversation, "an@voorbeeld.be")
    assert len(rows(room)) == 3


def test_a_conversation_may_ask_for_a_few_an_hour(room: Room) -> None:
    conversation = room.open().conversation
    for number in range(TRANSCRIPTS.mails):
        ask(room, conversation, f"p{number}@voorbeeld.be")
        room.clock.move(minutes=1)
    with pytest.raises(TooManyMails) as refused:
        ask(room, conversation)
    assert refused.value.seconds == 57 * 60
    ask(room, conversation, "p0@voorbeeld.be")
    ask(room, room.open().conversation)
    room.clock.move(minutes=57)
    ask(room, conversation)
    assert len(rows(room)) == TRANSCRIPTS.mails + 2


def test_what_cannot_be_sent_is_refused_at_the_door(room: Room) -> None:
    conversation = room.open().conversation
    with pytest.raises(NoMailServer):
        door(room, sends=False).mail_transcript(conversation, [], room.site, ADDRESS)
    with pytest.raises(BadAddress):
        ask(room, conversation, "jan@")
    room.engine.erase(conversation)
    with pytest.raises(NotThere):
        ask(room, conversation)
    assert rows(room) == []
