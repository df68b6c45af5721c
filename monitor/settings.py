"""What the operator decides: defaults < monitor.toml < environment < command line."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from datetime import time, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    ValidationError,
)

from monitor import shipped
from monitor.domain.errors import ConfigError
from monitor.domain.keys import digest
from monitor.layers import Layer, from_environment, hint, merged, read

FILE_NAME = "monitor.toml"
SECRETS = {"password", "deadman_url"}
DECIDING = {"topic", "keywords"}  # the tables that decide about articles

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def duration(text: object) -> timedelta:
    """ "1h30m" → timedelta.  Raise ValueError for anything without a unit, and for nothing."""
    if isinstance(text, timedelta):
        return text
    match = _DURATION.fullmatch(str(text).strip())
    if not match or not any(match.groups()):
        raise ValueError('a duration is written with its unit: "45s", "30m", "6h", "2d", "1h30m"')
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    try:
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise ValueError("this duration is longer than the calendar") from None


def duration_text(value: timedelta) -> str:
    """The shortest way to write it: timedelta(minutes=90) → "1h30m"."""
    seconds = round(value.total_seconds())
    parts = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _network(text: object) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(text), strict=False)
    except ValueError:
        raise ValueError('an address range looks like "10.1.0.0/16" or "fd00::/8"') from None


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta():
        raise ValueError("must be longer than nothing")
    return value


def _listen(text: object) -> str:
    """ "127.0.0.1:8080", "[::1]:8080", or nothing."""
    host, _, port = str(text).strip().rpartition(":")
    if str(text).strip() and not (host and port.isascii() and port.isdigit() and int(port) < 2**16):
        raise ValueError('an address to listen at looks like "127.0.0.1:8080" or "[::1]:8080"')
    return str(text).strip()


def _public_url(text: object) -> str:
    """An https address that paths can be put behind, or nothing."""
    url = str(text).strip().rstrip("/")
    parts = urlsplit(url)  # its ValueError says what is wrong with it
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    usable = parts.scheme == "https" or (parts.scheme == "http" and is_here)
    is_plain = url.isascii() and not re.search(r"[\s<>\"]", url) and len(url) <= 200
    if (url and not (usable and parts.hostname and is_plain)) or parts.query or parts.fragment:
        raise ValueError(
            'a public address looks like "https://alerts.example.org"; mail programs ask https only'
        )
    return url


def _mailbox(text: object) -> str:
    """ "alerts@example.org", or nothing."""
    given = str(text).strip()
    if given and not (
        given.isascii() and re.fullmatch(r"[^@\s<>,:;\"]{1,64}@[\w.-]{1,190}", given)
    ):
        raise ValueError('a mailbox looks like "unsubscribe@example.org"')
    return given


Mailbox = Annotated[str, BeforeValidator(_mailbox)]


def _clock(text: object) -> time:
    """ "07:00" """
    try:
        found = text if isinstance(text, time) else time.fromisoformat(str(text).strip())
    except ValueError:
        raise ValueError('a time of day looks like "07:00"') from None
    return found.replace(second=0, microsecond=0, tzinfo=None)


def _zone(text: object) -> str:
    """The name of a time zone that this machine knows."""
    try:
        return ZoneInfo(str(text)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('a time zone has a name like "Europe/Kyiv" or "UTC"') from None


def _call_url(text: object) -> str:
    """An http(s) address, or nothing."""
    url = str(text).strip()
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError('an address to call looks like "https://hc.example.org/ping/…"')
    return url


Clock = Annotated[
    time, BeforeValidator(_clock), PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str)
]
Zone = Annotated[str, BeforeValidator(_zone)]
CallUrl = Annotated[SecretStr, BeforeValidator(_call_url)]
Listen = Annotated[str, BeforeValidator(_listen)]
PublicUrl = Annotated[str, BeforeValidator(_public_url)]
Duration = Annotated[
    timedelta,
    BeforeValidator(lambda value: _positive(duration(value))),
    PlainSerializer(duration_text),
]
Network = Annotated[
    IPv4Network | IPv6Network, BeforeValidator(_network), PlainSerializer(str, return_type=str)
]


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


def find_file(environment: Mapping[str, str]) -> Path | None:
    """The file to read: MONITOR_CONFIG, else monitor.toml in this folder, else none."""
    named = environment.get("MONITOR_CONFIG")
    if named:
        return Path(named)
    here = Path(FILE_NAME)
    return here if here.is_file() else None


def load(
    path: Path | None = None,
    *,
    text: str | None = None,
    over: Path | None = None,
    environment: Mapping[str, str] | None = None,
    overrides: Mapping[str, Mapping[str, object]] | None = None,
) -> Settings:
    """Read every layer and check it whole.

    `text` is what `path` holds, where it was read already; `over` is a file that lies over it.
    Raise ConfigError naming the file and line, the variable or the option that is wrong, and
    what it may be instead.
    """
    environment = os.environ if environment is None else environment
    layers = [
        Layer("the shipped defaults", *read(shipped.path("config", "defaults.toml"))),
        Layer(str(path), *read(path, text)) if path else Layer("no file", {}, ""),
        *([Layer(str(over), *read(over))] if over else []),
        Layer("the environment", from_environment(environment, Settings.model_fields), ""),
        Layer("the command line", {key: dict(value) for key, value in (overrides or {}).items()}),
    ]
    values = merged(layers) | {"path": path.resolve() if path else None}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_explain(error, layers)) from None


def load_changed(current: Settings, file: Path) -> Settings:
    """What the settings would be with this file: all that one edits, or just its deciding tables.

    A file that holds only `[topic]` and `[keywords]` lies over the current one; any other stands
    in its place, relative paths included.  Raise ConfigError.
    """
    values, text = read(file)
    if set(values) <= DECIDING:
        return load(current.path, over=file)
    return load(file, text=text).model_copy(update={"path": current.path})


def _explain(error: ValidationError, layers: list[Layer]) -> str:
    """Every fault of a ValidationError, a line each."""
    return "\n".join(_fault(fault, layers) for fault in error.errors(include_url=False))


def _fault(fault: Any, layers: list[Layer]) -> str:
    path = [str(part) for part in fault["loc"]]
    section, key = path[0], path[1] if len(path) > 1 else ""
    layer = next((layer for layer in reversed(layers) if layer.has(section, key)), layers[0])
    name = ".".join(path)
    if fault["type"] == "extra_forbidden":
        return f"{layer.place(path)}: no such setting {name}{_suggest(path)}"
    said = fault["msg"].removeprefix("Value error, ")
    hidden = key in SECRETS or fault["type"] == "missing"
    given = "" if hidden else f" = {fault['input']!r}"
    return f"{layer.place(path)}: {name}{given[:120]}: {said}"


def _suggest(path: list[str]) -> str:
    """What a mistyped key may have meant."""
    model: Any = Settings
    for part in path[:-1]:
        if part.isdigit():
            continue
        annotation = model.model_fields[part].annotation
        model = Keyword if part == "rules" else annotation
    return hint(path[-1], [known for known in model.model_fields if known != "path"])
