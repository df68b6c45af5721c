"""Train packs: train a candidate from marks, compare it, promote it, roll back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions.access import audit_log
from monitor.actions.as_json import JsonObject
from monitor.actions.option_values import InvalidOption
from monitor.domain.errors import ConfigError, PackError
from monitor.runtime import build, topic_pack, topics
from monitor.text.formats import count_text

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.access.caller import Caller
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

    @property
    def sentence(self) -> str:
        """ "training on 1,203 examples and 31 marks" """
        examples = count_text(len(self.pack_examples), "example")
        return f"training on {examples} and {count_text(len(self.taught), 'mark')}"


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

    act: str  # for the audit log
    before: str  # the id of the pack before; of a rollback, the name of its folder
    in_use: str  # the id of the pack in use now
    faults: tuple[str, ...]  # why better packs were passed over

    def as_json(self) -> JsonObject:
        """The switch as `model promote --json` shows it."""
        return {"before": self.before, "in_use": self.in_use, "faults": self.faults}


def _ignore_step(step: str) -> None:
    """Nobody follows the training."""


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
    topic = topics.topic_of_marks(settings)
    marks = store.marks.settled(topic)
    taught, held_out = from_marks.split_marks(marks, themes=tuple(current.themes))
    if not taught:
        raise ConfigError(nothing_to_learn(len(held_out)))
    return CandidatePlan(
        base=folder,
        out=out,
        current=current,
        pack_examples=tuple(from_marks.pack_examples(folder)),
        taught=tuple(taught),
        held_out=tuple(held_out),
    )


def nothing_to_learn(held_out: int) -> str:
    """Why nothing can be trained, and what to do."""
    from monitor.classify.training.held_out import HELD_OUT

    return (
        f"{held_out} marks, and none to learn from (one in {HELD_OUT} is kept to compare by):"
        " `monitor marks next` proposes articles to mark"
    )


def train_candidate(
    plan: CandidatePlan, settings: Settings, *, on_step: Callable[[str], None] = _ignore_step
) -> TrainedCandidate:
    """Train the candidate and compare it with the pack in use; takes half a minute or so.

    `on_step` is called with what is done next.
    """
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

    on_step(plan.sentence)
    if plan.out:
        write(plan.out)
        folder = plan.out
    else:
        folder = _registry(settings).add_candidate(write)
    candidate = load_candidate(folder, settings)
    on_step("comparing the candidate with the pack in use")
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


def check_registry(settings: Settings) -> None:
    """Raise ConfigError where no trained pack can be promoted."""
    _registry(settings)


def _registry(settings: Settings) -> PackRegistry:
    registry = topic_pack.pack_registry(settings)
    if registry is None:
        raise ConfigError(
            f"topic.pack = {settings.topic.pack!r} is a path and is used as it is: train into"
            " a folder of your own and name that folder there, or set a topic's name to promote"
            " packs"
        )
    return registry


def load_candidate(folder: Path, settings: Settings) -> Pack:
    """A trained pack with the settings applied.  Raise PackError, ConfigError."""
    from monitor.classify.packs import pack as packs

    return topic_pack.as_set(settings, packs.load_pack(folder))


def _golden_events(settings: Settings) -> list[GoldenEvent]:
    from monitor.classify.training import golden

    file = topic_pack.golden_file(settings)
    return golden.load_golden_events(file) if file.is_file() else []


# ── promote and roll back ────────────────────────────────────────────────────────────────────────


def promote_candidate(
    settings: Settings, *, accept_loss: bool, seen: str | None = None
) -> PackSwitch:
    """Put the candidate into use.

    `seen` is the name of the candidate that the person has looked at.  Raise ConfigError when there
    is none, when it is another one by now, or when it misses a golden event that the pack in use
    recalls, unless `accept_loss`.
    """
    registry = _registry(settings)
    name = registry.roles().candidate
    if seen is not None and name is not None and seen != name:
        raise ConfigError("another candidate was trained meanwhile: look at its comparison first")
    folder = registry.path_of(name)
    if folder is not None and not accept_loss:
        lost = _lost_events(settings, load_candidate(folder, settings))
        if lost:
            events = "\n".join(f"  {event.date} {event.event}" for event in lost)
            raise InvalidOption(
                "accept_loss",
                f"is needed: the candidate would miss what the pack in use finds:\n{events}",
            )
    before = topic_pack.find_pack(settings).pack.id
    registry.promote()
    return _switched(settings, "promote pack", before)


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
    return _switched(settings, "roll back pack", str(before))


def record_switch(
    store: Store, caller: Caller, switch: PackSwitch, now: datetime, *, reason: str = ""
) -> None:
    """Write a switch into the audit log."""
    changed = audit_log.Changed(after={"instead_of": switch.before}, reason=reason)
    audit_log.record(store, caller, switch.act, switch.in_use, now, changed)


def _switched(settings: Settings, act: str, before: str) -> PackSwitch:
    try:
        pack_in_use = topic_pack.find_pack(settings)
    except PackError as error:
        raise ConfigError(f"switched, and now no pack can be used: {error}") from None
    return PackSwitch(act=act, before=before, in_use=pack_in_use.pack.id, faults=pack_in_use.faults)
