"""`monitor model train`, `promote` and `rollback`: make packs, and switch between them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.domain.errors import ConfigError, PackError

if TYPE_CHECKING:
    from monitor.classify.packs.pack import Pack
    from monitor.classify.packs.registry import PackRegistry
    from monitor.classify.training.compare import PackComparison
    from monitor.classify.training.golden import GoldenEvent
    from monitor.settings.sections import Settings

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def train(
    context: typer.Context,
    pack: Annotated[
        Path | None,
        typer.Option(help="The folder of the pack and its examples; else that of topic.pack."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where to; else into the pack itself.")] = None,
    with_labels: Annotated[
        bool,
        typer.Option(
            "--with-labels",
            help="Learn from `monitor marks` too: makes a candidate beside the configuration.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Train a pack from its own examples and lexicon; the same input gives the same bytes."""
    from monitor.classify.training import train as training
    from monitor.runtime import topic_pack

    if with_labels:
        comparison, made = _teach(context, pack, out)
        _report(comparison, made, json=json)
        if not json:
            way = f'topic.pack = "{out}"' if out else "`monitor model promote`"
            output.note(f"to put the candidate into use: {way}")
        return
    folder = pack or topic_pack.pack_folder(invocation.settings(context))
    report = training.train_pack(folder, out=out or folder)
    if json:
        output.as_json(report)
        return
    output.note(", ".join(f"{name} {value}" for name, value in report.items()))


def _teach(
    context: typer.Context, base: Path | None, out: Path | None
) -> tuple[PackComparison, dict[str, object]]:
    """Train the candidate and compare it with the pack in use."""
    from monitor.classify.training import compare, from_marks
    from monitor.runtime import build, topic_pack

    chosen = invocation.settled_settings(context)
    current = topic_pack.load_pack(chosen)
    base = _base(base or topic_pack.pack_folder(chosen), current)
    with invocation.open_store(context) as store:
        taught, held_out = from_marks.split_marks(store.marks.list(), themes=tuple(current.themes))
    if not taught:
        raise ConfigError(
            f"{len(held_out)} labels, and none to learn from (one in {from_marks.HELD_OUT} is kept"
            " to compare by): `monitor marks next` proposes articles to mark"
        )
    own = from_marks.pack_examples(base)

    output.note(f"training on {len(own)} examples and {len(taught)} labels: half a minute or so")

    def write(folder: Path) -> None:
        from_marks.train_with_marks(
            base,
            folder,
            own=own,
            taught=taught,
            held_out=held_out,
            entries=chosen.topic.lexicon,
        )

    if out:
        write(out)
        place = out
    else:
        place = _shelf(chosen).add_candidate(write)
    candidate = _loaded(place, chosen)
    comparison = compare.compare_packs(
        build.classifier(current).judge,
        build.classifier(candidate).judge,
        held_out=held_out,
        own=own,
        events=_golden(chosen),
    )
    return comparison, _made(current, candidate, place, len(taught))


def _made(current: Pack, candidate: Pack, place: Path, labels: int) -> dict[str, object]:
    return {
        "current": current.id,
        "candidate": candidate.id,
        "folder": str(place),
        "labels": labels,
    }


def _base(folder: Path, current: Pack) -> Path:
    from monitor.classify.packs import pack as packs

    name = packs.read_metadata(folder).name
    if name != current.name:
        raise ConfigError(
            f"--pack {folder} is the topic {name!r}, and {current.name!r} is in use: name the"
            " folder of that topic"
        )
    return folder


def _shelf(chosen: Settings) -> PackRegistry:
    from monitor.runtime import topic_pack

    shelf = topic_pack.shelf(chosen)
    if shelf is None:
        raise ConfigError(
            f"topic.pack = {chosen.topic.pack!r} is a path and is used as it is: say where a"
            " taught pack goes with --out, and name that folder there; or set a topic's name to"
            " promote packs"
        )
    return shelf


def _loaded(place: Path, chosen: Settings) -> Pack:
    from monitor.classify.packs import pack as packs
    from monitor.runtime import topic_pack

    return topic_pack.as_set(chosen, packs.load_pack(place))


def _golden(chosen: Settings) -> list[GoldenEvent]:
    from monitor.classify.training import golden
    from monitor.runtime import topic_pack

    file = topic_pack.golden_file(chosen)
    return golden.load_golden_events(file) if file.is_file() else []


def _report(comparison: PackComparison, made: Mapping[str, object], *, json: bool) -> None:
    if json:
        output.as_json({**made, **comparison.as_dict()})
        return
    output.note(f"candidate {made['candidate']}, taught by {made['labels']} labels")
    output.table(("", "in use", "candidate"), comparison.rows(), empty="")
    output.note(
        f"of {comparison.held_out} held-out labels the candidate mends {comparison.mended}"
        f" and breaks {comparison.broken}"
    )
    if comparison.says_little:
        output.note("too few to tell the packs apart by them")
    for event in comparison.lost:
        output.note(f"lost: {event.date} {event.event}")


def promote(
    context: typer.Context,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Even if golden events are lost.")
    ] = False,
    json: Json = False,
) -> None:
    """Put the candidate into use; refused when it loses a golden event."""
    from monitor.runtime import topic_pack

    chosen = invocation.settings(context)
    shelf = _shelf(chosen)
    place = shelf.path_of(shelf.roles().candidate)
    if place is not None:
        lost = _lost(chosen, _loaded(place, chosen))
        if lost and not accept_loss:
            raise ConfigError(
                "the candidate would miss what the pack in use finds; --accept-loss promotes it"
                " all the same:\n" + "\n".join(f"  {one.date} {one.event}" for one in lost)
            )
    before = topic_pack.find_pack(chosen).pack.id
    shelf.promote()
    _switched(chosen, before, json=json)


def _lost(chosen: Settings, candidate: Pack) -> tuple[GoldenEvent, ...]:
    from monitor.classify.training import compare, golden
    from monitor.runtime import build, topic_pack

    events = _golden(chosen)
    if not events:
        return ()
    now, then = (
        golden.score_golden_events(events, build.classifier(pack).judge)
        for pack in (topic_pack.load_pack(chosen), candidate)
    )
    return compare.lost_events(events, now, then)


def rollback(context: typer.Context, json: Json = False) -> None:
    """Undo the last promotion: the pack of before is in use again, this one is candidate."""
    chosen = invocation.settings(context)
    shelf = _shelf(chosen)
    before = shelf.roles().current
    shelf.rollback()
    _switched(chosen, str(before), json=json)


def _switched(chosen: Settings, before: str, *, json: bool) -> None:
    from monitor.runtime import topic_pack

    try:
        found = topic_pack.find_pack(chosen)
    except PackError as error:
        raise ConfigError(f"switched, and now no pack can be used: {error}") from None
    if json:
        output.as_json({"before": before, "in_use": found.pack.id, "faults": found.faults})
        return
    for fault in found.faults:
        output.note(f"passed over: {fault}")
    output.note(f"in use: {found.pack.id} (before: {before}); restart the service to work with it")
