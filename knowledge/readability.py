"""How hard a Dutch text is to read: mean sentence length and Flesch-Douma (Douma 1960), 60 and more being plain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.text import tokens

_VOWELS = re.compile("aai|eeu|ieu|ooi|oei|aa|au|ee|ei|eu|ie|ij|oe|oo|ou|ui|uu|[aeiouy]")


@dataclass(frozen=True)
class Readability:
    """Of one text: words, sentences and syllables (counted by groups of vowels, so a little off)."""

    words: int
    sentences: int
    syllables: int

    @property
    def mean_sentence(self) -> float:
        """Words a sentence."""
        return self.words / self.sentences if self.sentences else 0.0

    @property
    def flesch_douma(self) -> float:
        """206.84 - 0.77 times syllables a hundred words - 0.93 times words a sentence; 100 for a text without words."""
        if not self.words:
            return 100.0
        return 206.84 - 77 * self.syllables / self.words - 0.93 * self.mean_sentence


def readability(sentences: Iterable[str]) -> Readability:
    """Return how hard these sentences are to read together; addresses on the web are left out."""
    found = [re.sub(r"https?://\S+", "", sentence) for sentence in sentences]
    words = [tokens(sentence) for sentence in found]
    spoken = [word for sentence in words for word in sentence if not word.isdigit()]
    count = sum(len(sentence) for sentence in words)
    syllables = sum(max(1, len(_VOWELS.findall(word))) for word in spoken) + (count - len(spoken))
    return Readability(count, sum(1 for sentence in words if sentence), syllables)
