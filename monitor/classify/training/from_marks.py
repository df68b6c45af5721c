"""What do people's marks teach?  They become examples; a fifth stays out, to compare packs by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from monitor.classify.features import word_lists
from monitor.classify.packs import pack, registry, writer
from monitor.classify.training import examples as example_files
from monitor.classify.training import train
from monitor.classify.training.examples import Example
from monitor.domain.articles import Article, Mark
from monitor.domain.errors import ConfigError
from monitor.domain.keys import key_of
from monitor.text.comparison import folded

HELD_OUT = 5  # of so many labels one is never trained on
WEIGHT = 2.0  # a label counts for so many written examples (decision 008)


def split_marks(
    marked: Sequence[tuple[Mark, Article]], *, themes: Sequence[str]
) -> tuple[list[Example], list[Example]]:
    """The labels to train on and those held out; of equal headlines the first mark given counts.

    The same headline always falls on the same side, in this training and in every later one: the
    pack in use has not seen the labels that its candidate is held against.
    """
    taught: list[Example] = []
    held_out: list[Example] = []
    seen: set[str] = set()
    for mark, article in marked:
        headline = folded(article.entry.title)
        if headline not in seen:
            seen.add(headline)
            side = held_out if int(key_of("held out", headline), 16) % HELD_OUT == 0 else taught
            side.append(_example(mark, article, themes))
    return taught, held_out


def _example(mark: Mark, article: Article, themes: Sequence[str]) -> Example:
    return Example(
        title=article.entry.title,
        text=article.entry.text,
        language=(article.entry.language or "").partition("-")[0],
        label=example_files.POSITIVE if mark.relevant else example_files.NEAR_MISS,
        themes=tuple(slug for slug in mark.themes if slug in themes),
        kind="" if mark.relevant else "label",
        place=f"label {article.key}",
        weight=WEIGHT,
    )


def pack_examples(base: Path) -> list[Example]:
    """The examples of the pack in `base`.  Raise ConfigError when it does not carry any."""
    folder = base / "examples"
    if not folder.is_dir():
        raise ConfigError(
            f"{base}: this pack is here without its examples, which training needs: name a folder"
            " that has them with --pack, for example models/dprk-russia of a checkout"
        )
    return example_files.load_examples(folder, themes=tuple(pack.read_metadata(base).themes))


def train_with_marks(
    base: Path,
    out: Path,
    *,
    own: Sequence[Example],
    taught: Sequence[Example],
    held_out: Sequence[Example],
    entries: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Train on the pack's own examples and on labels, and write the whole pack to `out`.

    The lexicon is that of `base` with the operator's `entries`, which stay in the settings: the
    pack is written without them.  The same input gives the same bytes.
    """
    lexicon = word_lists.extend_lexicon(word_lists.load_lexicon(base / "lexicon"), entries)
    # In a fixed order: in which order people marked must not matter.
    ordered = sorted(taught, key=lambda one: (one.title, one.place))
    trained = train.train_model([*own, *ordered], lexicon, pack.read_metadata(base))
    report = {
        **trained.report,
        "labels": len(taught),
        "labels_held_out": len(held_out),
        "lexicon_entries_added": len({one for some in entries.values() for one in some}),
        "base": registry.pack_digest(base),
    }
    writer.write_pack(
        trained.model,
        base,
        out,
        threshold=train.THRESHOLD,
        themes=trained.themes,
        training=report,
    )
