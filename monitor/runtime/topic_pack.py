"""The topic's pack and keyword rules, as the settings name them."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.domain.errors import ConfigError, PackError
from monitor.settings import resources
from monitor.settings.layers import Layer

if TYPE_CHECKING:  # each costs start-up time that most commands need not pay
    from monitor.classify.encoder.story_encoder import StoryEncoder
    from monitor.classify.features.lexicon import Lexicon
    from monitor.classify.packs.metadata import PackMetadata
    from monitor.classify.packs.pack import Pack
    from monitor.classify.packs.pack_registry import PackInUse, PackRegistry
    from monitor.classify.packs.story_pack import StoryPack
    from monitor.classify.rules.keywords import KeywordRules
    from monitor.figures.figure_pack import FigurePack
    from monitor.settings.sections import Settings

log = logging.getLogger(__name__)


def pack_folder(settings: Settings) -> Path:
    """The folder of the topic's own pack: a shipped topic, or a path beside the configuration.

    Raise ConfigError when there is none.
    """
    name = settings.topic.pack
    inside = resources.path("models", name)
    if "/" not in name and inside.is_dir():
        return inside
    folder = settings.folder / name
    if folder.is_dir():
        return folder
    shipped = sorted(path.parent.name for path in resources.path("models").glob("*/pack.toml"))
    raise ConfigError(
        f"topic.pack = {name!r}: no such shipped topic and no such folder;"
        f" shipped: {', '.join(shipped)}"
    )


def golden_file(settings: Settings) -> Path:
    """The file of the topic's golden events; it may not exist."""
    return pack_folder(settings) / "golden.jsonl"


def load_story_pack(settings: Settings) -> StoryPack:
    """The data for grouping articles of the topic's own pack.  Raise PackError, ConfigError."""
    from monitor.classify.packs import story_pack

    return story_pack.load_story_pack(pack_folder(settings))


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderStatus:
    """Whether articles are compared by the encoder, and why."""

    sentence: str
    encoder: StoryEncoder | None = None
    is_faulty: bool = False  # installed and wanted, and can't be used

    @property
    def is_used(self) -> bool:
        return self.encoder is not None


def encoder_status(settings: Settings, pack: StoryPack | None = None) -> EncoderStatus:
    """The encoder for articles that are grouped, or why there is none; `pack` where it is loaded.

    Raise PackError.
    """
    from monitor.classify.encoder import sentence_encoder
    from monitor.classify.encoder.story_encoder import StoryEncoder
    from monitor.classify.packs import story_pack

    without = "articles are compared without the encoder"
    if not settings.stories.encoder:
        return EncoderStatus(sentence=f"{without}: stories.encoder is off")
    folder = pack_folder(settings)
    model = pack.encoder_model if pack else story_pack.read_encoder_digest(folder)
    if model is None:
        return EncoderStatus(sentence=f"{without}: the pack has no model for one")
    if not sentence_encoder.is_installed():
        return EncoderStatus(sentence=f"{without}: {sentence_encoder.MISSING}")
    try:
        encoder = sentence_encoder.load_encoder(model)
    except ConfigError as error:
        return EncoderStatus(sentence=f"{without}: {error}", is_faulty=True)
    return EncoderStatus(
        sentence="articles are compared with the encoder, too",
        encoder=StoryEncoder(encoder=encoder, model=model),
    )


def load_story_encoder(settings: Settings, pack: StoryPack) -> StoryEncoder | None:
    """The encoder for articles that are grouped; None, with a warning in the log for a fault, where
    they are compared without it.
    """
    status = encoder_status(settings, pack)
    if status.is_faulty:
        log.warning("stories.without_encoder", extra={"reason": status.sentence})
    return status.encoder


def label_rules(settings: Settings) -> str:
    """The label rules of the topic's own pack, for a second reader; empty where it has none.

    Raise PackError when the file can't be read.
    """
    from monitor.classify.packs.metadata import MAX_TEXT_BYTES, read_pack_file

    file = pack_folder(settings) / "label-rules.md"
    if not file.exists():
        return ""
    return read_pack_file(file, MAX_TEXT_BYTES).decode("utf-8", "replace")


def has_stories(settings: Settings) -> bool:
    """Whether the topic's own pack has data for grouping articles."""
    from monitor.classify.packs import story_pack

    return (pack_folder(settings) / story_pack.FOLDER).is_dir()


def grouped_topic(settings: Settings) -> str:
    """The topic whose articles are grouped; "" where there is one only: it groups whatever is
    relevant, also what another pack judged before it.  Raise PackError, ConfigError.
    """
    return read_card(settings).name if settings.topic.further else ""


def story_digest(settings: Settings) -> str:
    """Twelve digits of the SHA-256 of the data for stories of the topic's own pack.

    Raise ConfigError, PackError.
    """
    from monitor.classify.packs import story_pack

    return story_pack.digest_of_files(pack_folder(settings))


def load_figures(settings: Settings) -> FigurePack | None:
    """The kinds and parties of the topic's figures; None where it has none.  Raise PackError."""
    from monitor.figures.pack_files import load_figure_pack

    folder = figures_folder(settings)
    return load_figure_pack(folder) if folder.is_dir() else None


def figures_folder(settings: Settings) -> Path:
    """The folder of the topic's kinds and parties of figures; it may not exist."""
    return pack_folder(settings) / "figures"


def pack_registry(settings: Settings) -> PackRegistry | None:
    """The registry of packs trained from marks; None where topic.pack names a path.

    A path is used as it is: the operator who writes one chooses the pack.
    """
    from monitor.classify.packs.pack_registry import PackRegistry

    name = settings.topic.pack
    if "/" in name or name in (".", ".."):
        return None
    return PackRegistry(settings.folder / "packs" / name)


def _pack_folders(settings: Settings) -> tuple[list[Path], list[str]]:
    """The folders of usable packs, the best first, and the faults of the registry's role file."""
    shipped, registry = pack_folder(settings), pack_registry(settings)
    if registry is None:
        return [shipped], []
    try:
        roles = registry.roles()
    except PackError as error:
        return [shipped], [str(error)]
    if roles.current is None:
        return [shipped], []
    folders = [registry.path_of(roles.current), registry.path_of(roles.previous), shipped]
    return [folder for folder in folders if folder is not None], []


def first_pack_folder(settings: Settings) -> Path:
    """The folder of the pack that should be in use; another folder after a promotion."""
    folders, _ = _pack_folders(settings)
    return folders[0]


def find_pack(settings: Settings) -> PackInUse:
    """The pack in use, with the settings applied: the promoted one, or the last good one with the
    reason why.

    Raise PackError when none can be used; ConfigError as `as_set` does.
    """
    from monitor.classify.packs.pack_registry import first_usable_pack

    folders, faults = _pack_folders(settings)
    usable = first_usable_pack(folders, faults=faults)
    return replace(usable, pack=as_set(settings, usable.pack))


def in_use(settings: Settings) -> PackInUse:
    """The pack in use, checked whole; log a warning when it is not the promoted one.

    Raise PackError, ConfigError.
    """
    usable = find_pack(settings)
    for fault in usable.faults:
        log.warning("pack.degraded", extra={"fault": fault, "instead": usable.pack.id})
    return usable


def load_pack(settings: Settings) -> Pack:
    """The pack in use.  Raise PackError, ConfigError."""
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
    """The pack with the settings' thresholds and their lexicon entries added.

    Raise ConfigError naming the line; `file` is where the settings are, if not in their own file.
    """
    threshold = settings.topic.threshold or pack.trained_threshold
    lexicon = _extended(settings, pack.trained_lexicon, file or settings.path)
    review = settings.topic.review_threshold or None
    return replace(pack, threshold=threshold, review_threshold=review, lexicon=lexicon)


def _extended(settings: Settings, lexicon: Lexicon, file: Path | None) -> Lexicon:
    from monitor.classify.features import word_lists

    added = settings.topic.lexicon
    of_topic = f" (topic {settings.topic.pack})" if settings.topic.further else ""
    try:
        return word_lists.extend_lexicon(lexicon, added)
    except PackError as error:
        for name, entries in added.items():  # find the one that is wrong
            try:
                word_lists.extend_lexicon(lexicon, {name: entries})
            except PackError:
                place = _lexicon_place(file, name)
                raise ConfigError(f"{place}: topic.lexicon.{error}{of_topic}") from None
        raise ConfigError(f"{file or 'the settings'}: topic.lexicon: {error}") from None


def _lexicon_place(file: Path | None, name: str) -> str:
    """ "monitor.toml:12", the line of a class under [topic.lexicon] or [topic.further.lexicon]."""
    layer = Layer(str(file or "the settings"), {}, _text(file))
    places = (layer.place([table, "lexicon", name]) for table in ("topic", "topic.further"))
    return next((place for place in places if place != layer.name), layer.name)


def keyword_rules(
    settings: Settings, pack: Pack | PackMetadata, *, file: Path | None = None
) -> KeywordRules:
    """The operator's rules, checked against the pack's themes.

    Raise ConfigError naming the line; `file` is where the rules are, if not the settings' own.
    """
    from monitor.classify.rules.keywords import KeywordRule, KeywordRules

    rules = [
        KeywordRule(**rule.model_dump(exclude={"topic"}))
        for rule in settings.keywords.rules
        if rule.topic in ("", pack.name)
    ]
    themes = tuple(pack.themes)
    try:
        return KeywordRules(rules, themes=themes)
    except ConfigError as error:
        for rule in rules:  # find the one that is wrong
            try:
                KeywordRules([rule], themes=themes)
            except ConfigError:
                place = rule_place(file or settings.path, rule.name)
                raise ConfigError(f"{place}{error}") from None
        raise ConfigError(f"{file or settings.path or 'the settings'}: {error}") from None


def rule_place(file: Path | None, name: str) -> str:
    """ "monitor.toml:12: ", the line with the rule's name."""
    lines = _text(file).splitlines()
    name_line = re.compile(rf"""\s*name\s*=\s*["']{re.escape(name)}["']""")
    number = next((number for number, line in enumerate(lines, 1) if name_line.match(line)), None)
    return f"{file}:{number}: " if number else f"{file or 'the settings'}: "


def _text(file: Path | None) -> str:
    try:
        return file.read_text(encoding="utf-8-sig") if file else ""
    except (OSError, UnicodeDecodeError):  # it is being replaced: the message has no line number
        return ""
