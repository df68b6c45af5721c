"""Training on people's marks: they become examples, and a fifth is held out for comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from monitor.classify.features import word_lists
from monitor.classify.packs import pack, pack_registry, writer
from monitor.classify.training import examples as example_files
from monitor.classify.training import train
from monitor.classify.training.examples import Example
from monitor.classify.training.held_out import is_held_out, with_distinct_titles
from monitor.domain.articles import Article, Mark
from monitor.domain.errors import ConfigError

WEIGHT = 2.0  # weight of a mark relative to a written example (decision 008)


def split_marks(
    marked: Sequence[tuple[Mark, Article]], *, themes: Sequence[str]
) -> tuple[list[Example], list[Example]]:
    """Return the marks to train on and the held-out ones, as examples.

    Of marks on equal headlines the first in `marked` counts.  A headline is always on the same
    side, in every training: the pack in use was not trained on the marks that it is compared by.
    """
    training: list[Example] = []
    held_out: list[Example] = []
    titled = ((article.entry.title, (mark, article)) for mark, article in marked)
    for title, (mark, article) in with_distinct_titles(titled):
        side = held_out if is_held_out(title) else training
        side.append(_example(mark, article, themes))
    return training, held_out


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
    """Load the examples of the pack in `base`.  Raise ConfigError when it has none."""
    folder = base / "examples"
    if not folder.is_dir():
        raise ConfigError(
            f"{base}: this pack has no examples, which training needs: name a pack with examples"
            " by --pack, for example models/dprk-russia of a checkout"
        )
    return example_files.load_examples(folder, themes=tuple(pack.read_metadata(base).themes))


def train_with_marks(
    base: Path,
    out: Path,
    *,
    own_examples: Sequence[Example],
    marked: Sequence[Example],
    held_out: Sequence[Example],
    entries: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Train on the pack's own examples and on marks, and write the whole pack to `out`.

    The lexicon is that of `base` with the operator's `entries` (class → entries); the pack is
    written without these, which stay in the settings.  The same input gives the same bytes.
    """
    lexicon = word_lists.extend_lexicon(word_lists.load_lexicon(base / "lexicon"), entries)
    # Sorted, so that the order of the marks does not affect the result.
    ordered = sorted(marked, key=lambda example: (example.title, example.place))
    additions = set().union(*entries.values())
    trained = train.train_model([*own_examples, *ordered], lexicon, pack.read_metadata(base))
    report = {
        **trained.report,
        "labels": len(marked),
        "labels_held_out": len(held_out),
        "lexicon_entries_added": len(additions),
        "base": pack_registry.pack_digest(base),
    }
    writer.write_pack(
        trained.model,
        base,
        out,
        threshold=train.THRESHOLD,
        themes=trained.themes,
        training=report,
    )
