"""The languages of the service, and which of them a text is written in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any, Protocol

from knowledge.text import stop_words, tokens

LANGUAGES = ("nl", "fr", "de", "en", "tr", "ar", "uk", "pl", "ro", "es")
"""Languages with interface words; Dutch is the language of the sources."""

NEIGHBOURS = ("it", "pt", "ru", "bg")
"""Languages without interface words that are easily taken for one that has them."""

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


class Py3langidIdentifier:
    """py3langid (Lui and Baldwin 2012): right on more short texts than langdetect, forty times as fast.

    It also knows NEIGHBOURS, so that an Italian sentence is not taken for Spanish: what it gives to them is missing
    from the sum.
    """

    def __init__(self, languages: Sequence[str] = LANGUAGES) -> None:
        self._languages = tuple(languages)

    def probabilities(self, text: str) -> dict[str, float]:
        if not any(char.isalpha() for char in text):
            return {}
        ranked = {code: float(share) for code, share in _model().rank(text.lower())}
        total = sum(ranked[code] for code in {*self._languages, *NEIGHBOURS})
        return {code: ranked[code] / total for code in self._languages} if total else {}


class ChatIdentifier:
    """For short chat text: the little words of a language vote, an identifier is asked where they do not decide."""

    def __init__(self, languages: Sequence[str] = LANGUAGES, identifier: LanguageIdentifier | None = None) -> None:
        self._languages = tuple(languages)
        self._identifier = identifier or Py3langidIdentifier(languages)

    def probabilities(self, text: str) -> dict[str, float]:
        words = tokens(text)
        votes = {code: sum(word in stop_words(code) for word in words) for code in self._languages}
        first, second, *_ = (*sorted(votes.values(), reverse=True), 0, 0)
        if first >= min(_DECISIVE, len(words)) and first and not second:
            return {max(votes, key=lambda code: votes[code]): _SURE}
        found = self._identifier.probabilities(text)
        # Two independent opinions multiply (product of experts); what is left over speaks for another language.
        joint = {code: share * (1 + votes[code]) ** 2 for code, share in found.items()}
        total = sum(joint.values()) + max(0.0, 1 - sum(found.values()))
        return {code: share / total for code, share in joint.items()} if found else {}


_DECISIVE = 2
"""So many little words of one language and none of another: no need to load an identifier (0.4 s) and ask it."""
_SURE = 0.99


@cache
def _model() -> Any:
    with _LOADING:
        return _load_model()


@cache
def _load_model() -> Any:
    from py3langid.langid import MODEL_FILE
    from py3langid.langid import LanguageIdentifier as Model

    model = Model.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([*LANGUAGES, *NEIGHBOURS])
    return model


@cache
def _factory() -> Any:
    with _LOADING:
        return _load_factory()


_LOADING = Lock()
"""langdetect fills a global while it loads; a second thread would see it half full. Nor is py3langid read twice."""


def _load_factory() -> Any:
    from langdetect import detector_factory

    # langdetect is random on short texts unless seeded; "ok" must not be Turkish on Tuesdays.
    detector_factory.DetectorFactory.seed = 0
    detector_factory.init_factory()
    return detector_factory._factory
