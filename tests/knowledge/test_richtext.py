"""HTML is cleaned to what citizens need, and read as blocks without losing words or links."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.richtext import Block, blocks, clean_html, from_markdown, plain_text
from knowledge.services import Link

SITE = Link("de site", "https://site.example")


def read(html: str) -> list[tuple[str, str]]:
    """Kind and text of the blocks of `html` after cleaning."""
    return [(block.kind, block.text) for block in blocks(clean_html(html))]


@pytest.mark.parametrize("tag", ["script", "style", "del", "s", "strike"])
def test_scripts_styles_and_struck_text_go_with_their_words(tag: str) -> None:
    assert clean_html(f"<p>Nu <{tag}>vroeger</{tag}>geldig</p>") == "<p>Nu geldig</p>"
    assert clean_html("<p>Nu <strong>vroeger</strong>geldig</p>") == "<p>Nu <strong>vroeger</strong>geldig</p>"


@pytest.mark.parametrize("tag", ["u", "b", "i", "font", "section", "iframe", "form", "button"])
def test_other_tags_go_and_their_words_stay(tag: str) -> None:
    cleaned = clean_html(f"<p>Nu <{tag}>geldig</{tag}></p>")
    assert f"<{tag}" not in cleaned
    assert plain_text(cleaned).split() == ["Nu", "geldig"]


def test_attributes_go_except_the_address_of_a_link() -> None:
    html = '<p class="a" style="color:red" onclick="x()" id="b"><a href="https://x.example" target="_blank">x</a></p>'
    assert clean_html(html) == '<p><a href="https://x.example">x</a></p>'


@pytest.mark.parametrize("url", ["https://x.example", "http://x.example", "mailto:info@x.example", "tel:1700", "/hulp"])
def test_links_that_a_citizen_can_follow_are_kept(url: str) -> None:
    assert blocks(clean_html(f'<p>Zie <a href="{url}">de site</a>.</p>'))[0].links == ((4, Link("de site", url)),)


@pytest.mark.parametrize(
    "url", ["javascript:x", "JaVaScRiPt:x", " javascript:x", "java&#10;script:x", "data:text/html,x"]
)
def test_links_that_run_something_are_dropped_and_their_words_stay(url: str) -> None:
    cleaned = clean_html(f'<p>Zie <a href="{url}">de site</a>.</p>')
    assert cleaned == "<p>Zie <a>de site</a>.</p>"
    assert blocks(cleaned) == [Block("paragraph", "Zie de site.")]


def test_a_line_break_splits_a_paragraph_and_not_a_heading() -> None:
    assert read("<p>Een<br>twee<br/><br>drie</p>") == [
        ("paragraph", "Een"),
        ("paragraph", "twee"),
        ("paragraph", "drie"),
    ]
    assert read("<h3>Een<br>twee</h3>") == [("heading", "Een twee")]


def test_a_link_stays_with_the_line_that_shows_it() -> None:
    found = blocks('<p>Bel ons.<br>Zie <a href="https://site.example">de <strong>site</strong></a>.</p>')
    assert found == [Block("paragraph", "Bel ons."), Block("paragraph", "Zie de site.", ((4, SITE),))]


def test_a_link_without_words_is_no_link() -> None:
    assert blocks('<p>Tekst<a href="https://site.example"> </a></p>') == [Block("paragraph", "Tekst")]


def test_headings_have_their_level() -> None:
    found = blocks("<h1>A</h1><p>a</p><h3>B</h3>")
    assert [(block.kind, block.text, block.level) for block in found] == [
        ("heading", "A", 1),
        ("paragraph", "a", 0),
        ("heading", "B", 3),
    ]


def test_nested_lists_are_items_with_their_depth() -> None:
    found = blocks("<ul><li>a<ol><li>b</li><li><p>c</p><p>d</p></li></ol></li><li>e</li></ul>")
    assert [(block.kind, block.text, block.level) for block in found] == [
        ("item", "a", 1),
        ("item", "b", 2),
        ("item", "c", 2),
        ("item", "d", 2),
        ("item", "e", 1),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "<thead><tr><th>Soort</th><th>Prijs</th><th>Termijn</th></tr></thead>",
        "<tr><th></th><th>Prijs</th><th>Termijn</th></tr>",
        "<tr><td> </td><td>Prijs</td><td>Termijn</td></tr>",
    ],
)
def test_a_table_row_names_its_columns(header: str) -> None:
    rows = "<tr><td>Kind</td><td>5 euro</td><td>1 dag</td></tr><tr><td>Volw.</td><td></td><td>2 dagen</td></tr>"
    assert read(f"<table>{header}{rows}</table>") == [
        ("row", "Kind: Prijs: 5 euro; Termijn: 1 dag"),
        ("row", "Volw.: Termijn: 2 dagen"),
    ]


def test_a_table_without_header_gives_all_its_rows() -> None:
    assert read(
        "<table><tr><td>Kind</td><td>5</td></tr><tr><td>Volw.</td><td>9</td></tr><tr><td></td></tr></table>"
    ) == [
        ("row", "Kind: 5"),
        ("row", "Volw.: 9"),
    ]


def test_a_caption_is_a_heading_and_a_cell_keeps_its_links() -> None:
    row = '<tr><td>Kind</td><td><a href="https://site.example">de site</a></td></tr>'
    assert blocks(f"<table><caption>Prijzen</caption>{row}</table>") == [
        Block("heading", "Prijzen", (), 6),
        Block("row", "Kind: de site", ((6, SITE),)),
    ]


def test_loose_words_between_paragraphs_are_a_block_of_their_own() -> None:
    assert [text for _, text in read("<div>los <em>woord</em><p>alinea</p>einde</div>")] == [
        "los woord",
        "alinea",
        "einde",
    ]


def test_plain_text_is_one_paragraph() -> None:
    assert clean_html("  Gewoon  tekst > 5 \n") == "Gewoon  tekst > 5"
    assert blocks("Gewoon  tekst\n hier") == [Block("paragraph", "Gewoon tekst hier")]
    assert blocks(" \u200b ") == []


def test_soft_hyphens_and_hard_spaces_do_not_stand_in_the_way_of_words() -> None:
    assert read("<p>over\u00adheids\u200bdienst&nbsp;hier</p>") == [("paragraph", "overheidsdienst hier")]


def test_markdown_becomes_clean_html_and_its_html_is_shown_as_text() -> None:
    html = from_markdown(
        "Zie [de site](https://site.example).\n\n1. a\n\n| S | P |\n|---|---|\n| K | 5 |\n\n<script>x</script>"
    )
    assert blocks(html) == [
        Block("paragraph", "Zie de site.", ((4, SITE),)),
        Block("item", "a", (), 1),
        Block("row", "K: P: 5"),
        Block("paragraph", "<script>x</script>"),
    ]


def test_plain_text_has_one_block_a_line() -> None:
    assert plain_text("<h2>Kop</h2><p>Een<br>twee</p><ul><li>drie</li></ul>") == "Kop\nEen\ntwee\ndrie"


KEPT = [
    *("p", "br", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "a", "strong", "em", "sub", "sup", "div"),
    *("span", "table", "caption", "thead", "tbody", "tr", "th", "td", "blockquote", "pre", "code"),
]
WORDS = st.text(alphabet=st.characters(exclude_characters="<>&", exclude_categories=["Cs"]), max_size=20)
TAGS = [*KEPT, "script", "u", "x-y"]
MARKUP = st.lists(
    WORDS | st.builds("<{}{}>".format, st.sampled_from(["", "/"]), st.sampled_from(TAGS)), max_size=25
).map("".join)


@given(st.text() | MARKUP)
def test_any_text_can_be_cleaned_and_read(html: str) -> None:
    cleaned = clean_html(html)
    assert all(block.text == block.text.strip() != "" for block in blocks(cleaned))
    assert {tag.lower() for tag in re.findall(r"</?([^ >]*)", cleaned)} <= set(KEPT)


@given(MARKUP)
def test_no_tag_shows_in_what_is_read(html: str) -> None:
    assert not [block.text for block in blocks(clean_html(html)) if "<" in block.text]


@pytest.mark.parametrize(
    ("text", "shown"), [("Kind & Gezin", "Kind & Gezin"), ("Kind &amp; Gezin", "Kind & Gezin"), ("a&nbsp;b", "a b")]
)
def test_an_ampersand_in_plain_text_is_shown_as_typed(text: str, shown: str) -> None:
    assert read(text) == [("paragraph", shown)]


@pytest.mark.parametrize(
    "html",
    [
        "<dl><dt>Termijn</dt><dd>30 dagen</dd></dl>",
        "<details><summary>Termijn</summary>30 dagen</details>",
        "<table><tr><td><div>Termijn</div><div>30 dagen</div></td></tr></table>",
        "<table><tr><td><h4>Termijn</h4>30 dagen</td></tr></table>",
    ],
)
def test_words_of_separate_lines_do_not_run_together(html: str) -> None:
    assert "Termijn30" not in plain_text(clean_html(html))


def test_every_link_stands_where_its_words_stand() -> None:
    html = (
        '<p>Zie <a href="https://a.example"> hier </a>,  <a href="https://b.example">hier</a></p>'
        '<table><tr><th></th><th><a href="https://c.example">Prijs</a></th></tr>'
        '<tr><td>Kind</td><td>5 <a href="https://d.example">euro</a></td></tr></table>'
        '<h3>Over <a href="https://e.example">de<br>kaart</a></h3>'
    )
    found = [(block.text, place, link) for block in blocks(html) for place, link in block.links]
    assert [(link.text, link.url[8]) for _, _, link in found] == [
        *(("hier", "a"), ("hier", "b"), ("Prijs", "c"), ("euro", "d"), ("de kaart", "e")),
    ]
    assert all(text[place:].startswith(link.text) for text, place, link in found)


def test_the_links_of_a_part_of_a_text_have_the_words_that_stand_in_it() -> None:
    (block,) = blocks('<p><a href="https://a.example">Lees dit. Vraag aan</a>. Klaar.</p>')
    assert block.links_within(0, 9) == (Link("Lees dit.", "https://a.example"),)
    assert block.links_within(10, 20) == (Link("Vraag aan", "https://a.example"),)
    assert block.links_within(21, 27) == ()


@pytest.mark.parametrize(
    "html",
    [
        '<p><a href="https://site.example">de<br>site</a></p>',
        '<table><tr><th></th><th><a href="https://site.example">b</a></th></tr><tr><td>a</td><td>5</td></tr></table>',
    ],
)
def test_no_link_is_lost(html: str) -> None:
    assert {link.url for block in blocks(html) for _, link in block.links} == {"https://site.example"}


def test_a_table_in_a_table_is_read_once() -> None:
    inner = "<table><tr><td>b</td><td>c</td></tr></table>"
    assert plain_text(clean_html(f"<table><tr><td>a{inner}</td><td>d</td></tr></table>")).count("c") == 1


@pytest.mark.parametrize("tag", ["div", "span", "ul"])
def test_a_thousand_levels_of_nesting_can_be_read(tag: str) -> None:
    assert plain_text(clean_html(f"<{tag}>" * 1000 + "tekst")) == "tekst"
