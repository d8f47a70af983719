"""How long cleaning, masking and hearing the language take on the lines of the sets.

`python -m eval.understanding.speed`. Times are those of the processor: what else runs on the machine does not count.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import quantiles

from assistant.answering.clean import clean
from assistant.answering.danger import DangerStep
from assistant.answering.draft import Draft, Question
from assistant.answering.intent import intent
from assistant.answering.language import LanguageStep, SpokenLanguage
from assistant.answering.mask import mask
from assistant.answering.parts import parts
from assistant.answering.report import report_text
from assistant.domain.reply import Reply
from assistant.sites import load_sites
from eval.understanding import language, masking
from eval.understanding.items import read_items
from knowledge.language import ChatIdentifier, LangdetectIdentifier


def main() -> None:
    """Print p50, p95 and the longest time of the steps together, and of what runs beside them."""
    site, at = load_sites()["regio"], datetime.now(UTC)
    lines = [item["text"] for item in masking.read()] + [text for _, text in language.read()]
    lines.append(" ".join(lines)[:2000])
    step, rule = LanguageStep(ChatIdentifier()), SpokenLanguage(ChatIdentifier(), LangdetectIdentifier())

    def steps(text: str) -> None:
        draft = mask(clean(Draft(Question(text, site, at), text, "nl")))
        step(draft)

    def all_steps(text: str) -> None:
        draft: Draft | Reply = Draft(Question(text, site, at), text, "nl")
        for one in (clean, mask, DangerStep(step), step, intent):
            if not isinstance(draft, Draft):
                return
            draft = one(draft)
        if isinstance(draft, Draft):
            parts(draft.text, draft.language)

    _print("all before the search", all_steps, [one["text"] for one in read_items("intent")] + lines)
    _print("clean, mask, language", steps, lines)
    _print("later in a conversation", lambda text: rule.after("nl", text, site), lines)
    _print("the words for reports", report_text, lines)


def _print(name: str, act: Callable[[str], object], lines: list[str]) -> None:
    # What is loaded once is loaded before.
    for text in lines[-60:]:
        act(text)
    taken = []
    for text in lines:
        started = time.thread_time()
        act(text)
        taken.append((time.thread_time() - started) * 1000)
    at = quantiles(taken, n=100)
    print(f"{name:26} {len(taken)} lines: p50 {at[49]:.2f} ms, p95 {at[94]:.2f} ms, longest {max(taken):.1f} ms")


if __name__ == "__main__":
    main()
