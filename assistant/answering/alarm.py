"""How much a message sounds like danger, also in unforeseen words: all that is heard in it weighed together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

from assistant.answering.alarm_weights import Features, Reading, fitted, meaning_of, pieces_of
from assistant.answering.alarm_words import Concepts, concepts, said_tokens
from assistant.answering.cues import cued_danger, spoken_languages, without_fillers
from assistant.answering.likeness import likeness
from assistant.domain.reply import SignpostReason
from knowledge.text import stop_words

_SENTENCE = re.compile(r"(?<=[.!?;…])\s+|\n+")
_NEAR, _MOST_WORDS = 7, 40
"""Concepts this many words apart are weighed as a pair; a longer message is weighed in pieces of so many words."""
SURE, PERHAPS = 0.75, 0.3
"""From here on the reply is about danger; it begins with the numbers."""
_CUED, _PLAIN, _CUED_PLAIN = 0.2, 10, 0.0015
"""From here on it is sure where a cue of danger is heard too; in so few words from the last on."""
_ALWAYS = frozenset({SignpostReason.DANGER_SUICIDE})
"""Whoever names these outright is taken at their word, whatever else is said: they are seldom named in passing."""
_NAMED, _ANY = 0.4, SignpostReason.DANGER_MEDICAL
"""From here on a kind is named (measured: it is then right three times in four); else the words are "call 112"."""
_LIKE, _UNLIKE = 3.0, 2.0


@dataclass(frozen=True)
class Heard:
    """What a message may be a sign of; `sure` where the reply is about nothing else."""

    reason: SignpostReason
    sure: bool


def danger_in(text: str) -> SignpostReason | None:
    """Return the danger or crisis that a text surely speaks of, None if there is none to be heard."""
    heard = heard_in(text)
    return heard.reason if heard and heard.sure else None


def heard_in(text: str) -> Heard | None:
    """Return the danger that a text may speak of, None if there is none to be heard. Needs no store and no model."""
    # These fillers are of one language and mean nothing in the others.
    text = without_fillers(text, "nl")
    cue, score = cued_danger(text), alarm(text)
    if cue:
        enough = _CUED_PLAIN if len(text.split()) <= _PLAIN else _CUED
        return Heard(cue, sure=cue in _ALWAYS or score >= enough)
    return Heard(_kind(text), sure=score >= SURE) if score >= PERHAPS else None


def alarm(text: str) -> float:
    """Return how likely a text speaks of danger, as far as its words say: the most of its sentences."""
    return max((fitted().danger(one) for one in readings(text)), default=0.0)


def readings(text: str) -> list[Reading]:
    """Return what is weighed of a text, for each of its pieces in each language that it may be written in."""
    return [
        Reading(_concepts(piece, said, language), pieces, meaning)
        for piece, said in _pieces(text)
        for pieces, meaning in [(pieces_of(piece), meaning_of(piece))]
        for language in _languages(piece, said)
    ]


def _pieces(text: str) -> list[tuple[str, list[str]]]:
    sentences = [one for one in _SENTENCE.split(text) if one.strip()]
    whole = said_tokens(text)
    found = [(text, whole)] if len(whole) <= _MOST_WORDS else []
    for one in sentences if len(sentences) > 1 or not found else []:
        said = said_tokens(one)
        cut = (said[start : start + _MOST_WORDS] for start in range(0, len(said), _MOST_WORDS))
        found += [(one, said)] if len(said) <= _MOST_WORDS else [(" ".join(part), part) for part in cut]
    return found


def _languages(piece: str, said: list[str]) -> list[str]:
    """The languages most of whose little words, and words of danger, stand in a piece."""
    spoken = spoken_languages(piece)
    if len(spoken) == 1:
        return list(spoken)
    votes = {
        one: 2 * sum(word in stop_words(one) for word in said) + sum(bool(found) for found in concepts(said, one))
        for one in spoken
    }
    best = max(votes.values())
    return [one for one in spoken if votes[one] == best][:2]


def _concepts(piece: str, said: list[str], language: str) -> Features:
    placed = concepts(said, language)
    found: Features = dict.fromkeys(chain.from_iterable(placed), 1.0)
    for place, here in enumerate(placed):
        near: Concepts = frozenset().union(*placed[place : place + _NEAR])
        found |= {f"{min(one, other)}~{max(one, other)}": 1.0 for one in here for other in near if one != other}
    alike = likeness(piece, language)
    danger = max(score for label, score in alike.items() if label.startswith("danger_"))
    other = max(score for label, score in alike.items() if not label.startswith("danger_"))
    return found | {
        "=danger": _LIKE * max(danger, 0.0),
        "=other": _UNLIKE * max(other, 0.0),
        "=none": _UNLIKE * max(alike["none"], 0.0),
    }


def _kind(text: str) -> SignpostReason:
    """The danger that a text is most like; where it is not much like one of them, that of which the words fit any."""
    loudest = max(readings(text), key=fitted().danger)
    kind, likely = fitted().kind(loudest)
    return SignpostReason(kind) if likely >= _NAMED else _ANY
