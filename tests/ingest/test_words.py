"""Word lists: what is broken is named with its file, line and field, and the rest is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.report import Refusal
from ingest.sources.words import read_words
from ingest.toml_lines import place
from knowledge.terms import Term

GOOD = '"congé" = { official = ["verlof"] }\n'


def read(folder: Path, name: str, text: str) -> tuple[list[Term], list[tuple[str, str, str]]]:
    """The terms of a file, and what was refused in it: record, field, why."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    found = list(read_words(folder))
    refused = [(one.record, one.field, one.why) for one in found if isinstance(one, Refusal)]
    return [one for one in found if isinstance(one, Term)], refused


def test_words_are_read_with_all_that_is_told_of_them(tmp_path: Path) -> None:
    told = '"bail" = { official = ["huurcontract", "pacht"], weight = 0.5, kind = "verb", ambiguous = true }\n'
    assert read(tmp_path, "everyday.fr.toml", f"[huren]\n{told}{GOOD}") == (
        [
            Term("fr", "bail", "huurcontract", 0.5, "verb", "huren", True),
            Term("fr", "bail", "pacht", 0.5, "verb", "huren", True),
            Term("fr", "congé", "verlof", 1.0, "noun", "huren", False),
        ],
        [],
    )


@pytest.mark.parametrize(
    ("entry", "field", "why"),
    [
        ('{ official = "verlof" }', "official", "a list of terms"),
        ("{ official = [] }", "official", "a list of terms"),
        ("{ weight = 0.5 }", "official", "a list of terms"),
        ('{ official = ["verlof"], weight = 2 }', "weight", "found 2"),
        ('{ official = ["verlof"], weight = true }', "weight", "found True"),
        ('{ official = ["verlof"], kind = "adverb" }', "kind", "noun, phrase, verb, situation, found 'adverb'"),
        ('{ official = ["verlof"], ambiguous = "no" }', "ambiguous", "found 'no'"),
        ('"verlof"', "entry", "Expected a table, found 'verlof'"),
    ],
)
def test_a_broken_entry_is_named_with_its_line_and_the_others_go_on(
    tmp_path: Path, entry: str, field: str, why: str
) -> None:
    text = (
        f'# Mots\n\n[verhuizen]\n"congé parental" = {{ official = ["x"] }}\n[werk]\n{GOOD}"congé parental" = {entry}\n'
    )
    terms, refused = read(tmp_path, "everyday.fr.toml", text)
    assert [(one.words, one.theme) for one in terms] == [("congé parental", "verhuizen"), ("congé", "werk")]
    assert [one[:2] for one in refused] == [("everyday.fr.toml:7: congé parental", field)]
    assert why in refused[0][2]


@pytest.mark.parametrize(
    ("name", "text", "record", "field"),
    [
        ("everyday.fr.toml", "# Mots\nwerk = 5\n", "everyday.fr.toml:2: werk", "theme"),
        ("everyday.toml", '\n[werk]\n"a" = 5\n', "everyday.toml:3: a", "entry"),
        ("everyday.xx.toml", f"[werk]\n{GOOD}", "everyday.xx.toml", "file name"),
        ("aliases.xx.toml", "", "aliases.xx.toml", "file name"),
        ("synoniemen.toml", "", "synoniemen.toml", "file name"),
        ("aliases.nl.toml", '"a" = { now = "b" }\n"c" = { now = 5 }\n', "aliases.nl.toml:2: c", "now"),
        ("aliases.nl.toml", 'c = "b"\n', "aliases.nl.toml:1: c", "entry"),
        ("lookalikes.toml", '"caf" = { belgian = "Groeipakket" }', "lookalikes.toml:1: caf", "belgian"),
        ("lookalikes.toml", '"caf" = { belgian = ["x"], ambiguous = 1 }', "lookalikes.toml:1: caf", "ambiguous"),
        ("terms/werk.toml", '[loon]\nnl = ["loon"]\n[job]\nfr = ["job"]\n', "terms/werk.toml:3: job", "nl"),
        ("terms/werk.toml", '\n[loon]\nnl = ["loon"]\nfr = "paie"\n', "terms/werk.toml:2: loon", "fr"),
        ("terms/werk.toml", 'loon = "loon"\n', "terms/werk.toml:1: loon", "entry"),
    ],
)
def test_what_is_broken_is_named_in_every_kind_of_list(
    tmp_path: Path, name: str, text: str, record: str, field: str
) -> None:
    assert [one[:2] for one in read(tmp_path, name, text)[1]] == [(record, field)]


def test_a_file_that_is_no_toml_keeps_the_line_that_the_parser_tells(tmp_path: Path) -> None:
    ((record, field, why),) = read(tmp_path, "everyday.fr.toml", f"[werk]\n{GOOD}{GOOD}")[1]
    assert (record, field) == ("everyday.fr.toml", "file")
    assert "(at line 3" in why


@pytest.mark.parametrize(
    ("key", "table", "found"),
    [
        ("a", "", "f:1"),
        ("b c", "", "f:2"),
        ("it's", "", "f:4"),
        ("t", "", "f:5"),
        ("a", "t", "f:7"),
        ("a", "u v", "f:9"),
        ("b", "", "f"),
        ("x", "t", "f"),
        ('say "x"', "u v", "f:10"),
        ("way", "u v", "f:11"),
    ],
)
def test_a_key_stands_on_the_first_line_of_its_table_that_opens_with_it(key: str, table: str, found: str) -> None:
    text = (
        "a = 1\n'b c' = 2\n# b = 3\n\"it's\" = 4\n[ t ] # u\nab = 5\na= 6\n"
        '["u v"]\na = 7\n"say \\"x\\"" = 8\nway.x = 9\nx = 10\n'
    )
    assert place("f", text, key, table) == found
