"""Settings: environment variables, one table. `docs/settings.md` lists the same ones (a test compares)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from assistant.cases.addresses import mail_address
from knowledge.embedders import Prefixes
from knowledge.errors import NamedFailure


@dataclass(frozen=True)
class Setting:
    """One environment variable: its default and what it does."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("WEGWIJZER_HOME", "var", "Folder with all state of this installation."),
    Setting(
        "WEGWIJZER_KNOWLEDGE_URL",
        "",
        "PostgreSQL database of the pages, `postgresql://user@host/name` (needs the extra `postgres`); default: a "
        "SQLite file in the home.",
    ),
    Setting(
        "WEGWIJZER_CONVERSATIONS_URL",
        "",
        "PostgreSQL database of the conversations (it may be that of the pages); default: a SQLite file in the home.",
    ),
    Setting(
        "WEGWIJZER_SECRET",
        "",
        "What resume codes and tries to log in are hashed and contact details sealed with, the same on every machine "
        "of one installation; default: made in the home, in the file `secret`.",
    ),
    Setting(
        "WEGWIJZER_ANSWER_SECONDS",
        "30",
        "Time that a process has to answer a message of a conversation before another one takes it over.",
    ),
    Setting(
        "WEGWIJZER_SMTP_URL",
        "",
        "Mail server: `smtp://host:25`, `smtp+starttls://user:password@host:587` or `smtps://…`; default: no mails are "
        "sent. See mail.md.",
    ),
    Setting("WEGWIJZER_MAIL_FROM", "", "Address that mails come from, needed with a mail server."),
    Setting(
        "CHROMA_URL", "", "Chroma server for the vectors, `http://host:port`; default: embedded, in the home's index."
    ),
    Setting("WEGWIJZER_SITE", "regio", "Site that answers where none is named."),
    Setting(
        "WEGWIJZER_SITES",
        "",
        "Folder with site files (TOML) that add to or replace the package's own; default: `sites` in the home. See "
        "sites.md.",
    ),
    Setting(
        "WEGWIJZER_DEMO",
        "",
        "Origin of demo pages, `http://127.0.0.1:8001`, that may show the sample sites; also serves `/demo`. "
        "`make run` sets it; default: no demo.",
    ),
    Setting(
        "WEGWIJZER_EMBEDDER",
        "words",
        "Embedder of the dense index: `words` (the model that ships, ten languages), `ngram` (no model), `minilm` "
        "(English; needs the extra of that name), or the folder or name of a sentence-transformers model (a name is "
        "looked up in the cache of the library; `HF_HUB_OFFLINE=0` lets it download). After a change the index is "
        "built anew beside the old one, by `serve` or `wegwijzer index rebuild`; until then the old one answers.",
    ),
    Setting(
        "WEGWIJZER_EMBEDDER_PREFIXES",
        "",
        "What a sentence-transformers model reads before questions and before pages, `query:|passage:`; default: what "
        "its own configuration says, and just that for models called E5. `|`: nothing.",
    ),
)

_SHORTEST_SECRET = 32
_MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class SettingsError(NamedFailure):
    """A setting has a value that cannot be used; the message names it."""


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed over, and the address they come from."""

    security: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str


@dataclass(frozen=True)
class Settings:
    """The settings of one process."""

    home: Path
    knowledge_url: str
    conversations_url: str
    secret: str
    answer_seconds: float
    mail: MailServer | None
    chroma_url: str
    site: str
    sites: Path | None
    embedder: str
    prefixes: Prefixes | None = None
    demo: str = ""

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
        chroma_url = value["CHROMA_URL"]
        if chroma_url and not chroma_url.startswith(("http://", "https://")):
            raise SettingsError(f"CHROMA_URL: {chroma_url!r} is not an address like http://host:8000.")
        return cls(
            home=Path(value["WEGWIJZER_HOME"]),
            knowledge_url=value["WEGWIJZER_KNOWLEDGE_URL"],
            conversations_url=value["WEGWIJZER_CONVERSATIONS_URL"],
            secret=_secret(value["WEGWIJZER_SECRET"]),
            answer_seconds=_seconds("WEGWIJZER_ANSWER_SECONDS", value["WEGWIJZER_ANSWER_SECONDS"]),
            mail=_mail(value["WEGWIJZER_SMTP_URL"], value["WEGWIJZER_MAIL_FROM"]),
            chroma_url=chroma_url,
            site=value["WEGWIJZER_SITE"],
            sites=sites,
            embedder=value["WEGWIJZER_EMBEDDER"],
            prefixes=_prefixes(value["WEGWIJZER_EMBEDDER_PREFIXES"]),
            demo=value["WEGWIJZER_DEMO"].rstrip("/"),
        )


def _secret(value: str) -> str:
    if value and len(value) < _SHORTEST_SECRET:
        raise SettingsError(f"WEGWIJZER_SECRET: give at least {_SHORTEST_SECRET} characters that nobody can guess.")
    return value


def _prefixes(value: str) -> Prefixes | None:
    if not value:
        return None
    question, bar, page = value.partition("|")
    if not bar:
        raise SettingsError("WEGWIJZER_EMBEDDER_PREFIXES: give both, with | between them: query:|passage:")
    return Prefixes(question.strip(), page.strip())


def _seconds(name: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0
    if not 1 <= seconds <= 600:
        raise SettingsError(f"{name}: {value!r} is not a number of seconds from 1 to 600.")
    return seconds


def _mail(url: str, sender: str) -> MailServer | None:
    """Return the mail server, None where none is set. No error repeats the address: it may hold a password."""
    name = "WEGWIJZER_SMTP_URL"
    if sender and not mail_address(sender):
        raise SettingsError(f"WEGWIJZER_MAIL_FROM: {sender!r} is not a mail address.")
    if not url:
        return None
    if not sender:
        raise SettingsError(f"{name} needs WEGWIJZER_MAIL_FROM: the address that mails come from.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(f"{name}: host or port cannot be read; give smtp://user:password@host:25.") from None
    if parts.scheme not in _MAIL_PORTS:
        raise SettingsError(f"{name}: begin with {', '.join(f'{one}://' for one in _MAIL_PORTS)}.")
    if not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError(
            f"{name}: give a host and nothing behind it; write / ? # @ in a password as %2F %3F %23 %40."
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise SettingsError(f"{name}: give both user and password, or neither.")
    return MailServer(parts.scheme, host, port or _MAIL_PORTS[parts.scheme], user, password, mail_address(sender))
