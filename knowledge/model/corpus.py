"""Texts as numbers: every text a row of words, every word a row of units, so that a batch is looked up, not parsed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.model.units import Units, ngrams
from knowledge.text import tokens

Numbers = npt.NDArray[np.int64]
_LONGEST, _UNKNOWN = 64, "<unk>"
"""Words of a text that count; the piece of what no piece fits."""


@dataclass(frozen=True)
class Ragged:
    """Rows of different lengths, one after another: row i is `flat[starts[i]:starts[i + 1]]`."""

    flat: Numbers
    starts: Numbers

    @classmethod
    def of(cls, rows: Iterable[Sequence[int]]) -> Ragged:
        kept = [np.asarray(row, np.int64) for row in rows]
        starts = np.concatenate([[0], np.cumsum([len(row) for row in kept])]).astype(np.int64)
        return cls(np.concatenate(kept) if kept else np.zeros(0, np.int64), starts)

    def places(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Return the places in `flat` of these rows, one after another, and where each row starts among them."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return np.arange(starts[-1]) - np.repeat(starts[:-1] - self.starts[rows], lengths), starts


class Corpus:
    """All texts of the pairs, each once."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts))

    def numbers(self, pairs: Sequence[tuple[str, str]]) -> Numbers:
        return np.array([(self.number(one), self.number(other)) for one, other in pairs], np.int64)

    def words(self) -> tuple[list[str], Ragged, Counter[str]]:
        """Return the words, the numbers of the words of every text, and how often each word stands in them."""
        known: dict[str, int] = {}
        counts: Counter[str] = Counter()
        rows = []
        for text in self.texts:
            found = tokens(text)[:_LONGEST] or ["_"]
            counts.update(found)
            rows.append([known.setdefault(word, len(known)) for word in found])
        return list(known), Ragged.of(rows), counts


def choose_units(counts: Mapping[str, int], pieces: Mapping[str, float], words: int, grams: int) -> Units:
    """Return the units for words that are seen so often: these pieces, whole words and n-grams by count."""
    often = sorted((word for word, count in counts.items() if count > 1), key=lambda one: (-counts[one], one))
    seen: dict[str, float] = defaultdict(float)
    for word, count in counts.items():
        if not word.isdigit():
            for gram in set(ngrams(word)):
                seen[gram] += min(count, 50) ** 0.5
    # A longer n-gram says more, so it needs to be seen less.
    best = sorted(seen, key=lambda gram: (-seen[gram] * (len(gram) - 1.5) ** 0.5, gram))[:grams]
    return Units(pieces, often[:words], best)


def choose_pieces(counts: Mapping[str, int], size: int) -> dict[str, float]:
    """Return pieces of words by the unigram model. Its trainer adds up in another order in every process, so that some
    pieces of a thousand are others the next time: who wants the same model keeps the pieces of the one before.
    """
    import json

    from tokenizers import Tokenizer, models, trainers

    model = Tokenizer(models.Unigram())
    trainer = trainers.UnigramTrainer(
        vocab_size=size,
        unk_token=_UNKNOWN,
        special_tokens=[_UNKNOWN],
        show_progress=False,
    )
    # The root of a count: else the ordinary words of every language take all places.
    texts = (f"<{word}" for word, count in sorted(counts.items()) for _ in range(round(min(count, 2500) ** 0.5)))
    model.train_from_iterator(texts, trainer)
    vocabulary = json.loads(model.to_str())["model"]["vocab"]
    return {piece: score for piece, score in vocabulary if piece != _UNKNOWN}
