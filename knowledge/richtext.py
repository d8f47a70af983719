"""Clean HTML: keep the structure citizens need (headings, lists, tables, links), drop the rest, read it as blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import groupby
from operator import itemgetter

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
_APART = _HEADINGS | _CONTAINERS | {"p", "pre", "caption", "tr", "th", "td"}
"""Elements that stand on lines of their own: their words never run on into those of their neighbours."""
_OTHER_APART = re.compile(
    r"(</?)(?:address|article|aside|dd|details|dl|dt|fieldset|figcaption|figure|footer|form|header|legend|main|nav"
    r"|section|summary)(?=[\s/>])",
    re.IGNORECASE,
)
_RULE = re.compile(r"<hr(?=[\s/>])", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_LINE = "\u2028"
"""Stands for <br> while words are gathered; as white space it vanishes where lines do not matter."""
_DEEPEST = 60
"""Levels of nesting that are read as structure; what stands deeper is read as text."""

_Anchor = tuple[int, str] | None
"""Which link words stand in: the place of its element in memory (two links may be alike) and its address."""
_Run = tuple[str, _Anchor]
_Words = tuple[str, tuple[tuple[int, Link], ...]]


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list item or table row: `kind`, plain `text`, heading level or list depth.

    Each of its links comes with the place in `text` where its words begin.
    """

    kind: str
    text: str
    links: tuple[tuple[int, Link], ...] = ()
    level: int = 0

    def links_within(self, start: int, end: int) -> tuple[Link, ...]:
        """Return the links of `text[start:end]`, each with those of its words that stand there."""
        found = []
        for place, link in self.links:
            words = self.text[max(start, place) : min(end, place + len(link.text))].strip()
            if words and place < end:
                found.append(Link(words, link.url))
        return tuple(found)


def clean_html(html: str) -> str:
    """Return `html` with only structural tags, no attributes but `href` (http, https, mailto, tel), no struck text.

    Plain text is HTML too: its ampersands come back as `&amp;`, and `blocks` shows them as typed.
    """
    if "<" not in html and "&" not in html:
        return html.strip()
    return nh3.clean(
        _RULE.sub("<br", _OTHER_APART.sub(r"\1div", html)),
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    ).strip()


def from_markdown(markdown: str) -> str:
    """Return CommonMark with tables as clean HTML."""
    return clean_html(_markdown().render(markdown))


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def blocks(html: str) -> list[Block]:
    """Read clean HTML as a flat list of blocks in reading order; a table row becomes 'row: column: cell; …'."""
    if "<" not in html:
        text, _ = _words([(unescape(html), None)])
        return [Block("paragraph", text)] if text else []
    body = LexborHTMLParser(html).body
    return [] if body is None else list(_walk(body, depth=0, nesting=0))


def plain_text(html: str) -> str:
    """Return the words of clean HTML, one block a line."""
    return "\n".join(block.text for block in blocks(html))


def _walk(node: LexborNode, depth: int, nesting: int) -> Iterator[Block]:
    """Yield the blocks below `node`; loose inline content of a container becomes a block of its own."""
    inline: list[LexborNode] = []
    kind = "item" if node.tag == "li" else "paragraph"
    for child in node.iter(include_text=True):
        if nesting == _DEEPEST or child.tag not in _APART:
            inline.append(child)
            continue
        yield from _block(inline, kind, depth)
        inline = []
        # A paragraph inside a list item is that item's text, so it keeps the item's kind.
        yield from _structural(child, child.tag, kind, depth, nesting)
    yield from _block(inline, kind, depth)


def _structural(child: LexborNode, tag: str, kind: str, depth: int, nesting: int) -> Iterator[Block]:
    if tag in _HEADINGS or tag == "caption":
        yield from _block([child], "heading", int(tag[1]) if tag in _HEADINGS else 6)
    elif tag in {"p", "pre"}:
        yield from _block([child], kind, depth)
    elif tag == "table":
        yield from _rows(child)
    else:
        yield from _walk(child, depth + (tag in {"ul", "ol"}), nesting + 1)


def _block(nodes: list[LexborNode], kind: str, level: int) -> Iterator[Block]:
    runs = _runs(nodes)
    for line in [runs] if kind == "heading" else _lines(runs):
        text, links = _words(line)
        if text:
            yield Block(kind, text, links, level)


def _rows(table: LexborNode) -> Iterator[Block]:
    parts = list(table.iter())
    yield from _block([part for part in parts if part.tag == "caption"], "heading", 6)
    lines = [line for part in parts for line in ([part] if part.tag == "tr" else part.iter()) if line.tag == "tr"]
    rows = [[cell for cell in line.iter() if cell.tag in {"th", "td"}] for line in lines]
    words = [[_words(_runs([cell])) for cell in row] for row in rows]
    header = words[0] if rows and _is_header(rows[0], words) else []
    for row in words[1:] if header else words:
        cells = [
            _joined([header[i], (": ", ()), cell]) if i and i < len(header) and header[i][0] else cell
            for i, cell in enumerate(row)
            if cell[0]
        ]
        marks: list[_Words] = [("", ()), (": ", ()), *[("; ", ())] * len(cells)]
        text, links = _joined(part for pair in zip(marks, cells, strict=False) for part in pair)
        if text:
            yield Block("row", text, links)


def _is_header(first: list[LexborNode], words: list[list[_Words]]) -> bool:
    """A first row is a header if its cells say so, or if its corner is empty while others are not."""
    if len(words) < 2 or len(first) < 2:
        return False
    corner, *others = (text for text, _ in words[0])
    return all(cell.tag == "th" for cell in first) or (not corner and any(others))


def _runs(nodes: list[LexborNode]) -> Iterator[_Run]:
    """Yield all words of `nodes` in reading order, white space as it stands, however deep they are nested."""
    waiting: list[tuple[LexborNode | str, _Anchor]] = [(node, None) for node in reversed(nodes)]
    while waiting:
        node, anchor = waiting.pop()
        if isinstance(node, str):
            yield node, anchor
        elif node.tag == "-text":
            yield node.text_content or "", anchor
        elif node.tag == "br":
            yield _LINE, anchor
        else:
            if node.tag == "a":
                url = (node.attributes.get("href") or "").strip()
                anchor = (node.mem_id, url) if url else None
            edge = " " if node.tag in _APART else ""
            yield edge, anchor
            waiting.append((edge, anchor))
            waiting += [(child, anchor) for child in reversed(list(node.iter(include_text=True)))]


def _lines(runs: Iterable[_Run]) -> Iterator[list[_Run]]:
    """Cut runs at their line breaks; a link that goes on over one stands in both lines."""
    line: list[_Run] = []
    for words, anchor in runs:
        first, *others = words.split(_LINE)
        line.append((first, anchor))
        for other in others:
            yield line
            line = [(other, anchor)]
    yield line


def _words(runs: Iterable[_Run]) -> _Words:
    """Return the text of runs with single spaces, and its links with their places."""
    text, links = "", []
    for anchor, group in groupby(runs, key=itemgetter(1)):
        words = _squeeze("".join(run for run, _ in group))
        if not text or text.endswith(" "):
            words = words.removeprefix(" ")
        if anchor and (shown := words.strip()):
            links.append((len(text) + words.index(shown), Link(shown, anchor[1])))
        text += words
    return text.rstrip(), tuple(links)


def _joined(parts: Iterable[_Words]) -> _Words:
    text, links = "", []
    for words, own in parts:
        links += [(len(text) + place, link) for place, link in own]
        text += words
    return text, tuple(links)


def _squeeze(text: str) -> str:
    return _SPACE.sub(" ", text.replace("\u00ad", "").replace("\u200b", ""))
