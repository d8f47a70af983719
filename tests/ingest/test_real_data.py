"""The real catalogue and the small real files come in whole, and no staff address comes with them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from ingest.report import ImportReport
from ingest.staff import is_personal
from ingest.sync import import_ipdc
from ingest.units import units
from knowledge.pages import PageState
from knowledge.services import PublicService
from knowledge.store.pages import Pages
from tests.ingest.conftest import AT, RealImport

ADDRESS = re.compile(r"(?<![\w.+'-])[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
NAME_AT_LV = re.compile(r"[a-z]+\.[a-z]+@lv\.vlaanderen\.be")
FUNCTIONAL = {"inkomenssteun.aangiftes@lv.vlaanderen.be"}
"""The one mailbox of a service in the catalogue that has the form of a name."""


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.withdrawn, len(report.refused)


def test_every_service_of_the_catalogue_becomes_a_page(real: RealImport) -> None:
    assert counts(real.report) == (862, 0, 0, 23, 0)
    assert len(real.pages) == 885
    assert sum(page.state is PageState.WITHDRAWN for page in real.pages) == 23
    assert all(page.service.sections for page in real.pages)


def test_the_parts_of_the_catalogue_are_all_there(real: RealImport) -> None:
    services = [page.service for page in real.pages]
    found = {
        "rules": sum(len(service.rules) for service in services),
        "requirements": sum(len(service.requirements) for service in services),
        "evidence": sum(one.evidence is not None for service in services for one in service.requirements),
        "costs": sum(len(service.costs) for service in services),
        "advantages": sum(len(service.financial_advantages) for service in services),
        "websites": sum(len(service.websites) for service in services),
        "laws": sum(len(service.legal_resources) for service in services),
        "contacts": sum(len(service.contact_points) for service in services),
        "related": sum(len(service.related) for service in services),
    }
    assert found == {
        **{"rules": 501, "requirements": 498, "evidence": 100, "costs": 141, "advantages": 207},
        **{"websites": 466, "laws": 73, "contacts": 14, "related": 207},
    }


def test_every_page_has_dutch_and_only_clean_html(real: RealImport) -> None:
    for page in real.pages:
        assert page.service.languages[0] == "nl"
        text = "".join(page.service.description.values())
        assert not re.search(r"<(script|style|del|u|b|i)\b|\s(style|class|onclick)=", text), page.page_id


def test_no_address_of_a_member_of_staff_is_stored_anywhere(real: RealImport, shared_data: Path) -> None:
    raw = gzip.decompress((shared_data / "ipdc" / "services_raw.jsonl.gz").read_bytes()).decode()
    stored = TypeAdapter(list[PublicService]).dump_json([page.service for page in real.pages]).decode()
    before, after = set(ADDRESS.findall(raw)), set(ADDRESS.findall(stored))
    assert len([one for one in before if is_personal(one)]) >= 6
    assert [one for one in after if is_personal(one)] == []
    assert {one for one in before if NAME_AT_LV.fullmatch(one)} > FUNCTIONAL
    assert {one for one in after if NAME_AT_LV.fullmatch(one)} == FUNCTIONAL


def test_sections_of_real_pages_hold_all_their_sentences_in_order(real: RealImport) -> None:
    for page in real.pages[::25]:
        service = page.service
        for language in service.languages:
            in_sections = [
                sentence.text
                for section in service.sections
                if section.language == language
                for sentence in section.sentences
            ]
            assert in_sections == [one.text for unit in units(service, language) for one in unit.sentences]


def test_the_links_of_real_texts_are_all_in_their_sections(real: RealImport) -> None:
    lost = []
    for page in real.pages:
        linked = {link.url for section in page.service.sections for one in section.sentences for link in one.links}
        texts = [page.service.description, page.service.regulation, *(rule.description for rule in page.service.rules)]
        for text in texts:
            wanted = re.findall(r'<a href="([^"]+)">[^<]*\w', text.get("nl-BE-x-formal") or text.get("nl", ""))
            lost += [(page.source_id, url) for url in wanted if url.replace("&amp;", "&") not in linked]
    assert lost == []


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("ipdc_stub", (5, 0, 0, 1, 2)),
        ("ipdc_stub/concepts", (0, 0, 0, 0, 2)),
        ("ipdc_stub/instance_snapshots", (5, 0, 0, 1, 0)),
        ("lpdc_instances", (4, 0, 0, 0, 0)),
        ("ipdc/ldes_pages", (59, 0, 0, 0, 0)),
    ],
)
def test_the_small_real_files_give_what_they_hold(
    pages: Pages, shared_data: Path, folder: str, expected: tuple[int, ...]
) -> None:
    report = import_ipdc(pages, [shared_data / folder], AT)
    assert counts(report) == expected
    assert {refused.field for refused in report.refused} <= {"@type"}


def test_a_stream_keeps_the_newest_snapshot_and_withdraws_what_was_archived(pages: Pages, shared_data: Path) -> None:
    import_ipdc(pages, [shared_data / "ipdc_stub" / "instance_snapshots"], AT)
    updated = pages.find("c0d6bf9a-fcc4-4d46-beb6-3f4d80f03bf3")
    archived = pages.find("2e018424-7af6-4798-8026-0e627a8694d8")
    assert updated is not None
    assert archived is not None
    assert updated.service.title == {"nl-BE-x-informal": "Minimalistische instantie updatet"}
    assert (archived.state, archived.revision) == (PageState.WITHDRAWN, 1)


def test_an_instance_as_linked_data_has_its_parts_in_their_order(pages: Pages, shared_data: Path) -> None:
    import_ipdc(pages, [shared_data / "lpdc_instances"], AT)
    ordered = pages.find("802171fa-b778-45a1-8be2-67b21de71248")
    assert ordered is not None
    costs = [cost.title["nl-BE-x-informal"] for cost in ordered.service.costs]
    assert costs == ["Kost 1", "Kost 3", "Kost 4"]
    certificate = pages.find("1496")
    assert certificate is not None
    assert certificate.service.title == {"en": "Adoption certificate", "nl": "Akte van adoptie"}
    assert certificate.service.requirements[0].evidence is not None
    address = certificate.service.contact_points[0].address
    assert address is not None
    assert address.municipality["nl"]
