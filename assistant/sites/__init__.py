"""A site: one public body's face of the service. One TOML file each; a site without a human route is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from assistant.domain.idleness import Patience
from assistant.sites.desk import Desk, parse_desk
from assistant.sites.embed import Embed, parse_embed
from assistant.sites.language_policy import LanguagePolicy, check_languages, policy_of
from assistant.sites.style import Style, parse_style
from knowledge.calendar import OpeningHours, parse_hours
from knowledge.closing_days import ClosingDays
from knowledge.counters import Counter, CounterDirectory, load_counters
from knowledge.errors import NamedFailure
from knowledge.language import LANGUAGES
from knowledge.services import PublicService
from knowledge.text import fold


class SiteError(NamedFailure):
    """A site file cannot be used; the message names the file, the field and the cure."""


@dataclass(frozen=True)
class Phone:
    """The phone line of a site; `checked_on` is the day on which its hours were last looked up."""

    number: str
    free: bool
    hours: OpeningHours
    checked_on: date | None = None


@dataclass(frozen=True)
class SiteCounter:
    """A physical counter of a site; `sample` is made up, `sample_hours` are hours that are.

    `id` is that of the directory, empty where the counter is not in it.
    """

    name: str
    address: str
    hours: OpeningHours
    sample: bool
    sample_hours: bool = False
    id: str = ""

    @classmethod
    def of(cls, counter: Counter) -> SiteCounter:
        """Return a counter of the directory as one of a site."""
        hours, sample = counter.hours, counter.sample_hours
        return cls(counter.name, counter.address, hours, sample=sample, sample_hours=sample, id=counter.id)


@dataclass(frozen=True)
class Scope:
    """What a site is about: a preference among pages that are about as good, never a filter on them."""

    themes: frozenset[str] = frozenset()
    authorities: frozenset[str] = frozenset()
    municipality: str = ""

    def prefers(self, service: PublicService) -> bool:
        """Whether a service is one of the site's own subjects."""
        bodies = (*service.competent_authorities, *service.executing_authorities)
        return not self.themes.isdisjoint(service.themes) or any(fold(body) in self.authorities for body in bodies)


_FIELDS = {
    *("id", "name", "sample", "default_language", "languages", "language_policy", "form_of_address", "audience"),
    *("style", "scope", "conversation", "phone", "counters", "desk", "embed"),
}
_FORMS = ("u", "je")
_PATIENCE = {"warn_after_minutes": 10, "close_after_minutes": 5, "keep_days": 30}
"""How long a conversation waits for the citizen where the site does not say: warned, ended, erased."""


@dataclass(frozen=True)
class Site:
    """What differs between public bodies.

    `form_of_address` is how the body speaks to citizens, u or je; the words of this program are in the u-form.
    """

    id: str
    name: str
    languages: tuple[str, ...]
    default_language: str
    audience: str
    phone: Phone
    counters: tuple[SiteCounter, ...]
    patience: Patience
    sample: bool = False
    language_policy: LanguagePolicy = LanguagePolicy.ON_REQUEST
    form_of_address: str = "u"
    style: Style = field(default_factory=Style)
    scope: Scope = field(default_factory=Scope)
    desk: Desk | None = None
    """None where no agents answer: there is still the phone, a call-back and a counter."""
    embed: Embed = field(default_factory=Embed)

    def language_or_default(self, language: str | None) -> str:
        """Return `language` if the site offers it, else the site's own."""
        return language if language in self.languages else self.default_language


def load_sites(
    folder: Path | None = None,
    counters: CounterDirectory | None = None,
    bodies: Mapping[str, ClosingDays] | None = None,
) -> dict[str, Site]:
    """Return the sites by id: the package's own, then those of `folder`, which replace them by id.

    `counters` (default: the sample's) are those that a site can name by their id, `bodies` the calendars that hours can
    name. Raises SiteError for the first file that cannot be used, so that no site starts without a way to a person.
    """
    counters = load_counters() if counters is None else counters
    texts = {
        entry.name: entry.read_text("utf-8")
        for entry in resources.files("assistant.sites").iterdir()
        if entry.name.endswith(".toml")
    }
    sites = [parse_site(name, text, counters, bodies) for name, text in texts.items()]
    if folder is not None:
        sites += [parse_site(file.name, _text(file), counters, bodies) for file in sorted(folder.glob("*.toml"))]
    return {site.id: site for site in sites}


def parse_site(
    name: str,
    text: str,
    counters: CounterDirectory | None = None,
    bodies: Mapping[str, ClosingDays] | None = None,
) -> Site:
    """Read one site file; `name` is for messages. Raises SiteError."""
    try:
        return _site(tomllib.loads(text), counters or CounterDirectory(), bodies)
    except KeyError as error:
        raise SiteError(f"{name}: {error.args[0]} is missing. Every site needs a phone and a counter.") from None
    except (ValueError, TypeError) as error:
        raise SiteError(f"{name}: {error}") from None


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SiteError(f"{file.name}: cannot be read: {error}. Save it as UTF-8.") from None


def _site(data: dict[str, Any], directory: CounterDirectory, bodies: Mapping[str, ClosingDays] | None) -> Site:
    if unknown := sorted(set(data) - _FIELDS):
        raise ValueError(f"{unknown[0]} is not known; known: {', '.join(sorted(_FIELDS))}.")
    languages, policy = _languages(data), policy_of(data.get("language_policy", LanguagePolicy.ON_REQUEST))
    form = data.get("form_of_address", "u")
    if form not in _FORMS:
        raise ValueError(f"form_of_address: {form!r} is not one of {', '.join(_FORMS)}.")
    phone = _phone(data["phone"], bodies)
    if not data["counters"]:
        raise ValueError("counters is empty. Every site needs a counter.")
    check_languages(policy, languages, data["default_language"])
    return Site(
        id=data["id"],
        name=data["name"],
        languages=languages,
        default_language=data["default_language"],
        audience=data.get("audience", "Burger"),
        phone=phone,
        counters=tuple(_counter(entry, directory, bodies) for entry in data["counters"]),
        patience=_patience(data.get("conversation", {})),
        sample=bool(data.get("sample", False)),
        language_policy=policy,
        form_of_address=form,
        style=parse_style(data.get("style", {})),
        scope=_scope(data.get("scope", {}), directory),
        desk=parse_desk(data.get("desk"), phone.hours, bodies),
        embed=parse_embed(data.get("embed", {})),
    )


def _languages(data: dict[str, Any]) -> tuple[str, ...]:
    languages = tuple(data["languages"])
    if unknown := [code for code in (*languages, data["default_language"]) if code not in LANGUAGES]:
        raise ValueError(f"languages: {unknown[0]!r} has no interface words ({', '.join(LANGUAGES)})")
    if data["default_language"] not in languages:
        raise ValueError(f"default_language: {data['default_language']!r} is not one of languages.")
    return languages


def _phone(given: Any, bodies: Mapping[str, ClosingDays] | None) -> Phone:
    if not isinstance(given, dict):
        raise ValueError("phone must be a table with number and hours.")
    if not str(given["number"]).strip():
        raise ValueError("phone.number is empty. Every site needs a phone.")
    hours = parse_hours(given["hours"], bodies)
    if not any(hours.weekly):
        raise ValueError("phone.hours: the phone never opens. Every site needs a phone that is answered.")
    checked_on = given.get("checked_on")
    if checked_on is not None and type(checked_on) is not date:
        raise ValueError(f"phone.checked_on: {checked_on!r} is not a date without quotes, such as 2026-11-22.")
    return Phone(str(given["number"]), bool(given.get("free", False)), hours, checked_on)


def _counter(entry: Any, directory: CounterDirectory, bodies: Mapping[str, ClosingDays] | None) -> SiteCounter:
    if isinstance(entry, str):
        if entry not in directory.by_id:
            raise ValueError(
                f"counters: {entry!r} is not the id of a counter. Correct it, or add it in counters/*.toml."
            )
        return SiteCounter.of(directory.by_id[entry])
    hours = parse_hours(entry["hours"], bodies)
    return SiteCounter(entry["name"], entry["address"], hours, bool(entry.get("sample", False)))


def _scope(given: dict[str, Any], directory: CounterDirectory) -> Scope:
    if unknown := sorted(set(given) - {"themes", "authorities", "municipality"}):
        raise ValueError(f"scope.{unknown[0]} is not known; known: themes, authorities, municipality.")
    municipality = str(given.get("municipality", ""))
    place = directory.places.find(municipality)
    if municipality and (place is None or place.name != municipality):
        today = f"It is called {place.name} today." if place else "Add it under [[municipalities]] in counters/*.toml."
        raise ValueError(f"scope.municipality: {municipality!r} is not a municipality that is known. {today}")
    authorities = frozenset(fold(body) for body in given.get("authorities", ()))
    return Scope(frozenset(given.get("themes", ())), authorities, municipality)


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
