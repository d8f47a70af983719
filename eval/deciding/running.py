"""Asking every case, and keeping what was replied, how it was decided, and whether it was right."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from assistant.answering.calibration import Calibration
from assistant.answering.decide import decide
from assistant.answering.draft import Draft, Question
from assistant.answering.following import Turn
from assistant.answering.judging import Gold, Verdict, binding, judge
from assistant.answering.options import options
from assistant.answering.pipeline import Advice, Assistant
from assistant.answering.replies import page_title
from assistant.answering.signals import signals
from assistant.bootstrap import Service
from assistant.conversations.turns import turn_of
from assistant.domain.reply import Answer, Clarification
from assistant.domain.reply_json import to_json
from assistant.sites import Site
from eval.cases import Case, CaseKind, load, split_of
from eval.deciding.homes import MOMENT

OPEN = Calibration("open", "", 0.0, {}, {"pooled": 0.0, "strict": 0.0}, 0.0)
"""Lets through whatever is not held back for another reason than doubt."""


@dataclass(frozen=True)
class Outcome:
    """One case and its reply. An answer that was kept back is judged too: another threshold might have given it."""

    case: Case
    split: str
    kind: str
    reason: str
    signals: dict[str, float]
    """Empty where another step than the decision ended it."""
    probability: float
    lets: bool
    """Whether doubt alone decides over its answer."""
    verdict: Verdict | None
    offered: tuple[str, ...]
    near: tuple[str, ...]
    """What would be offered if it asked back."""
    rank: int | None
    """Place of the right service among the candidates, from 0."""
    sentences: int
    bound: int
    """Conditions and exceptions of the page that the answer is from."""
    cpu_ms: float
    steps: dict[str, float]

    @property
    def right(self) -> bool:
        """Whether its answer, given or kept back, is right, and right to give."""
        return self.verdict is not None and self.verdict.right and "answer" in self.case.decision

    @property
    def reached(self) -> bool:
        """Whether the citizen has the right answer, or is one tap from it."""
        return self.right if self.kind == "answer" else bool(set(self.offered) & set(self.case.services))


def cases(over: str, split: str | None = None) -> list[Case]:
    """Return the gold cases over one kind of home, with the everyday questions that retrieval is measured on."""
    found = [*load(over), *_questions(over)]
    return [case for case in found if split in (None, split_of(case))]


def titles(service: Service, over: str, most: int = 200) -> list[Case]:
    """Return the Dutch titles of pages of the split `fit` as questions: who says a title means that page."""
    pages = [*service.pages.get(service.pages.page_ids()).values()]
    asked = [
        Case(
            id=f"t-{over}-{page.source_id}",
            over=over,
            language="nl",
            kind=CaseKind.SINGLE,
            turns=(),
            question=page_title(page.service, "nl"),
            services=(page.source_id,),
            section=None,
            facts=(),
            decision=("answer",),
            reason=None,
        )
        for page in sorted(pages, key=lambda page: page.page_id)
    ]
    return [case for case in asked if split_of(case) == "fit"][:most]


def run(service: Service, asked: Iterable[Case], assistant: Assistant | None = None) -> Iterator[Outcome]:
    """Yield the outcome of each case on the pages of `service`."""
    replying = assistant or service.assistant
    site = service.default_site
    replying.advise(Question("warm", site, MOMENT, "nl"))
    for case in asked:
        question = Question(case.question, site, MOMENT, case.language, history=_history(replying, site, case))
        started = time.process_time()
        advice = replying.advise(question)
        spent = (time.process_time() - started) * 1000
        yield _outcome(service, case, advice, spent)


def _history(assistant: Assistant, site: Site, case: Case) -> tuple[Turn, ...]:
    """Return the earlier questions of a case, each answered after those before it."""
    before: tuple[Turn, ...] = ()
    for text in case.turns:
        reply = assistant.answer(Question(text, site, MOMENT, case.language, history=before))
        found = turn_of(reply.masked_text, reply)
        before = (*before, found) if found else before
    return before


def gold_of(case: Case) -> Gold:
    """Return what the right reply to a case is."""
    return Gold(frozenset(case.services), case.facts)


def _outcome(service: Service, case: Case, advice: Advice, spent: float) -> Outcome:
    reply, draft = advice.reply, advice.draft
    answer = reply if isinstance(reply, Answer) else advice.kept_back
    # What stays on the page of the answer before is not decided again.
    decided = bool(draft.candidates) and draft.composed is not None and draft.question.source_id is None
    cited = service.pages.get({one.page_id for one in answer.citations}) if answer else {}
    found = signals(draft) if decided else {}
    ids = [one.page.source_id for one in draft.candidates]
    return Outcome(
        case=case,
        split=split_of(case),
        kind=str(to_json(reply)["kind"]),
        reason=str(getattr(reply, "reason", "")),
        signals=found,
        probability=service.calibration.probability(found) if found else 0.0,
        lets=decided and answer is not None and isinstance(decide(replace(draft, confidence=None), OPEN), Draft),
        verdict=judge(answer, gold_of(case), cited) if answer else None,
        offered=tuple(one.source_id or "" for one in reply.options) if isinstance(reply, Clarification) else (),
        near=tuple(one.page.source_id for one in options(draft)) if decided else (),
        rank=next((place for place, one in enumerate(ids) if one in case.services), None),
        sentences=len(answer.statements) if answer else 0,
        bound=sum(len(binding(page, answer.citations[0].language)) for page in cited.values()) if answer else 0,
        cpu_ms=spent,
        steps=advice.steps,
    )


@cache
def _questions(over: str) -> tuple[Case, ...]:
    file = resources.files("eval").joinpath(f"questions/{over}.jsonl")
    return tuple(
        Case(
            id=f"q-{over}-{row['id']}",
            over=over,
            language=row["lang"],
            kind=CaseKind.SINGLE,
            turns=(),
            question=row["query"],
            services=tuple(row["qrels"]),
            section=None,
            facts=(),
            decision=("answer",),
            reason=None,
        )
        for row in map(json.loads, file.read_text("utf-8").splitlines())
    )
