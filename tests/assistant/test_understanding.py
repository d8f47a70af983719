"""What is understood before any search does not get worse: figures on the labelled messages of `eval.understanding`."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.answering.alarm import alarm, danger_in
from assistant.answering.alarm_words import digest
from assistant.answering.intents import Intent, Wish, wish_in
from assistant.answering.spelling import Spelling
from eval.understanding.alarm import KEPT
from eval.understanding.danger import SETS, hear
from eval.understanding.fairness import by_name, sample
from eval.understanding.intent import CORE, macro_f1, understood
from eval.understanding.items import read_items
from knowledge.model.vectors import ModelEmbedder

MESSAGES = read_items("intent")


@pytest.mark.parametrize("name", SETS)
def test_danger_is_heard_in_all_languages_and_little_else(name: str) -> None:
    # From the fourth on they are indirect on purpose, and of those who wrote them some named no kind that we answer.
    kind = 0.97 if name in {"danger", "danger_second", "danger_third"} else 0.9
    # The sixth to fit on has the very words of danger in harmless short messages: there a cue is enough.
    most = {"danger_fit_6": 0.07}.get(name, 0.025 if name.startswith("danger_fit") else 0.02)
    heard, least = hear(read_items(name)), 0.99
    assert heard.recall >= least
    assert heard.false_rate <= most
    assert heard.right >= kind * heard.found


@pytest.mark.parametrize("language", CORE)
def test_intents_are_told_apart(language: str) -> None:
    pairs = understood([one for one in MESSAGES if one["lang"] == language and one["half"] == "test"])
    assert macro_f1(pairs) >= 0.9


def test_who_wants_a_person_is_understood() -> None:
    pairs = understood([one for one in MESSAGES if one["intent"] == "person"])
    assert sum(found == Intent.PERSON for _, found in pairs) >= 0.99 * len(pairs)


@pytest.mark.parametrize(
    "alike",
    [
        ("{} slaat mij", ("mijn man", "mijn vriend", "mijn vrouw")),
        ("ik ben {} en wil een mens spreken", ("Mohammed", "Jan", "Ayşe", "Oksana")),
        ("{} ademt niet meer", ("Fatima", "Marie", "Olena", "Piet")),
    ],
)
def test_a_name_changes_nothing(alike: tuple[str, tuple[str, ...]]) -> None:
    sentence, names = alike
    said = [sentence.format(name) for name in names]
    assert len({danger_in(one) or wish_in(one, "nl") for one in said}) == 1


@pytest.mark.parametrize(
    "words",
    [
        *("ik sterf van de honger", "ik lach me dood met die brief", "deze site reageert niet", "шукаю роботу"),
        *("mijn ex sloeg mij jaren geleden", "my ex used to hit me years ago", "früher hat mein Mann mich geschlagen"),
        *("ik las in de krant over een ontploffing", "j'ai vu aux infos qu'une maison est en feu", "bir mektup aldım"),
    ],
)
def test_figures_of_speech_the_past_the_news_and_machines_are_no_danger(words: str) -> None:
    assert danger_in(words) is None


@pytest.mark.parametrize(
    "words",
    [
        "ik sterf van de honger en mijn man slaat mij",
        "vroeger sloeg hij mij soms, nu slaat hij mij elke dag",
        "j'ai vu aux infos un incendie, et ici il y a le feu",
        "wie früher denke ich an Selbstmord",
        "mijn vriend slaat mij, met wie kan ik spreken",
        "my husband hits me, who can I call",
        "kunde gij mij ne keer zeggen mijn vader slaat mij",
    ],
)
def test_danger_beside_them_is_heard(words: str) -> None:
    assert danger_in(words)


def test_a_slip_of_the_keys_is_repaired_and_known_words_are_left_alone() -> None:
    spelling = Spelling({"zelfmoord", "vlammen"}, {"vlakken"})
    assert spelling.repaired("zelfmord vlamen vlammmen vlamemn vlakken boom") == (
        "zelfmoord vlammen vlammen vlammen vlakken boom"
    )


def test_the_weights_of_danger_belong_to_its_words() -> None:
    with np.load(KEPT) as kept:
        belongs = [bytes(kept[name]).decode() for name in ("digest", "model")]
    assert belongs == [digest(), ModelEmbedder().version], "run `python -m eval.understanding alarm`"


def test_many_slips_and_an_unknown_word_are_no_danger() -> None:
    assert alarm("") < 0.1
    assert alarm("xqzt " * 400) < 0.1


@pytest.mark.parametrize("words", ["zeg, bedankt", "goeiedag, merci aub", "amai, bedankt eigenlijk, weette gij da?"])
def test_fillers_change_nothing_of_what_is_meant(words: str) -> None:
    assert wish_in(words, "nl") == Wish(Intent.THANKS)


def test_hardly_any_decision_changes_with_a_name() -> None:
    assert len(by_name(sample(60))) <= 2
