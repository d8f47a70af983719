"""Letters about cases, handed to a real mail server: in the citizen's language, once, also by a moody one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.cases.mailer import SmtpMailer
from assistant.domain import case_acts as acts
from assistant.domain.case import Case, CaseLetter, CaseState, Outcome
from assistant.messages import text
from assistant.store.outbox import OutboxStore
from knowledge.language import LANGUAGES
from tests.assistant.casework import EMAIL, Bureau, a_bureau
from tests.assistant.mailing import PostOffice, a_sender, open_office, server_at


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    with a_bureau(tmp_path_factory.mktemp("bureau")) as found:
        yield found


def missed(bureau: Bureau, case: Case) -> None:
    for _ in range(acts.MISSES):
        bureau.cases.change(case, lambda now: acts.attempt(now, bureau.clock(), "sara", Outcome.NOT_REACHED, ""))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_arrives_once_with_reference_page_and_phone(bureau: Bureau, language: str) -> None:
    bureau.clock.move(days=7)
    case = bureau.open(bureau.talk(language=language))
    later = bureau.window(1)
    bureau.cases.change(case, lambda now: acts.move(now, bureau.clock(), "sara", later))
    missed(bureau, case)
    at = bureau.clock()
    bureau.cases.change(case, lambda now: acts.set_state(now, at, "sara", CaseState.SOLVED, at))
    office = PostOffice("busy", "DATA 451 later")
    with open_office(office) as port:
        sender = a_sender(bureau.room, SmtpMailer(server_at(port)))
        for _ in range(4):
            sender.look()
            bureau.clock.move(minutes=1)
    found = {str(mail["Subject"]): mail for mail in office.mails}
    assert set(found) == {text(f"case_mail.{kind}", language, reference=case.reference) for kind in CaseLetter}
    assert len(office.mails) == len(found)
    for mail in found.values():
        assert (str(mail["To"]), mail["Content-Language"], mail["Auto-Submitted"]) == (
            EMAIL,
            language,
            "auto-generated",
        )
        for kind in ("plain", "html"):
            part = mail.get_body((kind,))
            assert part is not None
            words = part.get_content()
            assert case.reference in words
            assert text("case.title", language) in words.replace("&#x27;", "'")
            assert bureau.room.site.phone.number in words
            assert "http" not in words
    assert {one["state"] for one in OutboxStore(bureau.room.log).listing()} == {"sent"}
