"""Building the replies that are not answers: their words, and the human routes they always carry."""

from __future__ import annotations

from assistant.answering.contacts import emergency_contacts, site_contacts
from assistant.answering.cues import situations_in
from assistant.answering.draft import Candidate, Draft
from assistant.domain.reply import (
    Clarification,
    ClarificationReason,
    Escalation,
    EscalationReason,
    Option,
    Signpost,
    SignpostReason,
)
from assistant.messages import text
from knowledge.richtext import plain_text
from knowledge.services import PublicService, localized

_WITH_PAGE = {
    EscalationReason.NOT_FOUND,
    EscalationReason.LOW_CONFIDENCE,
    EscalationReason.REPEATED_FAILURE,
    EscalationReason.LEGAL_DISPUTE,
    EscalationReason.MULTI_PROBLEM,
}


def escalate(draft: Draft, reason: EscalationReason, detail: str = "") -> Escalation:
    """Hand over: say why, show phone and counter; name the nearest page if one was found."""
    contacts = site_contacts(draft.question.site, draft.question.at, draft.language)
    nearest = nearest_page(draft) if reason in _WITH_PAGE else ""
    words = [*kind_words(draft), text(f"escalation.{reason}", draft.language), *([nearest] if nearest else [])]
    words += [_line(contact.label, contact.value, contact.hours) for contact in contacts]
    return Escalation(
        draft.language,
        "\n".join(words),
        contacts,
        shown_text(draft),
        draft.confidence,
        reason=reason,
        detail=detail,
        nearest=nearest,
    )


def signpost(draft: Draft, reason: SignpostReason, *further: str) -> Signpost:
    """Fixed words and `further` ones; for danger the numbers that fit come first and the site's own routes after."""
    own = site_contacts(draft.question.site, draft.question.at, draft.language)
    words = text(f"signpost.{reason}", draft.language)
    if reason.value.startswith("danger_") or reason is SignpostReason.CRISIS:
        numbers = emergency_contacts(reason, draft.language)
        lines = [words, *(_line(number.label, number.value, None) for number in numbers)]
        # What somebody in danger wrote is not shown again, and not kept.
        return Signpost(draft.language, "\n".join(lines), (*numbers, *own), "", 1.0, reason=reason)
    lines = [*kind_words(draft), words, *(line for line in further if line)]
    return Signpost(draft.language, "\n".join(lines), own, shown_text(draft), 1.0, reason=reason)


def nearest_page(draft: Draft) -> str:
    """Return a sentence that names the best page, empty where it shares no whole word with the question."""
    if not draft.candidates or not draft.candidates[0].hit.share:
        return ""
    title = page_title(draft.candidates[0].page.service, draft.language)
    return text("escalation.nearest", draft.language, title=title)


def kind_words(draft: Draft) -> list[str]:
    """Return the line that belongs to the situation a citizen is in: a death, hardship; none for most."""
    return [text(f"tone.{tone}", draft.language) for tone in situations_in(draft.text, draft.language)[:1]]


def clarify(
    draft: Draft, reason: ClarificationReason, candidates: tuple[Candidate, ...], question: str = ""
) -> Clarification:
    """Ask back with the services that may be meant; "something else" and a person are always there.

    `question` is asked first: its answer tells the services apart.
    """
    contacts = site_contacts(draft.question.site, draft.question.at, draft.language)
    options = [option(candidate.page.service, candidate.page.page_id, draft.language) for candidate in candidates]
    open_question = reason is ClarificationReason.TOO_VAGUE and not options
    asked = text(f"clarification.{reason}{'_open' * open_question}", draft.language)
    # One line: what is shown where there is room for one.
    lines = [" ".join(one for one in (*kind_words(draft), question, asked) if one)]
    lines += [f"{number}. {one.label}: {one.summary}" for number, one in enumerate(options, start=1)]
    lines.append(_line(text("clarification.person", draft.language), contacts[0].value, contacts[0].hours))
    return Clarification(
        draft.language,
        "\n".join(lines),
        contacts,
        shown_text(draft),
        draft.confidence,
        reason=reason,
        options=tuple(options),
    )


def option(service: PublicService, page_id: str, language: str) -> Option:
    """Return a service as an option card: title, one line, who does it."""
    shown = language if language in service.languages else "nl"
    summary = localized(service.summary, shown) or _first_sentence(localized(service.description, shown))
    return Option(page_id, page_title(service, language), summary, authority_name(service, language), service.source_id)


def page_title(service: PublicService, language: str) -> str:
    """Return the title in `language`, else in Dutch, else in whatever language there is."""
    return localized(service.title, language) or localized(service.title, "nl") or next(iter(service.title.values()))


def authority_name(service: PublicService, language: str) -> str:
    """Return who does it: the executing body by name, else the competent one, else the level in words."""
    levels = service.competent_levels or service.executing_levels
    named = body_name(service.executing_authorities) or body_name(service.competent_authorities)
    return named or (text(f"levels.{levels[0]}", language) if levels else "")


def body_name(bodies: tuple[str, ...]) -> str:
    """Return the first body that is given by name; a catalogue's code (`OVO000112`) is no name for a citizen."""
    return next((body for body in bodies if " " in body), "")


def shown_text(draft: Draft) -> str:
    """Return the citizen's words after masking, empty where masking has not been reached: then nothing is shown."""
    return draft.text if draft.masking_done else ""


def _first_sentence(html: str) -> str:
    from knowledge.text import sentences

    found = sentences(plain_text(html).replace("\n", " "))
    return found[0] if found else ""


def _line(label: str, value: str, hours: str | None) -> str:
    return f"{label}: {value}" + (f" ({hours})" if hours else "")
