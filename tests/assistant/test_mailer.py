"""Mails at a real mail server: whole, accessible, marked as automatic, and each of them once, however moody it is."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from assistant.cases.addresses import mail_address
from assistant.cases.letters import Letter, Part, mail_of
from assistant.cases.mailer import NotSent, SmtpMailer
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.mailing import LETTER, SENDER, PostOffice, a_sender, open_office, put, server_at
from tests.assistant.serving import free_port
from tests.assistant.talking import Room, a_room, until
from tests.conftest import MONDAY_MORNING

ID = "<abc@wegwijzer.example>"
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Content-Language",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
}


@pytest.fixture
def room(home: Path) -> Iterator[Room]:
    with a_room(home) as found:
        yield found


def mailed(letter: Letter = LETTER) -> EmailMessage:
    """A letter as whoever gets it reads it."""
    mail = mail_of(letter, SENDER, "jan@voorbeeld.be", ID, MONDAY_MORNING)
    found = message_from_bytes(mail.as_bytes(), policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


# --- the mail


def test_a_mail_says_what_it_is_and_that_nobody_wrote_it() -> None:
    mail = mailed()
    assert set(mail.keys()) == HEADERS
    assert (str(mail["From"]), str(mail["To"])) == (f"1700 <{SENDER}>", "jan@voorbeeld.be")
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert (mail["Message-ID"], mail["Date"].datetime) == (ID, MONDAY_MORNING)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_charset() for part in mail.iter_parts()] == ["utf-8", "utf-8"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_forms_say_the_same_in_the_language_of_the_citizen(language: str) -> None:
    words = text("mail.transcript", language)
    mail = mailed(Letter("1700", language, "Titel", (Part("", words), Part("10:30 – X", "een\ntwee <b>"))))
    assert body(mail, "plain") == f"Titel\n\n{words}\n\n10:30 – X\neen\ntwee <b>\n"
    html = LexborHTMLParser(body(mail, "html"))
    top = html.css_first("html")
    assert top.attributes == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    assert [(one.tag, one.text()) for one in html.css("h1, h2")] == [("h1", "Titel"), ("h2", "10:30 – X")]
    assert [one.text() for one in html.css("p")] == [words, "een\ntwee <b>"]
    assert html.css("img, script, style, a, b") == []
    assert html.css_first("title").text() == "Titel"
    assert mail["Content-Language"] == language


@given(*(st.text(max_size=60) for _ in range(4)))
def test_no_words_become_a_header(sender: str, subject: str, heading: str, words: str) -> None:
    mail = mailed(Letter(sender, "nl", subject, (Part(heading, words),)))
    assert set(mail.keys()) == HEADERS
    assert len(mail.keys()) == len(HEADERS)
    assert [one.addr_spec for one in mail["From"].addresses] == [SENDER]
    assert str(mail["To"]) == "jan@voorbeeld.be"
    assert len(list(mail.iter_parts())) == 2
    assert not LexborHTMLParser(body(mail, "html")).css("script, img, a")


@pytest.mark.parametrize("words", ["x\r\nBcc: all@voorbeeld.be", "x\n\nBody", "x\x85Bcc: a@b.be", "x\u2028Bcc: a@b.be"])
def test_an_injected_line_stays_in_the_subject(words: str) -> None:
    mail = mailed(Letter(words, "nl", words, ()))
    assert mail["Subject"] == " ".join(words.split())
    assert "Bcc" not in mail


@given(st.text(max_size=50))
def test_a_letter_is_kept_whole(words: str) -> None:
    letter = Letter(words, "nl", words, (Part(words, words), Part("", words)))
    assert Letter.from_json(letter.to_json()) == letter


# --- addresses


@pytest.mark.parametrize(
    "address", ["jan@voorbeeld.be", "jan.p+x@mail.voorbeeld.be", "o'neil@a-b.museum", "x@xn--caf-dma.be"]
)
def test_addresses_that_are_taken(address: str) -> None:
    assert mail_address(f" {address}\n") == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jan",
        "jan@",
        "@voorbeeld.be",
        "jan@voorbeeld",
        "jan@voorbeeld.be, an@voorbeeld.be",
        "jan@voorbeeld.be\r\nBcc: x@y.be",
        "Jan <jan@voorbeeld.be>",
        ".jan@voorbeeld.be",
        "jan..p@voorbeeld.be",
        "jan@-voorbeeld.be",
        "jan@[127.0.0.1]",
        "jan@127.0.0.1",
        '"a b"@voorbeeld.be',
        "ján@voorbeeld.be",
        "jan@voorbeeld.be\x00",
        "x" * 65 + "@voorbeeld.be",
        "x@" + "voorbeeld." * 30 + "be",
    ],
)
def test_addresses_that_are_refused(address: str) -> None:
    assert mail_address(address) == ""


@given(st.text(max_size=60) | st.emails())
def test_what_is_taken_as_an_address_is_one_header_and_one_command(words: str) -> None:
    found = mail_address(words)
    if found:
        mail = mail_of(LETTER, SENDER, found, ID, MONDAY_MORNING)
        assert [one.addr_spec for one in mail["To"].addresses] == [found]
        assert found.isascii()
        assert not set(found) & set(' \r\n<>,;:\\"()[]')


# --- a real server


def test_a_mail_arrives_as_it_was_written() -> None:
    office = PostOffice()
    letter = Letter("1700 – Ψ", "ar", "محادثة مع 1700", (Part("", ".een punt\n..\n" + "é" * 2000),))
    with open_office(office) as port:
        SmtpMailer(server_at(port)).send(mail_of(letter, SENDER, "jan@voorbeeld.be", ID, MONDAY_MORNING))
    (mail,) = office.mails
    assert (mail["Subject"], mail["From"].addresses[0].display_name) == ("محادثة مع 1700", "1700 – Ψ")
    assert body(mail, "plain").endswith(".een punt\n..\n" + "é" * 2000 + "\n")
    assert all(len(line) <= 998 and line.isascii() for line in office.bodies[0].split(b"\r\n"))


MOODS = {
    "busy": ("421", False, True),
    "RCPT 451 4.7.1 later": ("451", False, False),
    "RCPT 550 5.1.1 nobody": ("550", True, False),
    "DATA 452 4.2.2 full": ("452", False, False),
    "DATA 552 5.3.4 large": ("552", True, False),
    "cut": ("disconnected", False, False),
}


@pytest.mark.parametrize("mood", MOODS)
def test_every_refusal_is_understood_and_tells_no_address(mood: str) -> None:
    office = PostOffice(mood)
    with open_office(office) as port, pytest.raises(NotSent) as refused:
        SmtpMailer(server_at(port)).send(mailed())
    assert (refused.value.why, refused.value.permanent, refused.value.server) == MOODS[mood]
    assert "voorbeeld" not in str(refused.value)
    assert office.bodies == []


def test_a_server_that_is_not_there_is_no_fault_of_the_mail() -> None:
    with pytest.raises(NotSent) as refused:
        SmtpMailer(server_at(free_port())).send(mailed())
    assert (refused.value.why, refused.value.permanent, refused.value.server) == ("unreachable", False, True)


def test_a_server_that_hangs_up_after_taking_the_mail_has_taken_it() -> None:
    office = PostOffice("rude")
    with open_office(office) as port:
        SmtpMailer(server_at(port)).send(mailed())
    assert len(office.bodies) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_password_is_given_and_a_wrong_one_is_no_fault_of_the_mail() -> None:
    office, right, wrong = PostOffice(), "geheim", "anders"
    with open_office(office, password=right) as port:
        SmtpMailer(server_at(port, user="wegwijzer", password=right)).send(mailed())
        with pytest.raises(NotSent) as refused:
            SmtpMailer(server_at(port, user="wegwijzer", password=wrong)).send(mailed())
    assert (refused.value.why, refused.value.permanent, refused.value.server) == ("535", False, True)
    assert len(office.bodies) == 1


# --- encrypted connections


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that signs itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    began = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = serialization.Encoding.PEM
    file.write_bytes(key.private_bytes(pem, *plain) + made.public_bytes(pem))
    return file


@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
def test_a_mail_goes_over_an_encrypted_connection_to_a_server_that_is_trusted(certificate: Path, security: str) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    office, trusting = PostOffice(), ssl.create_default_context(cafile=certificate)
    with open_office(office, tls=tls, implicit=security == "smtps") as port:
        SmtpMailer(server_at(port, security), trusting).send(mailed())
        with pytest.raises(NotSent) as refused:
            SmtpMailer(server_at(port, security)).send(mailed())
    assert (refused.value.why, refused.value.server) == ("tls", True)
    assert len(office.bodies) == 1


def test_nothing_is_sent_in_clear_where_encryption_was_asked_for() -> None:
    office = PostOffice()
    with open_office(office) as port, pytest.raises(NotSent) as refused:
        SmtpMailer(server_at(port, "smtp+starttls")).send(mailed())
    assert (refused.value.why, refused.value.server, office.bodies) == ("tls", True, [])


# --- a moody server


@pytest.mark.parametrize("seed", range(3))
def test_every_mail_arrives_once_at_a_server_that_is_often_ill(room: Room, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - the same each time
    ill = [mood for mood, (_, permanent, _) in MOODS.items() if not permanent]
    office = PostOffice(*(chance.choice([*ill, "rude", ""]) for _ in range(30)))
    for number in range(8):
        put(room, f"k{number}", f"p{number}@voorbeeld.be")
    with open_office(office) as port:
        sender = a_sender(room, SmtpMailer(server_at(port)))
        accepted = 0
        while accepted < 8:
            accepted += sender.look()
            assert office.tries < 80
            room.clock.move(minutes=20)
        assert sender.look() == 0
    assert sorted(str(mail["To"]) for mail in office.mails) == [f"p{number}@voorbeeld.be" for number in range(8)]
    assert len({mail["Message-ID"] for mail in office.mails}) == 8


def test_what_was_taken_without_a_word_comes_twice_and_can_be_told_by_its_id(room: Room) -> None:
    office = PostOffice("silent after")
    put(room)
    with open_office(office) as port:
        sender = a_sender(room, SmtpMailer(server_at(port)))
        assert sender.look() == 0
        room.clock.move(minutes=1)
        assert sender.look() == 1
    first, second = office.mails
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])


def test_a_server_that_was_away_gets_all_when_it_is_back(room: Room) -> None:
    put(room)
    port = free_port()
    sender = a_sender(room, SmtpMailer(server_at(port)))
    for _ in range(3):
        assert sender.look() == 0
        room.clock.move(minutes=10)
    office = PostOffice()
    with open_office(office) as back:
        assert a_sender(room, SmtpMailer(server_at(back))).look() == 1
    assert len(office.bodies) == 1


def test_the_thread_sends_and_stops(room: Room) -> None:
    office = PostOffice()
    put(room)
    with open_office(office) as port:
        sender = a_sender(room, SmtpMailer(server_at(port)))
        sender.routine.start()
        until(lambda: office.bodies)
        sender.routine.stop()
        put(room, "k2")
    assert len(office.bodies) == 1
