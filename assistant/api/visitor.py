"""Whose conversation a page without scripts shows: a cookie holds its token, for that one page and for this visit."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request, Response

from assistant.api.problems import caller_language
from assistant.bootstrap import Service
from assistant.conversations.engine import Conversations
from assistant.domain.conversation import Conversation
from assistant.sites import Site
from assistant.store.rows import NotThere

_COOKIE = "conversation"
_SEPARATOR = "."


@dataclass
class Visitor:
    """A browser without scripts. Its token is in an HttpOnly cookie that no other page and no script can read.

    The cookie is sent from links but not from forms of other sites, holds until the browser closes, and is needed for
    what the citizen asks, so nobody has to be asked for it.
    """

    path: str
    secure: bool
    preferred: str
    conversation: Conversation | None = None
    token: str = ""
    changed: bool = False
    address: str = ""
    """Where the request comes from; kept nowhere."""

    def begin(self, service: Service, site: Site, language: str) -> Conversation:
        """Return the conversation, begun where there is none."""
        if self.conversation is None:
            chosen = language if language in site.languages and language != site.default_language else None
            opened = service.conversations.open(site, language=chosen, preferred=language or self.preferred)
            self.conversation, self.token, self.changed = opened.conversation, opened.token, True
        return self.conversation

    def opened(self) -> Conversation:
        """Return the conversation. Raises NotThere."""
        if self.conversation is None:
            raise NotThere
        return self.conversation

    def forget(self) -> None:
        """Have no conversation any more."""
        self.conversation, self.token, self.changed = None, "", True

    def remember(self, response: Response) -> None:
        """Let the browser keep what changed."""
        if not self.changed:
            return
        if self.conversation is None:
            response.delete_cookie(_COOKIE, path=self.path, secure=self.secure, httponly=True, samesite="lax")
            return
        value = f"{self.conversation.id}{_SEPARATOR}{self.token}"
        response.set_cookie(_COOKIE, value, path=self.path, secure=self.secure, httponly=True, samesite="lax")


def visitor_of(request: Request, site: str, conversations: Conversations) -> Visitor:
    """Return who asks for the page of a site; a conversation that is gone is as if there had been none."""
    visitor = Visitor(f"/chat/{quote(site)}", request.url.scheme == "https", caller_language(request))
    visitor.address = request.client.host if request.client else ""
    conversation_id, _, token = request.cookies.get(_COOKIE, "").partition(_SEPARATOR)
    if not token:
        return visitor
    try:
        visitor.conversation, visitor.token = conversations.opened(conversation_id, token), token
    except NotThere:
        visitor.changed = True
    return visitor
