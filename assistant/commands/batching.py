"""Answering a file of conversations: one JSON object a line in, one out, in the same order."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.answering.following import Turn
from assistant.bootstrap import Service
from assistant.commands.answering import make_question
from assistant.conversations.turns import turn_of
from assistant.domain.reply import Clarification, Reply
from assistant.domain.reply_json import to_json
from knowledge.errors import NamedFailure


def run_batch(service: Service, source: Path, target: Path) -> tuple[int, list[str]]:
    """Answer each line of `source` into `target`; return how many, and what was skipped, with line and reason.

    A line is `{"id", "turns": [text or {"option": n}], "language"?, "site"?, "municipality"?, "at"?}`.
    """
    if not source.is_file():
        raise NamedFailure(f"{source} does not exist.")
    refused: list[str] = []
    answered = 0
    with source.open("rb") as lines, target.open("w", encoding="utf-8") as out:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = _row(service, json.loads(line))
            except (json.JSONDecodeError, UnicodeDecodeError) as error:
                refused.append(f"line {number}: not valid JSON: {error}")
            except NamedFailure as failure:
                refused.append(f"line {number}: {failure}")
            else:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                answered += 1
    return answered, refused


def _row(service: Service, conversation: Any) -> dict[str, Any]:
    if (
        not isinstance(conversation, dict)
        or "id" not in conversation
        or not isinstance(conversation.get("turns"), list)
    ):
        raise NamedFailure('needs "id" and "turns", a list of texts or {"option": n}.')
    pairs = list(_answers(service, conversation))
    return {"id": conversation["id"], "replies": [reply for reply, _ in pairs], "ms": [ms for _, ms in pairs]}


def _answers(service: Service, conversation: dict[str, Any]) -> Iterator[tuple[dict[str, Any], float]]:
    context = {key: conversation.get(key) for key in ("language", "site", "municipality", "at")}
    reply: Reply | None = None
    before: list[Turn] = []
    for turn in conversation["turns"]:
        started = time.perf_counter()
        text, chosen = _turn(turn, reply)
        question = make_question(service, context | {"source_id": chosen}, text)
        reply = service.assistant.answer(replace(question, history=tuple(before)))
        if (one := turn_of(reply.masked_text, reply)) is not None:
            before.append(one)
        yield to_json(reply), round((time.perf_counter() - started) * 1000, 2)


def _turn(turn: Any, before: Reply | None) -> tuple[str, str | None]:
    """Return the words of a turn and, if it takes an option of the reply before, the service chosen."""
    if isinstance(turn, str):
        return turn, None
    options = before.options if isinstance(before, Clarification) else ()
    number = turn.get("option") if isinstance(turn, dict) else None
    if not isinstance(number, int) or not 0 <= number < len(options):
        raise NamedFailure(f"option {number!r} was not offered by the reply before (it offered {len(options)}).")
    return options[number].label, options[number].source_id
