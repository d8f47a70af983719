"""What editors and reports see of a citizen's words: no names and addresses that nobody asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.draft import Draft
from assistant.answering.language import LanguageStep
from assistant.answering.mask import mask
from assistant.answering.replies import signpost
from assistant.answering.report import report_text
from assistant.domain.reply import Signpost, SignpostReason
from ingest.sources.sample import read_sample
from knowledge.language import ChatIdentifier
from knowledge.pages import PageDraft
from tests.assistant.building import a_question, assistant_with

# The people here are made up.
PEOPLE = [
    ("ik ben Jan Peeters, Kerkstraat 12, 9000 Gent", "ik ben [naam], [adres], 9000 Gent"),
    ("ik ben jan peeters, kerkstraat 12, 9000 gent", "ik ben [naam], [adres], 9000 gent"),
    ("IK BEN JAN PEETERS, KERKSTRAAT 12 BUS 3", "IK BEN [naam], [adres]"),
    ("mijn naam is jan peeters wat moet ik doen", "mijn naam is [naam] wat moet ik doen"),
    ("ik heet Fatima El Amrani. Krijg ik een premie?", "ik heet [naam]. Krijg ik een premie?"),
    ("Mijn naam is Xhevahire Krasniqi en ik zoek werk", "Mijn naam is [naam] en ik zoek werk"),
    ("mijn dochter Emma gaat naar school", "mijn dochter [naam] gaat naar school"),
    ("meneer De Smet van de gemeente zei dat", "meneer [naam] van de gemeente zei dat"),
    ("Jan Peeters kreeg een boete", "[naam] kreeg een boete"),
    ("Premie vergeten? Groetjes, Sofie", "Premie vergeten? Groetjes, [naam]"),
    ("Ik woon in de Kerkstraat, mag ik bouwen?", "Ik woon in de [adres], mag ik bouwen?"),
    ("ik woon Grote Markt 3 bus 12", "ik woon [adres]"),
    ("je m'appelle Marie Dupont, 16 rue de la Loi", "je m'appelle [naam], [adres]"),
    ("j'habite rue de la Loi 16 à Bruxelles", "j'habite [adres] à Bruxelles"),
    ("mon mari Ahmed est malade", "mon mari [naam] est malade"),
    ("ich heiße Klaus Müller, Hauptstraße 5, 4700 Eupen", "ich heiße [naam], [adres], 4700 Eupen"),
    ("mein Sohn Lukas hat Fieber", "mein Sohn [naam] hat Fieber"),
    ("my name is John Smith, I live at 12 Church Street", "my name is [naam], I live at [adres]"),
    ("I'm Sarah O'Neill and I need help", "I'm [naam] and I need help"),
    ("Benim adım Mehmet Yılmaz", "Benim adım [naam]"),
    ("мене звати Олена Коваленко, вул. Шевченка 12", "мене звати [naam], [adres]"),
    ("nazywam się Anna Kowalska, ul. Długa 5", "nazywam się [naam], [adres]"),
    ("mă numesc Andrei Popescu, strada Lungă 7", "mă numesc [naam], [adres]"),
    ("me llamo Carmen García, calle Mayor 3", "me llamo [naam], [adres]"),
    ("اسمي محمد علي وأريد المساعدة", "اسمي [naam] وأريد المساعدة"),
]
ORDINARY = [
    "Ik ben zwanger, wat nu?",
    "ik ben Belg en wil trouwen",
    "Ich bin Rentner und wohne in Eupen",
    "je suis belge",
    "I am looking for a job",
    "mijn naam is fout geschreven op mijn identiteitskaart",
    "hoe verander ik mijn naam",
    "mijn vrouw werkt in Duitsland",
    "meine Frau arbeitet in Luxemburg",
    "Mijn Burgerprofiel werkt niet",
    "Waar is het Sociaal Huis van Gent?",
    "premie van de Vlaamse Overheid",
    "ik wil naar De Lijn bellen",
    "mevrouw, meneer, kunt u helpen",
    "met vriendelijke groeten",
    "het containerpark 3 keer per week",
    "de baan 3 dagen per week",
    "markt 5 november",
    "de snelweg E40 is afgesloten",
    "artikel 12 van de wet van 1 januari 2026",
    "ik woon in 9000 Gent",
]


@pytest.mark.parametrize(("words", "shown"), PEOPLE)
def test_a_name_and_an_address_are_left_out(words: str, shown: str) -> None:
    assert report_text(words) == shown


@pytest.mark.parametrize("words", ORDINARY)
def test_a_question_about_nobody_stays_whole(words: str) -> None:
    assert report_text(words) == words


def test_the_ways_people_ask_stay_as_they_are() -> None:
    services = [one.service for one in read_sample() if isinstance(one, PageDraft)]
    asked = [words for service in services for many in service.phrasings.values() for words in many]
    changed = [words for words in asked if report_text(words) != words]
    assert len(asked) > 10_000
    # "mijn naam aanpassen", "le nombre d'enfants": a word too many is left out rather than a name too few.
    assert len(changed) <= 0.002 * len(asked)


@given(st.text())
def test_nothing_is_added_but_what_says_that_something_was_left_out(words: str) -> None:
    shown = report_text(words)
    rest = iter(words)
    assert all(char in rest for char in shown.replace("[naam]", "").replace("[adres]", ""))


def asked(words: str, reason: SignpostReason) -> str:
    """What the trace keeps of a question that ends in a signpost."""

    def end(draft: Draft) -> Signpost:
        return signpost(draft, reason)

    assistant = assistant_with((mask, LanguageStep(ChatIdentifier()), end))
    return assistant.answer_traced(a_question(words))[1].asked


def test_the_trace_keeps_the_words_as_editors_may_see_them() -> None:
    words = "ik ben Jan Peeters, 93.05.18-223.61, waar is het loket?"
    assert asked(words, SignpostReason.GREETING) == "ik ben [naam], [rijksregisternummer], waar is het loket?"


def test_the_trace_keeps_nothing_of_words_about_danger() -> None:
    assert asked("mijn man Ahmed slaat mij", SignpostReason.DANGER_VIOLENCE) == ""
