"""Step mask: personal identifiers are made unreadable before anything is searched, traced or shown to others."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace

from assistant.answering.draft import Draft
from assistant.domain.reply import Reply
from assistant.messages import text as message
from knowledge.identifier_kinds import Kind
from knowledge.identifiers import identifiers

LABELS = {
    Kind.NATIONAL_NUMBER: "[rijksregisternummer]",
    Kind.FOREIGN_NUMBER: "[buitenlands persoonsnummer]",
    Kind.ENTERPRISE: "[ondernemingsnummer]",
    Kind.IDENTITY_CARD: "[identiteitskaart]",
    Kind.REFERENCE: "[gestructureerde mededeling]",
    Kind.IBAN: "[iban]",
    Kind.CARD: "[bankkaart]",
    Kind.PHONE: "[telefoon]",
    Kind.EMAIL: "[e-mail]",
    Kind.PLATE: "[nummerplaat]",
}
"""What stands in the place of an identifier: what it was, in Dutch as staff read it."""
_LABEL = re.compile("|".join(re.escape(label) for label in LABELS.values()))
NOTHING: Container[str] = frozenset()


class MaskStep:
    """Replaces personal identifiers; those that public bodies publish themselves stay."""

    name = "mask"

    def __init__(self, published: Container[str] = NOTHING) -> None:
        self._published = published

    def __call__(self, draft: Draft) -> Draft:
        text = mask_text(draft.text, self._published)
        # A message of a conversation was masked before it was stored.
        return replace(draft, text=text, masking_done=True, masked=was_masked(text))


mask = MaskStep()
"""The step where nothing is published."""


def was_masked(text: str) -> bool:
    """Whether identifiers were replaced in `text`."""
    return _LABEL.search(text) is not None


def told(reply: Reply, draft: Draft) -> Reply:
    """Return `reply` with a word that something was masked, and why.

    Where the citizen's words are not shown again (danger), nothing is said of them.
    """
    if not (draft.masked and reply.masked_text):
        return reply
    notice = message("masked.notice", reply.language)
    return replace(reply, text=f"{reply.text}\n\n{notice}", notices=(notice, *reply.notices))


def mask_text(text: str, published: Container[str] = NOTHING) -> str:
    """Return `text` with personal identifiers replaced by what they were; those in `published` stay."""
    masked, done = "", 0
    for one in identifiers(text):
        if one.value not in published:
            masked += text[done : one.start] + LABELS[one.kind]
            done = one.end
    return masked + text[done:]
