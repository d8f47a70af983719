"""`/api/v1/conversations`: begin, say, follow, carry to another device, end, take along, erase."""

from __future__ import annotations

from math import ceil
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.answering.clean import MAX_LENGTH
from assistant.api.origins import check_origin
from assistant.api.problems import PROBLEM, Problem, caller_language
from assistant.api.streams import Talk
from assistant.api.wishes import wished_language, wished_site
from assistant.bootstrap import Service
from assistant.cases.addresses import LONGEST, BadAddress
from assistant.cases.outbox import NoMailServer
from assistant.conversations.delivery import Delivery
from assistant.conversations.engine import NoWords, Opened, UnknownOption
from assistant.conversations.shapes import event_json
from assistant.conversations.transcript import export, transcript
from assistant.domain.conversation import Conversation
from assistant.store.access import TooManyTries
from assistant.store.conversations import TooFast
from assistant.store.outbox import TooManyMails
from assistant.store.rows import NotThere

CLIENT_ID = 64
_NO_STORE = {"Cache-Control": "no-store"}
_HIGHEST = 2**31 - 1


class NewConversation(BaseModel):
    """What a client may say when it begins."""

    model_config = ConfigDict(extra="forbid")

    site: str | None = Field(None, max_length=100, description="Site that answers.")
    language: str | None = Field(None, description="Language that was chosen; default: that of the questions.")
    municipality: str | None = Field(None, max_length=200, description="The citizen's municipality.")
    page: str | None = Field(None, max_length=2000, description="Address of the page the citizen is on.")


class NewMessage(BaseModel):
    """What a citizen says."""

    model_config = ConfigDict(extra="forbid")

    client_id: str = Field(
        pattern=rf"^[A-Za-z0-9._-]{{1,{CLIENT_ID}}}$", description="The same for each try to send it."
    )
    text: str = Field(min_length=1, max_length=MAX_LENGTH, description="The citizen's words.")
    option: str | None = Field(None, max_length=200, description="Id of the option taken, of a reply before.")
    language: str | None = Field(None, description="Language that was chosen by now.")


class MailTo(BaseModel):
    """Where a transcript is to be mailed."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(max_length=LONGEST, description="Mail address.")


class Code(BaseModel):
    """A code for another device."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=40)


_NOTHING = NewConversation.model_validate({})


def token_of(authorization: Annotated[str | None, Header()] = None) -> str:
    """Return the bearer token of a request. Raises Problem 401 where there is none."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(401, "no_token", headers={"WWW-Authenticate": "Bearer"})
    return token.strip()


Token = Annotated[str, Depends(token_of)]


def create_router(service: Service, delivery: Delivery) -> APIRouter:
    """Return the routes."""
    problems: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 404, 422), PROBLEM)
    router = APIRouter(prefix="/api/v1", tags=["conversations"], responses=problems)

    @router.post("/conversations", status_code=201, summary="Begin a conversation.")
    def begin(request: Request, response: Response, body: NewConversation = _NOTHING) -> dict[str, Any]:
        response.headers.update(_NO_STORE)
        return _opened(_begin(service, request, body))

    @router.post("/conversations/{id}/messages", status_code=202, summary="Say something; it is stored and answered.")
    def say(request: Request, id: str, body: NewMessage, token: Token) -> dict[str, int]:
        conversation = service.conversations.opened(id, token)
        seq = _say(service, conversation, body)
        if body.option is not None:
            service.learning.tapped(conversation, body.option, request.client.host if request.client else "")
        return {"seq": seq}

    @router.get("/conversations/{id}/events", summary="What was said: at once, or as a stream of server-sent events.")
    async def events(
        request: Request,
        id: str,
        token: Token,
        after: Annotated[int, Query(ge=0, le=_HIGHEST)] = 0,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> Response:
        if "text/event-stream" in request.headers.get("accept", ""):
            seen = int(last_event_id) if last_event_id and last_event_id.isascii() and last_event_id.isdigit() else 0
            return await Talk(service.conversations, delivery, id, token, max(after, min(seen, _HIGHEST))).open()
        conversation, found = await run_in_threadpool(service.conversations.read, id, token, after)
        last = found[-1].seq if found else conversation.last_seq
        return JSONResponse({"events": [event_json(event) for event in found], "last": last}, headers=_NO_STORE)

    _add_leaving(router, service)
    _add_carrying(router, service)
    return router


def _add_leaving(router: APIRouter, service: Service) -> None:
    conversations = service.conversations

    @router.post("/conversations/{id}/end", status_code=204, summary="End the conversation; a new message reopens it.")
    def end(id: str, token: Token) -> None:
        conversations.end(conversations.opened(id, token))

    @router.get(
        "/conversations/{id}/transcript", summary="The whole conversation as text, or all that is kept as JSON."
    )
    def take_along(request: Request, id: str, token: Token) -> Response:
        conversation = conversations.opened(id, token)
        found, site = conversations.everything(conversation), conversations.site_of(conversation)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse(export(conversation, found), headers=_NO_STORE)
        shown = transcript(conversation, found, site or service.default_site)
        return PlainTextResponse(shown, headers=_NO_STORE | {"Content-Language": conversation.language})

    @router.post(
        "/conversations/{id}/transcript/mail",
        status_code=202,
        summary="Mail the whole conversation, as it is now, to an address; asking again sends nothing more.",
        responses={503: PROBLEM},
    )
    def mail(id: str, body: MailTo, token: Token) -> dict[str, str]:
        _mail(service, conversations.opened(id, token), body.address)
        return {"state": "queued"}

    @router.delete("/conversations/{id}", status_code=204, summary="Erase the conversation and all that belongs to it.")
    def erase(id: str, token: Token) -> None:
        conversations.erase(conversations.opened(id, token))

    @router.delete("/conversations/{id}/token", status_code=204, summary="Let this token open nothing any more.")
    def revoke(id: str, token: Token) -> None:
        conversations.revoke(conversations.opened(id, token), token)


def _add_carrying(router: APIRouter, service: Service) -> None:
    conversations = service.conversations

    @router.post(
        "/conversations/{id}/resume-code", summary="A code that opens it once on another device, for 48 hours."
    )
    def resume_code(response: Response, id: str, token: Token) -> dict[str, str]:
        code, expires_at = conversations.resume_code(conversations.opened(id, token))
        response.headers.update(_NO_STORE)
        return {"code": code, "expires_at": expires_at.isoformat(timespec="seconds").replace("+00:00", "Z")}

    @router.post("/resume", summary="Open a conversation with a code.")
    def resume(request: Request, response: Response, body: Code) -> dict[str, Any]:
        response.headers.update(_NO_STORE)
        try:
            return _opened(conversations.resume(body.code, request.client.host if request.client else ""))
        except NotThere:
            raise Problem(404, "wrong_code") from None
        except TooManyTries as refused:
            raise _later("too_many_tries", refused.seconds) from None


def _begin(service: Service, request: Request, body: NewConversation) -> Opened:
    site = wished_site(service, body.site)
    check_origin(service, request, site)
    return service.conversations.open(
        site,
        language=wished_language(body.language),
        preferred=caller_language(request) if "accept-language" in request.headers else None,
        municipality=body.municipality,
        page=body.page,
    )


def _say(service: Service, conversation: Conversation, body: NewMessage) -> int:
    language = wished_language(body.language)
    try:
        return service.conversations.say(conversation, body.client_id, body.text, body.option, language)
    except NoWords:
        raise Problem(422, "message_required", max=MAX_LENGTH) from None
    except UnknownOption:
        raise Problem(422, "unknown_option") from None
    except TooFast as refused:
        raise _later("too_fast", refused.seconds) from None


def _mail(service: Service, conversation: Conversation, address: str) -> None:
    site = service.conversations.site_of(conversation) or service.default_site
    try:
        service.outbox.mail_transcript(conversation, service.conversations.everything(conversation), site, address)
    except NoMailServer:
        raise Problem(503, "no_mail", phone=site.phone.number) from None
    except BadAddress:
        raise Problem(422, "bad_address") from None
    except TooManyMails as refused:
        raise _later("too_many_mails", refused.seconds, minutes=ceil(refused.seconds / 60)) from None


def _opened(opened: Opened) -> dict[str, Any]:
    found = opened.conversation
    return {"id": found.id, "token": opened.token, "site": found.site, "language": found.language}


def _later(key: str, seconds: int, **values: object) -> Problem:
    return Problem(429, key, {"Retry-After": str(seconds)}, None, **({"seconds": seconds} | values))
