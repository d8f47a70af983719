"""Which language a text is written in."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language import (
    LANGUAGES,
    NEIGHBOURS,
    RIGHT_TO_LEFT,
    ChatIdentifier,
    LangdetectIdentifier,
    LanguageIdentifier,
    Py3langidIdentifier,
)

OBVIOUS = (
    ("nl", "Ik ben mijn identiteitskaart kwijt, wat moet ik nu doen?"),
    ("nl", "Hoeveel kost een nieuw rijbewijs bij de gemeente?"),
    ("nl", "Wanneer wordt het oud papier in onze straat opgehaald?"),
    ("nl", "Waar kan ik de geboorte van mijn dochter aangeven?"),
    ("fr", "Comment puis-je renouveler mon passeport à la commune ?"),
    ("fr", "J'ai déménagé, dois-je déclarer ma nouvelle adresse ?"),
    ("fr", "Quels documents faut-il pour inscrire un enfant à l'école ?"),
    ("fr", "Quand les poubelles sont-elles ramassées dans notre rue ?"),
    ("de", "Wie beantrage ich einen neuen Reisepass bei der Gemeinde?"),
    ("de", "Ich habe meinen Führerschein verloren, was muss ich tun?"),
    ("de", "Wo kann ich die Geburt meiner Tochter anmelden?"),
    ("de", "Wann wird der Müll in unserer Straße abgeholt?"),
    ("en", "I have lost my identity card, what should I do now?"),
    ("en", "Where can I register the birth of my daughter?"),
    ("en", "When is the rubbish collected in our street this week?"),
    ("en", "Which documents do I need to enrol my child at school?"),
)
OTHERS = (
    ("tr", "Pasaportumu nerede ve nasıl yenileyebilirim?"),
    ("ar", "كيف يمكنني تجديد جواز السفر في البلدية؟"),
    ("uk", "Як отримати новий паспорт для моєї дитини?"),
    ("pl", "Gdzie mogę zgłosić zmianę adresu zamieszkania?"),
    ("ro", "Cum îmi pot reînnoi pașaportul la primărie?"),
    ("es", "¿Dónde puedo renovar el pasaporte de mi hija?"),
)
LANGDETECT, PY3LANGID, CHAT = LangdetectIdentifier(), Py3langidIdentifier(), ChatIdentifier()
ALL = pytest.mark.parametrize("identifier", [LANGDETECT, PY3LANGID, CHAT], ids=["langdetect", "py3langid", "chat"])


@ALL
@pytest.mark.parametrize(("language", "text"), OBVIOUS + OTHERS)
def test_an_obvious_sentence_is_recognised(identifier: LanguageIdentifier, language: str, text: str) -> None:
    found = identifier.probabilities(text)
    assert max(found, key=lambda code: found[code]) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "How do I renew my passport?"), ("fr", "J'ai perdu ma carte d'identité"), ("nl", "paspoort kwijt")],
)
def test_a_short_chat_line_is_recognised(language: str, text: str) -> None:
    found = CHAT.probabilities(text)
    assert max(found, key=lambda code: found[code]) == language


@ALL
@pytest.mark.parametrize("text", ["", "  \n", "1700", "12/03/2026", "😀👍", "€ 75,50 ?!"])
def test_a_text_without_letters_has_no_language(identifier: LanguageIdentifier, text: str) -> None:
    assert identifier.probabilities(text) == {}


@ALL
@given(text=st.text())
def test_probabilities_are_of_known_languages_and_sum_to_at_most_one(identifier: LanguageIdentifier, text: str) -> None:
    found = identifier.probabilities(text)
    assert set(found) <= set(LANGUAGES)
    assert all(0 <= share <= 1 + 1e-9 for share in found.values())
    assert sum(found.values()) <= 1 + 1e-9


@pytest.mark.parametrize("kind", [LangdetectIdentifier, Py3langidIdentifier, ChatIdentifier])
@pytest.mark.parametrize("languages", [("nl", "fr"), ("nl",), ("de", "en", "tr")])
def test_only_its_own_languages_are_named(
    kind: type[LangdetectIdentifier | Py3langidIdentifier | ChatIdentifier], languages: tuple[str, ...]
) -> None:
    identifier = kind(languages)
    for _, text in OBVIOUS:
        assert set(identifier.probabilities(text)) <= set(languages)


@ALL
def test_the_same_text_gets_the_same_answer_whatever_was_asked_before(identifier: LanguageIdentifier) -> None:
    texts = ["ok", "kids id", "taxi", "passport", "Gent", *(text for _, text in OBVIOUS)]
    once = [identifier.probabilities(text) for text in texts]
    assert [identifier.probabilities(text) for text in reversed(texts)] == once[::-1]


@pytest.mark.parametrize(
    "words",
    ["vorrei parlare con qualcuno in comune", "gostaria de falar com alguém", "где сделать новый паспорт"],
)
def test_a_language_that_is_not_spoken_is_not_taken_for_one_that_is(words: str) -> None:
    found = PY3LANGID.probabilities(words)
    assert max(found.values()) < 0.5, f"the rest is for {NEIGHBOURS}"


@pytest.mark.parametrize(
    ("greeting", "language"),
    [("bonjour", "fr"), ("hello", "en"), ("danke", "de"), ("hola", "es"), ("merhaba", "tr"), ("привіт", "uk")],
)
def test_a_greeting_is_enough_to_tell(greeting: str, language: str) -> None:
    assert CHAT.probabilities(greeting)[language] > 0.9


class Uncalled:
    """May not be asked."""

    def probabilities(self, text: str) -> dict[str, float]:
        raise AssertionError(text)


@pytest.mark.parametrize(("language", "words"), [("nl", "hoe kan ik dit aanvragen"), ("en", "the house with you")])
def test_little_words_spare_the_loading_of_an_identifier(language: str, words: str) -> None:
    found = ChatIdentifier(identifier=Uncalled()).probabilities(words)
    assert max(found, key=lambda code: found[code]) == language


@pytest.mark.parametrize("name", ["LangdetectIdentifier", "Py3langidIdentifier"])
def test_eight_threads_that_ask_first_at_once_all_get_the_right_answer(name: str) -> None:
    # A process of its own, since what is loaded is loaded once.
    program = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import sys
import knowledge.language
barrier, identifier = Barrier(8), getattr(knowledge.language, sys.argv[1])()
def ask(_):
    barrier.wait()
    found = identifier.probabilities("Hoe vraag ik een nieuw paspoort aan?")
    return max(found, key=found.get)
with ThreadPoolExecutor(8) as pool:
    print(*pool.map(ask, range(8)))
"""
    run = subprocess.run([sys.executable, "-c", program, name], capture_output=True, text=True, check=False, timeout=60)
    assert (run.stdout.split(), run.stderr) == (["nl"] * 8, "")


def test_the_languages_written_from_right_to_left_are_languages() -> None:
    assert set(LANGUAGES) > RIGHT_TO_LEFT
