"""What the interface and the page tell of a counter: hours at a moment, what to bring, what to ask, a QR code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import segno
from markupsafe import Markup

from assistant.answering.contacts import date_in_words, days_in_words, site_counter
from assistant.answering.replies import authority_name, page_title
from assistant.messages import text
from assistant.sites import SiteCounter
from knowledge.counters import Counter
from knowledge.pages import Page
from knowledge.services import SectionKind

_DAYS = 7


@dataclass(frozen=True)
class Errand:
    """The service a citizen goes to a counter for: what its page says to bring, in the language it is said in."""

    page: Page
    title: str
    bring: tuple[str, ...]
    language: str

    @classmethod
    def of(cls, page: Page, language: str) -> Errand:
        """Return what `page` says in `language`, in Dutch where it says nothing of it in that language."""
        for spoken in (language, "nl"):
            told = (one for one in page.service.sections if (one.kind, one.language) == (SectionKind.EVIDENCE, spoken))
            if bring := tuple(sentence.text for section in told for sentence in section.sentences):
                return cls(page, page_title(page.service, language), bring, spoken)
        return cls(page, page_title(page.service, language), (), language)

    @property
    def json(self) -> dict[str, Any]:
        """The service as the interface gives it."""
        found = {"source_id": self.page.source_id, "title": self.title, "bring": list(self.bring)}
        return found | {"language": self.language, "url": f"/pages/{quote(self.page.page_id)}"}

    def notices(self, language: str) -> list[str]:
        """Return what the citizen has to know of the text: the language law asks it in Dutch too."""
        found = [text("page.sample", language)] if self.page.service.sample else []
        if self.bring and language != "nl":
            key = "answer.dutch_counts" if self.language == "nl" else "answer.translated_page"
            found += [text(key, language), text(key, "nl")]
        if self.bring and self.language in self.page.outdated:
            found.append(text("answer.outdated_translation", language))
        return found


def counter_json(counter: Counter, at: datetime, language: str) -> dict[str, Any]:
    """Return a counter as the interface gives it, with its hours at a moment; null is what its source does not say."""
    now = site_counter(SiteCounter.of(counter), at, language)
    opens = None if counter.hours.always else counter.hours.opens_at(at)
    return {
        "id": counter.id,
        "kind": counter.kind,
        "name": counter.name,
        "address": counter.address,
        "languages": list(counter.languages),
        "accessible": counter.accessible or None,
        "appointment": counter.appointment or None,
        "phone": counter.phone or None,
        "hours": now.hours,
        "open_now": now.open_now,
        "opens_at": opens.isoformat() if opens else None,
        "sample_hours": counter.sample_hours,
        "source": counter.source,
        "checked_on": counter.checked_on.isoformat(),
    }


def card_view(counter: Counter, errand: Errand | None, at: datetime, language: str, address: str) -> dict[str, Any]:
    """Return the page of a counter as the template reads it; `address` is that of the page itself."""
    hours = counter.hours
    first = at.astimezone(ZoneInfo(hours.zone)).date()
    view = {
        "counter": counter,
        "errand": errand,
        "now": site_counter(SiteCounter.of(counter), at, language),
        "days": [] if hours.always else days_in_words(hours, first, _DAYS, language),
        "known": text(
            "counter.known", language, date=date_in_words(counter.checked_on, language), source=counter.source
        ),
        "ask": _to_ask(counter, errand, language),
        "who": authority_name(errand.page.service, language) if errand else "",
        "notices": errand.notices(language) if errand else [],
        "qr": _code(address),
    }
    return view | {"mail": _mail(view, language, address)}


def _code(address: str) -> Markup:
    """The address as a QR code, empty where it is too long for one."""
    try:
        code = segno.make_qr(address, error="m")
    except segno.DataOverflowError:
        return Markup("")
    return Markup(code.svg_inline(omitsize=True, light="#fff"))  # noqa: S704 - a drawing, no words of anybody


def _to_ask(counter: Counter, errand: Errand | None, language: str) -> list[str]:
    """What the data does not say: a citizen asks it rather than that we guess."""
    unknown = {
        "hours": counter.sample_hours,
        "service": errand is not None and not counter.offers(errand.page.source_id),
        "appointment": not counter.appointment,
        "accessible": not counter.accessible,
        "bring": not (errand and errand.bring),
    }
    return [text(f"counter.ask_{key}", language) for key, asked in unknown.items() if asked]


def _mail(view: dict[str, Any], language: str, address: str) -> str:
    """The address of a mail that has the card as text; whoever sends it fills in to whom."""
    counter, errand = view["counter"], view["errand"]
    lines = [one for one in (counter.name, counter.address, counter.phone, counter.appointment, address) if one]
    lines += ["", text("counter.days", language), *(f"{day}: {hours}" for day, hours in view["days"]), view["known"]]
    if errand and errand.bring:
        lines += ["", f"{errand.title}: {text('sections.evidence', language)}", *(f"- {one}" for one in errand.bring)]
    lines += ["", text("counter.ask", language), *(f"- {one}" for one in view["ask"])]
    body = quote("\r\n".join(lines), safe="")
    return f"mailto:?subject={quote(counter.name, safe='')}&body={body}"
