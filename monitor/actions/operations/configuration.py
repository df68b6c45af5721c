"""The configuration: check it whole, and show the settings in force with secrets masked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.runtime import topic_pack, transports
from monitor.store.database import engine

if TYPE_CHECKING:
    from monitor.settings.sections import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedConfiguration:
    """A configuration in which everything is right."""

    path: Path | None  # None: defaults and environment only
    topic: str  # the name of its pack
    rules: int  # keyword rules


def check_configuration(settings: Settings) -> CheckedConfiguration:
    """Check database address, topic pack, keyword rules and mail settings.

    Raise ConfigError or PackError naming the first thing that is wrong.
    """
    engine.read_url(settings.database_url)
    transports.mail_channel(settings)
    pack = topic_pack.load_pack(settings)
    topic_pack.keyword_rules(settings, pack)
    rules = len(settings.keywords.rules)
    return CheckedConfiguration(path=settings.path, topic=pack.name, rules=rules)


def shown_settings(settings: Settings) -> dict[str, dict[str, Any]]:
    """Section → key → value of the settings in force; secrets are masked."""
    values: dict[str, dict[str, Any]] = settings.model_dump(mode="json")
    values["database"]["url"] = mask_password(settings.database_url)
    return values


def mask_password(url: str) -> str:
    """A database URL without its password."""
    parts = urlsplit(url)
    if not parts.password:
        return url
    return parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")).geturl()
