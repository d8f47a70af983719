"""Small services, drafts and homes for the tests of the knowledge package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from knowledge.embedders import Embedder, NgramEmbedder
from knowledge.index import Index
from knowledge.pages import PageDraft, PublishOutcome
from knowledge.retrieval import HybridRetriever
from knowledge.services import (
    Address,
    AuthorityLevel,
    ContactPoint,
    Described,
    Evidence,
    Granting,
    JourneyStep,
    LegalResource,
    Link,
    PolicyStatus,
    PublicService,
    Requirement,
    Rule,
    Section,
    SectionKind,
    Sentence,
    Website,
)
from knowledge.store.pages import Pages
from knowledge.store.revisions import Revisions
from knowledge.store.terms import Terms
from tests.databases import knowledge_in

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PASSPORT = "Een paspoort vraagt u aan bij het loket van uw gemeente. U krijgt het na tien werkdagen."
WASTE = "De afvalkalender zegt wanneer wij het huisvuil en het oud papier ophalen in uw straat."


def section(
    *texts: str, language: str = "nl", kind: SectionKind = SectionKind.DESCRIPTION, heading: str = ""
) -> Section:
    """A section with one sentence for each text."""
    return Section(kind, language, "description", heading, tuple(Sentence(text) for text in texts))


def service(source_id: str, title: str, text: str, language: str = "nl", **fields: Any) -> PublicService:
    """A service with one title and one text; `fields` are any other fields of it."""
    made = PublicService(
        source="test",
        source_id=source_id,
        title={language: title},
        description={language: text},
        sections=(section(text, language=language),),
    )
    return replace(made, **fields)


def translated(made: PublicService, language: str, title: str, text: str) -> PublicService:
    """The same service with a title and a text in one more language."""
    sections = (*made.sections, section(text, language=language))
    return replace(made, title={**made.title, language: title}, sections=sections)


def full_service() -> PublicService:
    """A service in which every field is filled."""
    text = {"nl": "Tekst met é, € en 😀", "nl-BE-x-formal": "U", "ar": "نص"}
    site = Website(text, text, "https://voorbeeld.be/a?b=c#d")
    address = Address({"nl": "Markt"}, "1bis", "B2", "9000", {"nl": "Gent"}, {"nl": "België"})
    contact = ContactPoint("info@voorbeeld.be", "+32 9 000 00 00", "https://voorbeeld.be", "ma 9-12", address)
    sentence = Sentence("Zie de site.", (Link("de site", "https://voorbeeld.be"),))
    return PublicService(
        source="ipdc",
        source_id="https://ipdc.voorbeeld.be/id/1",
        title=text,
        description=text,
        additional_description=text,
        exceptions=text,
        regulation=text,
        contact_description=text,
        summary=text,
        easy=text,
        requirements=(Requirement(text, text, Evidence(text, text)), Requirement(text, {})),
        rules=(Rule(text, text, (site,)),),
        costs=(Described(text, text),),
        financial_advantages=(Described(text, {}), Described({}, text)),
        websites=(site, site),
        legal_resources=(LegalResource(text, text, "https://codex.voorbeeld.be"),),
        contact_points=(contact, ContactPoint(email="alleen@voorbeeld.be")),
        type="voorwerp",
        themes=("wonen", "mobiliteit"),
        audience=("burger", "onderneming"),
        keywords={"nl": ("paspoort", "reispas"), "en": ("passport",)},
        phrasings={"nl": ("mijn reispas is kwijt", "pas weg"), "en": ("I lost my passport",)},
        unsigned=("ar",),
        spatial=("NIS44021",),
        competent_authorities=("OVO1",),
        competent_levels=(AuthorityLevel.FEDERAL, AuthorityLevel.LOCAL),
        executing_authorities=("OVO2",),
        executing_levels=(AuthorityLevel.LOCAL,),
        contact_authorities=("OVO3",),
        publication_media=("rechtenverkenner",),
        your_europe_categories=("travel",),
        service_languages=("nl",),
        related=("2", "3"),
        concept="concept-1",
        version_of="https://ipdc.voorbeeld.be/concept/1",
        url="https://voorbeeld.be/paspoort",
        starts=datetime(2026, 1, 1, tzinfo=UTC),
        ends=datetime(2028, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        created=datetime(2020, 2, 29, 12, 30, 15, 123456, tzinfo=UTC),
        modified=datetime(2026, 3, 29, 2, 30, tzinfo=UTC),
        generated_at=datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC),
        archived=True,
        policy_status=PolicyStatus.DECIDED,
        needs_presence=True,
        granting=Granting.SEMI_AUTOMATIC,
        review_by=date(2027, 1, 31),
        checked_on=date(2026, 11, 1),
        sample=True,
        life_event="moving",
        journey=(
            JourneyStep("Gemeente", AuthorityLevel.LOCAL, "verhuizen"),
            JourneyStep("Bank", AuthorityLevel.THIRD_PARTY, outside=True),
        ),
        report_point=True,
        extra={"getal": 1.5, "lijst": ["a", None, True], "tabel": {"b": 2}},
        sections=(Section(SectionKind.COST, "nl", "costs", "Prijs", (sentence,)), section("A")),
    )


def draft(made: PublicService, digest: str = "") -> PageDraft:
    """A draft of a service; without a digest, every different service has its own."""
    return PageDraft(made, digest or repr(made))


@dataclass(frozen=True)
class OtherEmbedder:
    """The vectors of the shipped embedder under another name: another space, as far as an index can know."""

    version: str = "other-1"
    dimension: int = 64

    def embed(self, texts: Sequence[str]) -> Any:
        return NgramEmbedder(self.dimension).embed(texts)

    def embed_question(self, question: str) -> Any:
        return self.embed([question])


class Home:
    """A home folder as one process sees it; a second `Home` on the same path stands for another process."""

    def __init__(
        self,
        path: Path,
        embedder: Embedder | None = None,
        url: str = "",
        chroma_url: str = "",
        known: Sequence[Embedder] = (),
    ) -> None:
        self.path = path
        self.database = knowledge_in(path, url)
        self.pages = Pages(self.database)
        self.revisions = Revisions(self.database)
        self.terms = Terms(self.database)
        self.index = Index(path / "index", self.database, embedder or NgramEmbedder(64), chroma_url, known=known)
        self.retriever = HybridRetriever(self.index, self.pages, self.terms)

    def publish(self, *services: PublicService, at: datetime = NOW) -> list[PublishOutcome]:
        """Publish services, without the index following."""
        return self.pages.publish([draft(one) for one in services], at)

    def found(self, question: str, language: str = "nl", **options: Any) -> list[str]:
        """The source ids found for a question, best first."""
        at = options.pop("at", NOW)
        return [hit.header.source_id for hit in self.retriever.search(question, language, 10, at, **options).hits]
