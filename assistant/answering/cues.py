"""Cues in the citizen's words: danger, a crisis, and what the citizen wants (`cues/`, one file a language)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from importlib import resources

from assistant.answering.likeness import exemplars, likeness
from assistant.answering.spelling import Spelling
from assistant.domain.reply import SignpostReason
from assistant.messages import text as words
from knowledge.language import LANGUAGES
from knowledge.text import fold, stop_words, tokens

_OTHER_SCRIPTS = {"uk": re.compile("[\u0400-\u04ff]"), "ar": re.compile("[\u0600-\u06ff]")}
_LATIN = tuple(code for code in LANGUAGES if code not in _OTHER_SCRIPTS)
_ALIKE, _CLEARLY = 0.3, 0.1
"""So like exemplars of danger, and so much more than like anything else, a message is taken for one of them."""
_PLENTY, _FEW = 3, 3
"""From so many little words of one language on, those with so many times fewer are not spoken."""
_ESCAPE, _LITERAL = re.compile(r"\\[a-z]"), re.compile(r"[^\W\d_]{4,}")
_TALK = ("greeting", "thanks", "about_assistant")
_DANGERS = tuple(reason for reason in SignpostReason if reason.value.startswith("danger_"))


class Cue:
    """Ways to say one thing. They are compiled when first searched: one message needs few of all there are."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    @cached_property
    def search(self) -> Callable[[str], re.Match[str] | None]:
        return self._compiled.search

    @cached_property
    def sub(self) -> Callable[[str, str], str]:
        return self._compiled.sub

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)


Patterns = dict[str, Cue]


def cued_danger(text: str) -> SignpostReason | None:
    """Return the danger that a text speaks of in foreseen words, else the crisis without danger, else None.

    Figures of speech, questions about rules and what is long past are no danger.
    """
    said = _said(text)
    languages = _spoken(said, _scripts(said))
    danger = _danger_now(said, languages)
    if danger and (danger is SignpostReason.DANGER_SUICIDE or not _found("long_ago", said, languages)):
        return danger
    crises = [cues(one).get("crisis", {}) for one in languages if not _found("no_crisis", said, (one,))]
    return _first(crises, said) if len(crises) == len(languages) else None


def spoken_languages(text: str) -> tuple[str, ...]:
    """Return the languages of the service that a text may be written in, by its script and its little words."""
    said = _said(text)
    return _spoken(said, _scripts(said))


def asks_for_person(text: str) -> bool:
    """Whether the citizen asks for a person, in any language of the service."""
    said = _said(text).strip(" .!?")
    if said in _button_words():
        return True
    spoken = _scripts(said)
    asks = any(cues(one)["intent"]["person"].search(said) for one in spoken)
    # Who is lonely wants to talk with somebody, but not with an official.
    return asks and not any(cues(one)["unlike"]["person"].search(said) for one in spoken)


def without_fillers(text: str, language: str) -> str:
    """Return a text without what people say around it ("zeg, … weet ge"): it changes nothing of what is meant."""
    around = cues(language).get("around", {})
    while around and (less := _less(text, around)) != text:
        text = less
    return text


def _less(text: str, around: Patterns) -> str:
    found = next((match for one in around.values() if (match := one.search(text.lower()))), None)
    left = text if found is None else text[: found.start()] + text[found.end() :]
    return left if left.strip(" .,!?") else text


def small_talk_in(text: str) -> str | None:
    """Return greeting, thanks or about_assistant if a text is nothing else, in any language of the service."""
    said = _said(text).strip(" .!?")
    # "Thanks, and where is the counter?" is a question.
    talk = _TALK[2:] if "?" in text and len(said.split()) > 1 else _TALK
    named = (name for name in talk for one in _scripts(said) if cues(one)["intent"][name].search(said))
    return next(named, None)


def cued(text: str, language: str) -> set[str]:
    """Return the intents of which a text has a cue in `language`."""
    said = _said(text).strip(" .!?")
    unlike = {name for name, pattern in cues(language)["unlike"].items() if pattern.search(said)}
    found = {name for name, pattern in cues(language)["intent"].items() if pattern.search(said)} - unlike
    return found - {"thanks"} if "?" in text else found


def situations_in(text: str, language: str) -> list[str]:
    """Return the hard situations a text speaks of: grief first, then hardship."""
    said = _said(text)
    return [name for name, pattern in cues(language)["tone"].items() if pattern.search(said)]


def _said(text: str) -> str:
    return fold(text).replace("’", "'")


def _scripts(said: str) -> tuple[str, ...]:
    """The languages that are written in the script of a text."""
    return next(((code,) for code, script in _OTHER_SCRIPTS.items() if script.search(said)), _LATIN)


def _spoken(said: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The languages that a text may be written in: all, unless its little words clearly are those of another."""
    votes = _votes(said, languages)
    most = max(votes.values())
    return tuple(one for one in languages if most < _PLENTY or votes[one] * _FEW >= most)


def _without_figures(said: str, languages: Iterable[str]) -> str:
    """What is said besides figures of speech ("ik sterf van de honger")."""
    for one in languages:
        said = cues(one)["figures"]["patterns"].sub(" ", said)
    return said


def _danger_now(said: str, languages: tuple[str, ...]) -> SignpostReason | None:
    meant = _without_figures(said, languages)
    if danger := _first([cues(one)["danger"] for one in languages], meant):
        return danger
    if _found("distant", meant, languages):
        return None
    heard = _first([cues(one)["signs"] for one in languages], meant) or _misspelt(meant, languages)
    # What is left around a figure of speech is like too much.
    return heard or (_like_danger(said, languages) if meant == said else None)


def _found(table: str, said: str, languages: Iterable[str]) -> bool:
    """Whether anything of a table that has nothing but patterns is said in one of the languages."""
    return any(table in cues(one) and cues(one)[table]["patterns"].search(said) for one in languages)


def _misspelt(said: str, languages: tuple[str, ...]) -> SignpostReason | None:
    repaired = {one: _spelling(one).repaired(said) for one in _likely(said, languages)}
    found = (_first([cues(one)["danger"]], text) for one, text in repaired.items() if text != said)
    danger = next((danger for danger in found if danger), None)
    return danger if danger and not _ordinary(said, languages) else None


def _like_danger(said: str, languages: tuple[str, ...]) -> SignpostReason | None:
    alike = _alike(said, languages)
    best = max(_DANGERS, key=lambda danger: alike[danger])
    other = max(score for label, score in alike.items() if not label.startswith("danger_"))
    return best if alike[best] >= max(_ALIKE, other + _CLEARLY) else None


def _ordinary(said: str, languages: tuple[str, ...]) -> bool:
    """Whether a text is clearly more like an ordinary question than like any danger."""
    alike = _alike(said, languages)
    return alike["none"] > max(alike[danger] for danger in _DANGERS) + _CLEARLY


def _alike(said: str, languages: tuple[str, ...]) -> dict[str, float]:
    found = [likeness(said, one) for one in _likely(said, languages)]
    return {label: max(scores.get(label, 0.0) for scores in found) for label in found[0]}


def _likely(said: str, languages: tuple[str, ...]) -> list[str]:
    """The languages of which a text has most little words; Dutch where it has none."""
    if len(languages) == 1:
        return list(languages)
    votes = _votes(said, languages)
    best = max(votes.values())
    return [one for one in languages if votes[one] == best][:2] if best else ["nl"]


def _votes(said: str, languages: Iterable[str]) -> dict[str, int]:
    heard = tokens(said)
    return {one: sum(word in stop_words(one) for word in heard) for one in languages}


def _first(tables: Iterable[Patterns], said: str) -> SignpostReason | None:
    tables = list(tables)
    reasons = (*_DANGERS, SignpostReason.CRISIS)
    return next((one for one in reasons if any(one in table and table[one].search(said) for table in tables)), None)


@cache
def _button_words() -> frozenset[str]:
    """What our own buttons for a person say, in every language."""
    keys = ("page.person", "page.person_question", "clarification.person")
    return frozenset(fold(words(key, language)).strip(" .!?") for key in keys for language in LANGUAGES)


@cache
def _spelling(language: str) -> Spelling:
    """The spelling of what is said of danger, in cues and in exemplars."""
    patterns = (pattern.pattern for pattern in cues(language)["danger"].values())
    wanted = {word for pattern in patterns for word in _LITERAL.findall(_ESCAPE.sub(" ", pattern))}
    said = [(label, tokens(utterance)) for label, utterance in exemplars(language)]
    wanted |= {word for label, heard in said if label.startswith("danger_") for word in heard}
    return Spelling(wanted, {word for _, heard in said for word in heard})


@cache
def cues(language: str) -> dict[str, Patterns]:
    """Return the cues of a language: table -> name -> pattern, to be searched in folded text."""
    file = resources.files(__package__).joinpath(f"cues/{language}.toml")
    tables = tomllib.loads(file.read_text("utf-8"))
    words = tables.pop("words", {})
    return {
        table: {name: _any_of(patterns, words) for name, patterns in entries.items()}
        for table, entries in tables.items()
    }


def _any_of(patterns: Iterable[str], words: Mapping[str, str]) -> Cue:
    found = "|".join(f"(?:{fold(one)})" for one in patterns)
    for name, meant in words.items():
        found = found.replace(f"{{{name}}}", fold(meant))
    return Cue(found)
