"""`POST …/transcript/mail`, and what an operator sees of the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.bootstrap import Service
from assistant.cases.outbox import RECIPIENT, TRANSCRIPTS
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.building import open_home
from tests.assistant.mailing import SENDER, PostOffice, open_office
from tests.assistant.running import refused, run, told
from tests.assistant.serving import free_port
from tests.assistant.talking import until
from tests.assistant.test_http_conversations import Citizen

ADDRESS = "jan.peeters@voorbeeld.be"


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def posting(home: Path, office: PostOffice) -> Iterator[TestClient]:
    """A service in which nobody answers, with a mail server."""
    with open_office(office) as port, running(mailing_home(home, port)) as client:
        yield client


@pytest.fixture
def silent(home: Path) -> Iterator[TestClient]:
    """A service in which nobody answers and that has no mail server."""
    with running(open_home(home)) as client:
        yield client


@pytest.fixture
def stuck(home: Path) -> Iterator[TestClient]:
    """A service of which the mail server is away."""
    with running(mailing_home(home, free_port())) as client:
        yield client


def mailing_home(home: Path, port: int) -> Service:
    return open_home(home, WEGWIJZER_SMTP_URL=f"smtp://127.0.0.1:{port}", WEGWIJZER_MAIL_FROM=SENDER)


def running(service: Service) -> TestClient:
    return TestClient(create_app(service, works=False), raise_server_exceptions=False)


def mail(citizen: Citizen, address: Any = ADDRESS, **headers: str) -> Any:
    return citizen.ask("POST", "/transcript/mail", json={"address": address}, headers=headers)


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_a_transcript_arrives_masked_in_the_language_of_the_conversation(
    posting: TestClient, office: PostOffice, language: str
) -> None:
    citizen = Citizen(posting, language=language)
    citizen.say("kids-id, mijn nummer is 93.05.18-223.61")
    response = mail(citizen)
    assert (response.status_code, response.json()) == (202, {"state": "queued"})
    until(lambda: office.bodies)
    (found,) = office.mails
    assert str(found["To"]) == ADDRESS
    assert found["From"].addresses[0].display_name == "1700"
    title = text("conversation.title", language, org="1700")
    assert found["Subject"].startswith(title)
    for kind in ("plain", "html"):
        part = found.get_body((kind,))
        assert part is not None
        words = part.get_content()
        for shown in (title, text("mail.transcript", language), "[rijksregisternummer]", "1700"):
            assert shown in words
        assert "93.05" not in words


def test_asking_again_sends_nothing_more(posting: TestClient, office: PostOffice, home: Path) -> None:
    citizen = Citizen(posting)
    assert [mail(citizen).status_code for _ in range(TRANSCRIPTS.mails + 2)] == [202] * (TRANSCRIPTS.mails + 2)
    until(lambda: office.bodies)
    assert [mail(citizen).status_code, len(told(home, "outbox", "list"))] == [202, 1]


def test_too_many_mails_must_wait(stuck: TestClient) -> None:
    citizen = Citizen(stuck)
    for number in range(TRANSCRIPTS.mails):
        assert mail(citizen, f"p{number}@voorbeeld.be").status_code == 202
    response = mail(citizen)
    assert response.status_code == 429
    assert 3500 < int(response.headers["retry-after"]) <= 3600
    assert response.json()["detail"] == text("problem.too_many_mails", "nl", minutes=60)


def test_nobody_is_sent_mails_that_others_ask_for_again_and_again(stuck: TestClient) -> None:
    for number in range(RECIPIENT.mails):
        asking = Citizen(stuck)
        assert mail(asking, ADDRESS.upper() if number % 2 else ADDRESS).status_code == 202
        assert asking.ask("DELETE").status_code == 204
    refused = mail(Citizen(stuck))
    assert refused.status_code == 429
    assert 86_000 < int(refused.headers["retry-after"]) <= 86_400
    assert mail(Citizen(stuck), "an.janssens@voorbeeld.be").status_code == 202


@pytest.mark.parametrize("address", ["", "jan", "jan@voorbeeld.be\r\nBcc: an@voorbeeld.be", "x" * 300, 7, None])
def test_an_address_that_cannot_be_mailed_to_is_refused_in_words(stuck: TestClient, address: Any) -> None:
    response = mail(Citizen(stuck), address, **{"Accept-Language": "fr"})
    assert (response.status_code, response.json()["detail"]) == (422, text("problem.bad_address", "fr"))
    assert "voorbeeld.be" not in response.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_mail_server_it_is_refused_with_the_phone(silent: TestClient, language: str) -> None:
    response = mail(Citizen(silent), **{"Accept-Language": language})
    assert (response.status_code, response.json()["title"]) == (503, "Service Unavailable")
    assert response.json()["detail"] == text("problem.no_mail", language, phone="1700")


def test_only_its_own_token_mails_a_conversation(stuck: TestClient) -> None:
    citizen, other = Citizen(stuck), Citizen(stuck)
    citizen.headers = other.headers
    assert mail(citizen).status_code == 404
    citizen.headers = {}
    assert mail(citizen).status_code == 401


def test_an_erased_conversation_leaves_nothing_in_the_outbox(stuck: TestClient, home: Path) -> None:
    citizen = Citizen(stuck)
    mail(citizen)
    assert len(told(home, "outbox", "list")) == 1
    assert citizen.ask("DELETE").status_code == 204
    assert told(home, "outbox", "list") == []


# --- the operator


def test_dead_letters_are_seen_replayed_and_dropped_without_an_address(
    posting: TestClient, office: PostOffice, home: Path
) -> None:
    office.moods = ["RCPT 550 5.1.1 nobody"] * 2
    first, second = Citizen(posting), Citizen(posting)
    mail(first)
    mail(second)
    (later, earlier) = until(lambda: two(told(home, "outbox", "list", "--state", "dead")))
    assert (earlier["kind"], earlier["last_error"], earlier["replayable"]) == ("transcript", "550", True)
    shown = run(home, "outbox", "list").stdout
    assert "dead" in shown
    assert "550" in shown
    assert "voorbeeld" not in shown
    ill = {check["name"]: check for check in checks_of(home)}["mails"]
    assert (ill["ok"], ill["detail"].startswith("2 dead letters, 0 mails")) == (False, True)
    assert told(home, "outbox", "replay", str(earlier["id"])) == {"replayed": 1}
    until(lambda: office.bodies)
    assert told(home, "outbox", "drop", "--all-dead") == {"dropped": 1}
    assert {check["name"]: check["ok"] for check in checks_of(home)}["mails"]
    assert "cannot be sent any more" in run(home, "outbox", "list").stdout
    assert str(later["id"]) in refused(home, "outbox", "replay", str(later["id"]))


def two(found: list[Any]) -> list[Any]:
    return found if len(found) == 2 else []


def checks_of(home: Path) -> list[dict[str, Any]]:
    from assistant.commands.health import checks

    return checks(open_home(home))


def test_wrong_use_is_refused_by_name(home: Path) -> None:
    assert "--all-dead" in refused(home, "outbox", "replay")
    assert "--all-dead" in refused(home, "outbox", "drop", "1", "--all-dead")
    assert "waiting, sending, sent, dead" in refused(home, "outbox", "list", "--state", "lost")
    assert told(home, "outbox", "replay", "--all-dead") == {"replayed": 0}
