"""Cases: opened with the words about them, once, for no more than may be, sealed, removed; on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from assistant.cases.addresses import BadAddress
from assistant.cases.contact import BadPhone, ContactDetails
from assistant.cases.engine import LIMIT, PATIENCE, TRIES
from assistant.cases.references import BadReference, new_reference, written_reference
from assistant.cases.windows import BadWindow, callback_windows
from assistant.conversations.caretaker import Caretaker
from assistant.conversations.credentials import CODE_LETTERS
from assistant.domain import case_acts as acts
from assistant.domain.case import Case, CaseKind, CaseLetter, CaseOutOfTurn, CaseState, Outcome, StepKind
from assistant.domain.conversation import EventType, Status
from assistant.messages import text
from assistant.store.access import TooManyTries
from assistant.store.case_limits import TooManyCases
from assistant.store.case_tables import case_steps, cases
from assistant.store.cases import NoCase, Wanted
from assistant.store.outbox import OutboxStore
from assistant.store.rows import NotThere
from assistant.store.tables import Base
from tests.assistant.casework import ALL_SITES, CONTACT, EMAIL, NO_MAIL, Bureau, a_bureau
from tests.assistant.mailing import KeptMail, a_sender


@pytest.fixture
def bureau(home: Path, conversations_url: str) -> Iterator[Bureau]:
    """An empty database of each kind."""
    with a_bureau(home, conversations_url) as found:
        yield found


def kinds(bureau: Bureau) -> list[str]:
    return [mail["kind"] for mail in reversed(OutboxStore(bureau.room.log).listing())]


def rows(bureau: Bureau) -> tuple[int, int]:
    with bureau.room.database.read() as session:
        found = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (cases, case_steps)]
    return found[0], found[1]


def end(bureau: Bureau, case: Case, state: CaseState = CaseState.SOLVED) -> Case:
    at = bureau.clock()
    return bureau.cases.change(case, lambda before: acts.set_state(before, at, "sara", state, at))


def numbered(number: int) -> ContactDetails:
    return ContactDetails(phone=f"0470 12 34 {number:02}")


# --- opening


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_a_call_back_is_there_with_the_words_in_the_conversation(bureau: Bureau, language: str) -> None:
    talk = bureau.talk(language=language)
    case = bureau.open(talk)
    assert bureau.now(case) == case
    (said,) = bureau.room.store.events(talk.id)
    assert (said.type, said.status) == (EventType.NOTICE, Status.BOT)
    assert text("case.noted_callback", language, reference=case.reference) in said.text
    assert text("case.erased", language) in said.text
    (step,) = bureau.cases.chain(case)
    assert (step.kind, step.by, step.at) == (StepKind.OPENED, "citizen", bureau.clock())


def test_the_promise_is_said_on_the_clock_of_the_site(bureau: Bureau) -> None:
    talk = bureau.talk()
    bureau.open(talk)
    assert (
        "Wij bellen u op maandag 23 november tussen 13.00 uur en 15.00 uur."
        in bureau.room.store.events(talk.id)[0].text
    )
    bureau.ticket(talk)
    assert "U hoort van ons ten laatste op maandag 30 november." in bureau.room.store.events(talk.id)[1].text


def test_asking_for_the_same_again_gives_the_same_also_by_many_at_once(bureau: Bureau) -> None:
    talk, others = bureau.talk(), [bureau, bureau.again()]
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda n: others[n % 2].open(talk).reference, range(6)))
    assert len(found) == 1
    assert rows(bureau) == (1, 1)
    assert len(bureau.room.store.events(talk.id)) == 1
    assert kinds(bureau) == ["case_confirmed"]
    bureau.cases.cancel(bureau.cases.found(found.pop()))
    assert bureau.open(talk).state is CaseState.OPEN


def test_another_wish_is_another_case(bureau: Bureau) -> None:
    talk = bureau.talk()
    made = {bureau.open(talk).id, bureau.open(talk, window=bureau.window(1)).id, bureau.ticket(talk).id}
    assert len(made) == 3


def test_what_cannot_be_kept_is_refused_by_its_slot_and_nothing_is_said(bureau: Bureau) -> None:
    talk, past = bureau.talk(), bureau.window()
    bureau.clock.move(hours=2)
    for wrong, slot, given in (
        (BadPhone, "phone", {"contact": ContactDetails(phone="12", email=EMAIL)}),
        (BadPhone, "phone", {"contact": ContactDetails(email=EMAIL)}),
        (BadAddress, "email", {"contact": replace(CONTACT, email="jan@")}),
        (BadAddress, "email", {"kind": CaseKind.TICKET, "contact": NO_MAIL}),
        (BadWindow, "window", {"window": past}),
        (BadWindow, "window", {"window": None}),
        (BadWindow, "window", {"window": replace(bureau.window(), end=bureau.window(1).end)}),
    ):
        with pytest.raises(wrong) as refused:
            bureau.open(talk, **given)  # type: ignore[arg-type]
        assert refused.value.slot == slot
    assert rows(bureau) == (0, 0)
    assert bureau.room.store.events(talk.id) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0470 12 34 56", "+32 470 12 34 56"),
        ("+32 (0)2 553 17 00", "+32 2 553 17 00"),
        ("0031 20 624 1111", "+31 20 624 1111"),
        ("0900 12345", ""),
        ("112", ""),
        ("1700", ""),
        ("abc", ""),
        ("0470 12 34 5", ""),
    ],
)
def test_a_number_is_kept_as_it_is_dialled_and_a_dear_one_is_none(typed: str, kept: str) -> None:
    try:
        assert ContactDetails(phone=typed).checked(CaseKind.CALLBACK).phone == kept
    except BadPhone:
        assert kept == ""


def test_a_citizen_opens_no_more_than_a_few_a_day_and_staff_may_go_on(bureau: Bureau) -> None:
    talk = bureau.talk()
    for number in range(LIMIT.conversation):
        bureau.open(talk, numbered(number))
    with pytest.raises(TooManyCases) as refused:
        bureau.open(talk, numbered(50))
    assert refused.value.seconds == 86_400
    assert bureau.open(talk, numbered(50), opened_by="sara").reference
    bureau.clock.move(days=1)
    assert bureau.open(talk, numbered(51))


def test_nobody_is_called_or_mailed_at_the_wish_of_many_conversations(bureau: Bureau) -> None:
    for _ in range(LIMIT.contact):
        bureau.cases.cancel(bureau.open())
    for same in (NO_MAIL, replace(CONTACT, phone="+32 470 12 34 56", email=""), ContactDetails(email=EMAIL.upper())):
        with pytest.raises(TooManyCases):
            bureau.open(contact=same, kind=CaseKind.TICKET if same.email else CaseKind.CALLBACK)
    assert bureau.open(contact=numbered(1))
    assert kinds(bureau) == ["case_confirmed"] * LIMIT.contact


def test_in_a_conversation_that_is_gone_nothing_is_promised(bureau: Bureau) -> None:
    talk = bureau.talk()
    bureau.room.engine.erase(talk)
    with pytest.raises(NotThere):
        bureau.open(talk)
    assert rows(bureau) == (0, 0)


def test_in_a_conversation_that_ended_it_is_kept_without_words(bureau: Bureau) -> None:
    talk = bureau.talk()
    bureau.room.engine.end(talk)
    assert bureau.open(talk).state is CaseState.OPEN
    assert bureau.room.now(talk).status is Status.CLOSED


def test_no_more_citizens_choose_a_window_than_can_be_called_in_it(bureau: Bureau) -> None:
    site = bureau.room.site
    assert site.desk is not None
    small = replace(site, desk=replace(site.desk, calls=2))
    narrow = Bureau(bureau.room, {"regio": small})
    first, second = narrow.cases.offered(small)[:2]
    others, gate = [narrow, Bureau(bureau.room.again(), {"regio": small})], Barrier(6)

    def ask(number: int) -> bool:
        gate.wait()
        try:
            others[number % 2].open(contact=numbered(number), site=small, window=first)
        except BadWindow:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(ask, range(6))) == [False] * 4 + [True] * 2
    assert narrow.cases.offered(small)[0] == second
    waiting = narrow.open(contact=numbered(10), site=small, window=second)
    with pytest.raises(BadWindow):
        narrow.cases.move(waiting, first)
    assert narrow.now(waiting) == waiting
    assert narrow.open(contact=numbered(11), site=small, window=first, opened_by="sara").window == first
    for case in narrow.store.listing(Wanted(["regio"]), bureau.clock(), 10)[:2]:
        narrow.cases.cancel(case)
    assert narrow.cases.move(waiting, first).window == first


# --- references


def test_references_are_unlike_each_other_and_a_wrong_character_always_shows() -> None:
    made = {new_reference() for _ in range(200)}
    assert len(made) == 200
    reference = made.pop()
    assert written_reference(reference.replace("-", " ").lower()) == reference
    code = reference[3:]
    for place, char in enumerate(code):
        for other in set(CODE_LETTERS) - {char} if char != "-" else ():
            with pytest.raises(BadReference):
                written_reference(f"WW-{code[:place]}{other}{code[place + 1 :]}")


def test_wrong_references_are_counted_for_all_processes_and_forgotten(bureau: Bureau) -> None:
    case, elsewhere = bureau.open(), bureau.again()
    for number in range(TRIES.one):
        with pytest.raises(NoCase):
            (bureau, elsewhere)[number % 2].cases.seen(new_reference(), "guesser")
    with pytest.raises(TooManyTries):
        elsewhere.cases.seen(case.reference, "guesser")
    assert elsewhere.cases.seen(case.reference, "somebody else") == case
    bureau.clock.at += TRIES.within
    assert bureau.cases.seen(case.reference, "guesser") == case


# --- changing


def test_of_two_at_once_both_are_kept_one_after_the_other(bureau: Bureau) -> None:
    case, others, at = bureau.open(), [bureau, bureau.again()], bureau.clock()

    def attempt(number: int) -> None:
        others[number % 2].cases.change(case, lambda now: acts.attempt(now, at, "sara", Outcome.REACHED, str(number)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(attempt, range(8)))
    now = bureau.now(case)
    assert (now.attempts, now.version) == (8, 8)
    assert len(bureau.cases.chain(case)) == 9


def test_an_act_that_is_refused_leaves_nothing(bureau: Bureau) -> None:
    case = bureau.open()
    both = acts.in_turn(
        lambda now: acts.note(now, bureau.clock(), "sara", "x"),
        lambda now: acts.answer(now, bureau.clock(), True, now.due_at),
    )
    with pytest.raises(CaseOutOfTurn):
        bureau.cases.change(case, both)
    assert bureau.now(case) == case
    assert rows(bureau) == (1, 1)


def test_letters_are_queued_with_their_act_and_only_where_an_address_is_known(bureau: Bureau) -> None:
    case, silent = bureau.open(), bureau.open(contact=numbered(1))
    for one in (case, silent):
        bureau.cases.move(one, bureau.window(1))
        at, later = bureau.clock(), bureau.window(2)
        bureau.cases.change(one, lambda now, at=at, later=later: acts.move(now, at, "sara", later))
        for _ in range(3):
            bureau.cases.change(one, lambda now: acts.attempt(now, bureau.clock(), "sara", Outcome.NOT_REACHED, ""))
    end(bureau, case)
    assert kinds(bureau) == [f"case_{kind}" for kind in ("confirmed", "moved", "not_reached", "solved")]
    assert bureau.now(silent).state is CaseState.CLOSED


def test_letters_arrive_in_the_citizens_language_with_the_reference(bureau: Bureau) -> None:
    case = bureau.open(bureau.talk(language="fr"))
    end(bureau, case)
    mailer = KeptMail()
    assert a_sender(bureau.room, mailer).look() == 2
    first, last = mailer.mails
    assert str(first["To"]) == EMAIL
    assert str(first["Subject"]) == text(f"case_mail.{CaseLetter.CONFIRMED}", "fr", reference=case.reference)
    assert str(last["Subject"]) == text(f"case_mail.{CaseLetter.SOLVED}", "fr", reference=case.reference)
    assert first["Message-ID"] != last["Message-ID"]


def test_without_a_mail_server_cases_go_on_without_letters(bureau: Bureau) -> None:
    without = Bureau(bureau.room, sends=False)
    end(without, without.open())
    assert kinds(bureau) == []


def test_a_case_of_which_the_secret_was_lost_can_still_be_ended(bureau: Bureau) -> None:
    case = bureau.open()
    bureau.cases._seal = type(bureau.cases._seal)(lambda: b"x" * 32)
    assert end(bureau, case).state is CaseState.SOLVED


# --- the clock, and erasing


def test_what_the_citizen_does_not_answer_is_closed_and_later_removed(bureau: Bureau) -> None:
    case, going = bureau.open(), bureau.open(contact=numbered(1))
    end(bureau, case)
    bureau.clock.at += PATIENCE
    assert bureau.cases.look() == 1
    now = bureau.now(case)
    assert (now.state, now.asks) == (CaseState.CLOSED, True)
    assert bureau.cases.chain(case)[-1].detail == {"state": "closed", "why": "no_answer"}
    bureau.clock.at += ALL_SITES["regio"].patience.keep
    assert Caretaker(bureau.room.store, {}, bureau.clock, chores=(bureau.cases.look,)).look() >= 1
    with pytest.raises(NoCase):
        bureau.cases.found(case.reference)
    assert bureau.now(going) == going
    assert rows(bureau) == (1, 1)


def test_what_is_opened_again_is_not_removed(bureau: Bureau) -> None:
    case = end(bureau, bureau.open(), CaseState.CLOSED)
    bureau.cases.answer(case, solved=False)
    bureau.clock.move(days=400)
    assert bureau.cases.look() == 0
    assert bureau.now(case).state is CaseState.OPEN


def test_erased_words_are_nowhere_and_the_promise_stays(bureau: Bureau) -> None:
    talk = bureau.talk()
    case = bureau.open(talk, brief={"question": "geheim"})
    bureau.room.engine.erase(talk)
    now = bureau.now(case)
    assert (now.conversation, now.brief, now.window) == (None, None, case.window)
    with bureau.room.database.read() as session:
        kept = [str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    assert not [row for row in kept if "geheim" in row or talk.id in row]
    assert kinds(bureau) == ["case_confirmed"], "the letter about the promise stays too"
    assert bureau.cases.cancel(now).state is CaseState.CLOSED


def test_moments_can_be_chosen_by_their_start(bureau: Bureau) -> None:
    later = callback_windows(bureau.room.site, bureau.clock())[4]
    case = bureau.open(window=later.start)
    assert case.window == later
    assert bureau.cases.move(case, later.start) == case
