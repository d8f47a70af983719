"""Which sentence is a step, a condition, a cost …: by the field it stood in, its heading and its words.

A linear model (multinomial logistic regression) fitted on hand-labelled services by `eval.sections`, its weights in
`section_weights.json`. Words count in Dutch only; other languages go by field and heading. The source text stays
beside the sections in the service, so a wrong kind loses nothing.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from itertools import groupby

import numpy as np
import numpy.typing as npt

from ingest.units import Unit, units
from knowledge.services import PublicService, Section, SectionKind
from knowledge.text import content_tokens, fold, stem

Features = dict[str, float]
_READ = 300
"""Characters of a unit that are read: what it is about stands at its beginning."""
_AMOUNT = re.compile(r"\d\s*(euro|eur\b|%|procent)|€")
_TERM = re.compile(r"\b\d+ (werk|kalender)?(dag|dagen|we(ek|ken)|maand(en)?|jaar)\b")


def sections_of(service: PublicService) -> tuple[Section, ...]:
    """Return the sections of `service` in all its languages: neighbouring units of one kind and heading joined."""
    return tuple(section for language in service.languages for section in _sections(service, language))


def kind_of_heading(heading: str) -> SectionKind | None:
    """Return the kind that a heading announces, None where it does not say."""
    words = fold(heading)
    if own := _own_headings().get(words):
        return own
    return next((kind for kind, pattern in _headings() if pattern.search(words)), None)


def classify(unit: Unit) -> SectionKind:
    """Return the kind with the highest score for this unit; outside Dutch a heading that announces a kind decides."""
    # The weights were fitted on Dutch, where the words beside a heading carry much of what it says.
    if unit.language != "nl" and (announced := kind_of_heading(unit.heading)):
        return announced
    kinds, rows, weights = _model()
    known = [(rows[name], value) for name, value in features(unit).items() if name in rows]
    if not known:
        return SectionKind.DESCRIPTION
    index, values = zip(*known, strict=True)
    return kinds[int(np.argmax(np.asarray(values, dtype=np.float32) @ weights[list(index)]))]


def features(unit: Unit) -> Features:
    """Return what is known of a unit: field, place, shape, what its heading announces, its words (Dutch)."""
    found: Features = {"bias": 1.0, f"field:{unit.source_field}": 1.0, f"shape:{unit.shape}": 1.0}
    if unit.position == 0:
        found[f"first:{unit.source_field}"] = 1.0
    if unit.heading and (kind := kind_of_heading(unit.heading)):
        found[f"heading:{kind}"] = 1.0
    text = unit.text[:_READ]
    found |= {name: 1.0 for name, present in _signs(text).items() if present}
    if unit.language == "nl":
        found |= {f"w:{stem(word, 'nl')}": 0.5 for word in content_tokens(text, "nl")}
        found |= {f"h:{stem(word, 'nl')}": 1.0 for word in content_tokens(unit.heading, "nl")}
    return found


def _signs(text: str) -> dict[str, bool]:
    lower = text.lower()
    return {
        "question": text.split(" ", 1)[0] != "" and text.endswith("?"),
        "amount": bool(_AMOUNT.search(lower)),
        "term": bool(_TERM.search(lower)),
        "address": "@" in text or "e-mailadres" in lower,
    }


def _sections(service: PublicService, language: str) -> Iterable[Section]:
    classified = [(classify(unit), unit) for unit in units(service, language)]
    for (kind, source_field, heading), group in groupby(
        classified, key=lambda pair: (pair[0], pair[1].source_field, pair[1].heading)
    ):
        sentences = tuple(sentence for _, unit in group for sentence in unit.sentences)
        yield Section(kind, language, source_field, heading, sentences)


@cache
def _model() -> tuple[list[SectionKind], dict[str, int], npt.NDArray[np.float32]]:
    loaded = json.loads(resources.files("ingest").joinpath("section_weights.json").read_text("utf-8"))
    names = list(loaded["weights"])
    return (
        [SectionKind(kind) for kind in loaded["kinds"]],
        {name: row for row, name in enumerate(names)},
        np.asarray(list(loaded["weights"].values()), dtype=np.float32),
    )


@cache
def _own_headings() -> dict[str, SectionKind]:
    return {fold(word): SectionKind(kind) for kind, words in _tables()["own"].items() for word in words}


@cache
def _headings() -> list[tuple[SectionKind, re.Pattern[str]]]:
    headings = _tables()["headings"]
    return [
        (SectionKind(kind), re.compile("|".join(f"(?:{one})" for one in any_of))) for kind, any_of in headings.items()
    ]


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files("ingest").joinpath("sections.toml").read_text("utf-8"))
