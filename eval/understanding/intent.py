"""How well intents are told apart: ``python -m eval.understanding intent``. F1 per language and a confusion table."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Sequence

from assistant.answering.intents import wish_in
from eval.understanding.items import HALVES, Item, read_items

CORE = ("nl", "fr", "de", "en")
# Several questions are several ordinary questions: nothing but an answer is wished for.
_LABELS = {"about": "about_assistant", "advice": "advice_declined", "several": "none"}
_NOT_FOUND = "none"

Pair = tuple[str, str]
"""What was meant and what was understood."""


def understood(items: Sequence[Item]) -> list[Pair]:
    """Return what was meant and what was understood of each message."""
    return [(_LABELS.get(meant := str(one["intent"]), meant), _understood(one)) for one in items]


def scores(pairs: Sequence[Pair]) -> dict[str, tuple[float, float, float]]:
    """Return label -> precision, recall, F1."""
    right = Counter(meant for meant, found in pairs if meant == found)
    meant, found = Counter(one for one, _ in pairs), Counter(one for _, one in pairs)
    return {
        label: (
            right[label] / max(1, found[label]),
            right[label] / meant[label],
            2 * right[label] / (found[label] + meant[label]),
        )
        for label in sorted(meant)
    }


def macro_f1(pairs: Sequence[Pair]) -> float:
    """Return the mean F1 of all intents, `none` among them."""
    return statistics.fmean(f1 for _, _, f1 in scores(pairs).values())


def main() -> None:
    """Print the tables."""
    items = read_items("intent")
    languages = sorted({one["lang"] for one in items}, key=lambda code: (code not in CORE, code))
    for language in languages:
        wish_in("", language)
    print("macro-F1 ", *(f"{one:>6}" for one in languages))
    for name in HALVES:
        own = [[one for one in items if one["lang"] == code and one["half"] == name] for code in languages]
        print(f"{name:9}", *(f"{macro_f1(understood(part)):6.3f}" for part in own))
    core = [one for one in items if one["lang"] in CORE and one["half"] == "test"]
    print(f"\ntest half, {', '.join(CORE)}\n{'intent':18}precision recall    F1")
    for label, (precision, recall, f1) in scores(understood(core)).items():
        print(f"{label:18}{precision:9.3f} {recall:6.3f} {f1:5.3f}")
    print("\nmistaken (meant → understood):")
    mistaken = Counter(pair for pair in understood(core) if pair[0] != pair[1])
    print("\n".join(f"{count:4} {meant} → {found}" for (meant, found), count in mistaken.most_common()))
    people = [one for one in items if one["intent"] == "person"]
    print(f"\nperson wanted: {sum(_understood(one) == 'person' for one in people)}/{len(people)}")
    print(f"p95 {_p95(items):.1f} ms a message")


def _understood(item: Item) -> str:
    wish = wish_in(item["text"], item["lang"])
    return wish.intent.value if wish else _NOT_FOUND


def _p95(items: Sequence[Item]) -> float:
    times = []
    for one in items:
        started = time.perf_counter()
        _understood(one)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.quantiles(times, n=20)[-1]
