"""Expanded JSON-LD of the IPDC-LPDC model, read back into the model's own compact keys.

The table is the published context of `Informatievlaanderen/ipdc-lpdc` (ipdc-lpdc-im.jsonld), IRIs shortened to what
follows the last ``#`` or ``/``: unique within a node type.
"""

from __future__ import annotations

import re
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
_RECORD = re.compile("PublicService|activitystreams#(Delete|Tombstone)$")
"""Types of the nodes that become records."""
_KEYWORDS = "zoektermen"
_TEXTS = {
    *("naam", "beschrijving", "verdereBeschrijving", "uitzonderingen", "regelgevingTekst", "contactBeschrijving"),
    *("straatnaam", "gemeentenaam", "land", _KEYWORDS),
}
_DEEPEST = 8
"""Nodes in nodes that are embedded; the model needs three, and a graph may link everything to everything."""


def is_expanded(document: Any) -> bool:
    """Whether a JSON document is a list of expanded JSON-LD nodes."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(node, dict) and isinstance(node.get("@id"), str) for node in document)
        and all(any(":" in key for key in node) for node in document)
    )


def compact(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one compact record for each service or deletion, linked nodes embedded, unknown predicates by IRI."""
    by_id = {node["@id"]: node for node in nodes}
    services = [node for node in nodes if any(_RECORD.search(kind) for kind in _types(node))]
    return [_compact_node(node, by_id, (node["@id"],)) for node in services]


def _compact_node(node: dict[str, Any], by_id: dict[str, dict[str, Any]], path: tuple[str, ...]) -> dict[str, Any]:
    record: dict[str, Any] = {"@id": node["@id"]} if "@id" in node else {}
    record["@type"] = [kind.split("#")[-1] for kind in _types(node)]
    for iri, values in node.items():
        if iri.startswith("@"):
            continue
        key = _SERVICE.get(iri.rsplit("/", 1)[-1]) or _SERVICE.get(iri.rsplit("/", 1)[-1].split("#")[-1], iri)
        record[key] = _compact_values(key, values if isinstance(values, list) else [values], by_id, path)
    return record


def _compact_values(key: str, values: list[Any], by_id: dict[str, dict[str, Any]], path: tuple[str, ...]) -> Any:
    literals = [value for value in values if isinstance(value, dict) and "@value" in value]
    if values and literals == values and (key in _TEXTS or all("@language" in value for value in values)):
        texts: dict[str, Any] = {}
        for value in literals:
            # As in a compact record, a text without a language is Dutch.
            language = str(value.get("@language", "nl"))
            if key == _KEYWORDS:
                texts.setdefault(language, []).append(value["@value"])
            else:
                texts[language] = value["@value"]
        return texts
    plain = [_compact_value(value, by_id, path) for value in values]
    # Some sources give a website several addresses; the model has room for one, but for all the evidence.
    return plain[0] if plain and key in _SINGLE and (len(plain) == 1 or key != "bewijs") else plain


def _compact_value(value: Any, by_id: dict[str, dict[str, Any]], path: tuple[str, ...]) -> Any:
    if not isinstance(value, dict):
        return value
    if "@value" in value:
        return value["@value"]
    target = str(value.get("@id", ""))
    # A node that points back to where we came from stays a reference: a graph may have cycles.
    if (target and target in path) or len(path) > _DEEPEST:
        return target or value
    node = by_id.get(target) or (value if any(not key.startswith("@") for key in value) else None)
    return _compact_node(node, by_id, (*path, target)) if node else target


def _types(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type", [])
    return [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])]
