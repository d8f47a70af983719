"""Which languages a body may offer, after the language law for administrations of 18 July 1966 (coordinated)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class LanguagePolicy(StrEnum):
    """What a site may do with languages beside Dutch."""

    NL_ONLY = "nl-only"
    """Dutch only."""
    ON_REQUEST = "on-request"
    """Dutch; a marked translation for whoever writes in another language or chooses it."""
    FACILITY = "facility"
    """A facility municipality: Dutch first, French beside it; others on request."""
    BRUSSELS = "brussels"
    """Dutch and French alike; others on request."""


def check_languages(policy: LanguagePolicy, languages: Sequence[str], default: str) -> None:
    """Raise ValueError, naming the field and the cure, where languages do not keep to the policy."""
    match policy:
        case LanguagePolicy.NL_ONLY if list(languages) != ["nl"]:
            raise ValueError(f'languages: with language_policy = "{policy}" give ["nl"] only.')
        case LanguagePolicy.FACILITY if list(languages[:2]) != ["nl", "fr"]:
            raise ValueError(f'languages: with language_policy = "{policy}" begin with "nl", "fr".')
        case LanguagePolicy.BRUSSELS if set(languages[:2]) != {"nl", "fr"}:
            raise ValueError(f'languages: with language_policy = "{policy}" begin with "nl" and "fr", in any order.')
        case LanguagePolicy.ON_REQUEST if languages[0] != "nl":
            raise ValueError(f'languages: with language_policy = "{policy}" begin with "nl".')
    if default != languages[0]:
        raise ValueError(f'default_language: with language_policy = "{policy}" give {languages[0]!r}, the first one.')


def policy_of(value: object) -> LanguagePolicy:
    """Return the policy that is named. Raises ValueError."""
    if value not in set(LanguagePolicy):
        raise ValueError(f"language_policy: {value!r} is not one of {', '.join(LanguagePolicy)}.")
    return LanguagePolicy(str(value))
