"""A site: one public body's face of the service. One TOML file each; a site without a human route is refused."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from assistant.domain.idleness import Patience
from knowledge.calendar import OpeningHours, parse_hours
from knowledge.errors import NamedFailure
from knowledge.language import LANGUAGES


class SiteError(NamedFailure):
    """A site file cannot be used; the message names the file, the field and the cure."""


@dataclass(frozen=True)
class Phone:
    """The phone line of a site."""

    number: str
    free: bool
    hours: OpeningHours


@dataclass(frozen=True)
class SiteCounter:
    """A physical counter of a site."""

    name: str
    address: str
    hours: OpeningHours
    sample: bool


_PATIENCE = {"warn_after_minutes": 10, "close_after_minutes": 5, "keep_days": 30}
"""How long a conversation waits for the citizen where the site does not say: warned, ended, erased."""


@dataclass(frozen=True)
class Site:
    """What differs between public bodies: name, languages, audience, phone, counters and patience."""

    id: str
    name: str
    languages: tuple[str, ...]
    default_language: str
    audience: str
    phone: Phone
    counters: tuple[SiteCounter, ...]
    patience: Patience
    sample: bool = False

    def language_or_default(self, language: str | None) -> str:
        """Return `language` if the site offers it, else the site's own."""
        return language if language in self.languages else self.default_language


def load_sites(folder: Path | None = None) -> dict[str, Site]:
    """Return the sites by id: the package's own, then those of `folder`, which replace them by id.

    Raises SiteError for the first file that cannot be used, so that no site starts without a way to a person.
    """
    texts = {
        entry.name: entry.read_text("utf-8")
        for entry in resources.files("assistant.sites").iterdir()
        if entry.name.endswith(".toml")
    }
    if folder is not None:
        texts |= {file.name: file.read_text("utf-8") for file in sorted(folder.glob("*.toml"))}
    sites = [parse_site(name, text) for name, text in texts.items()]
    return {site.id: site for site in sites}


def parse_site(name: str, text: str) -> Site:
    """Read one site file; `name` is for messages. Raises SiteError."""
    try:
        data = tomllib.loads(text)
        return _site(data)
    except KeyError as error:
        raise SiteError(f"{name}: {error.args[0]} is missing. Every site needs a phone and a counter.") from None
    except (ValueError, TypeError) as error:
        raise SiteError(f"{name}: {error}") from None


def _site(data: dict[str, Any]) -> Site:
    phone, languages = data["phone"], tuple(data["languages"])
    if not isinstance(phone, dict):
        raise ValueError("phone must be a table with number and hours.")
    if not str(phone["number"]).strip():
        raise ValueError("phone.number is empty. Every site needs a phone.")
    if not data["counters"]:
        raise ValueError("counters is empty. Every site needs a counter.")
    if unknown := [code for code in (*languages, data["default_language"]) if code not in LANGUAGES]:
        raise ValueError(f"languages: {unknown[0]!r} has no interface words ({', '.join(LANGUAGES)})")
    if data["default_language"] not in languages:
        raise ValueError(f"default_language: {data['default_language']!r} is not one of languages.")
    hours = parse_hours(phone["hours"])
    if not any(hours.weekly):
        raise ValueError("phone.hours: the phone never opens. Every site needs a phone that is answered.")
    return Site(
        id=data["id"],
        name=data["name"],
        languages=languages,
        default_language=data["default_language"],
        audience=data.get("audience", "Burger"),
        phone=Phone(str(phone["number"]), bool(phone.get("free", False)), hours),
        counters=tuple(
            SiteCounter(entry["name"], entry["address"], parse_hours(entry["hours"]), bool(entry.get("sample", False)))
            for entry in data["counters"]
        ),
        patience=_patience(data.get("conversation", {})),
        sample=bool(data.get("sample", False)),
    )


def _patience(given: dict[str, Any]) -> Patience:
    if unknown := sorted(set(given) - set(_PATIENCE)):
        raise ValueError(f"conversation.{unknown[0]} is not known; known: {', '.join(_PATIENCE)}.")
    value = _PATIENCE | given
    for name, number in value.items():
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number <= 10_000:
            raise ValueError(f"conversation.{name}: {number!r} is not a number above 0 and up to 10000.")
    return Patience(
        timedelta(minutes=value["warn_after_minutes"]),
        timedelta(minutes=value["close_after_minutes"]),
        timedelta(days=value["keep_days"]),
    )
