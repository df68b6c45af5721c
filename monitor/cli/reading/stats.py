"""`monitor stats`: the figures of the dashboard, as a table, JSON or CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions.statistics.statistics_tables import StatisticsTable
from monitor.actions.statistics.topic_figures import FIGURE_DAYS
from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.runtime import clock
from monitor.text.formats import readable_duration

if TYPE_CHECKING:
    from monitor.actions.statistics.overview import Overview


def stats(
    context: typer.Context,
    since: Annotated[
        str, typer.Option(metavar="DURATION", help="The span to count: 24h, 7d.")
    ] = "24h",
    zone: Annotated[
        str, typer.Option(metavar="ZONE", help="Where days begin: Europe/Warsaw.")
    ] = "UTC",
    csv: Annotated[
        StatisticsTable | None, typer.Option(help="Print one table as CSV instead.")
    ] = None,
    json: Json = False,
) -> None:
    """What was read, flagged and sent; scores, times, and what waits: as the dashboard shows it."""
    from monitor.actions import option_values
    from monitor.actions.statistics.overview import OverviewRequest, overview
    from monitor.actions.statistics.statistics_tables import statistics_table
    from monitor.actions.subscribing.time_zones import parse_zone
    from monitor.runtime import topics
    from monitor.text import local_time

    place = local_time.zone(parse_zone(zone))
    span = option_values.parse_duration(since, "since")
    settings = invocation.settled_settings(context)
    titles = topics.theme_titles(settings)
    with invocation.open_store(context) as store:
        if csv:
            table = statistics_table(store, csv, clock.now(), zone=place, theme_titles=titles)
            typer.echo(table.csv(), nl=False)
            return
        names = tuple(topics.settings_by_topic(settings))
        request = OverviewRequest(span=span, zone=place, theme_titles=titles, topics=names)
        figures = overview(store, clock.now(), request)
    if json:
        output.print_json(figures.as_json())
        return
    output.print_note(f"{figures.sentence}.")
    output.print_table(("figure", "value"), list(_rows(figures)), empty="")


def _rows(figures: Overview) -> Iterator[tuple[str, str]]:
    coverage, overall = figures.coverage, figures.times.overall
    span = readable_duration(figures.at - coverage.since)
    yield f"articles read in {span}", f"{coverage.read:,}"
    yield "of these flagged", f"{coverage.flagged:,}"
    yield "of these alerted", f"{coverage.alerted:,}"
    yield "precision as marked", figures.precision.words
    if overall:
        times = f"{overall.p50:.1f} s in the middle, {overall.p95:.1f} s for 95 of 100"
        yield "seen to accepted", f"{times} ({overall.number:,} alerts in 7 days)"
    yield "flagged a day", figures.volume.chart().finding
    yield "scores", figures.scores.chart().finding
    yield "time to alert", figures.times.chart().finding
    yield "undelivered", figures.undelivered.sentence
    for topic in figures.topics:
        counts = f"{topic.flagged:,} flagged in {FIGURE_DAYS} days, {topic.in_review:,} in review"
        yield topic.topic, f"{counts}; precision as marked {topic.precision.words}"
