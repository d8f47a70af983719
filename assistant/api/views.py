"""What the templates show: a reply or a page, put in reading order, with the words of its language."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any

from babel import Locale
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from assistant.answering.contacts import date_in_words
from assistant.answering.render import who
from assistant.answering.replies import authority_name, page_title
from assistant.domain.reply import Answer, Clarification, Contact, Escalation, Reply, Signpost, Statement
from assistant.messages import text
from assistant.sites import Site
from knowledge.language import RIGHT_TO_LEFT
from knowledge.pages import Page
from knowledge.passages import Passage, passages
from knowledge.services import PublicService, SectionKind, Sentence, web_address

_ADDRESS = re.compile(r"(https?://[^\s<>\"]+[^\s<>\".,;:!?)])")


def render(template: str, context: dict[str, Any]) -> str:
    """Return a page as HTML in the language of the context."""
    language = context["language"]

    def words(key: str, **values: object) -> str:
        return text(key, language, **values)

    return _environment().get_template(template).render(**(_DEFAULTS | context), t=words, direction=direction(language))


_DEFAULTS = {"reply": None, "asked": "", "error": "", "typed": "", "kept": "", "held": "", "away": "", "opens": ""}


def reply_view(reply: Reply) -> dict[str, Any]:
    """Return a reply as the template reads it: kind, lead words, sections of numbered statements, sources."""
    view: dict[str, Any] = {"reply": reply, "kind": type(reply).__name__.lower(), "lead": "", "sections": []}
    match reply:
        case Answer():
            view["sections"] = _sections(reply)
            view["partial"] = _partial(reply)
            view["who"] = who(reply.authority, reply.language) if reply.authority else ""
            dates = {"valid_on": reply.valid_on, "updated_on": reply.updated_on}
            view["dates"] = [
                text(f"answer.{key}", reply.language, date=date_in_words(day, reply.language))
                for key, day in dates.items()
                if day
            ]
        case Clarification():
            view["lead"] = reply.text.split("\n")[0]
        case Signpost():
            view["lead"] = text(f"signpost.{reply.reason}", reply.language)
        case Escalation():
            view["lead"] = text(f"escalation.{reply.reason}", reply.language)
            view["nearest"] = reply.nearest
    view["emergency"] = [contact for contact in reply.contacts if contact.type == "emergency"]
    return view


def page_view(page: Page, language: str, linked: dict[str, Page]) -> dict[str, Any]:
    """Return a source page as the template reads it, in `language` if it has that, else in Dutch.

    `linked` are the pages that its steps may lead to, by their `source_id`.
    """
    service = page.service
    shown = next((code for code in (language, "nl") if code in service.languages), service.languages[0])
    return {
        "title": page_title(service, shown),
        "language": shown,
        "passages": _titled(passages(service, shown), shown),
        "steps": _leads(service, shown, linked),
        "sample": service.sample,
        "url": web_address(service.url),
        "websites": [
            (site.title.get(shown) or site.title.get("nl") or site.url, site.url)
            for site in service.websites
            if web_address(site.url)
        ],
        "authority": authority_name(service, language),
        "history": text(
            "page.history", language, revision=page.revision, date=date_in_words(page.published_at, language)
        ),
        "updated": text("answer.updated_on", language, date=date_in_words(page.updated_on, language)),
    }


def _leads(service: PublicService, language: str, linked: dict[str, Page]) -> dict[tuple[int, int], tuple[str, str]]:
    """Return where the steps of a journey lead: passage and sentence -> id and title of the page that tells more."""
    items = [
        (passage.number, number)
        for passage in passages(service, language)
        if passage.kind is SectionKind.STEP
        for number, sentence in enumerate(passage.sentences)
        if sentence.item
    ]
    return {
        place: (linked[step.page].page_id, page_title(linked[step.page].service, language))
        for place, step in zip(items, service.journey, strict=False)
        if step.page in linked
    }


def _titled(found: list[Passage], language: str) -> list[dict[str, Any]]:
    """Passages with the heading of the source, else the words for what they tell; the same one is said once."""
    shown, before = [], ""
    for passage in found:
        tells = "" if passage.kind is SectionKind.DESCRIPTION else text(f"sections.{passage.kind}", language)
        title = passage.heading or tells
        shown.append({"passage": passage, "title": title if title != before else ""})
        before = title
    return shown


def direction(language: str) -> str:
    """Return the writing direction of a language."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


@cache
def stylesheet() -> str:
    """Return the style sheet of the plain pages."""
    return resources.files("assistant").joinpath("templates/page.css").read_text("utf-8")


def accent_of(site: Site) -> str:
    """Return the style sheet of a site's own colour, empty where it has none; white can be read on it (checked)."""
    accent = site.style.accent
    return f":root {{ --brand: {accent}; --on-brand: #ffffff; }}\n" if accent else ""


def _sections(answer: Answer) -> list[dict[str, Any]]:
    def heading(statement: Statement) -> tuple[str, str]:
        return statement.kind.value, statement.heading

    return [
        {"kind": kind, "heading": title, "statements": list(group)}
        for (kind, title), group in groupby(answer.statements, key=heading)
    ]


def _partial(answer: Answer) -> str:
    return text("answer.partial", answer.language, what=", ".join(answer.missing)) if answer.missing else ""


def _with_links(statement: Statement | Sentence, away: str = "") -> Markup:
    """The words of a statement with its links, all with the attribute `away`; bare addresses become links too."""
    found = [(link.text, link.url) for link in statement.links]
    if not found:
        found = [(address, address) for address in _ADDRESS.findall(statement.text)]
    shown, rest = Markup(""), statement.text
    for words, url in found:
        before, words_found, after = rest.partition(words)
        if words_found:
            shown += before + Markup('<a href="{}" rel="noreferrer"{}>{}</a>').format(url, away, words)
            rest = after
    return shown + rest


def _phone_link(contact: Contact) -> str:
    return "tel:" + contact.value.replace(" ", "")


def _own_name(language: str) -> str:
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("assistant", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "with_links": _with_links,
        "tel": _phone_link,
        "own_name": _own_name,
        "direction": direction,
    }
    return environment
