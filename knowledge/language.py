"""The languages of the service, and which of them a text is written in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any, Protocol

from knowledge.text import stop_words, tokens

LANGUAGES = ("nl", "fr", "de", "en", "tr", "ar", "uk", "pl", "ro", "es")
"""Languages with interface words; Dutch is the language of the sources."""

RIGHT_TO_LEFT = frozenset({"ar"})


class LanguageIdentifier(Protocol):
    """Says in which language a text is."""

    def probabilities(self, text: str) -> dict[str, float]:
        """Return language -> probability (they sum to at most 1); empty where the text has no letters to judge by."""
        ...


class LangdetectIdentifier:
    """langdetect (Shuyo 2010), seeded and restricted by priors, since it is random and too broad on short texts."""

    def __init__(self, languages: Sequence[str] = LANGUAGES) -> None:
        self._languages = tuple(languages)

    def probabilities(self, text: str) -> dict[str, float]:
        from langdetect.lang_detect_exception import LangDetectException

        detector = _factory().create()
        # Dutch is four times as likely before a word is read: most citizens of this service write it.
        detector.set_prior_map({code: 4.0 if code == "nl" else 1.0 for code in self._languages})
        # Capital words look like acronyms to langdetect and are then ignored.
        detector.append(text.lower())
        try:
            return {guess.lang: guess.prob for guess in detector.get_probabilities()}
        except LangDetectException:
            return {}


class ChatIdentifier:
    """For short chat text: the little words of a language vote first, langdetect is asked where they do not decide."""

    def __init__(self, languages: Sequence[str] = LANGUAGES, identifier: LanguageIdentifier | None = None) -> None:
        self._languages = tuple(languages)
        self._identifier = identifier or LangdetectIdentifier(languages)

    def probabilities(self, text: str) -> dict[str, float]:
        words = tokens(text)
        votes = {code: sum(word in stop_words(code) for word in words) for code in self._languages}
        first, second, *_ = (*sorted(votes.values(), reverse=True), 0, 0)
        if first >= _DECISIVE and first > second:
            return {max(votes, key=lambda code: votes[code]): _SURE}
        # Two independent opinions multiply (product of experts).
        joint = {code: found * (1 + votes[code]) ** 2 for code, found in self._identifier.probabilities(text).items()}
        total = sum(joint.values())
        return {code: found / total for code, found in joint.items()} if total else {}


_DECISIVE = 2
"""So many little words, more than in any other language: no need to load and ask langdetect (0.5 s, then 2 ms)."""
_SURE = 0.99


@cache
def _factory() -> Any:
    with _LOADING:
        return _load_factory()


_LOADING = Lock()
"""langdetect fills a global while it loads; a second thread would see it half full."""


def _load_factory() -> Any:
    from langdetect import detector_factory

    # langdetect is random on short texts unless seeded; "ok" must not be Turkish on Tuesdays.
    detector_factory.DetectorFactory.seed = 0
    detector_factory.init_factory()
    return detector_factory._factory
