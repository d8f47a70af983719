"""What a citizen wants beside an answer from a page: cues and exemplars together say it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.answering.countries import ForeignTerm, foreign_term
from assistant.answering.cues import asks_for_person, cued, small_talk_in, without_fillers
from assistant.answering.likeness import likeness
from assistant.answering.report import report_text
from knowledge.language import LANGUAGES

_CUE = 0.45
"""What a cue adds to how like its exemplars a message is."""
_CLEARLY = 0.1
"""So much more likely than an ordinary question an intent must be: a question is worth more than a guess."""
_ONLY_BY_CUE = {"person", "greeting", "thanks"}
_NONE = "none"


class Intent(StrEnum):
    """What needs another reply than the nearest page; a message without intent is an ordinary question."""

    PERSON = "person"
    GREETING = "greeting"
    THANKS = "thanks"
    ABOUT_ASSISTANT = "about_assistant"
    PERSONAL_CASE = "personal_case"
    LEGAL_DISPUTE = "legal_dispute"
    OPINION = "opinion"
    COMPLAINT = "complaint"
    REPORT = "report"
    POLICY_PROPOSAL = "policy_proposal"
    OTHER_COUNTRY = "other_country"
    FORM_HELP = "form_help"
    ABUSE = "abuse"
    INJECTION = "injection"
    REPRESENTATION = "representation"
    MULTI_PROBLEM = "multi_problem"
    VAGUE = "vague"
    ADVICE = "advice_declined"


@dataclass(frozen=True)
class Wish:
    """What a message wants; `strength` is how much more it looks like that than like an ordinary question."""

    intent: Intent
    strength: float = 1.0
    term: ForeignTerm | None = None
    """The word of another country that was used."""


def wish_in(text: str, language: str) -> Wish | None:
    """Return what a message in `language` wants, None where it is an ordinary question."""
    spoken = language if language in LANGUAGES else "nl"
    text = without_fillers(text, spoken)
    hints = cued(text, spoken)
    # "Are you a real person?" asks for no person.
    if asks_for_person(text) and Intent.ABOUT_ASSISTANT not in hints:
        return Wish(Intent.PERSON)
    if talk := small_talk_in(text):
        return Wish(Intent(talk))
    if term := foreign_term(text):
        return Wish(Intent.OTHER_COUNTRY, term=term)
    scores = {
        label: score + _CUE * (label in hints)
        for label, score in likeness(report_text(text), spoken).items()
        if label in _LABELS
    }
    possible = [label for label in _INTENTS if label in hints or label not in _ONLY_BY_CUE]
    best = max(possible, key=lambda label: scores.get(label, 0.0))
    ahead = scores.get(best, 0.0) - scores[_NONE]
    return Wish(Intent(best), ahead) if ahead >= _CLEARLY else None


_INTENTS = tuple(intent.value for intent in Intent)
_LABELS = {*_INTENTS, _NONE}
