"""Step danger: the right number first, in the asker's language, before anything else; idioms stay questions."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import resources

import pytest

from assistant.answering.danger import DangerStep, safe
from assistant.answering.draft import Draft
from assistant.answering.language import LanguageStep
from assistant.answering.replies import escalate
from assistant.domain.reply import Escalation, EscalationReason, Signpost, SignpostReason
from assistant.domain.reply_json import from_json, to_json
from knowledge.language import LANGUAGES, ChatIdentifier
from tests.assistant.building import SITE, a_draft, a_question

SIGNALS = {
    "danger_medical": {
        "nl": "mijn vader ademt niet meer",
        "fr": "mon père ne respire plus",
        "de": "mein Vater atmet nicht",
        "en": "my father is not breathing",
    },
    "danger_fire": {
        "nl": "mijn huis staat in brand",
        "fr": "il y a le feu dans ma cuisine",
        "de": "es brennt in der Küche",
        "en": "the house is on fire",
    },
    "danger_gas": {
        "nl": "ik ruik gas in de kelder",
        "fr": "ça sent le gaz dans la cave",
        "de": "es riecht nach Gas im Keller",
        "en": "I smell gas in the basement",
    },
    "danger_poison": {
        "nl": "mijn dochter heeft javel gedronken",
        "fr": "ma fille a bu de l’eau de javel",
        "de": "meine Tochter ist vergiftet",
        "en": "my daughter drank bleach",
    },
    "danger_violence": {
        "nl": "mijn man slaat mij",
        "fr": "mon mari me frappe",
        "de": "mein Mann schlägt mich",
        "en": "my husband hits me",
    },
    "danger_child": {
        "nl": "mijn kind is verdwenen",
        "fr": "mon enfant a disparu",
        "de": "mein Kind wird vermisst",
        "en": "my child is missing",
    },
    "danger_suicide": {
        "nl": "ik wil niet meer leven",
        "fr": "je ne veux plus vivre",
        "de": "ich will nicht mehr leben",
        "en": "I want to end my life",
    },
    "crisis": {
        "nl": "mijn kelder staat onder water",
        "fr": "ma cave est inondée",
        "de": "mein Keller steht unter Wasser",
        "en": "my cellar is flooded",
    },
}
FIRST = {
    "danger_medical": "112",
    "danger_fire": "112",
    "danger_gas": "0800 65 0 65",
    "danger_poison": "070 245 245",
    "danger_violence": "101",
    "danger_child": "112",
    "danger_suicide": "1813",
    "crisis": "1722",
}
NUMBERS = {
    ("danger_medical", ""): ["112"],
    ("danger_fire", ""): ["112"],
    ("danger_gas", ""): ["0800 65 0 65", "112"],
    ("danger_poison", ""): ["070 245 245", "112"],
    ("danger_violence", ""): ["101", "112", "1712"],
    ("danger_child", ""): ["112", "102", "116 000"],
    ("danger_child", "fr"): ["112", "103", "116 000"],
    ("danger_suicide", ""): ["1813", "112", "106"],
    ("danger_suicide", "fr"): ["0800 32 123", "112", "107"],
    ("danger_suicide", "de"): ["108", "112"],
    ("crisis", ""): ["1722", "112"],
}
"""Which numbers are named, by kind and language ("" for all others)."""
UNSURE = "er hangt een rare geur in de gang"
PAST = "der Sturm hat am 3. September mein Dach zerstört, bin ich zu spät für den Rampenfonds?"
"""No danger, but it sounds like one: the number stands before the answer."""
FIRST_BY_LANGUAGE = {("danger_suicide", "fr"): "0800 32 123", ("danger_suicide", "de"): "108"}
CASES = [(kind, code, words) for kind, spoken in SIGNALS.items() for code, words in spoken.items()]
STEP = DangerStep(LanguageStep(ChatIdentifier()))


def signposted(draft: Draft) -> Signpost:
    reply = STEP(draft)
    assert isinstance(reply, Signpost)
    return reply


@pytest.mark.parametrize(("kind", "language", "words"), CASES)
def test_words_of_danger_get_the_number_that_fits_first(kind: str, language: str, words: str) -> None:
    reply = signposted(a_draft(question=a_question(words, language=language)))
    assert reply.reason == kind
    assert reply.contacts[0].value == FIRST_BY_LANGUAGE.get((kind, language), FIRST[kind])
    assert (reply.contacts[0].type, reply.contacts[0].open_now) == ("emergency", True)


@pytest.mark.parametrize(("kind", "language", "words"), CASES)
def test_what_somebody_in_danger_wrote_is_not_shown_again(kind: str, language: str, words: str) -> None:
    reply = signposted(a_draft(question=a_question(words, language=language)))
    assert reply.masked_text == ""
    assert words not in reply.text


@pytest.mark.parametrize(("kind", "language", "words"), CASES)
def test_words_of_danger_are_answered_in_their_own_language(kind: str, language: str, words: str) -> None:
    assert signposted(a_draft(words)).language == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SIGNALS)
def test_the_numbers_are_those_of_the_kind_and_the_language(kind: str, language: str) -> None:
    reply = signposted(a_draft(question=a_question(SIGNALS[kind]["nl"], language=language)))
    shown = [contact.value for contact in reply.contacts if contact.type == "emergency"]
    assert shown == NUMBERS.get((kind, language), NUMBERS[kind, ""])
    assert all(number in reply.text for number in shown)
    assert language == "fr" or not {"107", "103"} & set(shown)
    assert "113" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", [UNSURE, PAST])
def test_where_danger_is_not_sure_the_numbers_come_first_and_the_question_is_answered(
    words: str, language: str
) -> None:
    draft = STEP(a_draft(question=a_question(words, language=language)))
    assert isinstance(draft, Draft)
    assert draft.perhaps
    reply = safe(escalate(draft, EscalationReason.NOT_FOUND), draft)
    assert isinstance(reply, Escalation)
    assert reply.text.startswith(f"{reply.safety}\n\n")
    assert "112" in reply.safety
    assert to_json(reply)["safety"] == reply.safety
    assert from_json(to_json(reply)) == replace(reply, detail="", confidence=None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["danger_suicide", "danger_poison", "danger_fire"])
def test_the_line_for_safety_names_the_number_of_the_language(kind: str, language: str) -> None:
    draft = a_draft(question=a_question("x", language=language), language=language, perhaps=SignpostReason(kind))
    reply = safe(escalate(draft, EscalationReason.NOT_FOUND), draft)
    assert (NUMBERS.get((kind, language), NUMBERS[kind, ""]))[0] in reply.safety


def test_most_replies_have_no_line_for_safety() -> None:
    draft = STEP(a_draft("hoe vraag ik een parkeerkaart aan"))
    assert isinstance(draft, Draft)
    reply = escalate(draft, EscalationReason.NOT_FOUND)
    assert safe(reply, draft) is reply
    assert to_json(reply)["safety"] is None


def test_a_site_in_dutch_only_still_speaks_to_danger_in_the_askers_language() -> None:
    dutch_only = replace(SITE, languages=("nl",))
    reply = signposted(a_draft(question=a_question("je ne veux plus vivre", site=dutch_only)))
    assert (reply.language, reply.contacts[0].value) == ("fr", "0800 32 123")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SIGNALS)
def test_every_danger_has_numbers_and_the_sites_own_routes_in_every_language(kind: str, language: str) -> None:
    words = SIGNALS[kind]["nl"]
    reply = signposted(a_draft(question=a_question(words, language=language)))
    assert reply.contacts[0].value in reply.text
    assert {"112"} <= {contact.value for contact in reply.contacts}
    assert [contact.type for contact in reply.contacts if contact.type != "emergency"] == ["phone", "counter"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_french_speakers_are_sent_to_the_french_lines(language: str) -> None:
    shown = {
        contact.value
        for spoken in SIGNALS.values()
        for contact in signposted(a_draft(question=a_question(spoken["nl"], language=language))).contacts
    }
    assert bool(shown & {"107", "103", "0800 32 123"}) == (language == "fr")


def test_the_suicide_line_of_the_netherlands_stands_nowhere() -> None:
    texts = [
        (entry.name, entry.read_text("utf-8"))
        for package in ("assistant.answering", "assistant.messages", "assistant.sites")
        for entry in resources.files(package).iterdir()
        if entry.name.endswith(".toml")
    ]
    numbers = [
        (name, line)
        for name, content in texts
        for line in content.splitlines()
        if not line.startswith("#") and re.search(r"(?<!\d)113(?!\d)|0900-?0113", line)
    ]
    assert numbers == []


@pytest.mark.parametrize(
    "words",
    [
        "ik ga dood van die papieren",
        "ik sterf van de honger",
        "this paperwork is killing me",
        "cette paperasse va me tuer",
        "je meurs de faim",
        "ich sterbe vor Hunger",
        "welke premie is er voor een gasketel",
        "is een brandverzekering verplicht",
        "mijn vader heeft mij een huis geschonken, moet ik belasting betalen",
        "zij heeft me geholpen met het formulier",
    ],
)
def test_a_figure_of_speech_and_a_question_about_help_are_not_danger(words: str) -> None:
    draft = a_draft(words)
    assert STEP(draft) is draft


@pytest.mark.parametrize(
    "words",
    [
        *("er ligt een boom op het dak", "ons dak is weggewaaid", "de kelder loopt vol", "het water stroomt binnen"),
        *("onze straat staat onder water", "de storm heeft mijn dak vernield", "wie helpt, mijn kelder staat blank"),
        *(
            "un arbre est tombé sur le toit",
            "les tuiles se sont envolées",
            "la rue est inondée",
            "ma cave est pleine d’eau",
        ),
        *("ein Baum ist auf das Dach gefallen", "das Dach ist abgedeckt", "die Straße steht unter Wasser"),
        *(
            "a tree fell on our roof",
            "the roof was blown off",
            "the basement is full of water",
            "our street is flooded",
        ),
    ],
)
def test_damage_by_storm_or_water_without_danger_is_a_crisis(words: str) -> None:
    assert signposted(a_draft(words)).reason is SignpostReason.CRISIS


@pytest.mark.parametrize(
    "words",
    [
        "heb ik recht op vergoeding van het Rampenfonds na een storm",
        "de storm heeft mijn dak vernield op 3 september, ben ik te laat voor het Rampenfonds?",
        *("mijn kelder stond vorig jaar onder water", "betaalt de verzekering als mijn kelder onder water staat"),
        *("hoe voorkom ik dat mijn kelder onder water komt", "mag ik een boom op mijn dak planten"),
        *("welke premie is er voor mijn dak", "mag ik het water nog drinken", "waar hangt de boom van de burgemeester"),
        "y a-t-il une prime pour mon toit",
        "mon assurance paie-t-elle si ma cave est inondée",
        "la tempête a détruit mon toit le 3 septembre, suis-je trop tard pour le Rampenfonds ?",
        *("zahlt die Versicherung, wenn mein Keller unter Wasser steht", "wie schütze ich mein Dach vor Sturm"),
        *("can I claim compensation because my cellar was flooded", "do I need a permit for a tree on the roof"),
        "the storm wrecked my roof on 3 September, am I too late for the Rampenfonds?",
    ],
)
def test_a_question_about_money_or_rules_after_a_storm_is_no_crisis(words: str) -> None:
    draft = a_draft(words)
    assert STEP(draft) is draft


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("mijn kelder staat onder water en ik ruik gas", SignpostReason.DANGER_GAS),
        ("er ligt een boom op het dak en mijn vader ademt niet meer", SignpostReason.DANGER_MEDICAL),
        ("ma cave est inondée et il y a le feu", SignpostReason.DANGER_FIRE),
        ("the basement is flooded and my son is drowning", SignpostReason.DANGER_MEDICAL),
    ],
)
def test_danger_wins_from_a_crisis(words: str, reason: SignpostReason) -> None:
    assert signposted(a_draft(words)).reason is reason


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        *[(one, SignpostReason.DANGER_MEDICAL) for one in ("mijn kind verdrinkt", "mon fils se noie", "er ertrinkt")],
        ("er hat eine Überdosis genommen", SignpostReason.DANGER_MEDICAL),
        ("il y a un cambrioleur dans la maison", SignpostReason.DANGER_VIOLENCE),
        ("ein Einbrecher ist im Haus", SignpostReason.DANGER_VIOLENCE),
        ("there is a burglar in the house", SignpostReason.DANGER_VIOLENCE),
    ],
)
def test_drowning_overdose_and_burglars_are_heard_in_every_language(words: str, reason: SignpostReason) -> None:
    assert signposted(a_draft(words)).reason is reason


@pytest.mark.parametrize("words", ["mijn moeder verdrinkt in het papierwerk", "she is drowning in debt"])
def test_who_drowns_in_work_is_not_in_danger(words: str) -> None:
    draft = a_draft(words)
    assert STEP(draft) is draft


@pytest.mark.parametrize("reason", [reason for reason in SignpostReason if reason.value.startswith("danger_")])
def test_every_kind_of_danger_is_listened_for(reason: SignpostReason) -> None:
    assert set(SIGNALS[reason.value]) == {"nl", "fr", "de", "en"}
