"""Sentences: where one ends, and where a full stop does not end one."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import sentences

_PROSE = st.text(st.one_of(st.sampled_from(" \n.!?…\"'”’()0a1ABéжЖ؟ا"), st.characters(exclude_categories=["Cs"])))


@given(_PROSE)
def test_no_character_is_lost(text: str) -> None:
    assert re.sub(r"\s", "", "".join(sentences(text))) == re.sub(r"\s", "", text)


@given(_PROSE)
def test_no_sentence_is_empty_or_padded(text: str) -> None:
    for sentence in sentences(text):
        assert sentence
        assert sentence == sentence.strip()


@pytest.mark.parametrize(
    "text",
    [
        "U betaalt o.a. Belgische taksen, incl. BTW, d.w.z. 21 % op 1.000 euro.",
        "Bel tel. 02 553 11 11 of nr. 1700.",
        "Zie art. 5, par. 2 en pag. 12.",
        "Mevr. A. Janssens en dhr. B. De Smet helpen u.",
        "Op 12.03.2026 om 9.30 uur sluit het loket.",
        "Het kost 1.000 euro of 75,50 euro.",
        "M.b.t. Gent geldt dit t.e.m. 2027.",
        "Dit geldt p.ex. Pour vous.",
        "Das gilt z.b. Für Kinder, d.h. Alle.",
        "This holds, e.g. For children.",
        "Surf naar www.vlaanderen.be/paspoort?taal=nl.",
    ],
)
def test_these_are_one_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "Met J.P. Janssens spreekt u af.",
        "Op 12 jan. 2026 sluit het loket.",
        "Zie blz. 7 van de folder.",
        "Open op ma. 12 mei.",
        "Het K.B. 12 mei 2020 geldt.",
    ],
)
def test_initials_months_days_and_decrees_do_not_end_a_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "expected",
    [
        ["Vraag het aan.", "U krijgt een brief."],
        ["Hoeveel kost dat?", "75 euro!", "€ 5 meer in Gent.", "Klaar."],
        ['Hij zei: "Kom langs."', "Daarna ging hij.", "(Zo gaat dat.)", "Echt."],
        ["1. Vul het formulier in.", "2. Stuur het op."],
        ["Wacht…", "Kom terug."],
        ["Étape un.", "Élargissez la demande.", "À bientôt."],
        ["Скільки це коштує?", "Потрібен паспорт.", "Дякую."],
        ["أريد موعدا.", "شكرا لكم."],
    ],
)
def test_these_are_more(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["Zo is het al.", "U betaalt niets."],
        ["Het is zo.", "Neem de bus.", "Word lid.", "Kom langs."],
    ],
)
def test_common_words_that_look_like_abbreviations_end_a_sentence(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["كيف أجدد جواز السفر؟", "أريد موعدا."],
        ["To jest koszt.", "Środki są tutaj.", "Żona też."],
        ["Taxa este 5 lei.", "Și apoi așteptați."],
        ["Sí.", "¿Cuánto cuesta?", "¡Gracias!"],
        ["Ücret 5 lira.", "Şimdi ödeyin.", "İyi günler."],
    ],
)
def test_a_sentence_may_begin_with_any_capital_and_end_with_any_mark(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_white_space_alone_has_no_sentences() -> None:
    assert sentences(" \n\t") == []


def test_a_long_line_of_abbreviations_is_read_at_once() -> None:
    started = time.process_time()
    assert len(sentences("Art. " * 2_000)) == 1
    assert time.process_time() - started < 0.25
