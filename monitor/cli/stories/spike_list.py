"""`monitor stories spikes`: what is reported far more than usual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions import option_values
from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.runtime import clock, topics
from monitor.text.formats import short_instant

if TYPE_CHECKING:
    from monitor.stories.volume_spikes import VolumeSpike


def spikes(
    context: typer.Context,
    since: Annotated[
        str, typer.Option(metavar="30d", help="Spikes that began within this time.")
    ] = "30d",
    json: Json = False,
) -> None:
    """How much each theme and busy story is reported now, what is usual, and the spikes."""
    from monitor.actions.grouping.spike_reports import spike_report

    span = option_values.parse_duration(since, "since")
    titles = topics.theme_titles(invocation.settled_settings(context))
    with invocation.open_store(context) as store:
        report = spike_report(store, titles, clock.now(), span)
    if json:
        output.print_json(report.as_json())
        return
    output.print_table(
        ("what", "now", "spike"),
        [
            (reading.title, reading.sentence, "spike" if reading.is_spike else "")
            for reading in report.readings
        ],
        empty="the topic has no themes",
        wrapped=("what", "now"),
    )
    output.print_table(
        ("began", "ended", "what", "articles", "peak", "usual", "title"),
        [_row(spike) for spike in report.spikes],
        optional=("peak", "ended"),
        wrapped=("title",),
        empty=f"no spikes within {since}",
    )


def _row(spike: VolumeSpike) -> tuple[str, ...]:
    return (
        short_instant(spike.began_at),
        short_instant(spike.ended_at) if spike.ended_at else "goes on",
        spike.subject.value,
        f"{spike.volume:,}",
        f"{spike.peak:,}",
        f"{spike.band.low:.0f} to {spike.band.high:.0f}",
        spike.title,
    )
