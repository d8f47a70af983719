"""The only place that picks implementations: settings in, a working service out. Nothing heavy is loaded here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from assistant.answering.pipeline import Assistant, steps
from assistant.settings import Settings, SettingsError
from assistant.sites import Site, load_sites
from knowledge.embedders import Embedder, NgramEmbedder, SentenceTransformerEmbedder, minilm_folder
from knowledge.index import Index
from knowledge.language import ChatIdentifier
from knowledge.retrieval import HybridRetriever, Retriever
from knowledge.store.database import Database
from knowledge.store.pages import Pages


@dataclass(frozen=True)
class Service:
    """One installation, put together from its settings; parts are made at first use."""

    settings: Settings

    @cached_property
    def sites(self) -> dict[str, Site]:
        """The sites by id. Raises SiteError for a site without a human route."""
        return load_sites(self.settings.sites)

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
        return Database(self.settings.home / "knowledge.sqlite3")

    @cached_property
    def pages(self) -> Pages:
        return Pages(self.database)

    @cached_property
    def embedder(self) -> Embedder:
        name = self.settings.embedder
        if name == "ngram":
            return NgramEmbedder()
        return SentenceTransformerEmbedder(minilm_folder() if name == "minilm" else name)

    @cached_property
    def index(self) -> Index:
        return Index(self.settings.home / "index", self.database, self.embedder)

    @cached_property
    def retriever(self) -> Retriever:
        return HybridRetriever(self.index, self.pages)

    @cached_property
    def assistant(self) -> Assistant:
        versions = {"index": self.index.version, "decision": "provisional-1", "composer": "extractive-1"}
        return Assistant(steps(self.retriever, self.pages, ChatIdentifier()), versions)
