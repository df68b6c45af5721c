"""Which pack and which rules decide about articles, as the settings name them."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.domain.errors import ConfigError, PackError
from monitor.settings import resources
from monitor.settings.layers import Layer

if TYPE_CHECKING:  # each costs start-up time that most commands need not pay
    from monitor.classify.features.lexicon import Lexicon
    from monitor.classify.packs.metadata import PackMetadata
    from monitor.classify.packs.pack import Pack
    from monitor.classify.packs.pack_registry import PackInUse, PackRegistry
    from monitor.classify.rules.decision_rules import DecisionRules
    from monitor.classify.rules.keywords import KeywordRules
    from monitor.domain.ports import Classifier
    from monitor.settings.sections import Settings

log = logging.getLogger(__name__)


def pack_folder(settings: Settings) -> Path:
    """Where the topic's own pack lies: a shipped topic's name, or a path beside the config."""
    name = settings.topic.pack
    inside = resources.path("models", name)
    if "/" not in name and inside.is_dir():
        return inside
    folder = settings.folder / name
    if folder.is_dir():
        return folder
    known = sorted(path.parent.name for path in resources.path("models").glob("*/pack.toml"))
    raise ConfigError(
        f"topic.pack = {name!r}: no such shipped topic and no such folder;"
        f" shipped: {', '.join(known)}"
    )


def golden_file(settings: Settings) -> Path:
    """The golden events of the topic; there may be none."""
    return pack_folder(settings) / "golden.jsonl"


def shelf(settings: Settings) -> PackRegistry | None:
    """The packs that this data folder's marks taught; None where topic.pack names a path.

    A path is used as it is: whoever writes one decides himself which pack is in use.
    """
    from monitor.classify.packs.pack_registry import PackRegistry

    name = settings.topic.pack
    if "/" in name or name in (".", ".."):
        return None
    return PackRegistry(settings.folder / "packs" / name)


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
    places = [taught.path_of(roles.current), taught.path_of(roles.previous), own]
    return [place for place in places if place is not None], []


def find_pack(settings: Settings) -> PackInUse:
    """The pack in use, as the settings have it: the promoted one where it is sound, else the last
    good one, with the reason.

    Raise PackError when none can be used; ConfigError as `as_set` does.
    """
    from monitor.classify.packs.pack_registry import first_usable_pack

    folders, faults = _pack_folders(settings)
    found = first_usable_pack(folders, faults=faults)
    return replace(found, pack=as_set(settings, found.pack))


def in_use(settings: Settings) -> PackInUse:
    """The pack in use, checked whole; a warning in the log when it is not the one it should be.

    Raise PackError, ConfigError.
    """
    found = find_pack(settings)
    for fault in found.faults:
        log.warning("pack.degraded", extra={"fault": fault, "instead": found.pack.id})
    return found


def load_pack(settings: Settings) -> Pack:
    """The same, where its faults are nobody's business.  Raise PackError, ConfigError."""
    return in_use(settings).pack


def read_card(settings: Settings) -> PackMetadata:
    """The name and themes of the pack in use, without its weights.  Raise PackError."""
    from monitor.classify.packs import metadata

    folders, _ = _pack_folders(settings)
    for folder in folders[:-1]:
        with suppress(PackError):
            return metadata.read_metadata(folder)
    return metadata.read_metadata(folders[-1])


def as_set(settings: Settings, pack: Pack, *, file: Path | None = None) -> Pack:
    """The pack with the settings' threshold, or its own where they leave it to the pack, and with
    their lexicon entries beside its own.

    Raise ConfigError naming the line; `file` is where they stand, if not in the settings' own.
    """
    threshold = settings.topic.threshold or pack.trained_threshold
    lexicon = _extended(settings, pack.trained_lexicon, file or settings.path)
    return replace(pack, threshold=threshold, lexicon=lexicon)


def _extended(settings: Settings, lexicon: Lexicon, file: Path | None) -> Lexicon:
    from monitor.classify.features import word_lists

    own = settings.topic.lexicon
    try:
        return word_lists.extend_lexicon(lexicon, own)
    except PackError as error:
        for name, entries in own.items():  # which of them is it?
            try:
                word_lists.extend_lexicon(lexicon, {name: entries})
            except PackError:
                place = _lexicon_place(file, name)
                raise ConfigError(f"{place}: topic.lexicon.{error}") from None
        raise ConfigError(f"{file or 'the settings'}: topic.lexicon: {error}") from None


def _lexicon_place(file: Path | None, name: str) -> str:
    """ "monitor.toml:12", the line of a class under [topic.lexicon]."""
    return Layer(str(file or "the settings"), {}, _text(file)).place(["topic", "lexicon", name])


def keyword_rules(
    settings: Settings, pack: Pack | PackMetadata, *, file: Path | None = None
) -> KeywordRules:
    """The operator's rules, checked against the pack's themes.

    Raise ConfigError naming the line; `file` is where the rules stand, if not in the settings' own.
    """
    from monitor.classify.rules.keywords import KeywordRule, KeywordRules

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
    lines = _text(file).splitlines()
    named = re.compile(rf"""\s*name\s*=\s*["']{re.escape(name)}["']""")
    number = next((number for number, line in enumerate(lines, 1) if named.match(line)), None)
    return f"{file}:{number}: " if number else f"{file or 'the settings'}: "


def _text(file: Path | None) -> str:
    try:
        return file.read_text(encoding="utf-8") if file else ""
    except (OSError, UnicodeDecodeError):  # it is being exchanged: names must do
        return ""


def rulebook(
    settings: Settings,
    pack: Pack,
    classifier: Classifier,
    *,
    file: Path | None = None,
    entries: Collection[str] = (),
) -> DecisionRules:
    """What the settings decide with, for a replay; `pack`, and the classifier that works with it,
    are as they set it (`as_set`).  What names one of these lexicon `entries` is judged anew.

    Raise ConfigError; `file` as above.
    """
    from monitor.classify.features.lexicon_match import LexiconMatch
    from monitor.classify.rules.decision_rules import DecisionRules

    return DecisionRules(
        rules=keyword_rules(settings, pack, file=file),
        threshold=pack.threshold,
        theme_thresholds={slug: theme.threshold for slug, theme in pack.themes.items()},
        config=settings.decision_digest,
        classifier=classifier,
        needs_rejudging=LexiconMatch(entries),
    )
