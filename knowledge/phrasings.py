"""What taps and corrections teach: a question like ones that led to a page is a reason to look at that page first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from knowledge.text import content_tokens, stem

ENOUGH = 3
"""Citizens who must have asked alike before it counts, where nobody of the staff said so."""
_ALIKE = 0.5
"""Part of the words that two questions must share to be asked alike."""
_WEAK, _FULL = 0.15, 0.6
"""What it adds to a page's score (about 1 for the best words): before an editor's yes, and after."""


class PhrasingState(StrEnum):
    """What an editor said of a phrasing."""

    CANDIDATE = "candidate"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Phrasing:
    """A way in which citizens asked for a page, and who did."""

    id: int
    page_id: str
    language: str
    words: str
    stems: frozenset[str]
    state: PhrasingState
    givers: frozenset[str] = frozenset()
    staff: bool = False
    """Whether somebody of the staff gave it."""


def stems_of(words: str, language: str) -> frozenset[str]:
    """Return what two ways of asking are compared by."""
    return frozenset(stem(word, language) for word in content_tokens(words, language))


def bonuses(question: str, language: str, known: Iterable[Phrasing]) -> dict[str, float]:
    """Return what each page gains, by page id: at most `_FULL`, and `_WEAK` where no editor has said yes.

    Different citizens who asked alike count together; one alone moves nothing, however often.
    """
    asked = stems_of(question, language)
    near: dict[str, list[tuple[float, Phrasing]]] = defaultdict(list)
    for one in known:
        if one.language == language and one.state is not PhrasingState.REVOKED:
            likeness = len(asked & one.stems) / len(asked | one.stems) if asked | one.stems else 0.0
            if likeness >= _ALIKE:
                near[one.page_id].append((likeness, one))
    found = {
        page_id: max(0.0, *(_worth(likeness, one, ones) for likeness, one in ones)) for page_id, ones in near.items()
    }
    return {page_id: bonus for page_id, bonus in found.items() if bonus}


def _worth(likeness: float, one: Phrasing, near: list[tuple[float, Phrasing]]) -> float:
    if one.state is PhrasingState.ACCEPTED:
        return _FULL * likeness
    givers = {giver for _, other in near for giver in other.givers}
    return _WEAK * likeness if one.staff or len(givers) >= ENOUGH else 0.0
