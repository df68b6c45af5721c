"""Loading of the settings: defaults < monitor.toml < environment < command line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import (
    ValidationError,
)

from monitor.domain.errors import ConfigError
from monitor.settings import resources
from monitor.settings.layers import Layer, from_environment, hint, merged, read
from monitor.settings.sections import FurtherTopicSettings, KeywordRuleSettings, Settings
from monitor.settings.value_faults import value_fault

FILE_NAME = "monitor.toml"

SECRETS = {"password", "deadman_url"}
DECIDING = {"topic", "keywords"}  # the tables that the decisions about articles depend on


def find_file(environment: Mapping[str, str]) -> Path | None:
    """The file to read: MONITOR_CONFIG, else monitor.toml in the working folder, else None."""
    named = environment.get("MONITOR_CONFIG")
    if named:
        return Path(named)
    default = Path(FILE_NAME)
    return default if default.is_file() else None


def load(
    path: Path | None = None,
    *,
    text: str | None = None,
    over: Path | Layer | None = None,
    environment: Mapping[str, str] | None = None,
    overrides: Mapping[str, Mapping[str, object]] | None = None,
) -> Settings:
    """Read and merge every layer, and validate the result.

    `text` is the content of `path`, if it was read already; `over` is a file, or a layer that was
    read already, that is merged over `path`.  Raise ConfigError with the file and line, the
    variable or the option that is wrong, and the allowed values.
    """
    environment = os.environ if environment is None else environment
    layers = [
        Layer("the shipped defaults", *read(resources.path("config", "defaults.toml"))),
        Layer(str(path), *read(path, text)) if path else Layer("no file", {}, ""),
        *([over if isinstance(over, Layer) else Layer(str(over), *read(over))] if over else []),
        Layer("the environment", from_environment(environment, Settings.model_fields), ""),
        Layer("the command line", {key: dict(value) for key, value in (overrides or {}).items()}),
    ]
    values = merged(layers) | {"path": path.resolve() if path else None}
    try:
        return Settings.model_validate(values).with_places(_places(layers[1:]))
    except ValidationError as error:
        raise ConfigError(_explain(error, layers)) from None


def _places(layers: Sequence[Layer]) -> dict[str, str]:
    """ "poll.every" → the file and line, or the variable, that set it; a later layer wins."""
    places = {}
    for layer in layers:
        for section, table in layer.values.items():
            for key in table if isinstance(table, dict) else ():
                places[f"{section}.{key}"] = layer.place([section, key])
    return places


def load_changed(current: Settings, file: Path) -> Settings:
    """The settings with this file: a whole new one, or only the tables that decide.

    A file with only `[topic]` and `[keywords]` is merged over the current one; any other replaces
    it, with the current file's folder for relative paths.  Raise ConfigError.
    """
    values, text = read(file)
    if set(values) <= DECIDING:
        return load(current.path, over=file)
    return load(file, text=text).model_copy(update={"path": current.path})


def _explain(error: ValidationError, layers: list[Layer]) -> str:
    """Every fault of a ValidationError, one per line."""
    return "\n".join(_fault(fault, layers) for fault in error.errors(include_url=False))


def _fault(fault: Any, layers: list[Layer]) -> str:
    path = [str(part) for part in fault["loc"]]
    section, key = path[0], path[1] if len(path) > 1 else ""
    layer = next((layer for layer in reversed(layers) if layer.has(section, key)), layers[0])
    name = ".".join(path)
    if fault["type"] == "extra_forbidden":
        return f"{layer.place(path)}: no such setting {name}{_suggest(path)}"
    if fault["type"] == "missing" and key == "rules" and path[-1] == "action":
        return (
            f'{layer.place(path)}: {name} is missing: "flag" (relevant whatever the score), "boost"'
            ' (adds `boost` to the score) or "drop" (never relevant)'
        )
    hidden = key in SECRETS or fault["type"] == "missing"
    message = value_fault({**fault, "input": None} if hidden else fault)
    value = "" if hidden else f" = {fault['input']!r}"
    return f"{layer.place(path)}: {name}{value[:120]}: {message}"


# Lists of tables: what one of their tables is.
_TABLES: dict[str, Any] = {"rules": KeywordRuleSettings, "further": FurtherTopicSettings}


def _suggest(path: list[str]) -> str:
    """The hint for a mistyped key."""
    model: Any = Settings
    for part in path[:-1]:
        if part.isdigit():
            continue
        model = _TABLES.get(part, model.model_fields[part].annotation)
    return hint(path[-1], [field for field in model.model_fields if field != "path"])
