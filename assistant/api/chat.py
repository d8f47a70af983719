"""`/chat/{site}`: the conversation on a page of its own. Without scripts its forms do all of it, on the same engine."""

from __future__ import annotations

import asyncio
from secrets import token_hex
from time import monotonic
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from assistant.answering.clean import MAX_LENGTH
from assistant.api.chat_callback import ask_callback
from assistant.api.chat_view import chat_view
from assistant.api.origins import origins_of
from assistant.api.pages import gone, page_context, start_context
from assistant.api.problems import Problem, caller_language
from assistant.api.views import render
from assistant.api.visitor import Visitor, visitor_of
from assistant.bootstrap import Service
from assistant.conversations.delivery import Delivery
from assistant.conversations.engine import NoWords, UnknownOption
from assistant.domain.conversation import Author, Conversation
from assistant.domain.handover import Consent
from assistant.handover.engine import NoAgentNow
from assistant.messages import text
from assistant.sites import Site
from assistant.store.conversations import TooFast
from assistant.store.queue import TooOften
from assistant.store.rows import NotThere

_NO_CALL = dict.fromkeys(("error", "phone", "name", "window"), "")
_PATIENCE = 4.0
"""Seconds that a page waits for the answer; after it there is a button to look again."""


class ChatForm(BaseModel):
    """What the forms of the page send; `client_id` was made with the form, so that sending it twice says it once."""

    act: str = "say"
    text: str = Field("", max_length=MAX_LENGTH * 2)
    client_id: str = Field("", max_length=64, pattern=r"^[A-Za-z0-9._-]*$")
    option: str = Field("", max_length=200)
    consent: Consent = Consent.FULL
    language: str = ""
    phone: str = Field("", max_length=40)
    name: str = Field("", max_length=100)
    window: str = Field("", max_length=40)
    held: str = Field("", max_length=1000)


def create_router(service: Service, delivery: Delivery) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    page = _Page(service, delivery)

    @router.get("/chat/{site}")
    def show(request: Request, site: str, language: str = "", person: bool = False) -> Response:
        if site not in service.sites:
            return gone(page_context(service, service.default_site, language or caller_language(request)))
        own = service.sites[site]
        return page.shown(own, page.visitor(request, own), language or caller_language(request), person=person)

    @router.post("/chat/{site}")
    async def act(request: Request, site: str, form: Annotated[ChatForm, Form()]) -> Response:
        if site not in service.sites:
            return gone(page_context(service, service.default_site, form.language or caller_language(request)))
        own = service.sites[site]
        visitor = await run_in_threadpool(page.visitor, request, own, form.held)
        return await page.acted(own, visitor, form)

    return router


class _Page:
    """The page of a site, as one visitor sees it."""

    def __init__(self, service: Service, delivery: Delivery) -> None:
        self._service, self._delivery = service, delivery

    def visitor(self, request: Request, site: Site, held: str = "") -> Visitor:
        return visitor_of(request, site, self._service, held)

    def shown(
        self,
        site: Site,
        visitor: Visitor,
        language: str,
        *,
        person: bool = False,
        error: str = "",
        typed: str = "",
        call: dict[str, Any] | None = None,
    ) -> HTMLResponse:
        """The conversation as it is now; with an error, what was typed stays."""
        service, conversation = self._service, visitor.conversation
        spoken = conversation.language if conversation and not language else language
        context = start_context(service, site, spoken, bool(language))
        view = chat_view(service, conversation, person=person) if conversation else {}
        filled = {"error": error, "typed": typed, "call": call or _NO_CALL, "client_id": token_hex(12)}
        rendered = render("chat.html", context | {"chat": view} | filled | visitor.frame(service, context["language"]))
        frames = " ".join(("'self'", *origins_of(service, site)))
        policy = f"default-src 'self'; form-action 'self'; frame-ancestors {frames}; base-uri 'none'"
        response = HTMLResponse(
            rendered,
            status_code=422 if error or call else 200,
            headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"},
        )
        visitor.remember(response)
        return response

    async def acted(self, site: Site, visitor: Visitor, form: ChatForm) -> Response:
        """Do what a form asks, then show the page anew: reloading it does nothing twice.

        In a frame the page is the response itself: no address could hold whose it is.
        """
        shown = {"language": form.language} if form.language else {}
        try:
            if form.act == "say":
                await self._say(site, visitor, form)
            elif form.act == "person":
                await run_in_threadpool(visitor.begin, self._service, site, form.language)
                shown["person"] = "1"
            elif form.act == "callback" and visitor.conversation is not None:
                return await run_in_threadpool(self._called_back, site, visitor, form)
            elif visitor.conversation is not None:
                await run_in_threadpool(self._change, visitor, form)
        except _Refused as refused:
            why = str(refused)
            return await run_in_threadpool(lambda: self.shown(site, visitor, form.language, error=why, typed=form.text))
        return await run_in_threadpool(self._again, site, visitor, shown)

    def _again(self, site: Site, visitor: Visitor, shown: dict[str, str]) -> Response:
        if visitor.framed:
            visitor.look_again(self._service.conversations)
            return self.shown(site, visitor, shown.get("language", ""), person="person" in shown)
        response = RedirectResponse(f"/chat/{quote(site.id)}?{urlencode(shown)}#last", status_code=303)
        visitor.remember(response)
        return response

    def _called_back(self, site: Site, visitor: Visitor, form: ChatForm) -> Response:
        """Promise a call; where that cannot be, the form stays as it was filled in."""
        conversation = visitor.opened()
        try:
            ask_callback(self._service, conversation, phone=form.phone, name=form.name, window=form.window)
        except Problem as problem:
            why = text(f"problem.{problem.key}", conversation.language, **problem.values)
            return self.shown(site, visitor, form.language, person=True, call=form.model_dump() | {"error": why})
        return self._again(site, visitor, {"language": form.language} if form.language else {})

    async def _say(self, site: Site, visitor: Visitor, form: ChatForm) -> None:
        spoken = site.language_or_default(form.language)
        words = form.text.strip()
        if not words or len(words) > MAX_LENGTH:
            key = "page.too_long" if words else "page.empty"
            raise _Refused(text(key, spoken, n=len(words), max=MAX_LENGTH) if words else text(key, spoken))
        conversations = self._service.conversations

        def say() -> tuple[Conversation, int]:
            conversation = visitor.begin(self._service, site, form.language)
            client_id = form.client_id or token_hex(12)
            seq = conversations.say(conversation, client_id, words, form.option or None, form.language)
            if form.option:
                self._service.learning.tapped(conversation, form.option, visitor.address)
            return conversation, seq

        try:
            conversation, seq = await run_in_threadpool(say)
        except TooFast as refused:
            raise _Refused(text("problem.too_fast", spoken, seconds=refused.seconds)) from None
        except (NoWords, UnknownOption):
            raise _Refused(text("page.empty", spoken)) from None
        if not conversation.with_people:
            await self._answered(conversation.id, visitor.token, seq)

    async def _answered(self, conversation_id: str, token: str, seq: int) -> None:
        """Wait until somebody else has said something after `seq`, or patience is over."""
        subscription, ends = self._delivery.subscribe(conversation_id), monotonic() + _PATIENCE
        try:
            while (left := ends - monotonic()) > 0:
                _, found = await run_in_threadpool(self._service.conversations.read, conversation_id, token, seq)
                if any(event.author is not Author.CITIZEN for event in found):
                    return
                await subscription.next(left)
                await asyncio.sleep(0)
        except (TimeoutError, NotThere):
            return
        finally:
            self._delivery.unsubscribe(conversation_id, subscription)

    def _change(self, visitor: Visitor, form: ChatForm) -> None:
        conversation = visitor.opened()
        match form.act:
            case "handover":
                self._ask(conversation, form.consent)
            case "stop":
                self._service.handovers.withdraw(conversation)
            case "end":
                self._service.conversations.end(conversation)
            case "delete":
                self._service.conversations.erase(conversation)
                visitor.forget()

    def _ask(self, conversation: Conversation, consent: Consent) -> None:
        try:
            self._service.handovers.ask(conversation, consent)
        except NoAgentNow:
            site = self._service.conversations.site_of(conversation) or self._service.default_site
            raise _Refused(text("problem.no_agent_now", conversation.language, phone=site.phone.number)) from None
        except TooOften:
            raise _Refused(text("problem.too_often", conversation.language)) from None


class _Refused(Exception):  # noqa: N818 - it is no failure of ours
    """What cannot be done, in the words of the citizen's language."""
