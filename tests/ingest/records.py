"""Records to import: the smallest one that is accepted, one with every key of the model, and files that hold them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def record(number: str = "1", **fields: Any) -> Record:
    """The smallest record that becomes a page, with `fields` added or replaced."""
    return {
        "productnummer": number,
        "naam": {"nl": f"Parkeerkaart {number}"},
        "beschrijving": {"nl": "<p>U krijgt een kaart.</p>"},
        **fields,
    }


def write(folder: Path, name: str, content: object) -> Path:
    """Write `content` under `name`: bytes as they are, a list of records a line each for .jsonl, else JSON."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        data = content
    elif ".jsonl" in name or ".ndjson" in name:
        assert isinstance(content, list)
        data = "".join(f"{json.dumps(one)}\n" for one in content).encode()
    else:
        data = json.dumps(content).encode()
    file.write_bytes(gzip.compress(data) if name.endswith(".gz") and not isinstance(content, bytes) else data)
    return file


COMPLETE: Record = {
    "@id": "https://ipdc.example/id/instantiesnapshot/5ce2",
    "@type": "InstantieSnapshot",
    "id": "5ce2",
    "isVersionOf": "https://ipdc.example/id/instantie/5b57",
    "productnummer": "215",
    "naam": {"nl": " Premie ", "nl-BE-x-formal": "Premie u", "en-x-generated": "Grant"},
    "beschrijving": {"nl": "<p>Kort.</p>"},
    "verdereBeschrijving": {"nl": "<p>Lang.</p>"},
    "uitzonderingen": {"nl": "<p>Behalve zo.</p>"},
    "regelgevingTekst": {"nl": "<p>Het decreet.</p>"},
    "contactBeschrijving": {"nl": "<p>Bel ons.</p>"},
    "voorwaarden": [
        {
            "naam": {"nl": "Leeftijd"},
            "beschrijving": {"nl": "<p>U bent 18.</p>"},
            "bewijs": {"naam": {"nl": "Kaart"}, "beschrijving": {"nl": "<p>Uw kaart.</p>"}},
            "order": 0,
        }
    ],
    "procedures": [
        {"naam": {"nl": "Dan"}, "beschrijving": {"nl": "<p>Wacht.</p>"}, "order": 2},
        {
            "naam": {"nl": "Eerst"},
            "beschrijving": {"nl": "<p>Vraag aan.</p>"},
            "websites": [{"naam": {"nl": "Loket"}, "beschrijving": {"nl": "Hier"}, "url": "https://loket.example"}],
            "order": 1,
        },
    ],
    "kosten": [{"naam": {"nl": "Prijs"}, "beschrijving": {"nl": "<p>5 euro.</p>"}, "order": 0}],
    "financieleVoordelen": [{"naam": {"nl": "Bedrag"}, "beschrijving": {"nl": "<p>50 euro.</p>"}, "order": 0}],
    "websites": [{"naam": {"nl": "Meer"}, "beschrijving": {"nl": "Uitleg"}, "url": "https://meer.example", "order": 0}],
    "regelgeving": [
        {"naam": {"nl": "Decreet"}, "beschrijving": {"nl": "Tekst"}, "url": "https://codex.example", "id": "03aa"}
    ],
    "contactgegevens": [
        {
            "email": "info@loket.example",
            "telefoonnummer": "1700",
            "url": "https://contact.example",
            "openingsuren": "ma-vr 9-17",
            "adres": {
                "straatnaam": {"nl": "Kerkstraat"},
                "huisnummer": "1",
                "busnummer": "A",
                "postcode": "8000",
                "gemeentenaam": {"nl": "Brugge"},
                "land": {"nl": "België"},
            },
            "order": 0,
        }
    ],
    "type": "FinancieelVoordeel",
    "themas": ["BouwenWonen", "https://ipdc.example/id/concept/Thema/MilieuEnergie"],
    "doelgroepen": ["Burger"],
    "zoektermen": {"nl": ["premie", " steun "], "nl-be-x-informal": ["geld"]},
    "geografischToepassingsgebieden": ["BE2"],
    "bevoegdeOverheden": [{"id": "OVO1", "@id": "OVO1"}],
    "bevoegdBestuursniveaus": ["Vlaams", "Federaal"],
    "uitvoerendeOverheden": ["http://data.example/id/bestuurseenheden/OVO2"],
    "uitvoerendBestuursniveaus": ["Lokaal", "Provinciaal", "Derden", "Europees"],
    "contactOverheden": [{"@id": "OVO3"}],
    "publicatiekanalen": ["YourEurope"],
    "yourEuropeCategorieen": ["VoertuigenParkeren"],
    "talen": ["nl", "fr"],
    "verwanteProducten": [
        {"id": "01bc", "productnummer": "1939", "type": "HeeftDeel", "order": 0},
        {"id": "01bd", "order": 1},
    ],
    "linkedConcept": "https://ipdc.example/id/concept/705d",
    "publicatieLink": {"naam": {"nl": "Lees meer"}, "url": "https://pagina.example"},
    "startDienstVerlening": "2019-04-13T00:00:00Z",
    "eindeDienstVerlening": "2030-01-01T01:00:00+01:00",
    "creatie": "2011-10-06T10:15:10",
    "laatstGewijzigd": "2023-04-17",
    "generatedAtTime": "2024-08-21T07:20:51.894670097Z",
    "gearchiveerd": True,
    "laatstOntvangen": "2024-08-21T07:20:51Z",
    "metadata": {"uJeVersie": "36.3.0"},
}
"""One record with every key that the importer knows, and two (`laatstOntvangen`, `metadata`) that it does not."""
