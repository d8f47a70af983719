"""Which language short chat lines are taken for, per detector and per rule. `python -m eval.understanding.language`.

`language.jsonl` was written before anything was tuned and is only measured on; `language_dev.jsonl` was tuned on.
Italian, Portuguese and Russian are not spoken here: there, right is to take them for no language of the service.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import quantiles

from assistant.answering.language import FEW_WORDS, LanguageStep, SpokenLanguage
from assistant.sites import Site, load_sites
from knowledge.language import (
    LANGUAGES,
    ChatIdentifier,
    LangdetectIdentifier,
    LanguageIdentifier,
    Py3langidIdentifier,
)
from knowledge.text import tokens

TEST, DEV = (Path(__file__).with_name(name) for name in ("language.jsonl", "language_dev.jsonl"))
CORE = ("nl", "fr", "de", "en")
Guess = Callable[[str], str | None]


class LinguaIdentifier:
    """lingua, to compare with where it is installed: as good, but 96 MB and 5 s to load, so not a dependency."""

    def __init__(self) -> None:
        from lingua import Language as Known
        from lingua import LanguageDetectorBuilder

        codes = {one.iso_code_639_1.name.lower(): one for one in Known.all()}
        self._codes = {codes[code]: code for code in LANGUAGES}
        self._detector = LanguageDetectorBuilder.from_languages(*self._codes).build()

    def probabilities(self, text: str) -> dict[str, float]:
        return {self._codes[one.language]: one.value for one in self._detector.compute_language_confidence_values(text)}


def read(file: Path = TEST) -> list[tuple[str, str]]:
    """Return (language, line) of a set."""
    rows = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return [(row["lang"], row["text"]) for row in rows]


def guesses() -> dict[str, Guess]:
    """Return what is compared: detectors alone, what the first message gets, and lingua where it is there."""
    site = load_sites()["regio"]
    found: dict[str, Guess] = {
        "langdetect": _likeliest(LangdetectIdentifier()),
        "py3langid": _likeliest(Py3langidIdentifier()),
    }
    if find_spec("lingua"):
        found["lingua"] = _likeliest(LinguaIdentifier())
    found["chat"] = _likeliest(ChatIdentifier())
    spoken = LanguageStep(ChatIdentifier()).spoken
    found["first message"] = lambda text: site.language_or_default(spoken(text))
    return found


def right(language: str, guess: str | None, default: str = "nl") -> bool:
    """Whether a guess is right; of a language that is not spoken here, none and the site's own are."""
    return guess == language if language in LANGUAGES else guess in {None, default}


def switches(rows: list[tuple[str, str]], site: Site) -> dict[str, dict[str, float]]:
    """Return per language how a conversation in any other language follows a line of `FEW_WORDS` words or more.

    `followed`: it switches to that language; `wrong`: it switches to a third one; `left`: it leaves its own without
    need. Shorter lines never switch.
    """
    rule = SpokenLanguage(ChatIdentifier(), LangdetectIdentifier())
    counts: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for language, text in rows:
        if len(tokens(text)) < FEW_WORDS:
            continue
        for kept in CORE:
            after = rule.after(kept, text, site)
            if kept == language:
                counts[language]["left"].append(after != kept)
            else:
                counts[language]["followed"].append(after == language)
                counts[language]["wrong"].append(after not in {kept, language})
    return {code: {name: sum(of) / len(of) for name, of in one.items()} for code, one in counts.items()}


def main() -> None:
    """Print the tables."""
    rows = read(DEV if "--dev" in sys.argv else TEST)
    compared = guesses()
    by_language: dict[str, list[str]] = defaultdict(list)
    for language, text in rows:
        by_language[language].append(text)
    print(f"{'':14}{'n':>5}" + "".join(f"{name:>15}" for name in compared))
    groups = {code: [code] for code in by_language}
    groups |= {"core four": list(CORE), "all ten": list(LANGUAGES), "not spoken": list(set(by_language) - {*LANGUAGES})}
    for name, codes in groups.items():
        pairs = [(code, text) for code in codes for text in by_language[code]]
        shares = [sum(right(code, guess(text)) for code, text in pairs) / len(pairs) for guess in compared.values()]
        print(f"{name:14}{len(pairs):5}" + "".join(f"{share:15.3f}" for share in shares))
    for label, figure in (("p50 ms", 49), ("p95 ms", 94)):
        print(f"{label:19}" + "".join(f"{_milliseconds(guess, rows)[figure]:15.3f}" for guess in compared.values()))
    print(f"\n{'switching':14}{'followed':>15}{'to a third':>15}{'left own':>15}")
    for code, shares_of in switches(rows, load_sites()["regio"]).items():
        print(
            f"{code:14}"
            + "".join(
                f"{shares_of[one]:15.3f}" if one in shares_of else f"{'-':>15}" for one in ("followed", "wrong", "left")
            )
        )
    if "--wrong" in sys.argv:
        for language, text in rows:
            missed = {name: guess(text) for name, guess in compared.items() if not right(language, guess(text))}
            if missed:
                print(language, text, missed)


def _likeliest(identifier: LanguageIdentifier) -> Guess:
    def guess(text: str) -> str | None:
        found = identifier.probabilities(text)
        best = max(found, key=lambda code: found[code], default=None)
        # Where half or more is left for other languages, it is one of those.
        return best if best is not None and sum(found.values()) > 0.5 else None

    return guess


def _milliseconds(guess: Guess, rows: list[tuple[str, str]]) -> list[float]:
    taken = []
    for _, text in rows:
        started = time.perf_counter()
        guess(text)
        taken.append((time.perf_counter() - started) * 1000)
    return quantiles(taken, n=100)


if __name__ == "__main__":
    main()
