"""Texts are cut into units that can be understood on their own, and no sentence is lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.units import Unit, pieces, units
from knowledge.richtext import Block, blocks, clean_html
from knowledge.services import Described, Evidence, Link, PublicService, Requirement, Rule


def described(html: str) -> PublicService:
    """A service that says all in its description."""
    return PublicService("test", "1", {"nl": "Titel"}, {"nl": html})


def cut(html: str) -> list[Unit]:
    return list(units(described(html), "nl"))


def words(html: str) -> list[list[str]]:
    """The sentences of each unit of `html`."""
    return [[sentence.text for sentence in unit.sentences] for unit in cut(html)]


def test_each_sentence_of_a_paragraph_is_a_unit() -> None:
    assert words("<p>U vraagt de kaart aan. Daarna wacht u.</p><p>Klaar.</p>") == [
        ["U vraagt de kaart aan."],
        ["Daarna wacht u."],
        ["Klaar."],
    ]


def test_a_lead_in_and_its_list_are_one_unit() -> None:
    found = cut("<p>Kom langs. Breng mee:</p><ul><li>uw kaart</li><li>een foto</li></ul><p>Tot dan.</p>")
    assert [(unit.shape, unit.text) for unit in found] == [
        ("sentence", "Kom langs."),
        ("list", "Breng mee: uw kaart een foto"),
        ("sentence", "Tot dan."),
    ]


def test_a_sentence_that_ends_before_the_list_stays_outside_it() -> None:
    assert words("<p>Kom langs.</p><ul><li>uw kaart</li><li>een foto</li></ul>") == [
        ["Kom langs."],
        ["uw kaart", "een foto"],
    ]


def test_a_nested_list_stays_with_its_list() -> None:
    assert words("<p>Neem:</p><ul><li>één van:<ul><li>a</li><li>b</li></ul></li><li>c</li></ul>") == [
        ["Neem:", "één van:", "a", "b", "c"]
    ]


def test_the_rows_of_a_table_stay_together_with_their_lead_in() -> None:
    table = "<table><tr><th>Soort</th><th>Prijs</th></tr><tr><td>Kind</td><td>5</td></tr><tr><td>Volw.</td><td>9</td>"
    found = cut(f"<p>De prijzen zijn:</p>{table}</tr></table><p>Dat is alles.</p>")
    assert [(unit.shape, [one.text for one in unit.sentences]) for unit in found] == [
        ("list", ["De prijzen zijn:", "Kind: Prijs: 5", "Volw.: Prijs: 9"]),
        ("sentence", ["Dat is alles."]),
    ]


def test_a_heading_stands_over_what_follows_until_the_next() -> None:
    found = cut("<p>Eerst.</p><h3>Kosten</h3><p>Gratis.</p><ul><li>altijd</li></ul><h3>Termijn</h3><p>Een dag.</p>")
    assert [(unit.heading, unit.text) for unit in found] == [
        ("", "Eerst."),
        ("Kosten", "Gratis."),
        ("Kosten", "altijd"),
        ("Termijn", "Een dag."),
    ]


def test_a_list_never_runs_on_over_a_heading() -> None:
    assert words("<h3>A</h3><ul><li>een</li></ul><h3>B</h3><ul><li>twee</li></ul>") == [["een"], ["twee"]]
    assert words("<p>Neem:</p><h3>B</h3><ul><li>twee</li></ul>") == [["Neem:"], ["twee"]]


def test_the_title_of_a_part_is_its_heading_until_the_text_has_one() -> None:
    rule = Rule({"nl": "Aanvragen"}, {"nl": "<p>Vul in.</p><h3>Daarna</h3><p>Wacht.</p>"})
    service = PublicService("test", "1", {"nl": "Titel"}, {}, rules=(rule,))
    assert [(unit.source_field, unit.heading) for unit in units(service, "nl")] == [
        ("rule", "Aanvragen"),
        ("rule", "Daarna"),
    ]


def test_a_long_item_is_cut_into_sentences_and_a_short_one_is_not() -> None:
    long = "Dit is een van de vele zinnen in dit punt. " * 6
    assert pieces(Block("item", "Kort punt. Met twee zinnen.")) == pieces(Block("row", "Kort punt. Met twee zinnen."))
    assert len(pieces(Block("item", "Kort punt. Met twee zinnen."))) == 1
    assert [one.text for one in pieces(Block("item", long))] == ["Dit is een van de vele zinnen in dit punt."] * 6
    assert len(pieces(Block("row", long))) == 1


def test_a_link_goes_with_the_sentence_that_shows_its_words() -> None:
    first, second = Link("het loket", "https://loket.example"), Link("de site", "https://site.example")
    found = pieces(Block("paragraph", "Ga naar het loket. Of kijk op de site.", ((8, first), (30, second))))
    assert [(one.text, one.links) for one in found] == [
        ("Ga naar het loket.", (first,)),
        ("Of kijk op de site.", (second,)),
    ]


def test_fields_come_in_the_order_of_the_model_and_evidence_after_its_requirement() -> None:
    one = {"nl": "<p>Zin.</p>"}
    service = PublicService(
        *("test", "1", {"nl": "Titel"}, one, one, one, one, one),
        requirements=(Requirement({}, one, Evidence({}, one)), Requirement({}, one)),
        rules=(Rule({}, one),),
        costs=(Described({}, one),),
        financial_advantages=(Described({}, one),),
    )
    assert [unit.source_field for unit in units(service, "nl")] == [
        *("description", "additional_description", "rule", "requirement", "evidence", "requirement", "exceptions"),
        *("cost", "financial_advantage", "contact_description", "regulation"),
    ]


def test_only_the_language_asked_for_is_read_in_its_best_variant() -> None:
    texts = {"nl": "Men wacht.", "nl-BE-x-formal": "U wacht.", "en-x-generated": "You wait."}
    service = PublicService("test", "1", {"nl": "Titel"}, texts)
    found = [(unit.language, unit.text) for language in ("nl", "en", "fr") for unit in units(service, language)]
    assert found == [("nl", "U wacht."), ("en", "You wait.")]


def test_the_position_is_zero_only_at_the_beginning() -> None:
    assert [unit.position for unit in cut("<p>Een. Twee:</p><ul><li>a</li><li>b</li></ul><p>Drie.</p>")] == [0, 1, 4]


def test_the_position_counts_on_over_a_heading() -> None:
    assert [unit.position for unit in cut("<p>Een.</p><h3>Kop</h3><p>Twee.</p><h3>Kop</h3><p>Drie.</p>")] == [0, 1, 2]


@pytest.mark.parametrize("first", ['Vraag het <a href="https://vraag.example">hier</a> aan.', "Lees dit hierna."])
def test_a_link_stays_with_its_own_sentence(first: str) -> None:
    _, second = cut(f'<p>{first} Betaal <a href="https://betaal.example">hier</a>.</p>')
    assert second.sentences[0].links == (Link("hier", "https://betaal.example"),)


def test_a_link_that_runs_over_the_end_of_a_sentence_is_kept() -> None:
    found = cut('<p><a href="https://codex.example">Lees eerst dit. Vraag daarna aan</a>.</p>')
    assert {link.url for unit in found for one in unit.sentences for link in one.links} == {"https://codex.example"}


HTML = st.recursive(
    st.sampled_from(["Een zin.", "Nog een zin: ", "Breng mee:", "5 euro", "Dhr. Nr. 3 (bv. dit). En dat!", "<br>", ""]),
    lambda inner: st.builds(
        "<{0}>{1}</{0}>".format,
        st.sampled_from(["p", "ul", "ol", "li", "h2", "h3", "div", "table", "tr", "td", "th", "strong", "blockquote"]),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=15,
)


def test_the_link_of_a_heading_goes_with_the_first_sentence_under_it() -> None:
    (found,) = cut('<h3>Over <a href="https://kaart.example">de kaart</a></h3><ul><li>Eerst.</li><li>Dan.</li></ul>')
    assert [one.links for one in found.sentences] == [(Link("de kaart", "https://kaart.example"),), ()]


@settings(max_examples=60)
@given(HTML | st.text(max_size=80))
def test_every_word_outside_headings_is_in_exactly_one_unit(html: str) -> None:
    cleaned = clean_html(html)
    there = Counter(word for block in blocks(cleaned) if block.kind != "heading" for word in block.text.split())
    assert Counter(word for unit in cut(cleaned) for one in unit.sentences for word in one.text.split()) == there
