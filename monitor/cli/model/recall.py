"""`monitor model recall`: which share of the relevant articles is flagged."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.actions.option_values import check_watched
from monitor.cli import invocation, output
from monitor.cli.options import Json, OneTopic
from monitor.runtime import clock


def recall(
    context: typer.Context,
    weeks: Annotated[
        int, typer.Option(min=1, max=520, help="How many completed weeks (Monday to Sunday, UTC).")
    ] = 8,
    topic: OneTopic = None,
    json: Json = False,
) -> None:
    """Estimate which share of the relevant articles was flagged, from marks on a random sample."""
    from monitor.actions.teaching.recall_measurement import measure_recall

    check_watched(invocation.settings(context), topic or "")
    with invocation.open_store(context) as store:
        measured = measure_recall(store, clock.now(), weeks=weeks, topic=topic or "")
    if json:
        output.print_json(measured.as_json())
        return
    output.print_table(
        ("score", "articles", "drawn", "marked", "of these relevant"),
        [
            (
                stratum.name,
                f"{stratum.articles:,}",
                str(stratum.drawn),
                str(stratum.answered),
                str(stratum.relevant),
            )
            for stratum in measured.strata
        ],
        empty="",
    )
    output.print_note(measured.sentence)
