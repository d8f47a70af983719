"""What a citizen is told of a case: in the conversation, on the page, by mail; in the citizen's language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from assistant.answering.contacts import day_in_words, hours_between, site_contacts, time_in_words
from assistant.cases.letters import Letter, Part
from assistant.domain.case import Case, CaseLetter, Window
from assistant.messages import text
from assistant.sites import Site


def promise(case: Case, site: Site, language: str) -> str:
    """Return what was promised: when the citizen is called and for which appointment, or by which day is answered."""
    if case.window is not None:
        called = text("case.window", language, **window_words(case.window, site, language))
        appointment = (case.brief or {}).get("appointment")
        return f"{called} {text('case.appointment', language, name=appointment['name'])}" if appointment else called
    due = case.due_at.astimezone(_zone(site))
    return text("case.due", language, day=day_in_words(due.date(), language))


def window_words(window: Window, site: Site, language: str) -> dict[str, str]:
    """Return the day and the two ends of a moment, on the clock of the site."""
    start, end = window.start.astimezone(_zone(site)), window.end.astimezone(_zone(site))
    return {
        "day": day_in_words(start.date(), language),
        "start": time_in_words(start, language),
        "end": time_in_words(end, language),
    }


def window_line(window: Window, site: Site, language: str) -> str:
    """Return a moment in as few words as can be, for a list to choose from."""
    start, end = window.start.astimezone(_zone(site)), window.end.astimezone(_zone(site))
    return f"{day_in_words(start.date(), language)}, {hours_between(start, end, language)}"


def opened_notice(case: Case, site: Site, language: str) -> str:
    """Return what is said in the conversation when a case is opened."""
    noted = text(f"case.noted_{case.kind}", language, reference=case.reference)
    return f"{noted} {promise(case, site, language)} {text('case.erased', language)}"


def case_letter(case: Case, kind: CaseLetter, site: Site, at: datetime) -> Letter:
    """Return what the citizen is written about a case at a moment."""
    language, page = case.language, text("case.title", case.language)
    subject = text(f"case_mail.{kind}", language, reference=case.reference)
    contacts = site_contacts(site, at, language)
    parts = (
        *(Part("", words) for words in _told(case, kind, site, page)),
        Part(text("case.reference", language), case.reference),
        Part(text("page.person", language), "\n".join(f"{one.label}: {one.value}" for one in contacts)),
        Part("", text("mail.automatic", language)),
    )
    return Letter(site.name, language, subject, parts)


def _told(case: Case, kind: CaseLetter, site: Site, page: str) -> tuple[str, ...]:
    language, follow = case.language, text("case_mail.follow", case.language, page=page)
    match kind:
        case CaseLetter.CONFIRMED:
            return promise(case, site, language), follow, text("case_mail.not_you", language)
        case CaseLetter.MOVED:
            return promise(case, site, language), follow
        case CaseLetter.NOT_REACHED:
            return (text("case_mail.choose_again", language, page=page),)
        case CaseLetter.SOLVED:
            return (text("case_mail.is_it_solved", language, page=page),)


def _zone(site: Site) -> ZoneInfo:
    return ZoneInfo(site.phone.hours.zone)
