"""How well danger is heard, per set, half and language: ``python -m eval.understanding danger``."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.answering.alarm import danger_in
from eval.understanding.items import HALVES, Item, read_items

SETS = (
    *("danger", "danger_second", "danger_third", "danger_fourth", "danger_sixth"),
    *(f"danger_fit_{number}" for number in range(1, 7)),
)
"""All but the fifth, the seventh and the eighth, kept to hear what nobody mended for: nothing prints their messages."""
UNSEEN = ("danger_fifth", "danger_seventh", "danger_eighth")
ANSWERED = {"disaster": ("medical", "fire"), "distress": ("suicide", "medical"), "fire_or_gas": ("fire", "gas")}
"""Which kinds of reply help with what has no reply of its own, the best one first."""
_NOISE_SEED, _WORDS_A_SLIP = 7, 4


@dataclass(frozen=True)
class Heard:
    """Of `dangers` messages about danger `found` were heard, `right` as the right kind; of `others` `false` were."""

    dangers: int
    found: int
    right: int
    others: int
    false: int

    @property
    def recall(self) -> float:
        return self.found / max(1, self.dangers)

    @property
    def false_rate(self) -> float:
        return self.false / max(1, self.others)


def hear(items: Iterable[Item]) -> Heard:
    """Measure what is heard in `items`."""
    rows = [(item["danger"], danger_in(item["text"])) for item in items]
    dangers = [(kind, heard) for kind, heard in rows if kind]
    others = [heard for kind, heard in rows if not kind]
    return Heard(
        len(dangers),
        sum(heard is not None for _, heard in dangers),
        sum(
            heard is not None and heard.value.removeprefix("danger_") in ANSWERED.get(kind, (kind,))
            for kind, heard in dangers
        ),
        len(others),
        sum(heard is not None for heard in others),
    )


def misspelt(text: str, chance: random.Random) -> str:
    """Return a text with a letter missing, doubled or swapped in one of four words."""
    words = text.split()
    for place in chance.sample(range(len(words)), max(1, len(words) // _WORDS_A_SLIP)):
        word = words[place]
        if len(word) < _WORDS_A_SLIP:
            continue
        at = chance.randrange(1, len(word) - 1)
        ways = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
        words[place] = chance.choice(ways)
    return " ".join(words)


def main() -> None:
    """Print the tables."""
    sets = {name: read_items(name) for name in SETS}
    items = [one for own in sets.values() for one in own]
    for name, own in sets.items():
        for half in HALVES:
            print(_line(f"{name} {half}", hear(one for one in own if one["half"] == half)))
    for language in sorted({item["lang"] for item in items}):
        print(_line(language, hear(one for one in items if one["lang"] == language)))
    chance = random.Random(_NOISE_SEED)  # noqa: S311 - no secret
    noisy = [one | {"text": misspelt(one["text"], chance)} for one in items if one["danger"] for _ in range(3)]
    print(_line("misspelt", hear(noisy)))
    print(_line("questions", hear(one | {"danger": None} for one in read_items("intent"))))
    for one in items:
        if one["half"] == "dev" and bool(one["danger"]) != bool(danger_in(one["text"])):
            print("  ", one["id"], one["danger"], danger_in(one["text"]), one["text"])


def _line(name: str, heard: Heard) -> str:
    return (
        f"{name:18} recall {heard.found}/{heard.dangers} {heard.recall:.3f}  right kind {heard.right}"
        f"  false alarms {heard.false}/{heard.others} {heard.false_rate:.3f}"
    )
