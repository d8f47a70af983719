"""The texts of a service as units to classify: a lead-in sentence stays with its list, a heading with what follows."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from knowledge.richtext import Block, blocks
from knowledge.services import Link, LocalizedText, PublicService, Sentence, localized
from knowledge.text import fold, sentences

_LONG_ITEM = 45
"""A list item over this many words is cut into its sentences."""


@dataclass(frozen=True)
class Unit:
    """Sentences that can only be understood together: one sentence, or a lead-in with its list."""

    language: str
    source_field: str
    heading: str
    position: int
    shape: str
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)


def units(service: PublicService, language: str) -> Iterator[Unit]:
    """Yield the units of all texts of `service` in `language`, in the order of the fields and of the source."""
    for source_field, heading, text in _fields(service):
        if html := localized(text, language):
            title = localized(heading, language)
            for unit in _field_units(source_field, "" if fold(title) in _generic_titles() else title, html):
                yield replace(unit, language=language)


@cache
def _generic_titles() -> frozenset[str]:
    tables = tomllib.loads(resources.files("ingest").joinpath("sections.toml").read_text("utf-8"))
    return frozenset(tables["generic"]["titles"])


def _fields(service: PublicService) -> Iterator[tuple[str, LocalizedText, LocalizedText]]:
    yield "description", {}, service.description
    yield "additional_description", {}, service.additional_description
    for rule in service.rules:
        yield "rule", rule.title, rule.description
    for requirement in service.requirements:
        yield "requirement", requirement.title, requirement.description
        if requirement.evidence:
            yield "evidence", requirement.evidence.title, requirement.evidence.description
    yield "exceptions", {}, service.exceptions
    for cost in service.costs:
        yield "cost", cost.title, cost.description
    for advantage in service.financial_advantages:
        yield "financial_advantage", advantage.title, advantage.description
    yield "contact_description", {}, service.contact_description
    yield "regulation", {}, service.regulation


def _field_units(source_field: str, title: str, html: str) -> Iterator[Unit]:
    heading, position, shape = title, 0, "sentence"
    pending: list[Sentence] = []
    for block, found in _under_headings(html):
        item = block.kind in {"item", "row"}
        lead_in = bool(pending) and pending[-1].text.endswith(":")
        if item and (shape == "list" or not pending or lead_in):
            pending += found
            shape = "list"
            continue
        for group in [[], *([piece] for piece in found)]:
            yield from _flush(source_field, heading, position, shape, pending)
            position += len(pending)
            pending, shape = group, "sentence"
        if block.kind == "heading":
            heading = block.text
        # An item that follows a plain sentence starts a list of its own.
        shape = "list" if item else "sentence"
    yield from _flush(source_field, heading, position, shape, pending)


def _under_headings(html: str) -> Iterator[tuple[Block, list[Sentence]]]:
    """Yield each block with its sentences; a heading has none, its links go with the first sentence under it."""
    above: tuple[Link, ...] = ()
    for block in blocks(html):
        found = [] if block.kind == "heading" else pieces(block)
        if block.kind == "heading":
            above += block.links_within(0, len(block.text))
        elif found:
            found[0] = replace(found[0], links=above + found[0].links)
            above = ()
        yield block, found


def _flush(source_field: str, heading: str, position: int, shape: str, pending: list[Sentence]) -> Iterator[Unit]:
    if pending:
        yield Unit("", source_field, heading, position, shape, tuple(pending))


def pieces(block: Block) -> list[Sentence]:
    """Return the citable sentences of one block, each with the links that stand in it."""
    item = block.kind in {"item", "row"}
    whole = block.kind == "row" or (block.kind == "item" and len(block.text.split()) <= _LONG_ITEM)
    found, end = [], 0
    for text in [block.text] if whole else sentences(block.text):
        start = block.text.index(text, end)
        end = start + len(text)
        found.append(Sentence(text, block.links_within(start, end), item))
    return found
