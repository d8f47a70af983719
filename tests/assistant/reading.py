"""Reading a page as a citizen sees it: what stands there once, what a button sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode

if TYPE_CHECKING:
    from httpx2 import Response


def seen(response: Response, status: int = 200) -> LexborHTMLParser:
    """The page in a response that must be HTML with this status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("text/html")
    return LexborHTMLParser(response.text)


def one(page: LexborHTMLParser, selector: str) -> LexborNode:
    """The element that stands there exactly once."""
    found = page.css(selector)
    assert len(found) == 1, f"{len(found)} x {selector}"
    return found[0]


def words(page: LexborHTMLParser, selector: str = "body") -> str:
    """The words in the element that stands there exactly once."""
    return one(page, selector).text()


def fields_of(button: LexborNode) -> dict[str, str]:
    """What a browser sends when this button is pressed."""
    form = button.parent
    while form is not None and form.tag != "form":
        form = form.parent
    assert form is not None
    sent = {str(field.attributes["name"]): str(field.attributes["value"]) for field in form.css("input[name]")}
    return sent | {str(button.attributes["name"]): str(button.attributes["value"])}
