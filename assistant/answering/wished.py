"""The reply to each intent (table of question types in the interface)."""

from __future__ import annotations

from assistant.answering.draft import Candidate, Draft
from assistant.answering.intents import Intent, Wish
from assistant.answering.replies import clarify, escalate, nearest_page, signpost
from assistant.domain.reply import ClarificationReason, EscalationReason, Reply, SignpostReason
from assistant.messages import text

_SIGNPOSTS = {
    Intent.GREETING: SignpostReason.GREETING,
    Intent.THANKS: SignpostReason.THANKS,
    Intent.ABOUT_ASSISTANT: SignpostReason.ABOUT_ASSISTANT,
    Intent.OPINION: SignpostReason.OPINION,
    Intent.COMPLAINT: SignpostReason.COMPLAINT,
    Intent.REPORT: SignpostReason.REPORT_POINT,
    Intent.POLICY_PROPOSAL: SignpostReason.POLICY_PROPOSAL,
    Intent.FORM_HELP: SignpostReason.FORM_HELP,
    Intent.ABUSE: SignpostReason.ABUSE,
    Intent.REPRESENTATION: SignpostReason.REPRESENTATION,
    Intent.ADVICE: SignpostReason.ADVICE_DECLINED,
}
_ESCALATIONS = {
    Intent.PERSON: EscalationReason.ASKED_FOR_PERSON,
    Intent.PERSONAL_CASE: EscalationReason.PERSONAL_CASE,
    Intent.LEGAL_DISPUTE: EscalationReason.LEGAL_DISPUTE,
    Intent.MULTI_PROBLEM: EscalationReason.MULTI_PROBLEM,
    Intent.INJECTION: EscalationReason.INJECTION,
}
_WITH_PAGE = {Intent.REPORT, Intent.FORM_HELP, Intent.REPRESENTATION, Intent.ADVICE}
_BEFORE_PAGE = {
    Intent.COMPLAINT,
    Intent.LEGAL_DISPUTE,
    Intent.MULTI_PROBLEM,
    Intent.ADVICE,
    Intent.POLICY_PROPOSAL,
}
"""Where these are sure, even a page that fits does not say what is asked."""
_SURE, _CLEAR, _LIKELY = 0.6, 0.45, 0.25


def grant(draft: Draft, wish: Wish, likely: tuple[Candidate, ...] = ()) -> Reply:
    """Return the reply to a wish; `likely` are the pages that may be meant where the wish is too vague."""
    if wish.intent in _ESCALATIONS:
        return escalate(draft, _ESCALATIONS[wish.intent])
    if wish.intent is Intent.VAGUE:
        return clarify(draft, ClarificationReason.TOO_VAGUE, likely)
    if wish.intent is Intent.OTHER_COUNTRY:
        term = wish.term
        here = (
            text("signpost.other_country_here", draft.language, name=term.name, here=term.here)
            if term and term.here
            else ""
        )
        return signpost(draft, SignpostReason.OTHER_COUNTRY, here, nearest_page(draft) if here else "")
    return signpost(draft, _SIGNPOSTS[wish.intent], nearest_page(draft) if wish.intent in _WITH_PAGE else "")


def clear(wish: Wish) -> bool:
    """Whether a wish is clear by itself: a cue says it, or an exemplar almost word for word."""
    return wish.strength >= _CLEAR


def before_page(wish: Wish | None) -> bool:
    """Whether a wish is granted even where a page surely fits the words."""
    return wish is not None and (
        wish.intent is Intent.OTHER_COUNTRY or (wish.intent in _BEFORE_PAGE and wish.strength >= _SURE)
    )


def before_options(wish: Wish | None) -> bool:
    """Whether a wish is granted where no page surely fits, but some may."""
    return wish is not None and (wish.intent is Intent.VAGUE or wish.strength >= _LIKELY)
