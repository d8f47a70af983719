"""Step mask: personal identifiers become unreadable, public numbers, amounts and dates stay."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.mask import mask, mask_text, told
from assistant.answering.replies import clarify, escalate, signpost
from assistant.domain.reply import ClarificationReason, EscalationReason, SignpostReason
from assistant.messages import text
from eval.understanding.masking import measure, read
from eval.understanding.masking_make import items
from knowledge.identifiers import identifiers
from knowledge.language import LANGUAGES
from tests.assistant.building import a_draft

PERSONAL = {
    "[rijksregisternummer]": [
        "93.05.18-223.61",
        "93.05.18.223.61",
        "93 05 18 223 61",
        "930518-22361",
        "93051822361",
        "00.01.25-567.77",
        "85.25.11-123.52",
        "85 25 11 123 52",
        "85251112352",
        "05.45.03-124.41",
    ],
    "[iban]": [
        "BE68 5390 0754 7034",
        "be68 5390 0754 7034",
        "BE68539007547034",
        "be68539007547034",
        "BE71 0961 2345 6769",
        "NL91 ABNA 0417 1643 00",
        "DE89 3704 0044 0532 0130 00",
    ],
    "[bankkaart]": ["4111 1111 1111 1111", "4111-1111-1111-1111", "5555555555554444", "378282246310005"],
    "[telefoon]": [
        "0470 12 34 56",
        "0470/12.34.56",
        "0470123456",
        "+32 470 12 34 56",
        "+32470123456",
        "0032 470 12 34 56",
    ],
    "[e-mail]": ["jan.peeters@example.be", "J.Peeters+gemeente@mail.example.org"],
}
SENTENCES = ["{}", "Mijn gegevens: {}.", "Ik ben Jan ({}), wat nu?", "{} is van mij"]
PUBLIC = [
    "1700",
    "112",
    "1813",
    "0800 98 799",
    "0800 65 0 65",
    "070 245 245",
    "078 15 10 20",
    "+32 78 150 350",
    "116 000",
    "€ 1.234,56",
    "1 234,56 euro",
    "12 500 000 euro",
    "450000 euro",
    "2 november 2026",
    "02/11/2026",
    "22.11.2026",
    "2026-11-22",
    "22-11-2026 om 10:00",
    "2023-2024",
    "2024, 2025 en 2026",
    "9000 Gent",
    "1000 Brussel",
    "artikel 12, 33 § 1",
    "4111 1111 1111 1112",
    "BE68 5390 0754 7035",
]


@pytest.mark.parametrize(("label", "written"), [(label, one) for label, many in PERSONAL.items() for one in many])
def test_a_personal_identifier_is_unreadable_wherever_it_stands(label: str, written: str) -> None:
    masked = [mask_text(sentence.format(written)) for sentence in SENTENCES]
    assert masked == [sentence.format(label) for sentence in SENTENCES]


@pytest.mark.parametrize("written", PUBLIC)
def test_a_public_number_an_amount_and_a_date_stay(written: str) -> None:
    sentences = [sentence.format(written) for sentence in ("{}", "Ik las over {}.", "Is {} juist?")]
    assert [mask_text(sentence) for sentence in sentences] == sentences


@pytest.mark.parametrize("wrong", ["93.05.18-223.62", "85.25.11-123.53"])
def test_a_national_number_with_a_wrong_checksum_is_not_called_one(wrong: str) -> None:
    assert "[rijksregisternummer]" not in mask_text(wrong)


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("93.05.18-223.61 0470 12 34 56", "[rijksregisternummer] [telefoon]"),
        ("0470 12 34 56 0471 12 34 56", "[telefoon] [telefoon]"),
        ("sinds 2024 93.05.18-223.61", "sinds 2024 [rijksregisternummer]"),
        ("postcode 9000 0470 12 34 56", "postcode 9000 [telefoon]"),
    ],
)
def test_an_identifier_beside_another_number_is_masked_too(written: str, masked: str) -> None:
    assert mask_text(written) == masked


@given(st.text())
def test_masking_twice_changes_nothing_more(words: str) -> None:
    once = mask_text(words)
    assert mask_text(once) == once


@given(st.text(alphabet=st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="@")))
def test_words_without_digits_are_never_masked(words: str) -> None:
    assert mask_text(words) == words


def test_the_step_says_whether_something_was_masked() -> None:
    personal = mask(a_draft("bel 0470 12 34 56", masking_done=False))
    public = mask(a_draft("bel 1700", masking_done=False))
    assert (personal.text, personal.masking_done, personal.masked) == ("bel [telefoon]", True, True)
    assert (public.text, public.masking_done, public.masked) == ("bel 1700", True, False)


def test_what_was_masked_before_it_was_stored_counts_as_masked() -> None:
    assert mask(a_draft("bel [telefoon]", masking_done=False)).masked


def test_no_digit_of_a_masked_identifier_is_left_in_the_draft() -> None:
    masked = mask(a_draft("Mijn nummer is 93.05.18-223.61", masking_done=False))
    assert masked.text == "Mijn nummer is [rijksregisternummer]"


PUBLISHED = frozenset({"+3292665050", "loket@voorbeeld.be", "BE68539007547034", "0403019261"})


@pytest.mark.parametrize(
    "written",
    [
        "09 266 50 50",
        "09/266.50.50",
        "+32 9 266 50 50",
        "Loket@Voorbeeld.be",
        "be68 5390 0754 7034",
        "BE68539007547034",
        "0403.019.261",
    ],
)
def test_what_a_public_body_publishes_stays_however_it_is_written(written: str) -> None:
    assert mask_text(f"is {written} juist?", PUBLISHED) == f"is {written} juist?"
    assert written not in mask_text(f"is {written} juist?"), "the same is masked where nobody publishes it"


def test_a_private_number_beside_a_published_one_is_masked() -> None:
    assert mask_text("09 266 50 50 of 0470 12 34 56", PUBLISHED) == "09 266 50 50 of [telefoon]"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_citizen_hears_that_something_was_masked(language: str) -> None:
    draft = a_draft("bel [telefoon]", language=language, masked=True)
    notice = text("masked.notice", language)
    for reply in (
        signpost(draft, SignpostReason.GREETING),
        escalate(draft, EscalationReason.NOT_FOUND),
        clarify(draft, ClarificationReason.TOO_VAGUE, ()),
    ):
        heard = told(reply, draft)
        assert (heard.notices, heard.text) == ((notice,), f"{reply.text}\n\n{notice}")
        assert told(reply, a_draft("bel 1700", language=language)) == reply


def test_in_danger_nothing_is_said_but_what_helps() -> None:
    draft = a_draft("help, mijn nummer is [telefoon]", masked=True)
    danger = signpost(draft, SignpostReason.DANGER_MEDICAL)
    assert told(danger, draft) == danger


# --- the evaluation's own sets


def test_every_identifier_of_the_sets_is_masked_and_no_look_alike() -> None:
    found = measure(read())
    assert found.items >= 500
    assert (found.missed, found.needless) == ([], [])


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_drawn_anew_is_masked_too(seed: int) -> None:
    found = measure(items(seed))
    assert (found.missed, found.needless) == ([], [])


def test_the_numbers_of_the_real_sentences_are_masked(shared_data: Path) -> None:
    """Sentences with made-up identifiers of presidio: checked numbers and e-mail addresses, and nothing else."""
    with gzip.open(shared_data / "pii" / "presidio_synth_v2.jsonl.gz", "rt", "utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    looked_for = {"CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS"}
    for row in rows:
        found = identifiers(row["text"])
        for span in row["spans"]:
            if span["type"] in looked_for:
                assert any(one.start <= span["start"] and span["end"] <= one.end for one in found), span["value"]
        for one in found:
            assert any(span["start"] < one.end and one.start < span["end"] for span in row["spans"]), one


def test_the_numbers_that_the_checks_accept_are_masked(shared_data: Path) -> None:
    """The examples of python-stdnum for Belgium and the countries around: what validates is masked."""
    with gzip.open(shared_data / "pii" / "stdnum_be_nl_fr_de_cases.jsonl.gz", "rt", "utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    cues = {"be/vat": "btw", "nl/bsn": "bsn", "de/idnr": "Steuer-ID"}
    skipped = {"fr/siret", "lu/tva"}
    seen = 0
    for row in rows:
        call = re.fullmatch(r"(?:\w+\.)?validate\('([^']+)'\).*", row["call"])
        if call and row["module"] not in skipped and not row["result"].startswith("Traceback"):
            seen += 1
            assert not re.search(r"\d", mask_text(f"{cues.get(row['module'], 'nummer')} {call[1]} dus")), row["call"]
    assert seen > 20
