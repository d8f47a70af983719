"""Clean HTML: keep the structure citizens need (headings, lists, tables, links), drop the rest, read it as blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser, LexborNode

from knowledge.services import Link

_TAGS = {"p", "br", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "a", "strong", "em", "sub", "sup"} | {
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "blockquote", "pre", "code", "div", "span")
}
# Struck-out text is what no longer holds, so it goes together with its words.
_DROPPED_WITH_CONTENT = {"script", "style", "del", "s", "strike"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_CONTAINERS = {"div", "blockquote", "body", "ul", "ol", "table", "thead", "tbody", "li", "html"}
_SPACE = re.compile(r"\s+")
_LINE = "\u2028"
"""Stands for <br> while words are gathered; as white space it vanishes where lines do not matter."""


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list item or table row: `kind`, plain `text`, its links, heading level or list depth."""

    kind: str
    text: str
    links: tuple[Link, ...] = ()
    level: int = 0


def clean_html(html: str) -> str:
    """Return `html` with only structural tags, no attributes but `href` (http, https, mailto, tel), no struck text."""
    if "<" not in html and "&" not in html:
        return html.strip()
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    ).strip()


def from_markdown(markdown: str) -> str:
    """Return CommonMark with tables as clean HTML."""
    return clean_html(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown))


def blocks(html: str) -> list[Block]:
    """Read clean HTML as a flat list of blocks in reading order; a table row becomes 'row: column: cell; …'."""
    if "<" not in html:
        text = _squeeze(html)
        return [Block("paragraph", text)] if text else []
    body = LexborHTMLParser(html).body
    return [] if body is None else list(_walk(body, depth=0))


def plain_text(html: str) -> str:
    """Return the words of clean HTML, one block a line."""
    return "\n".join(block.text for block in blocks(html))


def _walk(node: LexborNode, depth: int) -> Iterator[Block]:
    """Yield the blocks below `node`; loose inline content of a container becomes a block of its own."""
    inline: list[LexborNode] = []
    kind = "item" if node.tag == "li" else "paragraph"
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag not in _CONTAINERS and tag not in _HEADINGS and tag not in {"p", "tr", "caption", "pre"}:
            inline.append(child)
            continue
        yield from _block(inline, kind, depth)
        inline = []
        # A paragraph inside a list item is that item's text, so it keeps the item's kind.
        yield from _structural(child, tag, depth, kind)
    yield from _block(inline, kind, depth)


def _structural(child: LexborNode, tag: str, depth: int, kind: str) -> Iterator[Block]:
    if tag in _HEADINGS or tag == "caption":
        yield from _block([child], "heading", int(tag[1]) if tag in _HEADINGS else 6)
    elif tag in {"p", "pre"}:
        yield from _block([child], kind, depth)
    elif tag == "table":
        yield from _rows(child)
    else:
        yield from _walk(child, depth + (tag in {"ul", "ol"}))


def _block(nodes: list[LexborNode], kind: str, level: int) -> Iterator[Block]:
    lines = "".join(_words(node) for node in nodes).split(_LINE)
    links = [link for node in nodes for link in _links(node)]
    for line in [" ".join(lines)] if kind == "heading" else lines:
        if text := _squeeze(line):
            own = [link for link in links if link.text in text]
            links = [link for link in links if link not in own]
            yield Block(kind, text, tuple(own), level)


def _rows(table: LexborNode) -> Iterator[Block]:
    if (caption := table.css_first("caption")) is not None:
        yield from _block([caption], "heading", 6)
    rows = [row.css("th,td") for row in table.css("tr")]
    header = [_squeeze(_words(cell)) for cell in rows[0]] if rows and _is_header(rows) else []
    for row in rows[1:] if header else rows:
        cells = [_squeeze(_words(cell)) for cell in row]
        named = [
            f"{header[i]}: {cell}" if i and i < len(header) and header[i] else cell
            for i, cell in enumerate(cells)
            if cell
        ]
        if named:
            first = f"{named[0]}: " if len(named) > 1 else named[0]
            links = tuple(link for cell in row for link in _links(cell))
            yield Block("row", first + "; ".join(named[1:]), links)


def _is_header(rows: list[list[LexborNode]]) -> bool:
    """A first row is a header if its cells say so, or if its corner is empty while others are not."""
    first = rows[0]
    if len(rows) < 2 or len(first) < 2:
        return False
    words = [_squeeze(_words(cell)) for cell in first]
    return all(cell.tag == "th" for cell in first) or (not words[0] and any(words[1:]))


def _words(node: LexborNode) -> str:
    if node.tag == "-text":
        return node.text_content or ""
    if node.tag == "br":
        return _LINE
    return "".join(_words(child) for child in node.iter(include_text=True)) + (" " if node.tag in {"p", "li"} else "")


def _links(node: LexborNode) -> Iterator[Link]:
    if node.tag == "-text":
        return
    anchors = [node] if node.tag == "a" else node.css("a")
    for anchor in anchors:
        url, text = (anchor.attributes.get("href") or "").strip(), _squeeze(_words(anchor))
        if url and text:
            yield Link(text, url)


def _squeeze(text: str) -> str:
    return _SPACE.sub(" ", text.replace("\u00ad", "").replace("\u200b", "")).strip()
