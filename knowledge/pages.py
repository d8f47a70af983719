"""Pages and their immutable revisions: what the government says, and which version of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum

from knowledge.services import PolicyStatus, PublicService

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")


class PageState(StrEnum):
    """Where a page or a revision stands; only published pages are answered from."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class PublishOutcome(StrEnum):
    """What importing a draft did; held: an editor decided otherwise before, so it waits in review."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WITHDRAWN = "withdrawn"
    HELD = "held"


@dataclass(frozen=True)
class PageDraft:
    """What a source says now: the service, a digest of the source's record, and whether the source withdrew it."""

    service: PublicService
    digest: str

    @property
    def page_id(self) -> str:
        return page_id_of(self.service.source, self.service.source_id)

    @property
    def state(self) -> PageState:
        gone = self.service.archived or self.service.policy_status is PolicyStatus.REPEALED
        return PageState.WITHDRAWN if gone else PageState.PUBLISHED


@dataclass(frozen=True)
class Page:
    """One page at one revision; `published_at` is when this revision was published here."""

    page_id: str
    revision: int
    state: PageState
    published_at: datetime
    service: PublicService
    outdated: tuple[str, ...] = ()
    """Languages whose text is a translation of an earlier Dutch text."""

    @property
    def source_id(self) -> str:
        return self.service.source_id

    @property
    def updated_on(self) -> datetime:
        """When the source last changed or checked the text, else when it was published here."""
        service = self.service
        checked = datetime.combine(service.checked_on, time(), UTC) if service.checked_on else None
        return service.modified or checked or service.generated_at or self.published_at


@dataclass(frozen=True)
class PageHeader:
    """What search must know of a page without reading its text; `ends` and `review_by` as editors and source say."""

    page_id: str
    source_id: str
    revision: int
    state: PageState
    ends: datetime | None
    review_by: datetime | None
    audience: tuple[str, ...]
    sketch: bytes

    def answerable_at(self, moment: datetime) -> bool:
        """Whether answers may be given from this page at `moment`."""
        if self.state is not PageState.PUBLISHED:
            return False
        return not any(end is not None and moment > end for end in (self.ends, self.review_by))


@dataclass(frozen=True)
class PageLine:
    """A page in a list: what holds is `revision`, the newest is `latest`; `held`: an editor decided otherwise.

    `outdated` are the languages whose text is a translation of an earlier Dutch text.
    """

    page_id: str
    source_id: str
    title: str
    state: PageState
    revision: int
    latest: int
    published_at: datetime
    held: bool
    outdated: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One line of the change log: from `at` on, `revision` of the page is in `state`."""

    sequence: int
    page_id: str
    revision: int
    state: PageState
    at: datetime


@dataclass(frozen=True)
class Revision:
    """One immutable version of a page, without its text; from the source itself when there is no author."""

    page_id: str
    number: int
    state: PageState
    created_at: datetime
    author: str
    note: str


@dataclass(frozen=True)
class Scheduled:
    """What is to happen to a page at a moment: `revision` published, or (None) the page withdrawn."""

    page_id: str
    revision: int | None
    at: datetime
    author: str


def page_id_of(source: str, source_id: str) -> str:
    """Return the id of the page for a source's own id: stable, safe in a URL, and another for another id."""
    return f"{source}-{_UNSAFE.sub(lambda char: f'~{ord(char.group()):x}~', source_id)}"
