"""The pack in use: show it, judge lines with it, evaluate it, score it on golden events."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.json_lines import Line, NumberedLine, read_lines, read_numbered_lines
from monitor.actions.option_values import InvalidOption
from monitor.domain.articles import Verdict
from monitor.domain.errors import PackError
from monitor.domain.feeds import Entry
from monitor.runtime import build, topic_pack

if TYPE_CHECKING:
    from monitor.classify.memory.dated_lines import JudgedEntry
    from monitor.classify.packs.pack import Pack
    from monitor.classify.training.golden import GoldenScore
    from monitor.settings.sections import Settings

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
JUDGED_DIGITS = 6  # of a score in judged lines, which are compared between programs


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconClass:
    """A class of the lexicon, and how many entries it has."""

    name: str
    title: str
    entries: int
    from_settings: int  # of these, the operator's


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPack:
    """The pack in use, and the trained packs beside it."""

    pack: Pack
    folder: Path
    faults: tuple[str, ...]  # why better packs were passed over
    roles: Mapping[str, str | None]  # candidate, current, previous → folder name

    @property
    def lexicon_classes(self) -> list[LexiconClass]:
        """The classes of the lexicon, in its order."""
        pack = self.pack
        entries = _class_sizes(pack.lexicon.entries.values())
        trained = _class_sizes(pack.trained_lexicon.entries.values())
        return [
            LexiconClass(
                name=name,
                title=title,
                entries=entries[name],
                from_settings=entries[name] - trained[name],
            )
            for name, title in pack.lexicon.titles.items()
        ]

    def as_json(self) -> JsonObject:
        """The pack as `model show --json` shows it."""
        return {
            **self.pack.as_dict(),
            "folder": str(self.folder),
            "taught": self.roles,
            "faults": self.faults,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLine:
    """A line and its verdict."""

    line: Line
    verdict: Verdict

    @property
    def relevant(self) -> bool:
        """Whether the score reaches the threshold."""
        return self.verdict.score >= self.verdict.threshold

    def as_json(self) -> JsonObject:
        """The line as `model judge --json` prints it."""
        return {
            "id": self.line.get("id"),
            "score": as_json.score(self.verdict.score, JUDGED_DIGITS),
            "relevant": self.relevant,
            "themes": as_json.probabilities(self.verdict.themes, JUDGED_DIGITS),
        }


def show_pack(settings: Settings) -> ShownPack:
    """The pack in use with its lexicon, and the packs that wait.  Raise PackError, ConfigError."""
    in_use = topic_pack.find_pack(settings)
    return ShownPack(
        pack=in_use.pack, folder=in_use.folder, faults=in_use.faults, roles=_roles(settings)
    )


def _roles(settings: Settings) -> dict[str, str | None]:
    """Candidate, current and previous pack; empty where none can be promoted or read."""
    registry = topic_pack.pack_registry(settings)
    try:
        return asdict(registry.roles()) if registry else {}
    except PackError:
        return {}


def _class_sizes(entries: Iterable[Iterable[str]]) -> Counter[str]:
    """Class → how many entries have it."""
    sizes: Counter[str] = Counter()
    for classes in entries:
        sizes.update(classes)
    return sizes


def judge_file(file: Path, settings: Settings) -> list[JudgedLine]:
    """Judge every line of a JSON Lines file.  Raise ConfigError naming a line, PackError."""
    pack = topic_pack.load_pack(settings)
    lines = list(read_lines(file))
    verdicts = build.classifier(pack).judge([_entry(line) for line in lines])
    return [
        JudgedLine(line=line, verdict=verdict)
        for line, verdict in zip(lines, verdicts, strict=True)
    ]


def evaluate_file(
    file: Path,
    settings: Settings,
    *,
    months: Sequence[str] = (),
    against: Path | None = None,
    history: Path | None = None,
) -> Mapping[str, object]:
    """Precision, recall and more of the pack on labelled lines.

    `months` ("2025-08") adds figures inside and outside of them, `against` (the folder of another
    pack) the difference to that pack.  The dated lines of `history` stand for what a service stored
    before: its memory moves the scores.  Raise as `judge_file`; InvalidOption for a month.
    """
    from monitor.classify.packs import pack as packs
    from monitor.classify.training import evaluate

    for month in months:
        if not _MONTH.fullmatch(month):
            raise InvalidOption("month", f"{month!r}: expected year and month, like 2025-08")
    lines = list(read_numbered_lines(file))
    before = list(read_numbered_lines(history)) if history else None
    labelled = [line for _, line in lines]
    verdicts = _verdicts(topic_pack.load_pack(settings), lines, before)
    figures = evaluate.evaluate_verdicts(labelled, verdicts, name=str(file), months=months)
    if before is not None:
        moved = sum(verdict.similar is not None for verdict in verdicts)
        figures["memory"] = {"history": len(before), "moved": moved}
    if against is None:
        return figures
    other = topic_pack.as_set(settings, packs.load_pack(against))
    compared = evaluate.compare_verdicts(labelled, verdicts, _verdicts(other, lines, before))
    return {**figures, "against": {"pack": other.id, **compared}}


def _verdicts(
    pack: Pack, lines: Sequence[NumberedLine], history: Sequence[NumberedLine] | None
) -> list[Verdict]:
    """The pack's verdicts on the lines, with the memory of a history if there is one."""
    from monitor.classify.memory.dated_lines import with_memory

    judge = build.classifier(pack).judge
    if history is None:
        return judge([_entry(line) for _, line in lines])
    vectoriser = pack.model.vectoriser
    return with_memory(_judged(judge, lines), _judged(judge, history), vectoriser)


def _judged(
    judge: Callable[[Sequence[Entry]], list[Verdict]], lines: Sequence[NumberedLine]
) -> list[JudgedEntry]:
    """The lines as the memory takes them.  Raise ConfigError naming a line with a faulty date."""
    from monitor.classify.memory.dated_lines import JudgedEntry, line_time

    times = [line_time(line, place) for place, line in lines]
    entries = [_entry(line) for _, line in lines]
    return [
        JudgedEntry(entry=entry, verdict=verdict, at=at, source=str(line.get("source") or ""))
        for entry, verdict, at, (_, line) in zip(entries, judge(entries), times, lines, strict=True)
    ]


def score_golden_events(settings: Settings, file: Path | None = None) -> GoldenScore:
    """How many golden events the pack recalls; those of the topic, or of a file.

    Raise ConfigError naming a faulty line, PackError.
    """
    from monitor.classify.training import golden

    events = golden.load_golden_events(file or topic_pack.golden_file(settings))
    return golden.score_golden_events(
        events, build.classifier(topic_pack.load_pack(settings)).judge
    )


def _entry(line: Line) -> Entry:
    text, language = str(line.get("text") or ""), line.get("lang") or None
    return Entry(title=line["title"], text=text, language=language)
