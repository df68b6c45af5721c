"""`monitor keywords`: try keyword rules on stored articles, see and restore their versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions import option_values
from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.runtime import clock
from monitor.text.formats import zoned_instant

if TYPE_CHECKING:
    from rich.text import Text

    from monitor.actions.rules.keyword_trial import KeywordTrial
    from monitor.actions.teaching.backtest import BacktestReport, DecisionChange

app = typer.Typer(
    help="Try keyword rules before they are in force; their history.", no_args_is_help=True
)

# How many headlines of each kind a person is shown; --json names all.
LISTED = 20


@app.command("test")
def try_rules(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            help="The changed configuration, or just its [keywords] and [topic] tables; without"
            " one, the current configuration is compared with the stored decisions."
        ),
    ] = None,
    since: Annotated[
        str, typer.Option(metavar="30d", help="Only articles seen within this time.")
    ] = "30d",
    budget: Annotated[
        int | None,
        typer.Option(min=1, help="Alerts a day for one subscription; else keywords.alert_budget."),
    ] = None,
    json: Json = False,
) -> None:
    """Show what a change would have done to the stored articles: alerts a day, gained, lost."""
    from monitor.actions.rules.keyword_trial import KeywordTrialRequest, try_keywords

    settings = invocation.settled_settings(context)
    request = KeywordTrialRequest(
        length=option_values.parse_length(since, "since"), file=file, alert_budget=budget
    )
    with invocation.open_store(context) as store:
        trial = try_keywords(store, request, settings, clock.now())
    if json:
        output.print_json(trial.as_json())
    else:
        _print(trial)


@app.command("history")
def list_history(
    context: typer.Context,
    number: Annotated[
        int | None, typer.Argument(help="A version; without one, all are listed.")
    ] = None,
    json: Json = False,
) -> None:
    """List the versions of the rules that were put in force, or show what one of them changed."""
    from monitor.actions.rules import rule_history

    with invocation.open_store(context) as store:
        if number is not None:
            version = rule_history.find_version(store, number)
            before = store.rule_versions.find(number - 1)
            if json:
                output.print_json(rule_history.version_as_json(version, with_text=True))
            else:
                old = before.text if before else ""
                output.console().print(rule_history.diff_text(old, version.text), markup=False)
            return
        versions = rule_history.list_versions(store, limit=1_000)
    if json:
        output.print_json([rule_history.version_as_json(version) for version in versions])
        return
    rows = [
        (str(version.number), zoned_instant(version.at), version.by or "–", version.config,
         version.reason)
        for version in versions
    ]  # fmt: skip
    headings = ("version", "in force since", "by", "digest", "reason")
    output.print_table(headings, rows, empty=rule_history.NO_VERSIONS)


@app.command("restore")
def restore_version(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The version, as `keywords history` lists it.")],
    reason: Annotated[str, typer.Option(help="Why, for the history and the audit log.")] = "",
    accept_loss: Annotated[
        bool,
        typer.Option("--accept-loss", help="Also when marked articles or golden events are lost."),
    ] = False,
    json: Json = False,
) -> None:
    """Put an earlier version of the rules in force again; a running service takes it within 5 s."""
    from monitor.actions.rules import checked_change, rule_history
    from monitor.cli.access import local_caller

    settings, now = invocation.settled_settings(context), clock.now()
    with invocation.open_store(context) as store:
        version = rule_history.find_version(store, number)
        order = checked_change.ChangeOrder(
            caller=local_caller.caller(now), now=now, accept_loss=accept_loss, reason=reason
        )
        restored = checked_change.restore_checked(store, settings, version, order)
    if json:
        output.print_json(rule_history.version_as_json(restored))
    else:
        state = f"in force again as version {restored.number}"
        output.print_change("restored", "rules", f"version {number}", state)


def _print(trial: KeywordTrial) -> None:
    from rich.text import Text

    from monitor.actions.teaching.backtest import day_count

    report, out = trial.report, output.console()
    span = f"{report.articles:,} stored articles of {day_count(round(report.days))}, decided anew"
    out.print(Text(span, style="bold"))
    heading, *rows = _aligned([("", "before", "after", "change"), *_figures(report)])
    output.print_table(heading, rows, empty="")
    for line in _labelled_lines(report):
        out.print(Text(line))
    if report.changes_nothing:
        out.print(Text("Nothing would change."))
    for change in _changes(report):
        out.print(change)
    for warning in trial.warnings:
        out.print(Text(f"! {warning}", style="yellow"))


def _changes(report: BacktestReport) -> Iterator[Text]:
    """The articles gained and lost, a line each under a heading."""
    from rich.text import Text

    lists = (("Gained", "+", "green", report.gained), ("Lost", "−", "red", report.lost))
    for name, sign, style, changes in lists:
        if changes:
            yield Text(f"{name}: {len(changes):,}", style="bold")
            yield from _headlines(changes, sign, style)
            yield Text()


def _figures(report: BacktestReport) -> Iterator[tuple[str, str, str, str]]:
    before, after = report.before, report.after
    yield "relevant articles", *_counts(before.flagged, after.flagged)
    yield "alerts", *_counts(before.alerts, after.alerts)
    yield "alerts a day", *_daily(report, before.alerts, after.alerts)
    for old, new in zip(before.loads, after.loads, strict=True):
        yield f"  {old.name}", *_daily(report, old.alerts, new.alerts)


def _aligned(rows: Sequence[tuple[str, str, str, str]]) -> list[tuple[str, ...]]:
    """The numbers of a column end under each other."""
    names, *columns = zip(*rows, strict=True)
    aligned = [_right_aligned(column) for column in columns]
    return list(zip(names, *aligned, strict=True))


def _right_aligned(cells: Sequence[str]) -> list[str]:
    """The cells, padded to the width of the longest."""
    width = max(map(len, cells))
    return [cell.rjust(width) for cell in cells]


def _labelled_lines(report: BacktestReport) -> Iterator[str]:
    if not report.labelled:
        return
    before, after = report.before, report.after
    yield f"Of the {report.labelled:,} articles that readers marked:"
    shares = (
        ("precision", before.precision, after.precision),
        ("recall", before.recall, after.recall),
    )
    for name, old, new in shares:
        yield f"  {name:<9} before  {old.words}"
        yield f"  {'':<9} after   {new.words}"
    yield ""


def _counts(before: int, after: int) -> tuple[str, str, str]:
    return f"{before:,}", f"{after:,}", f"{after - before:+,}" if after != before else ""


def _daily(report: BacktestReport, before: int, after: int) -> tuple[str, str, str]:
    old, new = report.per_day(before), report.per_day(after)
    return f"{old:,.1f}", f"{new:,.1f}", f"{new - old:+,.1f}" if after != before else ""


def _headlines(changes: Sequence[DecisionChange], sign: str, style: str) -> Iterator[Text]:
    from rich.text import Text

    from monitor.actions.rules.trial_report import causes_text

    for change in changes[:LISTED]:
        score = f" {change.after.score:.2f} "
        causes = causes_text(change)
        title = change.article.entry.title
        yield Text.assemble((sign, f"bold {style}"), score, (title, style), (f"  {causes}", "dim"))
    if len(changes) > LISTED:
        yield Text(f"  … and {len(changes) - LISTED:,} more; --json names all", style="dim")
