"""What any caller may wish: a site, a language, a moment; what is not there is a problem that says so."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from assistant.answering.draft import MOMENTS
from assistant.api.problems import Problem
from assistant.bootstrap import Service
from assistant.sites import Site
from knowledge.language import LANGUAGES


def wished_site(service: Service, site: str | None) -> Site:
    """Return the site of that id, the default one where none is wished. Raises Problem."""
    if site is not None and site not in service.sites:
        raise Problem(422, "unknown_site", site=site)
    return service.sites[site] if site else service.default_site


def wished_language(language: str | None) -> str | None:
    """Return the language as it is, None where none is wished. Raises Problem."""
    if language is not None and language not in LANGUAGES:
        raise Problem(422, "unknown_language", language=language)
    return language


def wished_moment(at: datetime | None) -> datetime:
    """Return the moment on the clock of Brussels where it has no zone, now where none is wished. Raises Problem."""
    at = at or datetime.now(UTC)
    if not MOMENTS[0] <= at.year <= MOMENTS[1]:
        raise Problem(422, "bad_moment")
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo("Europe/Brussels"))
