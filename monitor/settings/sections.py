"""The settings as pydantic checks them: one class for each section of the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
)

from monitor.domain.keys import digest
from monitor.settings.values import (
    CallUrl,
    Clock,
    Duration,
    Listen,
    Mailbox,
    Network,
    PublicUrl,
    Zone,
)


class Section(BaseModel):
    """One table of the file: an unknown key is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Database(Section):
    url: str


class Topic(Section):
    pack: str = Field(min_length=1)
    threshold: float = Field(ge=0, le=1)
    lexicon: dict[str, tuple[str, ...]]  # class → entries; `classify.word_lists` reads them


class Poll(Section):
    every: Duration
    fastest: Duration
    slowest: Duration
    tick: Duration
    connections: int = Field(ge=1, le=1_000)
    per_host: int = Field(ge=1, le=100)
    spacing: Duration
    timeout: Duration
    max_body_bytes: int = Field(ge=1_000)
    contact: str
    parsers: int = Field(ge=1, le=64)
    parse_cpu: Duration
    parse_memory_bytes: int = Field(ge=64 * 2**20)
    parse_timeout: Duration
    lease: Duration


class Fulltext(Section):
    pages: int = Field(ge=1, le=1_000)
    wait: Duration


class Egress(Section):
    allow: tuple[Network, ...]


class Keyword(Section):
    """One keyword rule, as written; `classify.keywords` reads its terms."""

    name: str = Field(min_length=1)
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    regex: str = ""
    where: Literal["anywhere", "title", "text"] = "anywhere"
    theme: str | None = None
    action: Literal["flag", "boost", "drop"] = "flag"
    boost: float = Field(default=0.0, ge=-1, le=1)


class Keywords(Section):
    rules: tuple[Keyword, ...]
    alert_budget: int = Field(ge=1)


class Email(Section):
    host: str
    port: int = Field(ge=1, le=65_535)
    tls: Literal["starttls", "tls", "none"]
    username: str
    password: SecretStr
    sender: str
    dkim_key: str
    dkim_selector: str
    dkim_domain: str
    timeout: Duration
    folder: Path
    unsubscribe: Mailbox


class Webhook(Section):
    timeout: Duration


class Apprise(Section):
    timeout: Duration


class Deliver(Section):
    tick: Duration
    batch: int = Field(ge=1, le=10_000)
    per_subscription: int = Field(ge=1, le=1_000)
    lease: Duration


class Web(Section):
    listen: Listen
    public_url: PublicUrl
    signup: bool
    proxies: tuple[Network, ...]


class Health(Section):
    silent_least: Duration
    silent_most: Duration
    notice_after: Duration
    recovered_after: Duration
    outage_after: Duration
    notice_spacing: Duration
    statement_at: Clock
    zone: Zone
    deadman_url: CallUrl


class Log(Section):
    format: Literal["text", "json"]
    level: Literal["debug", "info", "warning", "error"]


class Settings(Section):
    """All of it, checked; `path` is the file it came from, if any."""

    database: Database
    topic: Topic
    poll: Poll
    fulltext: Fulltext
    egress: Egress
    keywords: Keywords
    email: Email
    webhook: Webhook
    apprise: Apprise
    deliver: Deliver
    web: Web
    health: Health
    log: Log
    path: Path | None = Field(default=None, exclude=True)

    @property
    def folder(self) -> Path:
        """Where relative paths start."""
        return self.path.parent if self.path else Path.cwd()

    @property
    def database_url(self) -> str:
        """The database, with the default filled in and a relative SQLite file made absolute."""
        url = self.database.url or "sqlite:///watchpost.db"
        scheme, separator, file = url.partition(":///")
        if scheme.startswith("sqlite") and separator and file and not file.startswith(":"):
            return f"{scheme}:///{self.folder.resolve() / file}"
        return url

    @property
    def decision_digest(self) -> str:
        """Twelve digits that change when a setting that decides about articles does."""
        deciding = self.model_dump(mode="json", include={"topic": True, "keywords": {"rules"}})
        return digest(json.dumps(deciding, sort_keys=True))[:12]
