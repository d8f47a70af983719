"""One IPDC record (compact keys of the information model) as a `PublicService`, every field kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from ingest.report import RecordError
from ingest.sources.ipdc import source_id
from ingest.staff import mask_staff
from knowledge.richtext import clean_html
from knowledge.services import (
    Address,
    AuthorityLevel,
    ContactPoint,
    Described,
    Evidence,
    LegalResource,
    LocalizedText,
    PublicService,
    Requirement,
    Rule,
    Website,
)

_LEVELS = {
    "europees": AuthorityLevel.EUROPEAN,
    "federaal": AuthorityLevel.FEDERAL,
    "vlaams": AuthorityLevel.FLEMISH,
    "provinciaal": AuthorityLevel.PROVINCIAL,
    "lokaal": AuthorityLevel.LOCAL,
    "derden": AuthorityLevel.THIRD_PARTY,
}
_NANOSECONDS = re.compile(r"(\.\d{6})\d+")
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


def to_service(record: dict[str, Any], where: str) -> PublicService:
    """Return the service that `record` describes; raises RecordError naming the field that cannot be used."""
    if any("Concept" in str(kind) for kind in _list(record.get("@type"))):
        raise RecordError(where, "@type", "A concept is a template for services, not a service: import its instances.")
    read = _Reader(record, where)
    title = read.text("naam", required=True)
    return PublicService(
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
        type=_code(record.get("type") or ""),
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
        related=tuple(part.plain("productnummer") or part.plain("id") for part in read.parts("verwanteProducten")),
        concept=_code(record.get("linkedConcept") or ""),
        version_of=_reference(record.get("isVersionOf") or record.get("@id") or ""),
        url=link.plain("url") if (link := read.part("publicatieLink")) else "",
        starts=read.moment("startDienstVerlening"),
        ends=read.moment("eindeDienstVerlening"),
        created=read.moment("creatie"),
        modified=read.moment("laatstGewijzigd"),
        generated_at=read.moment("generatedAtTime"),
        archived=str(record.get("gearchiveerd", False)).lower() == "true",
        extra={key: value for key, value in record.items() if key not in _MAPPED},
    )


class _Reader:
    """Reads typed fields from one object of the record; every complaint names the full path of the field."""

    def __init__(self, data: dict[str, Any], where: str, path: str = "") -> None:
        self._data, self._where, self._path = data, where, path

    def text(self, key: str, *, required: bool = False) -> LocalizedText:
        """A language-tagged plain text; a bare string counts as Dutch."""
        value = self._data.get(key)
        if isinstance(value, str):
            value = {"nl": value}
        if value is not None and not isinstance(value, dict):
            raise self._error(key, f"Expected texts per language, found {type(value).__name__}.")
        texts = {
            _tag(tag): mask_staff(words.strip()) for tag, words in (value or {}).items() if self._is_text(key, words)
        }
        if required and not texts:
            raise self._error(key, "This field is required and has no text in any language.")
        return texts

    def html(self, key: str, *, required: bool = False) -> LocalizedText:
        """A language-tagged HTML text, cleaned; the line ends that editors type inside paragraphs are kept."""
        return {
            tag: clean_html(words.replace("\n", "<br>")) for tag, words in self.text(key, required=required).items()
        }

    def parts(self, key: str) -> list[_Reader]:
        """The objects of a list field in the order of their `order` (sh:order), then of the source."""
        value = self._data.get(key)
        found = _list(value)
        for part in found:
            if not isinstance(part, dict):
                raise self._error(key, f"Expected objects, found {type(part).__name__}.")
        readers = [_Reader(part, self._where, f"{self._path}{key}[{i}].") for i, part in enumerate(found)]
        return sorted(readers, key=lambda reader: reader.order())

    def part(self, key: str) -> _Reader | None:
        found = self.parts(key)
        return found[0] if found else None

    def order(self) -> float:
        value = self._data.get("order")
        try:
            return float(value) if value is not None else float("inf")
        except (TypeError, ValueError):
            raise self._error("order", f"Expected a number, found {value!r}.") from None

    def plain(self, key: str) -> str:
        value = self._data.get(key)
        if value is not None and not isinstance(value, str | int | float):
            raise self._error(key, f"Expected text, found {type(value).__name__}.")
        return mask_staff(str(value).strip()) if value is not None else ""

    def codes(self, key: str) -> tuple[str, ...]:
        return tuple(_code(value) for value in _list(self._data.get(key)) if value)

    def levels(self, key: str) -> tuple[AuthorityLevel, ...]:
        codes = self.codes(key)
        if unknown := [code for code in codes if code.lower() not in _LEVELS]:
            raise self._error(key, f"{unknown[0]!r} is not a level of government ({', '.join(_LEVELS)}).")
        return tuple(_LEVELS[code.lower()] for code in codes)

    def keywords(self, key: str) -> dict[str, tuple[str, ...]]:
        value = self._data.get(key) or {}
        if isinstance(value, list):
            value = {"nl": value}
        if not isinstance(value, dict):
            raise self._error(key, f"Expected words per language, found {type(value).__name__}.")
        return {_tag(tag): tuple(str(word).strip() for word in _list(words)) for tag, words in value.items()}

    def moment(self, key: str) -> datetime | None:
        value = self._data.get(key)
        if value in (None, ""):
            return None
        try:
            # IPDC writes nanoseconds; Python reads microseconds.
            moment = datetime.fromisoformat(_NANOSECONDS.sub(r"\1", str(value)))
        except ValueError:
            raise self._error(key, f"{value!r} is not a date and time in ISO 8601.") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _is_text(self, key: str, words: Any) -> bool:
        if words is not None and not isinstance(words, str):
            raise self._error(key, f"Expected text, found {type(words).__name__}.")
        return bool(words and words.strip())

    def _error(self, key: str, why: str) -> RecordError:
        return RecordError(self._where, f"{self._path}{key}", why)


def _requirement(part: _Reader) -> Requirement:
    evidence = part.part("bewijs")
    return Requirement(
        part.text("naam"),
        part.html("beschrijving"),
        Evidence(evidence.text("naam"), evidence.html("beschrijving")) if evidence else None,
    )


def _described(part: _Reader) -> Described:
    return Described(part.text("naam"), part.html("beschrijving"))


def _website(part: _Reader) -> Website:
    return Website(part.text("naam"), part.html("beschrijving"), part.plain("url"))


def _contact(part: _Reader) -> ContactPoint:
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


def _tag(tag: str) -> str:
    """Language tags in IPDC's own letter case; LPDC writes the same ones in lower case."""
    return tag.replace("-be-", "-BE-")


def _reference(value: Any) -> str:
    return str(value.get("@id") or value.get("id") or "") if isinstance(value, dict) else str(value)


def _code(value: Any) -> str:
    """The last part of a code's IRI, or the code itself."""
    return _reference(value).rstrip("/").rsplit("/", 1)[-1]


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
