"""Pages in files (`<slug>.<language>.md`): TOML front matter, then Markdown sections. The sample is written so."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any

from ingest.report import RecordError
from ingest.sections import kind_of_heading
from ingest.sources.journeys import read_journey
from ingest.toml_lines import place
from ingest.units import pieces
from knowledge.pages import PageDraft
from knowledge.richtext import blocks, from_markdown
from knowledge.services import (
    AuthorityLevel,
    Described,
    Evidence,
    Granting,
    LocalizedText,
    PolicyStatus,
    PublicService,
    Requirement,
    Rule,
    Section,
    SectionKind,
    Website,
)

SAMPLE = "sample"
"""The source of the pages that come with the program (`knowledge/content/`)."""
_READER = "files-2"
"""Part of every digest: raise it when more is read out of a file, and pages are read again."""
_FENCE = "+++"
_VALUES: dict[str, type[object]] = {
    **dict.fromkeys(("title", "summary", "easy", "type", "policy_status", "granting", "translation_of", "signed"), str),
    **dict.fromkeys(("competent_authority", "competent_level", "executing_authority", "executing_level"), str),
    **{"needs_presence": bool, "review_by": date, "checked_on": date, "life_event": str, "report_point": bool},
}
_LISTS: dict[str, type[object]] = {
    **dict.fromkeys(("keywords", "phrasings", "themes", "audience", "spatial"), str),
    **{"websites": dict, "steps": dict},
}
_CHOICES: dict[str, type[StrEnum]] = {
    **dict.fromkeys(("competent_level", "executing_level"), AuthorityLevel),
    **{"policy_status": PolicyStatus, "granting": Granting},
}
_NAMES: dict[type[object], str] = {str: "text", bool: "true or false", date: "a date without quotes", dict: "tables"}


@dataclass(frozen=True)
class _File:
    """One language of one page: its front matter, and the HTML under each heading ("" before the first)."""

    name: str
    slug: str
    language: str
    front: dict[str, Any]
    parts: list[tuple[str, SectionKind, str]] = field(default_factory=list)
    text: str = ""


def read_sample(texts: dict[str, str] | None = None, source: str = SAMPLE) -> Iterator[PageDraft | RecordError]:
    """Yield a draft for each page in `texts` (file name -> content; default: the package's own), or what is wrong.

    A page is its Dutch file with its translations; a translation without Dutch is refused, README.md is no page.
    """
    files: dict[str, list[_File]] = {}
    for name, text in sorted((texts_in(content_folder()) if texts is None else texts).items()):
        if name == "README.md":
            continue
        try:
            file = _parse(name, text)
        except RecordError as error:
            yield error
            continue
        files.setdefault(file.slug, []).append(file)
    for slug, languages in files.items():
        dutch = next((file for file in languages if file.language == "nl"), None)
        if dutch is None:
            yield RecordError(languages[0].name, "translation_of", f"There is no {slug}.nl.md that it translates.")
            continue
        try:
            service = _service(slug, dutch, languages)
            steps = read_journey(dutch.name, dutch.front, _items(service), files)
        except RecordError as error:
            yield error
            continue
        except (ValueError, KeyError) as error:
            yield RecordError(dutch.name, "front matter", f"{error}")
            continue
        content = "\0".join((_READER, *(file.text for file in languages)))
        service = replace(service, source=source, sample=source == SAMPLE, journey=steps)
        yield PageDraft(service, hashlib.sha256(content.encode()).hexdigest())


def content_folder() -> Path:
    """Return the folder of the sample."""
    return Path(str(resources.files("knowledge").joinpath("content")))


def texts_in(folder: Path) -> dict[str, str]:
    """Return the pages in a folder as they are written: file name -> content. What is not UTF-8 is no page."""
    return {file.name: file.read_text("utf-8", errors="replace") for file in sorted(folder.glob("*.md"))}


def _parse(name: str, text: str) -> _File:
    slug, language, *ending = name.split(".")
    if ending != ["md"]:
        raise RecordError(name, "file name", "A page is called slug.language.md.")
    opening, _, rest = text.partition(f"{_FENCE}\n")
    front, fence, body = rest.partition(f"\n{_FENCE}\n")
    if opening.strip() or not fence:
        raise RecordError(name, "front matter", f"The file must open with TOML between two lines {_FENCE}.")
    head = text.removesuffix(body)
    try:
        # The empty lines stand for those before the TOML, so that an error tells the line in the file.
        table = tomllib.loads("\n" * text.removesuffix(rest).count("\n") + front + "\n")
    except tomllib.TOMLDecodeError as error:
        raise RecordError(name, "front matter", f"Not valid TOML: {error}.") from None
    if not table.get("title"):
        raise RecordError(place(name, head, "title"), "title", "Every page needs a title.")
    for key, value in table.items():
        if expected := _expected(key, value):
            raise RecordError(place(name, head, key), key, f"Expected {expected}, found {value!r}.")
    return _File(name, slug, language, table, list(_parts(name, body, head.count("\n"))), text)


def _expected(key: str, value: Any) -> str:
    """Return what the value of a field should have been; empty when it is that."""
    # A moment is a date in Python, and it is none here.
    if key in _VALUES and type(value) is not _VALUES[key]:
        return _NAMES[_VALUES[key]]
    if key in _CHOICES and value and value not in list(_CHOICES[key]):
        return f"one of {', '.join(_CHOICES[key])}"
    if key in _LISTS and not (isinstance(value, list) and all(type(one) is _LISTS[key] for one in value)):
        return f"a list of {_NAMES[_LISTS[key]]}"
    if key == "websites" and not all(_is_website(site) for site in value):
        return "a name and a url between quotes"
    return ""


def _is_website(site: dict[str, Any]) -> bool:
    return {"name", "url"} <= site.keys() and all(isinstance(words, str) for words in site.values())


def _parts(name: str, body: str, line: int) -> Iterator[tuple[str, SectionKind, str]]:
    """Yield the sections of a body that comes after so many lines."""
    for number, part in enumerate(f"\n{body}".split("\n## ")):
        heading, _, content = part.partition("\n") if number else ("", "", part)
        line += 1 if number else 0
        kind = kind_of_heading(heading) if number else SectionKind.DESCRIPTION
        if kind is None:
            why = "This heading is not one of those in the README of the content folder."
            raise RecordError(f"{name}:{line}", heading, why)
        line += part.count("\n")
        if content.strip():
            yield heading.strip(), kind, from_markdown(content)


def _service(slug: str, dutch: _File, files: list[_File]) -> PublicService:
    front = dutch.front
    text = {kind: _texts(files, kind) for kind in SectionKind}
    evidence = Evidence({}, text[SectionKind.EVIDENCE]) if text[SectionKind.EVIDENCE] else None
    return PublicService(
        source=SAMPLE,
        source_id=slug,
        title=_front(files, "title"),
        summary=_front(files, "summary"),
        easy=_front(files, "easy"),
        description=text[SectionKind.DESCRIPTION],
        additional_description=_texts(files, SectionKind.DEADLINE, SectionKind.WHERE),
        exceptions=text[SectionKind.EXCEPTION],
        regulation=text[SectionKind.LEGAL],
        contact_description=text[SectionKind.CONTACT],
        requirements=(Requirement({}, text[SectionKind.CONDITION], evidence),),
        rules=(Rule({}, text[SectionKind.STEP]),),
        costs=(Described({}, text[SectionKind.COST]),),
        websites=tuple(Website({"nl": site["name"]}, {}, site["url"]) for site in front.get("websites", [])),
        type=front.get("type", ""),
        themes=tuple(front.get("themes", [])),
        audience=tuple(front.get("audience", [])),
        keywords={file.language: tuple(file.front.get("keywords", [])) for file in files},
        phrasings={file.language: tuple(file.front["phrasings"]) for file in files if "phrasings" in file.front},
        unsigned=tuple(file.language for file in files if file is not dutch and not file.front.get("signed")),
        spatial=tuple(front.get("spatial", [])),
        competent_authorities=_one(front, "competent_authority"),
        competent_levels=tuple(AuthorityLevel(level) for level in _one(front, "competent_level")),
        executing_authorities=_one(front, "executing_authority"),
        executing_levels=tuple(AuthorityLevel(level) for level in _one(front, "executing_level")),
        policy_status=PolicyStatus(front.get("policy_status", "in_force")),
        needs_presence=bool(front.get("needs_presence", False)),
        granting=Granting(front["granting"]) if "granting" in front else None,
        review_by=front.get("review_by"),
        checked_on=front.get("checked_on"),
        life_event=front.get("life_event", ""),
        report_point=front.get("report_point", False),
        extra={key: front[key] for key in ("certainty", "sources") if key in front},
        sections=tuple(_sections(files)),
    )


def _sections(files: list[_File]) -> Iterator[Section]:
    for file in files:
        for _, kind, html in file.parts:
            found = tuple(piece for block in blocks(html) for piece in pieces(block))
            # The heading says no more than the kind does.
            yield Section(kind, file.language, kind.value, "", found)


def _items(service: PublicService) -> list[str]:
    """Return the items of the Dutch list of steps."""
    steps = (part for part in service.sections if part.kind is SectionKind.STEP and part.language == "nl")
    return [sentence.text for part in steps for sentence in part.sentences if sentence.item]


def _texts(files: list[_File], *kinds: SectionKind) -> LocalizedText:
    found = {}
    for file in files:
        if html := "\n".join(html for _, kind, html in file.parts if kind in kinds):
            found[file.language] = html
    return found


def _front(files: list[_File], key: str) -> LocalizedText:
    return {file.language: str(file.front[key]) for file in files if file.front.get(key)}


def _one(front: dict[str, Any], key: str) -> tuple[str, ...]:
    return (str(front[key]),) if front.get(key) else ()
