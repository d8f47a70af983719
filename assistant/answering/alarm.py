"""How much a message sounds like danger, also in unforeseen words: its concepts weighed together (`alarm.json`)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain

from assistant.answering.alarm_words import Concepts, concepts, said_tokens
from assistant.answering.cues import cued_danger, spoken_languages, without_fillers
from assistant.answering.likeness import likeness
from assistant.domain.reply import SignpostReason
from knowledge.text import stop_words

_SENTENCE = re.compile(r"(?<=[.!?;…])\s+|\n+")
_NEAR, _MOST_WORDS = 7, 40
"""Concepts this many words apart are weighed as a pair; a longer message is weighed in pieces of so many words."""
SURE, PERHAPS, _CUED = 0.6, 0.25, 0.03
"""From here on the reply is about danger; it begins with the numbers; a cue of danger alone is enough."""
_NAMED, _ANY = 0.4, SignpostReason.DANGER_MEDICAL
"""From here on a kind is named (measured: it is then right twice as often as wrong); else the words are "call 112"."""
_LIKE, _UNLIKE = 3.0, 2.0
_ALWAYS = {
    *(SignpostReason.DANGER_SUICIDE, SignpostReason.DANGER_VIOLENCE, SignpostReason.DANGER_CHILD, SignpostReason.CRISIS)
}
"""Cues of these are enough by themselves, whatever else is said."""

Features = dict[str, float]


@dataclass(frozen=True)
class Heard:
    """What a message may be a sign of; `sure` where the reply is about nothing else."""

    reason: SignpostReason
    sure: bool


@dataclass(frozen=True)
class _Kept:
    weights: dict[str, float]
    kinds: dict[str, dict[str, float]]


def danger_in(text: str) -> SignpostReason | None:
    """Return the danger or crisis that a text surely speaks of, None if there is none to be heard."""
    heard = heard_in(text)
    return heard.reason if heard and heard.sure else None


def heard_in(text: str) -> Heard | None:
    """Return the danger that a text may speak of, None if there is none to be heard. Needs no store and no model."""
    # These fillers are of one language and mean nothing in the others.
    text = without_fillers(text, "nl")
    cue, score = cued_danger(text), alarm(text)
    if cue and (score >= _CUED or cue in _ALWAYS):
        return Heard(cue, sure=True)
    if cue or score >= PERHAPS:
        return Heard(cue or _kind(text), sure=score >= SURE)
    return None


def alarm(text: str) -> float:
    """Return how likely a text speaks of danger, as far as its words say: the most of its sentences."""
    weights = _kept().weights
    return max((likely(weights, one) for one in readings(text)), default=0.0)


def readings(text: str) -> list[Features]:
    """Return what is weighed of a text, for each of its pieces in each language that it may be written in."""
    return [_features(piece, said, language) for piece, said in _pieces(text) for language in _languages(piece, said)]


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


def _features(piece: str, said: list[str], language: str) -> Features:
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
    loudest = max(readings(text), key=lambda one: likely(_kept().weights, one))
    kinds = {kind: likely(weights, loudest) for kind, weights in _kept().kinds.items()}
    most = max(kinds, key=lambda kind: kinds[kind])
    return SignpostReason(most) if kinds[most] >= _NAMED else _ANY


def likely(weights: Mapping[str, float], found: Features) -> float:
    """Return how likely it is that `found` is what the weights were fitted to tell."""
    return 1 / (1 + math.exp(-weights[""] - sum(weights.get(name, 0.0) * value for name, value in found.items())))


@cache
def _kept() -> _Kept:
    kept = json.loads(resources.files(__package__).joinpath("alarm.json").read_text("utf-8"))
    return _Kept(kept["weights"], kept["kinds"])
