"""A page of a stream as JSON-LD (TREE or Hydra): its members and where it leads, however its keys are written."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

_VOCABULARIES = ("https://w3id.org/tree#", "http://www.w3.org/ns/hydra/core#", "tree:", "hydra:")
_LINKS = {"node", "next", "first", "last", "previous", "hydraNext", "hydraFirst", "hydraLast", "hydraPrevious"}
_VIEWS = {"view", "hydraView"}
_MEMBERS = {"member", "hydraMember"}
_PORTS = {"http": ":80", "https": ":443"}


def is_page(document: Any) -> bool:
    """Whether this is a page of a stream; one without members says that nothing changed."""
    return any(
        str(kind).endswith(("EventStream", "Node")) for node in _as_list(document) for kind in _as_list(_type(node))
    )


def members_of(document: Any) -> list[Any] | None:
    """Return the records that a page holds, or None where this is no page."""
    found = [
        member
        for node in _as_list(document)
        if isinstance(node, dict)
        for key, members in node.items()
        if _local(key) in _MEMBERS and isinstance(members, list | dict)
        for member in _as_list(members)
    ]
    return found if found or is_page(document) else None


def links_of(document: Any, base: str) -> tuple[str, ...]:
    """Return where a page leads: its relations, its Hydra links, and a view that stands on another page."""
    found: dict[str, None] = {}
    waiting = deque([document])
    while waiting:
        value = waiting.popleft()
        if isinstance(value, list):
            waiting.extend(value)
        if not isinstance(value, dict):
            continue
        for key, one in value.items():
            name = _local(key)
            # In records and in definitions the same words mean something else.
            if name in _MEMBERS or name == "@context":
                continue
            if name in _LINKS or (name in _VIEWS and _is_reference(one, value)):
                found |= dict.fromkeys(absolute(base, address) for address in _addresses(one))
            waiting.append(one)
    return tuple(found)


def absolute(base: str, link: str) -> str:
    """Return `link` as seen from the page `base`, written so that equal addresses are equal texts."""
    try:
        parts = urlsplit(urljoin(base, link.strip()))
    except ValueError:
        return link
    host = parts.netloc.lower().removesuffix(_PORTS.get(parts.scheme, ":"))
    return parts._replace(netloc=host, path=parts.path or "/", fragment="").geturl()


def origin_of(url: str) -> str:
    """Return scheme, host and port of an `absolute` address; one with a name and password is another origin."""
    scheme, mark, rest = url.partition("://")
    return scheme + mark + rest.partition("/")[0]


def _local(key: str) -> str:
    """Return the name of a key of TREE and Hydra, however it is written; "" for a key of another vocabulary."""
    vocabulary = next((one for one in _VOCABULARIES if key.startswith(one)), "")
    name = key.removeprefix(vocabulary)
    return "" if ":" in name else name


def _type(node: Any) -> Any:
    return node.get("@type", []) if isinstance(node, dict) else []


def _addresses(value: Any) -> Iterator[str]:
    for one in _as_list(value):
        address = (one.get("@id") or one.get("id") or one.get("@value")) if isinstance(one, dict) else one
        # What begins with an underscore is a name inside this page.
        if isinstance(address, str) and not address.startswith("_:"):
            yield address


def _is_reference(view: Any, page: dict[str, Any]) -> bool:
    """Whether a view only names a page; else it is the page that we read."""
    return all(
        isinstance(one, str) or (one.keys() <= {"@id", "@type"} and one.get("@id") != page.get("@id"))
        for one in _as_list(view)
        if isinstance(one, str | dict)
    )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
