"""The links and members of a page are found however its keys are written, and addresses are compared as addresses."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.sources.hypermedia import absolute, links_of, members_of, origin_of

BASE = "https://ipdc.example/doc/snapshots?page=2"
TREE, HYDRA = "https://w3id.org/tree#", "http://www.w3.org/ns/hydra/core#"


@pytest.mark.parametrize(
    "document",
    [
        {"view": {"@type": "Node", "relation": [{"node": "?page=3", "@type": "GreaterThanRelation"}]}},
        {"view": {"relation": {"node": {"@id": "?page=3"}}}},
        {"view": [{"relation": [{"node": [{"@id": "?page=3"}]}]}]},
        {"relation": [{"node": "?page=3"}]},
        {"tree:view": {"tree:relation": [{"tree:node": {"@id": "?page=3"}}]}},
        {"@graph": [{"@id": BASE, "relation": ["_:b0"]}, {"@id": "_:b0", "node": "?page=3"}]},
        [{"@id": BASE, f"{TREE}relation": [{f"{TREE}node": [{"@id": "?page=3"}]}]}],
        [{"@id": BASE, f"{TREE}relation": [{"@id": "_:b0"}]}, {"@id": "_:b0", f"{TREE}node": [{"@id": "?page=3"}]}],
        {"view": {"@id": "?page=3"}},
        {"view": "?page=3"},
        {"tree:view": [{"@id": "?page=3", "@type": "tree:Node"}]},
        {"hydra:view": {"@type": "hydra:PartialCollectionView", "hydra:next": {"@id": "?page=3"}}},
        {"view": {"@type": "PartialCollectionView", "next": "?page=3"}},
        {"hydraView": {"@type": "PartialCollectionView", "hydraNext": "?page=3"}},
        [{"@id": BASE, f"{HYDRA}view": [{f"{HYDRA}next": [{"@id": "?page=3"}]}]}],
        {"next": "https://IPDC.example:443/doc/snapshots?page=3#top"},
    ],
)
def test_a_link_is_found_in_every_notation(document: Any) -> None:
    assert links_of(document, BASE) == ("https://ipdc.example/doc/snapshots?page=3",)


def test_hydra_leads_to_first_last_next_and_previous() -> None:
    view = {"hydra:first": "?page=0", "hydra:previous": "?page=1", "hydra:next": "?page=3", "hydra:last": "?page=9"}
    pages = [link.rpartition("=")[2] for link in links_of({"hydra:view": view}, BASE)]
    assert pages == ["0", "1", "3", "9"]


@pytest.mark.parametrize(
    "document",
    [
        {"@context": {"node": {"@id": "https://w3id.org/tree#node"}, "next": {"@id": "hydra:next"}}, "member": []},
        {"member": [{"@id": "https://x.example/1", "next": "?page=8", "websites": [{"node": "?page=9"}]}]},
        {"@id": BASE, "view": {"@id": BASE, "@type": "Node"}},
        {"@id": BASE, "schema:next": "?page=3", "view": {"@id": "https://elsewhere.example/", "relation": []}},
        {"view": {"relation": [{"node": "_:b3"}, {"node": None}, {"node": 5}, "x"]}},
        [],
        {},
    ],
)
def test_records_definitions_and_the_page_itself_are_no_links(document: Any) -> None:
    assert links_of(document, BASE) == ()


@pytest.mark.parametrize("key", ["member", "tree:member", f"{TREE}member", "hydra:member", "hydraMember"])
def test_members_are_found_in_every_notation(key: str) -> None:
    assert members_of({key: [{"@id": "a"}, {"@id": "b"}]}) == [{"@id": "a"}, {"@id": "b"}]
    assert members_of({key: {"@id": "a"}}) == [{"@id": "a"}]


def test_what_is_no_page_has_no_members_and_an_empty_page_has_none_yet() -> None:
    assert members_of({"naam": {"nl": "Kaart"}, "member": "ja"}) is None
    assert members_of([{"naam": {"nl": "Kaart"}}]) is None
    assert members_of({"@type": "tree:Node"}) == []
    assert members_of([{"@id": BASE, "@type": ["https://w3id.org/ldes#EventStream"]}]) == []


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("HTTP://Ipdc.Example:80/a", "http://ipdc.example/a"),
        ("https://ipdc.example:443", "https://ipdc.example/"),
        ("https://ipdc.example:8443/a#b", "https://ipdc.example:8443/a"),
        ("//ipdc.example/a", "https://ipdc.example/a"),
        (" ../a?b=C ", "https://ipdc.example/a?b=C"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_equal_addresses_are_written_alike(link: str, expected: str) -> None:
    assert absolute(BASE, link) == expected


@pytest.mark.parametrize(
    "link",
    [
        "http://ipdc.example/",
        "https://ipdc.example:444/",
        "https://ipdc.example.evil.example/",
        "https://user@ipdc.example/",
        "https://ipdc.example\\@evil.example/",
        "https://ipdc.example?@evil.example",
        "file:///etc/passwd",
        "urn:x:1",
        "http://169.254.169.254/latest/",
        "http://[broken",
    ],
)
def test_another_scheme_host_port_or_user_is_another_origin(link: str) -> None:
    if "?" in link:
        assert origin_of(absolute(BASE, link)) == origin_of(BASE)
    else:
        assert origin_of(absolute(BASE, link)) != origin_of(BASE)
