"""`monitor figures list` and `monitor figures correct`: the figures of grouped articles."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions import option_values
from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.domain.errors import ConfigError
from monitor.domain.stated_figures import value_text
from monitor.runtime import clock
from monitor.text.formats import short_instant

if TYPE_CHECKING:
    from monitor.actions.grouping.figure_lists import ShownFigure


def list_(
    context: typer.Context,
    kind: Annotated[str | None, typer.Option(help="Only this kind: killed, shells, …")] = None,
    claimant: Annotated[
        str | None, typer.Option(help="Only this party, or claimants whose name contains this.")
    ] = None,
    story: Annotated[str | None, typer.Option(metavar="KEY", help="Only of this story.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="7d", help="Only of articles within this time.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="The page after the one that printed this.")
    ] = None,
    json: Json = False,
    table: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Figures of relevant articles, the newest first; copies of an article state them once."""
    from monitor.actions.grouping.figure_lists import FigureQuery, list_figures
    from monitor.runtime import topic_pack

    if json and table:
        raise ConfigError("--json and --csv: choose one")
    now = clock.now()
    query = FigureQuery(
        kind=kind,
        claimant=claimant,
        story=story,
        since=now - option_values.parse_duration(since, "since") if since else None,
        after=after,
        limit=limit,
    )
    pack = topic_pack.load_figures(invocation.settled_settings(context)) if kind else None
    with invocation.open_store(context) as store:
        page = list_figures(store, query, kinds=pack.kinds if pack else ())
    if json:
        output.print_json(page.as_json())
        return
    if table:
        sys.stdout.write(page.as_csv())
    else:
        _print_table(page.figures)
    if page.next:
        output.print_note(f"there are more: --after {page.next}")


def _print_table(figures: Sequence[ShownFigure]) -> None:
    output.print_table(
        ("figure", "date", "value", "kind", "claimant", "headline"),
        [
            (
                f"{shown.figure.article_key[:8]}:{shown.figure.position}",
                short_instant(shown.figure.at),
                _value(shown),
                shown.figure.kind,
                shown.figure.claimant or "–",
                shown.title,
            )
            for shown in figures
        ],
        optional=("date",),
        wrapped=("claimant",),
        empty="no figures: those of relevant articles are stored when `monitor poll` reads them",
    )


def _value(shown: ShownFigure) -> str:
    figure = shown.figure
    mark = " *" if shown.is_corrected else ""
    return f"{value_text(figure.value_min, figure.value_max, approx=figure.approx)}{mark}"


def correct(
    context: typer.Context,
    figure: Annotated[str, typer.Argument(help="A figure, as the list names it: 1a2b3c4d:0")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with the correction.")],
    low: Annotated[float | None, typer.Option("--min", help="The smallest value.")] = None,
    high: Annotated[float | None, typer.Option("--max", help="The largest value.")] = None,
    kind: Annotated[str | None, typer.Option(help="Another kind.")] = None,
    claimant: Annotated[str | None, typer.Option(help="Another claimant.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="It is no figure.")] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who corrects.")] = "operator",
    json: Json = False,
) -> None:
    """Correct a stored figure; what it was is kept, and a new reading never overwrites this."""
    from monitor.actions.grouping.figure_lists import Correction, correct_figure

    correction = Correction(
        value_min=low,
        value_max=high,
        kind=kind,
        claimant=claimant,
        remove=remove,
        reason=reason,
        by=by,
    )
    with invocation.open_store(context) as store:
        corrected = correct_figure(store, figure, correction, clock.now())
    if json:
        output.print_json(corrected.as_json())
        return
    state = "no figure any more" if remove else f"{_value(corrected)} {corrected.figure.kind}"
    output.print_change("removed" if remove else "corrected", "figure", figure, state)
