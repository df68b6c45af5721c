"""Train packs: train a candidate from marks, compare it, promote it, roll back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.option_values import InvalidOption
from monitor.domain.errors import ConfigError, PackError
from monitor.runtime import build, topic_pack

if TYPE_CHECKING:
    from monitor.classify.packs.pack import Pack
    from monitor.classify.packs.pack_registry import PackRegistry
    from monitor.classify.training.compare import PackComparison
    from monitor.classify.training.examples import Example
    from monitor.classify.training.golden import GoldenEvent
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatePlan:
    """What a candidate will be trained on; nothing is written yet."""

    base: Path  # the pack whose examples and lexicon it is trained on
    out: Path | None  # where to write it; None: beside the configuration, as the candidate
    current: Pack
    pack_examples: tuple[Example, ...]
    taught: tuple[Example, ...]  # made of marks
    held_out: tuple[Example, ...]  # made of marks, and used only to compare


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedCandidate:
    """A candidate, and how it compares with the pack in use."""

    current: str  # the id of the pack in use
    candidate: str  # the id of the new pack
    folder: Path
    marks: int  # that it was trained on
    comparison: PackComparison

    def as_json(self) -> JsonObject:
        """The candidate as `model train --with-marks --json` shows it."""
        return {
            "current": self.current,
            "candidate": self.candidate,
            "folder": str(self.folder),
            "labels": self.marks,
            **self.comparison.as_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PackSwitch:
    """A change of the pack in use."""

    before: str  # the id of the pack before; of a rollback, the name of its folder
    in_use: str  # the id of the pack in use now
    faults: tuple[str, ...]  # why better packs were passed over

    def as_json(self) -> JsonObject:
        """The switch as `model promote --json` shows it."""
        return {"before": self.before, "in_use": self.in_use, "faults": self.faults}


# ── train and compare ────────────────────────────────────────────────────────────────────────────


def train_pack(folder: Path, *, out: Path | None = None) -> Mapping[str, object]:
    """Train a pack from its own examples and lexicon; return its id and the training report.

    `folder` is that of the pack and its examples; the pack is written to `out`, by default into
    `folder`.  The same input gives the same bytes.  Raise PackError, ConfigError.
    """
    from monitor.classify.training import train

    return train.train_pack(folder, out=out or folder)


def plan_candidate(
    store: Store, settings: Settings, *, base: Path | None = None, out: Path | None = None
) -> CandidatePlan:
    """Collect what a candidate is trained on: the pack's own examples, and marks.

    Raise ConfigError when there is no mark to learn from, when `base` is another topic or has no
    examples, and when there is no place for the candidate.
    """
    from monitor.classify.training import from_marks

    current = topic_pack.load_pack(settings)
    folder = base or topic_pack.pack_folder(settings)
    _check_topic(folder, current)
    if out is None:
        _registry(settings)
    taught, held_out = from_marks.split_marks(store.marks.settled(), themes=tuple(current.themes))
    if not taught:
        raise ConfigError(
            f"{len(held_out)} marks, and none to learn from (one in {from_marks.HELD_OUT} is kept"
            " to compare by): `monitor marks next` proposes articles to mark"
        )
    return CandidatePlan(
        base=folder,
        out=out,
        current=current,
        pack_examples=tuple(from_marks.pack_examples(folder)),
        taught=tuple(taught),
        held_out=tuple(held_out),
    )


def train_candidate(plan: CandidatePlan, settings: Settings) -> TrainedCandidate:
    """Train the candidate and compare it with the pack in use; takes half a minute or so."""
    from monitor.classify.training import compare, from_marks

    def write(folder: Path) -> None:
        from_marks.train_with_marks(
            plan.base,
            folder,
            own_examples=plan.pack_examples,
            marked=plan.taught,
            held_out=plan.held_out,
            entries=settings.topic.lexicon,
        )

    if plan.out:
        write(plan.out)
        folder = plan.out
    else:
        folder = _registry(settings).add_candidate(write)
    candidate = _load(folder, settings)
    comparison = compare.compare_packs(
        build.classifier(plan.current).judge,
        build.classifier(candidate).judge,
        held_out=plan.held_out,
        own_examples=plan.pack_examples,
        events=_golden_events(settings),
    )
    return TrainedCandidate(
        current=plan.current.id,
        candidate=candidate.id,
        folder=folder,
        marks=len(plan.taught),
        comparison=comparison,
    )


def _check_topic(folder: Path, current: Pack) -> None:
    from monitor.classify.packs import pack as packs

    name = packs.read_metadata(folder).name
    if name != current.name:
        raise InvalidOption(
            "pack",
            f"{folder} is the topic {name!r}, and {current.name!r} is in use: name the folder of"
            " that topic",
        )


def _registry(settings: Settings) -> PackRegistry:
    registry = topic_pack.pack_registry(settings)
    if registry is None:
        raise ConfigError(
            f"topic.pack = {settings.topic.pack!r} is a path and is used as it is: train into"
            " a folder of your own and name that folder there, or set a topic's name to promote"
            " packs"
        )
    return registry


def _load(folder: Path, settings: Settings) -> Pack:
    from monitor.classify.packs import pack as packs

    return topic_pack.as_set(settings, packs.load_pack(folder))


def _golden_events(settings: Settings) -> list[GoldenEvent]:
    from monitor.classify.training import golden

    file = topic_pack.golden_file(settings)
    return golden.load_golden_events(file) if file.is_file() else []


# ── promote and roll back ────────────────────────────────────────────────────────────────────────


def promote_candidate(settings: Settings, *, accept_loss: bool) -> PackSwitch:
    """Put the candidate into use.

    Raise ConfigError when there is none, or when it misses a golden event that the pack in use
    recalls, unless `accept_loss`.
    """
    registry = _registry(settings)
    folder = registry.path_of(registry.roles().candidate)
    if folder is not None and not accept_loss:
        lost = _lost_events(settings, _load(folder, settings))
        if lost:
            events = "\n".join(f"  {event.date} {event.event}" for event in lost)
            raise InvalidOption(
                "accept_loss",
                f"is needed: the candidate would miss what the pack in use finds:\n{events}",
            )
    before = topic_pack.find_pack(settings).pack.id
    registry.promote()
    return _switched(settings, before)


def _lost_events(settings: Settings, candidate: Pack) -> tuple[GoldenEvent, ...]:
    from monitor.classify.training import compare, golden

    events = _golden_events(settings)
    if not events:
        return ()
    current = topic_pack.load_pack(settings)
    return compare.lost_events(
        events,
        golden.score_golden_events(events, build.classifier(current).judge),
        golden.score_golden_events(events, build.classifier(candidate).judge),
    )


def roll_back(settings: Settings) -> PackSwitch:
    """Undo the last promotion: the previous pack is in use again, this one is the candidate.

    Raise ConfigError when there is nothing to undo.
    """
    registry = _registry(settings)
    before = registry.roles().current
    registry.rollback()
    return _switched(settings, str(before))


def _switched(settings: Settings, before: str) -> PackSwitch:
    try:
        pack_in_use = topic_pack.find_pack(settings)
    except PackError as error:
        raise ConfigError(f"switched, and now no pack can be used: {error}") from None
    return PackSwitch(before=before, in_use=pack_in_use.pack.id, faults=pack_in_use.faults)
