"""The plain pages: `/` asks and answers without any script, `/pages/{id}` shows a source with its sections."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from assistant.answering.clean import MAX_LENGTH
from assistant.answering.contacts import counter_label, site_contacts
from assistant.answering.draft import Question
from assistant.api.problems import caller_language
from assistant.api.scripts import settings_of_talk, words_of_replies, words_of_talk
from assistant.api.views import accent_of, page_view, render, reply_view, stylesheet
from assistant.bootstrap import Service
from assistant.messages import text
from assistant.sites import Site
from knowledge.pages import Page, page_id_of


def create_router(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/")
    def start(request: Request, language: str | None = None, site: str = "") -> HTMLResponse:
        spoken, own = language or caller_language(request), site_of(service, site)
        if site and site not in service.sites:
            return gone(page_context(service, own, spoken))
        return HTMLResponse(render("start.html", start_context(service, own, spoken, bool(language))))

    @router.post("/")
    def ask(
        question: Annotated[str, Form()] = "",
        language: Annotated[str, Form()] = "",
        source_id: Annotated[str, Form()] = "",
        person: Annotated[str, Form()] = "",
        site_id: Annotated[str, Form(alias="site")] = "",
    ) -> HTMLResponse:
        site = site_of(service, site_id)
        context = start_context(service, site, language, bool(language))
        asked = text("page.person_question", context["language"]) if person else question.strip()
        if error := _error(asked, context["language"]):
            # What was typed stays in the field.
            return HTMLResponse(render("start.html", context | {"error": error, "typed": question}), status_code=422)
        reply = service.assistant.answer(
            Question(
                asked,
                site,
                datetime.now(UTC),
                # The page's language is a wish only where it was chosen; otherwise the question's own decides.
                language if language and language != site.default_language else None,
                source_id=source_id or None,
            )
        )
        context = start_context(service, site, reply.language, bool(language))
        return HTMLResponse(render("start.html", context | {"reply": reply_view(reply), "asked": reply.masked_text}))

    _add_source_pages(router, service)
    return router


def _add_source_pages(router: APIRouter, service: Service) -> None:
    @router.get("/pages/{page_id}")
    def page(
        request: Request, page_id: str, language: Annotated[str | None, Query()] = None, site: str = ""
    ) -> HTMLResponse:
        context = page_context(service, site_of(service, site), language or caller_language(request))
        now = datetime.now(UTC)
        found = pages_shown(service, [page_id], now).get(page_id)
        if found is None:
            return gone(context)
        own = found.service
        steps = pages_shown(service, {page_id_of(own.source, step.page) for step in own.journey if step.page}, now)
        linked = {page.service.source_id: page for page in steps.values()}
        return HTMLResponse(render("page.html", context | {"page": page_view(found, context["language"], linked)}))

    @router.get("/static/page.css")
    def css() -> Response:
        return Response(stylesheet(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    @router.get("/static/sites/{site}.css")
    def accent(site: str) -> Response:
        return Response(accent_of(site_of(service, site)), media_type="text/css", headers={"Cache-Control": "no-cache"})


def pages_shown(service: Service, page_ids: Iterable[str], at: datetime) -> dict[str, Page]:
    """Return those of the pages that citizens may see at a moment."""
    wanted = list(page_ids)
    headers = service.pages.headers(wanted)
    return {
        page_id: page
        for page_id, page in service.pages.get(wanted).items()
        if page_id in headers and headers[page_id].answerable_at(at)
    }


def site_of(service: Service, name: str) -> Site:
    """Return the site of that id; an unknown one is answered by the default site, whatever the citizen wrote."""
    return service.sites.get(name, service.default_site)


def page_context(service: Service, site: Site, language: str) -> dict[str, Any]:
    """Return what every page shows: the site in a language, with the way to a person."""
    shown = site.language_or_default(language)
    return {
        "language": shown,
        "site": site,
        "here": "" if site.id == service.default_site.id else f"&site={quote(site.id)}",
        "contacts": site_contacts(site, datetime.now(UTC), shown),
        "cards": {counter_label(one, shown): one.id for one in site.counters if one.id},
        "max_length": MAX_LENGTH,
    }


def gone(context: dict[str, Any]) -> HTMLResponse:
    """Return the page for what is not there, with the way to a person."""
    return HTMLResponse(render("gone.html", context), status_code=404)


def start_context(service: Service, site: Site, language: str, chosen: bool) -> dict[str, Any]:
    """Return what a page that asks shows; the language is a wish where it was chosen and is not the site's own."""
    context = page_context(service, site, language)
    shown = context["language"]
    chosen = chosen and shown != site.default_language
    settings = settings_of_talk(site, shown, chosen=chosen, mails=service.settings.mail is not None)
    words = {"talk_words": words_of_talk(site, shown), "reply_words": words_of_replies(site.languages)}
    return context | {"talk_settings": settings, "chosen_language": shown if chosen else ""} | words


def _error(question: str, language: str) -> str:
    if not question:
        return text("page.empty", language)
    if len(question) > MAX_LENGTH:
        return text("page.too_long", language, n=len(question), max=MAX_LENGTH)
    return ""
