"""What an installation knows and answers from: sites, counters, pages, the index, the steps from question to reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from assistant.answering.calibration import Calibration, calibration_of
from assistant.answering.pipeline import Assistant, steps
from assistant.settings import Settings, SettingsError
from assistant.sites import Site, load_sites
from knowledge.adapting import UNDONE, WEIGHTS
from knowledge.closing_days import FILE as CLOSING_DAYS
from knowledge.closing_days import ClosingDays, closing_days
from knowledge.counters import CounterDirectory, load_counters
from knowledge.embedders import Embedder, NgramEmbedder, SentenceTransformerEmbedder, minilm_folder
from knowledge.index import Index
from knowledge.language import ChatIdentifier
from knowledge.model.vectors import ModelEmbedder
from knowledge.published import PublishedIdentifiers
from knowledge.retrieval import HybridRetriever, Retriever
from knowledge.store.database import Database
from knowledge.store.pages import Pages
from knowledge.store.phrasings import Phrasings
from knowledge.store.revisions import Revisions
from knowledge.store.terms import Terms


@dataclass(frozen=True)
class Knowing:
    """The part of an installation that conversations are not needed for; each part is made at first use."""

    settings: Settings

    @cached_property
    def sites(self) -> dict[str, Site]:
        """The sites by id. Raises SiteError for a site without a human route."""
        return load_sites(self.settings.sites or self.settings.home / "sites", self.counters, self.closing_days)

    @cached_property
    def closing_days(self) -> Mapping[str, ClosingDays]:
        """The calendars that hours can name. Raises ClosingDaysError."""
        return closing_days(self.settings.home / CLOSING_DAYS)

    @cached_property
    def counters(self) -> CounterDirectory:
        """The counters of the sample and of the home; what could not be used is in its flaws."""
        return load_counters(self.settings.home / "counters", self.closing_days)

    @property
    def default_site(self) -> Site:
        """The site that answers where none is named. Raises SettingsError."""
        if self.settings.site not in self.sites:
            raise SettingsError(
                f"WEGWIJZER_SITE: {self.settings.site!r} is not one of {', '.join(sorted(self.sites))}."
            )
        return self.sites[self.settings.site]

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.knowledge_url or self.settings.home / "knowledge.sqlite3")

    @cached_property
    def pages(self) -> Pages:
        return Pages(self.database)

    @cached_property
    def terms(self) -> Terms:
        return Terms(self.database)

    @cached_property
    def phrasings(self) -> Phrasings:
        return Phrasings(self.database)

    @cached_property
    def revisions(self) -> Revisions:
        return Revisions(self.database)

    @cached_property
    def embedder(self) -> Embedder:
        name = self.settings.embedder
        if name == "words":
            adapted = self.settings.home / WEIGHTS
            return ModelEmbedder(weights=adapted if adapted.is_file() else None)
        if name == "ngram":
            return NgramEmbedder()
        return SentenceTransformerEmbedder(minilm_folder() if name == "minilm" else name, self.settings.prefixes)

    @cached_property
    def index(self) -> Index:
        home = self.settings.home
        known: list[Embedder] = [ModelEmbedder(), NgramEmbedder()]
        if (undone := home / UNDONE).is_file():
            known.append(ModelEmbedder(weights=undone))
        return Index(home / "index", self.database, self.embedder, self.settings.chroma_url, known=known)

    @cached_property
    def retriever(self) -> Retriever:
        return HybridRetriever(self.index, self.pages, self.terms, phrasings=self.phrasings)

    @cached_property
    def assistant(self) -> Assistant:
        versions = {
            "index": self.index.version,
            "decision": self.calibration.version,
            "composer": "extractive-1",
        }
        heard = ChatIdentifier()
        known = steps(self.retriever, self.pages, heard, self.counters, self.published, calibration=self.calibration)
        return Assistant(known, versions)

    @cached_property
    def calibration(self) -> Calibration:
        """What decides, as it holds for this index. Raises NamedFailure where the home's own cannot be read."""
        return calibration_of(self.settings.home).on(self.index.version)

    @cached_property
    def published(self) -> PublishedIdentifiers:
        """The phone numbers and addresses of public bodies: on pages, at counters and of the sites."""
        phones = [site.phone.number for site in self.sites.values()]
        phones += [counter.phone for counter in self.counters.by_id.values()]
        return PublishedIdentifiers(self.pages, phones)
