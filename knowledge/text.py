"""Words and sentences: folding, tokens, stems, stop words, and where one sentence ends."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Any

_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’](?=[aeiouyh])")
_TOKEN = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_DIACRITICS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670]")
_SNOWBALL = {
    "nl": "dutch",
    "fr": "french",
    "de": "german",
    "en": "english",
    "tr": "turkish",
    "ar": "arabic",
    "ro": "romanian",
    "es": "spanish",
    "pl": "polish",
}
# A full stop after these is not the end of a sentence.
_ABBREVIATIONS = frozenset(
    """
    bv bijv nr nrs art o.a o.m enz p pag blz tel t.e.m t.a.v m.b.t i.v.m d.w.z dhr mevr ir dr prof st incl excl max min
    ca resp afd vzw b.v m.a.w a.d.h.v z.s.m jl kb mb k.b m.b mr mrs e.g i.e etc vs z.b bzw u.a ggf vgl abs d.h usw p.ex
    cf env av bd tél
    """.split()  # noqa: SIM905 - reads better as text
)
# These are also ordinary words; before a figure they are abbreviations ("al. 2", "di. 12 mei").
_BEFORE_FIGURES = frozenset(
    "al lid bus no par ex ma di wo do vr za zo jan feb mrt apr jun aug sept okt nov dec".split()  # noqa: SIM905
)
_BOUNDARY = re.compile(r"(?<=[.!?…؟])[\"'”’)\]]*\s+")
_INITIALS = re.compile(r"[^\W\d_](\.[^\W\d_])*")
_OPENING = "\"'“‘([«„¿¡"


def fold(text: str) -> str:
    """Return `text` in lower case, in NFKC, without diacritics: what two spellings of a word have in common."""
    if text.isascii():
        return text.lower()
    plain = _DIACRITICS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()))
    # These letters have no decomposition.
    return plain.replace("ı", "i").replace("ł", "l").replace("ø", "o")


def tokens(text: str) -> list[str]:
    """Return the folded words and numbers of `text`, hyphenated words in parts."""
    folded = _ELISION.sub("", fold(text))
    return [token.replace("'", "").replace("’", "") for token in _TOKEN.findall(folded)]


def content_tokens(text: str, language: str) -> list[str]:
    """Return `tokens` without the words that citizens put around their question ("kan ik", "please", "svp")."""
    stop = stop_words(language)
    return [token for token in tokens(text) if token not in stop and (len(token) > 1 or token.isdigit())]


@lru_cache(maxsize=200_000)
def stem(token: str, language: str) -> str:
    """Return the stem of a folded token: Snowball, or for Ukrainian (which it lacks) simplemma's lemma."""
    if language in _SNOWBALL:
        return str(_stemmer(language).stemWord(token))
    if language == "uk":
        return fold(_lemmatizer().lemmatize(token, lang=language))
    return token


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the folded stop words of a language, as listed in `stopwords.toml`."""
    text = resources.files("knowledge").joinpath("stopwords.toml").read_text("utf-8")
    return frozenset(fold(word) for word in tomllib.loads(text).get(language, {}).get("words", "").split())


def sentences(text: str) -> list[str]:
    """Split a paragraph into sentences; abbreviations, initials and "1. " do not end one."""
    found: list[str] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        if not _may_begin(text, match.end()) or _is_abbreviation(text, start, match.start(), match.end()):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def _may_begin(text: str, place: int) -> bool:
    """Whether a sentence can begin here: a capital, a figure, or a letter of a script without capitals."""
    first = text[place : place + 2].lstrip(_OPENING)[:1]
    return bool(first) and (
        first.isupper() or first.isdigit() or first == "€" or (first.isalpha() and not first.islower())
    )


def _is_abbreviation(text: str, start: int, end: int, following: int) -> bool:
    """Whether the full stop before `end` belongs to its word; `following` is where the next word begins."""
    before = text[max(start, end - 40) : end]
    if not before.endswith("."):
        return False
    word = before[:-1].split()[-1].lstrip(_OPENING).lower() if before[:-1].split() else ""
    only = text[start:end].strip() == f"{word}."
    if word in _BEFORE_FIGURES:
        return text[following : following + 1].isdigit()
    return word in _ABBREVIATIONS or _INITIALS.fullmatch(word) is not None or (word.isdigit() and only)


@cache
def _stemmer(language: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(_SNOWBALL[language])


@cache
def _lemmatizer() -> Any:
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy
    from simplemma.strategies.dictionaries import StreamDictionaryFactory

    # Unpacked whole, a dictionary takes seconds and hundreds of megabytes.
    return Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=StreamDictionaryFactory()))
