"""A public service as the government describes it, in the fields of CPSV-AP-VL and IPDC.

Field names are the English names of the IPDC information model (OSLO "Dienst", CPSV-AP 3); the source's own
language tags are kept as they are (``nl``, ``nl-BE-x-formal`` …), long texts are clean HTML (`knowledge.richtext`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

LocalizedText = dict[str, str]
"""Language tag of the source (BCP 47, with IPDC's ``x-`` variants) -> text."""


class SectionKind(StrEnum):
    """What a part of a page tells: the sub-questions that citizens ask."""

    DESCRIPTION = "description"
    STEP = "step"
    CONDITION = "condition"
    EXCEPTION = "exception"
    EVIDENCE = "evidence"
    COST = "cost"
    BENEFIT = "benefit"
    DEADLINE = "deadline"
    WHERE = "where"
    CONTACT = "contact"
    LEGAL = "legal"


class AuthorityLevel(StrEnum):
    """Level of government, in IPDC's order from wide to near."""

    EUROPEAN = "european"
    FEDERAL = "federal"
    FLEMISH = "flemish"
    PROVINCIAL = "provincial"
    LOCAL = "local"
    THIRD_PARTY = "third_party"


class PolicyStatus(StrEnum):
    """Whether the rule on the page holds today."""

    IN_FORCE = "in_force"
    DECIDED = "decided"
    PROPOSED = "proposed"
    REPEALED = "repealed"


class Granting(StrEnum):
    """How a right reaches the person."""

    AUTOMATIC = "automatic"
    SEMI_AUTOMATIC = "semi_automatic"
    ON_REQUEST = "on_request"


@dataclass(frozen=True)
class Link:
    """A hyperlink inside a text: its words and its address."""

    text: str
    url: str


@dataclass(frozen=True)
class Sentence:
    """One citable sentence, list item or table row (`item`), as plain text, with the links that stood in it."""

    text: str
    links: tuple[Link, ...] = ()
    item: bool = False


@dataclass(frozen=True)
class Section:
    """Consecutive sentences of one kind from one field of the source, in the order of the source."""

    kind: SectionKind
    language: str
    source_field: str
    heading: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Website:
    """schema:WebSite."""

    title: LocalizedText
    description: LocalizedText
    url: str


@dataclass(frozen=True)
class Evidence:
    """m8g:Evidence: what the citizen must show."""

    title: LocalizedText
    description: LocalizedText


@dataclass(frozen=True)
class Requirement:
    """m8g:Requirement: a condition, with the evidence that proves it."""

    title: LocalizedText
    description: LocalizedText
    evidence: Evidence | None = None


@dataclass(frozen=True)
class Rule:
    """cpsv:Rule: a procedure; its description holds the steps, in order."""

    title: LocalizedText
    description: LocalizedText
    websites: tuple[Website, ...] = ()


@dataclass(frozen=True)
class Described:
    """A titled text: m8g:Cost and lpdcExt:FinancialAdvantage have no other fields."""

    title: LocalizedText
    description: LocalizedText


@dataclass(frozen=True)
class LegalResource:
    """eli:LegalResource."""

    title: LocalizedText
    description: LocalizedText
    url: str


@dataclass(frozen=True)
class Address:
    """locn:Address; `country` and the names are per language, numbers are text."""

    street: LocalizedText
    house_number: str
    box_number: str
    postcode: str
    municipality: LocalizedText
    country: LocalizedText


@dataclass(frozen=True)
class ContactPoint:
    """schema:ContactPoint; `opening_hours` is free text or a URL, as IPDC has it."""

    email: str = ""
    telephone: str = ""
    url: str = ""
    opening_hours: str = ""
    address: Address | None = None


@dataclass(frozen=True)
class JourneyStep:
    """A step of a life event: who does it (`outside`: no government) and the `source_id` of a page that tells more."""

    authority: str
    level: AuthorityLevel
    page: str = ""
    outside: bool = False


@dataclass(frozen=True)
class PublicService:
    """One service as one source system describes it; immutable, and complete: no field of the source is lost."""

    source: str
    source_id: str
    title: LocalizedText
    description: LocalizedText
    additional_description: LocalizedText = field(default_factory=dict)
    exceptions: LocalizedText = field(default_factory=dict)
    regulation: LocalizedText = field(default_factory=dict)
    contact_description: LocalizedText = field(default_factory=dict)
    summary: LocalizedText = field(default_factory=dict)
    easy: LocalizedText = field(default_factory=dict)
    requirements: tuple[Requirement, ...] = ()
    rules: tuple[Rule, ...] = ()
    costs: tuple[Described, ...] = ()
    financial_advantages: tuple[Described, ...] = ()
    websites: tuple[Website, ...] = ()
    legal_resources: tuple[LegalResource, ...] = ()
    contact_points: tuple[ContactPoint, ...] = ()
    type: str = ""
    themes: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    keywords: dict[str, tuple[str, ...]] = field(default_factory=dict)
    phrasings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unsigned: tuple[str, ...] = ()  # languages of translations that nobody of the body has signed
    spatial: tuple[str, ...] = ()
    competent_authorities: tuple[str, ...] = ()
    competent_levels: tuple[AuthorityLevel, ...] = ()
    executing_authorities: tuple[str, ...] = ()
    executing_levels: tuple[AuthorityLevel, ...] = ()
    contact_authorities: tuple[str, ...] = ()
    publication_media: tuple[str, ...] = ()
    your_europe_categories: tuple[str, ...] = ()
    service_languages: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    concept: str = ""
    version_of: str = ""
    url: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    created: datetime | None = None
    modified: datetime | None = None
    generated_at: datetime | None = None
    archived: bool = False
    policy_status: PolicyStatus = PolicyStatus.IN_FORCE
    needs_presence: bool = False
    granting: Granting | None = None
    review_by: date | None = None
    checked_on: date | None = None
    sample: bool = False
    life_event: str = ""
    journey: tuple[JourneyStep, ...] = ()
    report_point: bool = False
    extra: dict[str, Any] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which the page can be shown: base codes (``nl``, ``en`` …), Dutch first."""
        return tuple(sorted({tag.split("-")[0] for tag in self.title}, key=lambda code: (code != "nl", code)))


def web_address(url: str) -> str:
    """Return `url` if it is an address on the web, else an empty string: nothing else may become a link."""
    return url if url.startswith(("https://", "http://")) else ""


_VARIANTS = ("-BE-x-formal", "-BE-x-generated-formal", "", "-x-generated", "-BE-x-informal", "-BE-x-generated-informal")
"""Which variant of a language to show, best first: the u-form, then the untagged text, then the je-form."""


def localized(text: LocalizedText, language: str) -> str:
    """Return the best variant of `text` in a base language, or "": the u-form first, as the government writes u."""
    return next((text[tag] for variant in _VARIANTS if text.get(tag := language + variant)), "")
