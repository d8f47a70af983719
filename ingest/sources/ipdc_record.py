"""One IPDC record (compact keys of the information model) as a `PublicService`, every field kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from ingest.report import RecordError
from ingest.sources.ipdc import source_id
from ingest.sources.ipdc_fields import Fields, as_list
from ingest.staff import mask_staff_within
from knowledge.services import (
    Address,
    ContactPoint,
    Described,
    Evidence,
    LegalResource,
    LocalizedText,
    PublicService,
    Requirement,
    Rule,
    Website,
    localized,
)

_MAPPED = frozenset(
    """
    @id @type id naam beschrijving verdereBeschrijving uitzonderingen regelgevingTekst contactBeschrijving voorwaarden
    procedures kosten financieleVoordelen websites regelgeving contactgegevens type themas doelgroepen zoektermen
    geografischToepassingsgebieden bevoegdeOverheden bevoegdBestuursniveaus uitvoerendeOverheden
    uitvoerendBestuursniveaus contactOverheden publicatiekanalen yourEuropeCategorieen talen verwanteProducten
    linkedConcept isVersionOf publicatieLink startDienstVerlening eindeDienstVerlening creatie laatstGewijzigd
    generatedAtTime gearchiveerd productnummer productID
    """.split()  # noqa: SIM905 - a list of 35 names reads better as text
)

_BESIDE = {
    "publicatieLink": ("naam",),
    "verwanteProducten": ("id", "productnummer", "type"),
    "regelgeving": ("id", "@id"),
}
"""What parts of the record say beside what has a field in the service."""


def to_service(record: dict[str, Any], where: str) -> PublicService:
    """Return the service that `record` describes; raises RecordError naming the field that cannot be used."""
    if any("Concept" in str(kind) for kind in as_list(record.get("@type"))):
        raise RecordError(where, "@type", "A concept is a template for services, not a service: import its instances.")
    read = Fields(record, where)
    title = read.text("naam", required=True)
    service = PublicService(
        source="ipdc",
        source_id=source_id(record, where),
        title=title,
        description=read.html("beschrijving", required=True),
        additional_description=read.html("verdereBeschrijving"),
        exceptions=read.html("uitzonderingen"),
        regulation=read.html("regelgevingTekst"),
        contact_description=read.html("contactBeschrijving"),
        requirements=tuple(_requirement(part) for part in read.parts("voorwaarden")),
        rules=tuple(
            Rule(part.text("naam"), part.html("beschrijving"), tuple(_website(site) for site in part.parts("websites")))
            for part in read.parts("procedures")
        ),
        costs=tuple(_described(part) for part in read.parts("kosten")),
        financial_advantages=tuple(_described(part) for part in read.parts("financieleVoordelen")),
        websites=tuple(_website(part) for part in read.parts("websites")),
        legal_resources=tuple(
            LegalResource(part.text("naam"), part.html("beschrijving"), part.plain("url"))
            for part in read.parts("regelgeving")
        ),
        contact_points=tuple(_contact(part) for part in read.parts("contactgegevens")),
        extra=mask_staff_within(_extra(record)),
    )
    return _with_life(_with_codes(service, read), read)


def _with_codes(service: PublicService, read: Fields) -> PublicService:
    """What the code lists say: type, themes, audience, places, bodies and levels."""
    return replace(
        service,
        type=read.code("type"),
        themes=read.codes("themas"),
        audience=read.codes("doelgroepen"),
        keywords=read.keywords("zoektermen"),
        spatial=read.codes("geografischToepassingsgebieden"),
        competent_authorities=read.codes("bevoegdeOverheden"),
        competent_levels=read.levels("bevoegdBestuursniveaus"),
        executing_authorities=read.codes("uitvoerendeOverheden"),
        executing_levels=read.levels("uitvoerendBestuursniveaus"),
        contact_authorities=read.codes("contactOverheden"),
        publication_media=read.codes("publicatiekanalen"),
        your_europe_categories=read.codes("yourEuropeCategorieen"),
        service_languages=read.codes("talen"),
    )


def _with_life(service: PublicService, read: Fields) -> PublicService:
    """Where the description comes from and leads to, and from when to when it holds."""
    return replace(
        service,
        related=tuple(part.plain("productnummer") or part.plain("id") for part in read.parts("verwanteProducten")),
        concept=read.code("linkedConcept"),
        version_of=read.reference("isVersionOf") or read.reference("@id"),
        url=link.plain("url") if (link := read.part("publicatieLink")) else "",
        starts=read.moment("startDienstVerlening"),
        ends=read.moment("eindeDienstVerlening"),
        created=read.moment("creatie"),
        modified=read.moment("laatstGewijzigd"),
        generated_at=read.moment("generatedAtTime"),
        archived=read.truth("gearchiveerd"),
    )


def generated_at(record: dict[str, Any], where: str) -> datetime | None:
    """Return the moment of this snapshot; raises RecordError if it is no moment."""
    return Fields(record, where).moment("generatedAtTime")


def _requirement(part: Fields) -> Requirement:
    proofs = [Evidence(proof.text("naam"), proof.html("beschrijving")) for proof in part.parts("bewijs")]
    evidence = Evidence(
        _joined([proof.title for proof in proofs], ", "), _joined([proof.description for proof in proofs], "<br>")
    )
    return Requirement(part.text("naam"), part.html("beschrijving"), evidence if proofs else None)


def _joined(texts: list[LocalizedText], mark: str) -> LocalizedText:
    """All texts in each of their variants; a text without that variant is taken in the best one of its language."""
    tags = dict.fromkeys(tag for text in texts for tag in text)
    found = {tag: [text.get(tag) or localized(text, tag.split("-")[0]) for text in texts] for tag in tags}
    return {tag: mark.join(words for words in parts if words) for tag, parts in found.items()}


def _described(part: Fields) -> Described:
    return Described(part.text("naam"), part.html("beschrijving"))


def _website(part: Fields) -> Website:
    return Website(part.text("naam"), part.html("beschrijving"), part.plain("url"))


def _contact(part: Fields) -> ContactPoint:
    address = part.part("adres")
    return ContactPoint(
        part.plain("email"),
        part.plain("telefoonnummer"),
        part.plain("url"),
        part.plain("openingsuren"),
        Address(
            address.text("straatnaam"),
            address.plain("huisnummer"),
            address.plain("busnummer"),
            address.plain("postcode"),
            address.text("gemeentenaam"),
            address.text("land"),
        )
        if address
        else None,
    )


def _extra(record: dict[str, Any]) -> dict[str, Any]:
    """What the service has no field for, under the source's own keys."""
    extra = {key: value for key, value in record.items() if key not in _MAPPED}
    for key, names in _BESIDE.items():
        parts = [{name: part[name] for name in names if name in part} for part in as_list(record.get(key))]
        if any(parts):
            extra[key] = parts
    return extra
