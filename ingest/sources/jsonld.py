"""Expanded JSON-LD of the IPDC-LPDC model, read back into the model's own compact keys.

The table is the published context of `Informatievlaanderen/ipdc-lpdc` (ipdc-lpdc-im.jsonld), IRIs shortened to what
follows the last ``#`` or ``/``: unique within a node type.
"""

from __future__ import annotations

from typing import Any

_SERVICE = {
    "title": "naam",
    "description": "beschrijving",
    "additionalDescription": "verdereBeschrijving",
    "exception": "uitzonderingen",
    "regulation": "regelgevingTekst",
    "hasLegalResource": "regelgeving",
    "hasRequirement": "voorwaarden",
    "hasSupportingEvidence": "bewijs",
    "cpsv#follows": "procedures",
    "cpsv#produces": "financieleVoordelen",
    "hasCost": "kosten",
    "seeAlso": "websites",
    "hasWebsite": "websites",
    "hasContactPoint": "contactgegevens",
    "competentAuthorityLevel": "bevoegdBestuursniveaus",
    "hasCompetentAuthority": "bevoegdeOverheden",
    "executingAuthorityLevel": "uitvoerendBestuursniveaus",
    "hasExecutingAuthority": "uitvoerendeOverheden",
    "spatial": "geografischToepassingsgebieden",
    "type": "type",
    "thematicArea": "themas",
    "targetAudience": "doelgroepen",
    "keyword": "zoektermen",
    "publicationMedium": "publicatiekanalen",
    "yourEuropeCategory": "yourEuropeCategorieen",
    "language": "talen",
    "startDate": "startDienstVerlening",
    "endDate": "eindeDienstVerlening",
    "created": "creatie",
    "dateCreated": "creatie",
    "dateModified": "laatstGewijzigd",
    "generatedAtTime": "generatedAtTime",
    "isVersionOf": "isVersionOf",
    "isArchived": "gearchiveerd",
    "productID": "productnummer",
    "source": "linkedConcept",
    "createdBy": "aangemaaktDoor",
    "conceptTag": "tags",
    "instanceTag": "tags",
    "order": "order",
    "url": "url",
    "email": "email",
    "telephone": "telefoonnummer",
    "openingHours": "openingsuren",
    "address": "adres",
    "Straatnaam": "straatnaam",
    "Adresvoorstelling.huisnummer": "huisnummer",
    "Adresvoorstelling.busnummer": "busnummer",
    "postcode": "postcode",
    "gemeentenaam": "gemeentenaam",
    "land": "land",
}
_SINGLE = {
    *("type", "startDienstVerlening", "eindeDienstVerlening", "creatie", "laatstGewijzigd", "generatedAtTime"),
    *("isVersionOf", "gearchiveerd", "productnummer", "linkedConcept", "aangemaaktDoor", "order", "url", "email"),
    *("telefoonnummer", "openingsuren", "adres", "huisnummer", "busnummer", "postcode", "bewijs"),
}
_KEYWORDS = "zoektermen"


def is_expanded(document: Any) -> bool:
    """Whether a JSON document is a list of expanded JSON-LD nodes."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(node, dict) and "@id" in node and any(":" in key for key in node) for node in document)
    )


def compact(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one compact record for each public-service node, linked nodes embedded, unknown predicates by IRI."""
    by_id = {node["@id"]: node for node in nodes}
    services = [node for node in nodes if any("PublicService" in kind for kind in node.get("@type", []))]
    return [_compact_node(node, by_id, frozenset({node["@id"]})) for node in services]


def _compact_node(node: dict[str, Any], by_id: dict[str, dict[str, Any]], path: frozenset[str]) -> dict[str, Any]:
    record: dict[str, Any] = {"@id": node["@id"], "@type": [kind.split("#")[-1] for kind in node.get("@type", [])]}
    for iri, values in node.items():
        if iri.startswith("@"):
            continue
        key = _SERVICE.get(iri.rsplit("/", 1)[-1]) or _SERVICE.get(iri.rsplit("/", 1)[-1].split("#")[-1], iri)
        record[key] = _compact_values(key, values, by_id, path)
    return record


def _compact_values(key: str, values: Any, by_id: dict[str, dict[str, Any]], path: frozenset[str]) -> Any:
    values = values if isinstance(values, list) else [values]
    if values and all(isinstance(value, dict) and "@language" in value for value in values):
        texts: dict[str, Any] = {}
        for value in values:
            if key == _KEYWORDS:
                texts.setdefault(value["@language"], []).append(value["@value"])
            else:
                texts[value["@language"]] = value["@value"]
        return texts
    plain = [_compact_value(value, by_id, path) for value in values]
    return plain[0] if key in _SINGLE and plain else plain


def _compact_value(value: Any, by_id: dict[str, dict[str, Any]], path: frozenset[str]) -> Any:
    if not isinstance(value, dict):
        return value
    if "@value" in value:
        return value["@value"]
    target = value.get("@id", "")
    # A node that points back to where we came from stays a reference: a graph may have cycles.
    if target in by_id and target not in path:
        return _compact_node(by_id[target], by_id, path | {target})
    return target
