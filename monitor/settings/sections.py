"""The settings as pydantic checks them: one class for each section of the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import KEPT as JOBS_KEPT
from monitor.domain.keys import key_of
from monitor.settings.values import (
    CallUrl,
    Clock,
    Duration,
    HeaderName,
    HostName,
    IssuerUrl,
    Keep,
    Listen,
    Mailbox,
    Network,
    ProxyExemption,
    PublicUrl,
    Zone,
)
from monitor.text.formats import duration_text

_SHORTEST_RETENTION = timedelta(days=7)


class Section(BaseModel):
    """One table of the file: an unknown key is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _not_under(name: str, least: timedelta | None, value: timedelta) -> timedelta:
    """The value.  Raise ValueError when it is shorter than the setting `name`."""
    if least is not None and value < least:
        raise ValueError(f"must not be shorter than {name} ({duration_text(least)})")
    return value


class DatabaseSettings(Section):
    url: str


class FurtherTopicSettings(Section):
    """A topic beside the first one: its pack, its thresholds and what is added to its lexicon."""

    pack: str = Field(min_length=1)
    threshold: float = Field(default=0.0, ge=0, le=1)
    review_threshold: float | None = Field(default=None, ge=0, le=1)  # None: that of [topic]
    lexicon: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # as in [topic]


class TopicSettings(Section):
    pack: str = Field(min_length=1)
    threshold: float = Field(ge=0, le=1)
    review_threshold: float = Field(ge=0, le=1)
    memory: bool
    lexicon: dict[str, tuple[str, ...]]  # class → entries; `classify.word_lists` reads them
    further: tuple[FurtherTopicSettings, ...]


class StoriesSettings(Section):
    encoder: bool


class SecondReaderSettings(Section):
    url: CallUrl
    model: str
    api_key: SecretStr
    lowest: float = Field(ge=0, le=1)
    highest: float = Field(ge=0, le=1)
    budget: int = Field(ge=0, le=100_000)
    timeout: Duration
    force: bool


class PollSettings(Section):
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

    @field_validator("slowest")
    @classmethod
    def _not_faster_than_fastest(cls, value: timedelta, info: ValidationInfo) -> timedelta:
        return _not_under("poll.fastest", info.data.get("fastest"), value)


class FulltextSettings(Section):
    pages: int = Field(ge=1, le=1_000)
    wait: Duration


class EgressSettings(Section):
    allow: tuple[Network, ...]
    proxy: CallUrl
    no_proxy: tuple[ProxyExemption, ...]


class KeywordRuleSettings(Section):
    """One keyword rule, as written; `classify.keywords` reads its terms."""

    name: str = Field(min_length=1)
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    regex: str = ""
    where: Literal["anywhere", "title", "text"] = "anywhere"
    theme: str | None = None
    topic: str = ""  # the name of a pack; empty: the first topic's
    action: Literal["flag", "boost", "drop"]
    boost: float = Field(default=0.0, ge=-1, le=1)


class KeywordsSettings(Section):
    rules: tuple[KeywordRuleSettings, ...]
    alert_budget: int = Field(ge=1)


class EmailSettings(Section):
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


class WebhookSettings(Section):
    timeout: Duration


class AppriseSettings(Section):
    timeout: Duration


class DeliverSettings(Section):
    tick: Duration
    batch: int = Field(ge=1, le=10_000)
    per_subscription: int = Field(ge=1, le=1_000)
    lease: Duration


class WebSettings(Section):
    listen: Listen
    public_url: PublicUrl
    signup: bool
    proxies: tuple[Network, ...]
    console: bool
    hosts: tuple[HostName, ...]


class SignInSettings(Section):
    create: bool
    roles: dict[str, Literal["viewer", "analyst", "operator", "admin"]]
    header: HeaderName
    groups_header: HeaderName
    proxies: tuple[Network, ...]

    @field_validator("proxies")
    @classmethod
    def _with_a_header(
        cls, value: tuple[Network, ...], info: ValidationInfo
    ) -> tuple[Network, ...]:
        """A header without a proxy would be ignored, and nobody would know why."""
        if info.data.get("header") and not value:
            raise ValueError("must name the proxy whose sign_in.header is trusted")
        return value


class OidcSettings(Section):
    issuer: IssuerUrl
    client_id: str
    client_secret: SecretStr
    scopes: tuple[str, ...]
    name_claim: str = Field(min_length=1)
    groups_claim: str = Field(min_length=1)

    @field_validator("client_id")
    @classmethod
    def _with_an_issuer(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("issuer") and not value:
            raise ValueError("must be set where oidc.issuer is: the provider gives it")
        return value


class HealthSettings(Section):
    silent_least: Duration
    silent_most: Duration
    notice_after: Duration
    recovered_after: Duration
    outage_after: Duration
    notice_spacing: Duration
    statement_at: Clock
    zone: Zone
    deadman_url: CallUrl

    @field_validator("silent_most")
    @classmethod
    def _not_under_the_least(cls, value: timedelta, info: ValidationInfo) -> timedelta:
        return _not_under("health.silent_least", info.data.get("silent_least"), value)


class RetentionSettings(Section):
    rejected_texts: Keep
    rejected_articles: Keep
    attempts: Keep
    events: Keep
    exports: Duration

    @field_validator("*")
    @classmethod
    def _not_too_short(cls, value: timedelta | None) -> timedelta | None:
        """A week: copies, edits, lessons and trials of rules need what is younger."""
        if value is not None and value < _SHORTEST_RETENTION:
            raise ValueError(f"must not be shorter than {duration_text(_SHORTEST_RETENTION)}")
        return value

    @field_validator("rejected_articles")
    @classmethod
    def _not_before_the_text(
        cls, value: timedelta | None, info: ValidationInfo
    ) -> timedelta | None:
        texts = info.data.get("rejected_texts")
        return value if value is None else _not_under("retention.rejected_texts", texts, value)

    @field_validator("exports")
    @classmethod
    def _not_longer_than_its_job(cls, value: timedelta) -> timedelta:
        if value > JOBS_KEPT:
            raise ValueError(
                f"must not be longer than {duration_text(JOBS_KEPT)}, as jobs are kept"
            )
        return value


class JobsSettings(Section):
    max_file_bytes: int = Field(ge=1_000_000)


class LogSettings(Section):
    format: Literal["text", "json"]
    level: Literal["debug", "info", "warning", "error"]


class Settings(Section):
    """All of it, checked; `path` is the file it came from, if any."""

    database: DatabaseSettings
    topic: TopicSettings
    stories: StoriesSettings
    second_reader: SecondReaderSettings
    poll: PollSettings
    fulltext: FulltextSettings
    egress: EgressSettings
    keywords: KeywordsSettings
    email: EmailSettings
    webhook: WebhookSettings
    apprise: AppriseSettings
    deliver: DeliverSettings
    web: WebSettings
    sign_in: SignInSettings
    oidc: OidcSettings
    health: HealthSettings
    retention: RetentionSettings
    jobs: JobsSettings
    log: LogSettings
    path: Path | None = Field(default=None, exclude=True)
    # "poll.every" → "monitor.toml:12"; a key that only the defaults have is left out
    _places: Mapping[str, str] = PrivateAttr(default_factory=dict)

    def with_places(self, places: Mapping[str, str]) -> Settings:
        """The same settings, which know where each value was set."""
        self._places = places
        return self

    def place_of(self, section: str, key: str) -> str:
        """Where a value was set: "monitor.toml:12", a variable; "" for the shipped default."""
        return self._places.get(f"{section}.{key}", "")

    def fault(self, section: str, key: str, sentence: str) -> ConfigError:
        """The error of a value that no rule of its own refuses, with the place that set it."""
        place = self.place_of(section, key)
        return ConfigError(f"{place}: {sentence}" if place else sentence)

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
        # One topic has the digest that it had before there could be more.
        if not self.topic.further:
            del deciding["topic"]["further"]
        for further in deciding["topic"].get("further", ()):
            if not further["lexicon"]:  # the digest of before it could have one
                del further["lexicon"]
        for rule in deciding["keywords"]["rules"]:
            if not rule["topic"]:
                del rule["topic"]
        return key_of(json.dumps(deciding, sort_keys=True))[:12]
