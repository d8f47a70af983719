"""Writes `masking.jsonl`: identifiers with valid checksums and look-alikes, in sentences, from a fixed seed.

`python -m eval.understanding.masking_make`. The numbers belong to nobody that we know of: digits are drawn, then the
check is calculated.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from eval.understanding import drawing as draw

TARGET = Path(__file__).with_name("masking.jsonl")
_SENTENCES = {
    "nl": "mijn nummer is {}|kan u {} opzoeken aub|{} klopt dat?|ik ({}) kreeg een boete|Het gaat om {}. Wat nu?",
    "fr": "mon numéro est {}|pouvez-vous chercher {}|{} c'est juste ?|moi ({}) j'ai une amende|C'est {}. Que faire ?",
    "de": "meine Nummer ist {}|können Sie {} suchen bitte|{} stimmt es?|ich ({}) habe Buße|Es geht um {}. Was nun?",
    "en": "my number is {}|can you look up {} please|{} is that right?|I ({}) got a fine|It is about {}. What now?",
}


def main() -> None:
    """Write the set."""
    rows = items(2026)
    TARGET.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    print(f"{len(rows)} items in {TARGET.name}")


def items(seed: int) -> list[dict[str, Any]]:
    """Return a set drawn from `seed`: the same seed gives the same set."""
    random_ = random.Random(seed)  # noqa: S311 - a test set, no secret
    return [*_personal(random_), *_look_alikes(random_)]


def _personal(random_: random.Random) -> Iterator[dict[str, Any]]:
    makers: tuple[tuple[str, Callable[[random.Random], str], int], ...] = (
        ("national_number", draw.national, 60),
        ("national_number", draw.bis_number, 30),
        ("iban", draw.account, 60),
        ("card", draw.card, 40),
        ("enterprise", draw.enterprise, 40),
        ("reference", draw.reference, 40),
        ("phone", draw.phone, 50),
        ("email", draw.email, 20),
        ("plate", draw.plate, 20),
    )
    for kind, make, how_many in makers:
        for number in range(how_many):
            yield _item(random_, f"{kind}-{make.__name__}-{number}", make(random_), kind)


def _look_alikes(random_: random.Random) -> Iterator[dict[str, Any]]:
    for make in (
        draw.wrong_national,
        draw.wrong_iban,
        draw.wrong_card,
        draw.wrong_enterprise,
        draw.wrong_reference,
        draw.date,
        draw.amount,
        draw.public,
    ):
        for number in range(20):
            yield _item(random_, f"none-{make.__name__}-{number}", make(random_), None)


def _item(random_: random.Random, name: str, written: str, kind: str | None) -> dict[str, Any]:
    language = random_.choice(sorted(_SENTENCES))
    before, after = random_.choice(_SENTENCES[language].split("|")).split("{}")
    case = random_.choice((str, str, str.lower, str.upper))
    before, written, after = case(before), case(written), case(after)
    spans = [[len(before), len(before) + len(written), kind]] if kind else []
    return {
        "id": name.replace("_", "-").replace("--", "-"),
        "lang": language,
        "text": before + written + after,
        "spans": spans,
    }


if __name__ == "__main__":
    main()
