"""What the operator decides: defaults < monitor.toml < environment < command line."""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

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
from monitor.digests import digest
from monitor.errors import ConfigError

PREFIX = "MONITOR_"
FILE_NAME = "monitor.toml"
DECIDING = {"topic", "keywords"}  # the tables that decide about articles
_RESERVED = {"MONITOR_CONFIG"}  # names the file; not a setting

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


class Poll(Section):
    every: Duration
    tick: Duration
    connections: int = Field(ge=1, le=1_000)
    per_host: int = Field(ge=1, le=100)
    timeout: Duration
    max_body_bytes: int = Field(ge=1_000)
    contact: str
    parsers: int = Field(ge=1, le=64)
    parse_cpu: Duration
    parse_memory_bytes: int = Field(ge=64 * 2**20)
    parse_timeout: Duration


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
    timeout: Duration
    folder: Path


class Webhook(Section):
    timeout: Duration


class Deliver(Section):
    tick: Duration
    batch: int = Field(ge=1, le=10_000)
    per_subscription: int = Field(ge=1, le=1_000)
    lease: Duration


class Log(Section):
    format: Literal["text", "json"]
    level: Literal["debug", "info", "warning", "error"]


class Settings(Section):
    """All of it, checked; `path` is the file it came from, if any."""

    database: Database
    topic: Topic
    poll: Poll
    egress: Egress
    keywords: Keywords
    email: Email
    webhook: Webhook
    deliver: Deliver
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
        _Layer("the shipped defaults", *_read(shipped.path("config", "defaults.toml"))),
        _Layer(str(path), *_read(path, text)) if path else _Layer("no file", {}, ""),
        *([_Layer(str(over), *_read(over))] if over else []),
        _Layer("the environment", _from_environment(environment), ""),
        _Layer("the command line", {key: dict(value) for key, value in (overrides or {}).items()}),
    ]
    merged: dict[str, Any] = {}
    for layer in layers:
        for section, table in layer.values.items():
            if isinstance(table, dict):
                merged.setdefault(section, {}).update(table)
            else:
                merged[section] = table
    merged["path"] = path.resolve() if path else None
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        raise ConfigError(_explain(error, layers)) from None


def load_changed(current: Settings, file: Path) -> Settings:
    """What the settings would be with this file: all that one edits, or just its deciding tables.

    A file that holds only `[topic]` and `[keywords]` lies over the current one; any other stands
    in its place, relative paths included.  Raise ConfigError.
    """
    values, text = _read(file)
    if set(values) <= DECIDING:
        return load(current.path, over=file)
    return load(file, text=text).model_copy(update={"path": current.path})


class _Layer:
    """One source of settings, and where in it a key stands."""

    def __init__(self, name: str, values: dict[str, Any], text: str = "") -> None:
        self.name = name
        self.values = values
        self._lines = text.splitlines()

    def has(self, section: str, key: str) -> bool:
        table = self.values.get(section)
        return isinstance(table, dict) and key in table if key else section in self.values

    def place(self, path: Sequence[str]) -> str:
        """ "monitor.toml:12", or the name of the variable."""
        section, key, *rest = [*path, ""][: max(2, len(path))]
        if self.name == "the environment":
            return f"environment variable {PREFIX}{section.upper()}__{key.upper()}"
        if len(rest) == 2:  # the field of an entry of [[section.key]]
            line = self._entry_line(f"{section}.{key}", int(rest[0]), rest[1])
        else:
            line = self._line(section, key)
        return f"{self.name}:{line}" if line else self.name

    def _entry_line(self, table: str, index: int, field: str) -> int | None:
        """The line of a field in the table's entry of that index; of the entry if it has none."""
        found: int | None = None
        for number, line in enumerate(self._lines, 1):
            if re.match(r"\s*\[", line):
                if found is not None:
                    return found
                index -= line.split("#")[0].strip(" []") == table
                found = number if index < 0 else None
            elif found is not None and re.match(rf'\s*"?{re.escape(field)}"?\s*=', line):
                return number
        return found

    def _line(self, section: str, key: str) -> int | None:
        """The line of `key` inside `[section]` (or `[[section.key]]`), from 1."""
        table = ""
        for number, line in enumerate(self._lines, 1):
            header = re.match(r"\s*\[+\s*([\w.\"-]+)\s*\]+", line)
            if header:
                table = header[1].replace('"', "")
                if table in (section if not key else "", f"{section}.{key}"):
                    return number
            else:
                name = {section: key, "": section}.get(table)
                if name and re.match(rf'\s*"?{re.escape(name)}"?\s*[=.]', line):
                    return number
        return None


def _read(path: Path, text: str | None = None) -> tuple[dict[str, Any], str]:
    """A TOML file's values and text.  Raise ConfigError naming the file and the line."""
    try:
        text = path.read_text(encoding="utf-8") if text is None else text
        return tomllib.loads(text), text
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such file; `monitor init` writes one, MONITOR_CONFIG names one"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: can't be read: {error}") from error
    except RecursionError:
        raise ConfigError(f"{path}: not valid TOML: nested too deeply to be read") from None
    except ValueError as error:  # TOMLDecodeError; a number of thousands of digits
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """MONITOR_POLL__EVERY=15m → {"poll": {"every": "15m"}}; …_FILE reads the value from a file."""
    values: dict[str, Any] = {}
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name in _RESERVED:
            continue
        section, separator, key = name.removeprefix(PREFIX).lower().partition("__")
        if not separator or section not in Settings.model_fields:
            known = [f"{PREFIX}{known.upper()}__…" for known in Settings.model_fields]
            raise ConfigError(f"environment variable {name}: no such setting{_hint(name, known)}")
        text = environment[name]
        if key.endswith("_file"):
            key, text = key.removesuffix("_file"), _secret(name, text)
        values.setdefault(section, {})[key] = _list_or_text(name, text)
    return values


def _secret(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"environment variable {name}: {file} can't be read: {error}") from None


def _list_or_text(name: str, text: str) -> object:
    if not text.lstrip().startswith("["):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(f"environment variable {name}: not a JSON list: {error}") from None


def _explain(error: ValidationError, layers: list[_Layer]) -> str:
    """Every fault of a ValidationError, a line each."""
    return "\n".join(_fault(fault, layers) for fault in error.errors(include_url=False))


def _fault(fault: Any, layers: list[_Layer]) -> str:
    path = [str(part) for part in fault["loc"]]
    section, key = path[0], path[1] if len(path) > 1 else ""
    layer = next((layer for layer in reversed(layers) if layer.has(section, key)), layers[0])
    name = ".".join(path)
    if fault["type"] == "extra_forbidden":
        return f"{layer.place(path)}: no such setting {name}{_suggest(path)}"
    said = fault["msg"].removeprefix("Value error, ")
    given = "" if "password" in path or fault["type"] == "missing" else f" = {fault['input']!r}"
    return f"{layer.place(path)}: {name}{given[:120]}: {said}"


def _suggest(path: list[str]) -> str:
    """What a mistyped key may have meant."""
    model: Any = Settings
    for part in path[:-1]:
        if part.isdigit():
            continue
        annotation = model.model_fields[part].annotation
        model = Keyword if part == "rules" else annotation
    return _hint(path[-1], [known for known in model.model_fields if known != "path"])


def _hint(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else f"; there are: {', '.join(known)}"
