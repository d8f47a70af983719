"""Step mask: personal identifiers become unreadable, public numbers, amounts and dates stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.mask import mask, mask_text
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
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once


@given(st.text(alphabet=st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="@")))
def test_words_without_digits_are_never_masked(text: str) -> None:
    assert mask_text(text) == text


def test_the_step_says_whether_something_was_masked() -> None:
    personal = mask(a_draft("bel 0470 12 34 56", masking_done=False))
    public = mask(a_draft("bel 1700", masking_done=False))
    assert (personal.text, personal.masking_done, personal.masked) == ("bel [telefoon]", True, True)
    assert (public.text, public.masking_done, public.masked) == ("bel 1700", True, False)


def test_no_digit_of_a_masked_identifier_is_left_in_the_draft() -> None:
    masked = mask(a_draft("Mijn nummer is 93.05.18-223.61", masking_done=False))
    assert masked.text == "Mijn nummer is [rijksregisternummer]"
