"""Which pack and which rules decide about articles, as the settings name them."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import shipped
from monitor.errors import ConfigError, PackError
from monitor.settings import Settings

if TYPE_CHECKING:  # each costs start-up time that most commands need not pay
    from monitor.backtest import Rulebook
    from monitor.classify.keywords import KeywordRules
    from monitor.classify.pack import Pack, PackCard
    from monitor.classify.shelf import InUse, Shelf

log = logging.getLogger(__name__)


def pack_folder(settings: Settings) -> Path:
    """Where the topic's own pack lies: a shipped topic's name, or a path beside the config."""
    name = settings.topic.pack
    inside = shipped.path("models", name)
    if "/" not in name and inside.is_dir():
        return inside
    folder = settings.folder / name
    if folder.is_dir():
        return folder
    known = sorted(path.parent.name for path in shipped.path("models").glob("*/pack.toml"))
    raise ConfigError(
        f"topic.pack = {name!r}: no such shipped topic and no such folder;"
        f" shipped: {', '.join(known)}"
    )


def golden_file(settings: Settings) -> Path:
    """The golden events of the topic; there may be none."""
    return pack_folder(settings) / "golden.jsonl"


def shelf(settings: Settings) -> Shelf | None:
    """The packs that this data folder's marks taught; None where topic.pack names a path.

    A path is used as it is: whoever writes one decides himself which pack is in use.
    """
    from monitor.classify.shelf import Shelf

    name = settings.topic.pack
    if "/" in name or name in (".", ".."):
        return None
    return Shelf(settings.folder / "packs" / name)


def _pack_folders(settings: Settings) -> tuple[list[Path], list[str]]:
    """The packs to use, the best first; and what is wrong with the file that says so."""
    own, taught = pack_folder(settings), shelf(settings)
    if taught is None:
        return [own], []
    try:
        roles = taught.roles()
    except PackError as error:
        return [own], [str(error)]
    if roles.current is None:
        return [own], []
    places = [taught.place(roles.current), taught.place(roles.previous), own]
    return [place for place in places if place is not None], []


def find_pack(settings: Settings) -> InUse:
    """The pack in use: the promoted one where it is sound, else the last good one, with the reason.

    Raise PackError when none can be used.
    """
    from monitor.classify.shelf import first_sound

    folders, faults = _pack_folders(settings)
    return first_sound(folders, threshold=settings.topic.threshold or None, faults=faults)


def in_use(settings: Settings) -> InUse:
    """The pack in use, checked whole; a warning in the log when it is not the one it should be.

    Raise PackError.
    """
    found = find_pack(settings)
    for fault in found.faults:
        log.warning("pack.degraded", extra={"fault": fault, "instead": found.pack.id})
    return found


def load_pack(settings: Settings) -> Pack:
    """The same, where its faults are nobody's business.  Raise PackError."""
    return in_use(settings).pack


def read_card(settings: Settings) -> PackCard:
    """The name and themes of the pack in use, without its weights.  Raise PackError."""
    from monitor.classify import pack

    folders, _ = _pack_folders(settings)
    for folder in folders[:-1]:
        with suppress(PackError):
            return pack.read_card(folder)
    return pack.read_card(folders[-1])


def at_threshold(settings: Settings, pack: Pack) -> Pack:
    """The pack with the settings' threshold, or with its own where they leave it to the pack."""
    return replace(pack, threshold=settings.topic.threshold or pack.own_threshold)


def keyword_rules(
    settings: Settings, pack: Pack | PackCard, *, file: Path | None = None
) -> KeywordRules:
    """The operator's rules, checked against the pack's themes.

    Raise ConfigError naming the line; `file` is where the rules stand, if not in the settings' own.
    """
    from monitor.classify.keywords import KeywordRule, KeywordRules

    rules = [KeywordRule(**rule.model_dump()) for rule in settings.keywords.rules]
    themes = tuple(pack.themes)
    try:
        return KeywordRules(rules, themes=themes)
    except ConfigError as error:
        for rule in rules:  # which of them is it?
            try:
                KeywordRules([rule], themes=themes)
            except ConfigError:
                place = _rule_place(file or settings.path, rule.name)
                raise ConfigError(f"{place}{error}") from None
        raise ConfigError(f"{file or settings.path or 'the settings'}: {error}") from None


def _rule_place(file: Path | None, name: str) -> str:
    """ "monitor.toml:12: ", the line that gives the rule its name."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines() if file else []
    except (OSError, UnicodeDecodeError):  # it is being exchanged: the rule's name must do
        lines = []
    named = re.compile(rf"""\s*name\s*=\s*["']{re.escape(name)}["']""")
    number = next((number for number, line in enumerate(lines, 1) if named.match(line)), None)
    return f"{file}:{number}: " if number else f"{file or 'the settings'}: "


def rulebook(settings: Settings, pack: Pack, *, file: Path | None = None) -> Rulebook:
    """What the settings decide with, for a replay.  Raise ConfigError; `file` as above."""
    from monitor.backtest import Rulebook

    return Rulebook(
        rules=keyword_rules(settings, pack, file=file),
        threshold=at_threshold(settings, pack).threshold,
        theme_thresholds={slug: theme.threshold for slug, theme in pack.themes.items()},
        config=settings.decision_digest,
    )
