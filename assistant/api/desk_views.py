"""What an agent's desk shows, as JSON."""

from __future__ import annotations

from typing import Any

from assistant.accounts.account import Role
from assistant.accounts.engine import Login
from assistant.api.case_shapes import window_json
from assistant.bootstrap import Service
from assistant.conversations.shapes import conversation_json, event_json, moment
from assistant.domain.agent import Agent
from assistant.domain.conversation import Author, Conversation, Event, EventType, Status
from assistant.domain.handover import Handover, Progress
from assistant.handover.desk import since_last_word
from assistant.store.notes import Note

_PREVIEW = 200


def desk_json(service: Service, login: Login) -> dict[str, Any]:
    """Return the whole desk of an account."""
    desk, account = service.desk, login.account
    agent = desk.presence(account)
    desk.seen(agent)
    sites = desk.sites_of(account, Role.AGENT, Role.SUPERVISOR)
    return {
        "me": {"username": account.username, "name": account.name},
        "presence": agent_json(agent),
        "sites": [
            {
                "id": site.id,
                "name": site.name,
                "sample": site.sample,
                "languages": list(site.languages),
                "teams": [team.name for team in site.desk.teams] if site.desk else [],
            }
            for site in sites
        ],
        "desks": [{"id": site.id, "name": site.name} for site in service.sites.values() if site.desk],
        "cases": dict(zip(("open", "late"), service.cases.counts({site.id for site in sites}), strict=True)),
        "queue": [waiting_json(one) for one in desk.waiting(account)],
        "mine": [mine_json(service, one) for one in desk.mine(account)],
        "colleagues": [agent_json(one) for one in desk.colleagues(account)],
    }


def agent_json(agent: Agent) -> dict[str, Any]:
    """Return an agent as colleagues see one."""
    return {
        "username": agent.username,
        "name": agent.name,
        "state": agent.state.value,
        "capacity": agent.capacity,
        "languages": sorted(agent.languages),
        "teams": sorted(agent.teams),
        "has": agent.has,
    }


def waiting_json(one: Handover) -> dict[str, Any]:
    """Return a hand-over with its brief; before it is claimed nothing else of the conversation is shown."""
    asks = one.request
    return {
        "id": one.id,
        "site": asks.site,
        "language": asks.language,
        "theme": asks.theme,
        "municipality": asks.municipality,
        "reason": asks.reason,
        "since": moment(one.queued_at),
        "team": asks.team,
        "reserved_for": one.reserved_for,
        "transfer": {"by": one.transfer.by, "why": one.transfer.why} if one.transfer else None,
        "returned": one.returned,
        "consent": asks.consent.value,
        "brief": asks.brief,
    }


def mine_json(service: Service, one: Handover) -> dict[str, Any]:
    """Return a hand-over that an agent has, with how its conversation is."""
    conversation = service.conversation_store.find(one.conversation_id)
    events = service.desk.events(one)
    unread, since = since_last_word(events)
    said = [event for event in events if event.type is EventType.MESSAGE]
    last = said[-1] if said else None
    return waiting_json(one) | {
        "conversation_id": one.conversation_id,
        "status": conversation.status.value if conversation else Status.CLOSED.value,
        "unread": unread,
        "unanswered_since": moment(since) if since else None,
        "last": {"author": last.author.value, "text": last.text[:_PREVIEW], "at": moment(last.at)} if last else None,
    }


def talk_json(service: Service, login: Login, conversation_id: str, after: int) -> dict[str, Any]:
    """Return a conversation as its citizen allowed staff to read it. Raises NotThere."""
    account = login.account
    conversation, handover = service.desk.see(account, conversation_id)
    mine = conversation.status is Status.WITH_AGENT and conversation.agent == account.username
    names = service.names()
    return {
        "conversation": conversation_json(conversation),
        "handover": waiting_json(handover) if handover.progress is not Progress.ENDED else None,
        "brief": handover.request.brief,
        "events": [_staff_event_json(names, event) for event in service.desk.events(handover, after)],
        "cases": [
            {"reference": case.reference, "kind": case.kind.value, "state": case.state.value}
            for case in service.cases.of_conversation(conversation_id)
        ],
        "notes": [note_json(names, note) for note in service.desk.notes(conversation_id)],
        "windows": _windows(service, conversation) if mine else [],
        "mine": mine,
        "yours_to_write": mine,
    }


def _windows(service: Service, conversation: Conversation) -> list[dict[str, str] | None]:
    """Return the moments at which the citizen can be called."""
    site = service.sites.get(conversation.site)
    return [window_json(one) for one in service.cases.offered(site)] if site else []


def _staff_event_json(names: dict[str, str], event: Event) -> dict[str, Any]:
    """Return an event with the name of the agent who spoke."""
    named = event.author is Author.AGENT and event.agent
    return event_json(event) | ({"agent": names.get(event.agent or "", event.agent)} if named else {})


def note_json(names: dict[str, str], note: Note) -> dict[str, Any]:
    """Return a note with the name of who wrote it."""
    return {"at": moment(note.at), "by": names.get(note.agent, note.agent), "text": note.text}
