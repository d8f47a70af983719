"""The steps from question to reply, in order, and the one place where a failure becomes a hand-over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.answering.calibration import Calibration
from assistant.answering.clean import clean
from assistant.answering.compose import compose
from assistant.answering.contextualise import ContextStep
from assistant.answering.danger import DangerStep, safe
from assistant.answering.decide import DecideStep
from assistant.answering.draft import Draft, Question, StepTrace, Trace
from assistant.answering.enrich import EnrichStep
from assistant.answering.intent import intent
from assistant.answering.language import LanguageStep
from assistant.answering.mask import NOTHING, MaskStep, told
from assistant.answering.replies import escalate
from assistant.answering.report import report_text
from assistant.answering.retrieve import RetrieveStep
from assistant.answering.signals import signals
from assistant.answering.split import SplitStep
from assistant.answering.verify import verify
from assistant.domain.reply import Answer, EscalationReason, Reply
from knowledge.counters import CounterDirectory
from knowledge.language import LanguageIdentifier
from knowledge.retrieval import Retriever
from knowledge.store.pages import Pages

Step = Callable[[Draft], Draft | Reply]

log = logging.getLogger(__name__)


def steps(
    retriever: Retriever,
    pages: Pages,
    identifier: LanguageIdentifier,
    counters: CounterDirectory | None = None,
    published: Container[str] = NOTHING,
    *,
    calibration: Calibration | None = None,
) -> tuple[Step, ...]:
    """Return the steps in order; whoever reads this list knows the product."""
    language, directory = LanguageStep(identifier), counters or CounterDirectory()
    retrieve, decide = RetrieveStep(retriever, pages), DecideStep(calibration)
    one_question: tuple[Step, ...] = (retrieve, compose, verify, decide, EnrichStep(directory))

    def is_sure(draft: Draft) -> bool:
        found = retrieve(draft)
        return isinstance(found, Draft) and isinstance(decide(compose(found)), Draft)

    context = ContextStep(directory.places, is_sure)
    before = (clean, MaskStep(published), DangerStep(language), language, intent, context, SplitStep(one_question))
    return (*before, *one_question)


@dataclass(frozen=True)
class Advice:
    """A reply and, where the decision was not sure enough of it, the composed and verified answer that it kept back."""

    reply: Reply
    kept_back: Answer | None
    draft: Draft
    """What the step that ended it was given."""
    steps: dict[str, float]
    """How long each step took, in ms."""


class Assistant:
    """Answers one question at a time; keeps nothing between questions."""

    def __init__(self, steps: Sequence[Step], versions: dict[str, str]) -> None:
        self._steps, self._versions = tuple(steps), versions

    @property
    def steps(self) -> dict[str, Step]:
        """The steps in order, by name, to run one alone."""
        return {_name(step): step for step in self._steps}

    def answer(self, question: Question) -> Reply:
        """Return a reply, always: any failure of a part becomes an Escalation with phone and counter."""
        return self.answer_traced(question)[0]

    def answer_traced(self, question: Question) -> tuple[Reply, Trace]:
        """Return the reply, and how it came about with the passages it stands on."""
        reply, traces, draft = self._run(_begun(question), self._steps)
        return reply, self._trace(traces, draft, reply)

    def advise(self, question: Question) -> Advice:
        """Return the reply for somebody who decides themselves: also the answer that the decision kept back."""
        reply, traces, draft = self._run(_begun(question), self._steps)
        doubted, kept_back = traces[-1].step == DecideStep.name, None
        if doubted and getattr(reply, "reason", None) is not EscalationReason.NOT_FOUND:
            found, _, _ = self._run(replace(draft, confidence=reply.confidence), self._steps[len(traces) :])
            kept_back = found if isinstance(found, Answer) else None
        return Advice(reply, kept_back, draft, {one.step: one.ms for one in traces})

    def _run(self, draft: Draft, steps: Sequence[Step]) -> tuple[Reply, list[StepTrace], Draft]:
        """Return the reply, the steps up to it, and what the last of them was given."""
        traces: list[StepTrace] = []
        for step in steps:
            name, started = _name(step), time.perf_counter()
            try:
                result = step(draft)
                scores = _scores(name, result if isinstance(result, Draft) else draft)
            except Exception as error:
                # The message of an error may hold a citizen's words, so only its kind and place are logged.
                log.error("step %s failed: %s at %s", name, type(error).__name__, _place(error))
                result = escalate(draft, EscalationReason.COMPONENT_FAILED, detail=f"{name}: {type(error).__name__}")
                scores = {}
            ms = (time.perf_counter() - started) * 1000
            ended = not isinstance(result, Draft)
            outcome = type(result).__name__.lower() if ended else "went on"
            traces.append(StepTrace(name, round(ms, 3), outcome, scores))
            if not isinstance(result, Draft):
                return safe(told(result, draft), draft), traces, draft
            draft = result
        raise AssertionError("the last step returns a reply")

    def _trace(self, traces: list[StepTrace], draft: Draft, reply: Reply) -> Trace:
        found: tuple[dict[str, Any], ...] = tuple(
            {
                "page_id": one.page.page_id,
                "revision": one.page.revision,
                "language": one.hit.language,
                "score": one.hit.score,
                "lexical": one.hit.lexical,
                "share": one.hit.share,
                "cosine": one.hit.cosine,
            }
            for one in draft.candidates
        )
        passages = reply.citations if isinstance(reply, Answer) else ()
        return Trace(tuple(traces), found, passages, self._versions, report_text(reply.masked_text))


def _begun(question: Question) -> Draft:
    return Draft(question, question.text, question.site.language_or_default(question.language))


def _name(step: Step) -> str:
    return str(getattr(step, "name", None) or getattr(step, "__name__", type(step).__name__))


def _scores(name: str, draft: Any) -> dict[str, Any]:
    match name:
        case "language":
            return {"language": draft.language}
        case "mask":
            return {"masked": draft.masked}
        case "retrieve":
            return {"candidates": len(draft.candidates), "dense": draft.dense}
        case "decide" if draft.candidates:
            scores = {key: round(value, 4) for key, value in signals(draft).items()}
            return scores | {"confidence": draft.confidence}
        case _:
            return {}


def _place(error: Exception) -> str:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}" if traceback else "unknown place"
