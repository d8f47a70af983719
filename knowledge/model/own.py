"""What the model learns from the project's own pages and words: translations, phrasings, terms and interface words."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from knowledge.model.data import LANGUAGES, Pairs, parallel, pieces_of
from knowledge.pages import Page
from knowledge.services import PublicService, Section
from knowledge.terms import Term

_MOST = 6
"""Words for one official term that are paired with each other, in each language."""


def page_pairs(pages: Iterable[Page]) -> Pairs:
    """Return what pages say in several languages, how people ask for them, and which title a text has."""
    pairs: Pairs = defaultdict(list)
    for page in pages:
        service = page.service
        for one, other in combinations([code for code in LANGUAGES if code in service.languages], 2):
            if one == "nl" or other == "en":
                pairs[f"page-{one}-{other}"] += _same_places(service, one, other)
        dutch = " ".join(_text(section) for section in service.sections if section.language == "nl")
        title, pieces = service.title.get("nl", ""), pieces_of(dutch)
        pairs["page-title-text"] += [(title, piece) for piece in pieces if piece]
        for code, asked in service.phrasings.items():
            aims = [title, service.summary.get("nl", ""), service.title.get(code, ""), *pieces[:2]]
            pairs[f"asked-{code}"] += [(question, aim) for question in asked for aim in aims if aim]
        for code, words in service.keywords.items():
            pairs[f"keyword-{code}"] += [(word, title) for word in words]
    return {name: found for name, found in pairs.items() if found}


def term_pairs(terms: Iterable[Term]) -> Pairs:
    """Return words of citizens with the official Dutch term, and with each other over languages."""
    pairs: Pairs = defaultdict(list)
    meant: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for term in terms:
        pairs[f"term-{term.language}"].append((term.words, term.official))
        if not term.ambiguous:
            meant[term.official][term.language].append(term.words)
    for words in meant.values():
        for one, other in combinations(sorted(words), 2):
            if not {one, other} & {"nl", "en"}:
                continue
            found = [(first, second) for first in words[one][:_MOST] for second in words[other][:_MOST]]
            pairs[f"term-{one}-{other}"] += found
    return dict(pairs)


def interface_pairs(folder: Path) -> Pairs:
    """Return the words of an interface, one file `<language>.toml` a language with the same keys."""
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    for language in LANGUAGES:
        file = folder / f"{language}.toml"
        if file.is_file():
            for key, text in _leaves(tomllib.loads(file.read_text("utf-8"))):
                rows[key][language] = text
    return parallel("interface", rows.values())


def _same_places(service: PublicService, one: str, other: str) -> Iterator[tuple[str, str]]:
    for texts in (service.title, service.summary, service.easy):
        if texts.get(one) and texts.get(other):
            yield texts[one], texts[other]
    first = [section for section in service.sections if section.language == one]
    second = [section for section in service.sections if section.language == other]
    if [section.kind for section in first] != [section.kind for section in second]:
        return
    for section, same in zip(first, second, strict=True):
        if len(section.sentences) == len(same.sentences):
            pairs = zip(section.sentences, same.sentences, strict=True)
            yield from ((sentence.text, twin.text) for sentence, twin in pairs)
        else:
            yield _text(section), _text(same)


def _text(section: Section) -> str:
    return " ".join([section.heading, *(sentence.text for sentence in section.sentences)])


def _leaves(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}.{key}")
        elif isinstance(value, str):
            yield f"{path}.{key}", value
