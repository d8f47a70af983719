"""Step clean: the citizen's words as text that can be read: one Unicode form, nothing invisible, single spaces."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from assistant.answering.draft import Draft

MAX_LENGTH = 2_000
"""Characters of a question; interfaces refuse longer ones with a clear message."""
# Cf (format: zero-width, direction and tag characters), Co and Cs carry no words but can carry hidden instructions.
_HIDDEN = {"Cf", "Co", "Cs", "Cn"}
# Letters and marks without a shape: fillers, the blank of Braille, variation selectors (which can spell a whole text).
_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_SPACE = re.compile(r"\s+")


def clean(draft: Draft) -> Draft:
    """Return the draft with clean text."""
    return replace(draft, text=clean_text(draft.text))


def clean_text(text: str) -> str:
    """Return `text` in NFC without invisible and control characters, white space squeezed."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(
        " " if unicodedata.category(char) == "Cc" else char
        for char in _SHAPELESS.sub("", composed)
        if unicodedata.category(char) not in _HIDDEN
    )
    # What stood around a hidden character may now compose.
    return _SPACE.sub(" ", unicodedata.normalize("NFC", visible)).strip()
