"""Layers of settings: defaults, files, environment; their merging, and the line of each key."""

from __future__ import annotations

import codecs
import difflib
import json
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from monitor import failpoints
from monitor.domain.errors import ConfigError

PREFIX = "MONITOR_"
VARIABLE = "environment variable "  # before the name of one, in places
FEED_LOGIN = "MONITOR_FEED_PASSWORD"  # for `feeds add --user` and `feeds login`
_RESERVED = {"MONITOR_CONFIG", failpoints.VARIABLE, FEED_LOGIN}  # not settings


class Layer:
    """One source of settings, and the lines of its keys."""

    def __init__(self, name: str, values: dict[str, Any], text: str = "") -> None:
        self.name = name
        self.values = values
        self._lines = text.splitlines()

    def has(self, section: str, key: str) -> bool:
        """Whether this layer sets the key; with an empty key, whether it has the section."""
        table = self.values.get(section)
        return isinstance(table, dict) and key in table if key else section in self.values

    def place(self, path: Sequence[str]) -> str:
        """ "monitor.toml:12", or the name of the variable."""
        section, key, *rest = [*path, ""][: max(2, len(path))]
        if self.name == "the environment":
            return f"{VARIABLE}{PREFIX}{section.upper()}__{key.upper()}"
        if len(rest) == 2 and rest[0].isdigit():  # the field of an entry of [[section.key]]
            line = self._entry_line(f"{section}.{key}", int(rest[0]), rest[1])
        else:  # `rest` is not empty for a key of [section.key]
            line = self._line(f"{section}.{key}", rest[0]) if rest else None
            line = line or self._line(section, key)
        return f"{self.name}:{line}" if line else self.name

    def _entry_line(self, table: str, index: int, field: str) -> int | None:
        """The line of a field in the entry of that index, or of the entry if it lacks the field."""
        entry_line: int | None = None
        for number, line in enumerate(self._lines, 1):
            if re.match(r"\s*\[", line):
                if entry_line is not None:
                    return entry_line
                index -= line.split("#")[0].strip(" []") == table
                entry_line = number if index < 0 else None
            elif entry_line is not None and re.match(rf'\s*"?{re.escape(field)}"?\s*=', line):
                return number
        return entry_line

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


def read(path: Path, text: str | None = None) -> tuple[dict[str, Any], str]:
    """A TOML file's values and text.  Raise ConfigError naming the file and the line."""
    try:
        text = decode(path.read_bytes()) if text is None else text
        return tomllib.loads(text), text
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such file; `monitor init` writes one, MONITOR_CONFIG names one"
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: can't be read: {error}; save it as UTF-8") from error
    except RecursionError:
        raise ConfigError(f"{path}: not valid TOML: nested too deeply to be read") from None
    except ValueError as error:  # TOMLDecodeError; a number of thousands of digits
        raise ConfigError(f"{path}: {_toml_fault(str(error))}") from error


# What the parser of the standard library says of a table or a key that is written twice.
_TWICE = re.compile(
    r"Cannot (?:declare|overwrite|mutate)[^()]*(?P<path>\(.*\))?.* \(at line (?P<line>\d+),"
)


def _toml_fault(words: str) -> str:
    """The fault of a file that is no TOML, with its line."""
    twice = _TWICE.match(words)
    if twice is None:
        return f"not valid TOML: {words}"
    names = re.findall(r"'([^']*)'", twice["path"] or "")
    place = f"[{'.'.join(names)}]" if names else "this key"
    return f"line {twice['line']}: {place} is in the file twice: put its lines together"


def decode(content: bytes) -> str:
    """The text of a configuration file: UTF-8, without a byte-order mark.

    Raise UnicodeDecodeError for other encodings.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnicodeDecodeError("utf-8", content, 0, 2, "this file is UTF-16")
    return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def from_environment(environment: Mapping[str, str], sections: Collection[str]) -> dict[str, Any]:
    """MONITOR_POLL__EVERY=15m → {"poll": {"every": "15m"}}; …_FILE reads the value from a file.

    Raise ConfigError for a section that is not in `sections`.
    """
    values: dict[str, Any] = {}
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name in _RESERVED:
            continue
        section, separator, key = name.removeprefix(PREFIX).lower().partition("__")
        if not separator or section not in sections:
            names = [f"{PREFIX}{section.upper()}__…" for section in sections]
            raise ConfigError(f"environment variable {name}: no such setting{hint(name, names)}")
        text = environment[name]
        if key.endswith("_file"):
            key, text = key.removesuffix("_file"), _secret(name, text)
        values.setdefault(section, {})[key] = _json_or_text(name, text)
    return values


def _secret(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"environment variable {name}: {file} can't be read: {error}") from None


def _json_or_text(name: str, text: str) -> object:
    """A JSON list or table as such; anything else as the text it is."""
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(f"environment variable {name}: not JSON: {error}") from None


def merged(layers: Sequence[Layer]) -> dict[str, Any]:
    """All values; a later layer's replace an earlier one's, key by key."""
    values: dict[str, Any] = {}
    for layer in layers:
        for section, table in layer.values.items():
            if isinstance(table, dict):
                values.setdefault(section, {}).update(table)
            else:
                values[section] = table
    return values


def hint(name: str, names: Sequence[str]) -> str:
    """ "; did you mean every?", or a list of all names."""
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else f"; there are: {', '.join(names)}"
