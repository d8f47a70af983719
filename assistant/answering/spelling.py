"""Words one slip away from the words of danger, written right: who is in danger does not look at the keys."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+")
_THRICE = re.compile(r"(.)\1\1+")
_SHORTEST = 5
"""Shorter words are too often one letter away from another one that is meant."""


class Spelling:
    """Repairs one missing, added, wrong or swapped letter towards `wanted`; words that are `known` stay.

    Two words that are one slip apart are equal once one letter of each, or of one of them, is left out
    (the symmetric delete of SymSpell).
    """

    def __init__(self, wanted: Iterable[str], known: Iterable[str]) -> None:
        self._wanted = sorted(word for word in set(wanted) if len(word) >= _SHORTEST)
        self._known = {*self._wanted, *known}
        self._shortened = {short: word for word in self._wanted for short in _without_a_letter(word)}

    def repaired(self, folded: str) -> str:
        """Return a folded text with its slips repaired."""
        return _WORD.sub(lambda found: self._repaired(found.group()), folded)

    def _repaired(self, word: str) -> str:
        if word in self._known or len(word) < _SHORTEST - 1:
            return word
        ways = (_THRICE.sub(r"\1\1", word), *_without_a_letter(word))
        plain = next((way for way in ways if way in self._known and len(way) >= _SHORTEST - 1), None)
        return plain or next((self._shortened[way] for way in (word, *ways) if way in self._shortened), word)


def _without_a_letter(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(len(word))]
