"""What changes when people have a conversation: waiting, taken, spoken in, passed on, given back. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from assistant.domain.conversation import (
    Author,
    Change,
    Conversation,
    EventType,
    OutOfTurn,
    Refusal,
    Status,
    add,
    changed,
    citizen_says,
    only_its_agent,
)
from assistant.domain.handover import Request


def ask_for_person(before: Conversation, at: datetime, words: str, request: Request) -> Change:
    """Let the conversation, also one that ended, wait for a person; the assistant is silent. Raises OutOfTurn."""
    if before.with_people:
        raise OutOfTurn(Refusal.ALREADY_HANDED_OVER)
    now, events = add(replace(before, status=Status.WAITING), at, EventType.STATUS, Author.SYSTEM, words)
    return changed(now, at, events, voids=True, asks=request)


def citizen_agrees(
    before: Conversation, at: datetime, text: str, client_id: str, *, words: str, request: Request
) -> Change:
    """The citizen says yes to a person: the message is kept, nobody need answer it. Raises OutOfTurn."""
    said = citizen_says(before, at, text, client_id)
    waits = ask_for_person(said.after, at, words, request)
    # What was to be answered before the yes still is, should the assistant come back.
    after = replace(waits.after, unanswered=before.unanswered)
    return replace(waits, after=after, events=(*said.events, *waits.events))


def agent_accepts(before: Conversation, at: datetime, agent: str, words: str) -> Change:
    """A person takes a conversation that waits; the second one to try is refused. Raises OutOfTurn."""
    if before.status is Status.WITH_AGENT:
        raise OutOfTurn(Refusal.ALREADY_TAKEN)
    if before.status is not Status.WAITING:
        raise OutOfTurn(Refusal.NOT_WAITING)
    taken = replace(before, status=Status.WITH_AGENT, agent=agent)
    now, events = add(taken, at, EventType.STATUS, Author.SYSTEM, words, agent=agent)
    return changed(now, at, events)


def agent_says(before: Conversation, at: datetime, agent: str, text: str, client_id: str) -> Change:
    """The agent who has the conversation speaks. Raises OutOfTurn for anybody else, and at any other time."""
    only_its_agent(before, agent)
    now, events = add(before, at, EventType.MESSAGE, Author.AGENT, text, client_id=client_id, agent=agent)
    return changed(replace(now, unanswered=None), at, events)


def back_to_queue(before: Conversation, at: datetime, agent: str | None, words: str) -> Change:
    """Its agent passes it on, or is silent for too long (`agent` None): it waits again. Raises OutOfTurn."""
    if agent is not None:
        only_its_agent(before, agent)
    elif before.status is not Status.WITH_AGENT:
        raise OutOfTurn(Refusal.NOT_YOURS)
    now, events = add(replace(before, status=Status.WAITING, agent=None), at, EventType.STATUS, Author.SYSTEM, words)
    return changed(now, at, events)


def hand_back(before: Conversation, at: datetime, agent: str | None, words: str) -> Change:
    """Its agent, or the citizen who waits no longer (`agent` None), gives the word back to the assistant.

    What the citizen said last and nobody answered, the assistant answers after all. Raises OutOfTurn.
    """
    if agent is not None:
        only_its_agent(before, agent)
    elif before.status is not Status.WAITING:
        raise OutOfTurn(Refusal.NOT_WAITING)
    now, events = add(replace(before, status=Status.BOT, agent=None), at, EventType.STATUS, Author.SYSTEM, words)
    return changed(now, at, events, opens=before.unanswered)


def citizen_is_told(before: Conversation, at: datetime, text: str, client_id: str, words: str) -> Change:
    """The citizen says yes to a person and nobody is there: the message is kept, and what else there is is said."""
    said = citizen_says(before, at, text, client_id)
    now, told = add(replace(said.after, unanswered=before.unanswered), at, EventType.NOTICE, Author.SYSTEM, words)
    return replace(said, after=now, events=(*said.events, *told), opens=None)
