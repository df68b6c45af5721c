"""`monitor keywords`: what a change of the rules would have done, before it is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.domain.articles import RuleAction
from monitor.domain.errors import ConfigError
from monitor.runtime import clock

if TYPE_CHECKING:
    from rich.text import Text

    from monitor.actions.backtest import BacktestReport, Cause, Change, Rate, Side, Window
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

app = typer.Typer(help="Try keyword rules before they count.", no_args_is_help=True)

# How many headlines of each kind a person is shown; --json names all.
LISTED = 20


@app.command("test")
def replay(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            help="The changed configuration, or just its [keywords] and [topic] tables; without"
            " one, the current configuration is compared with the decisions as they were made."
        ),
    ] = None,
    since: Annotated[str, typer.Option(metavar="30d", help="Articles seen within.")] = "30d",
    budget: Annotated[
        int | None,
        typer.Option(min=1, help="Alerts a day for one subscription; else keywords.alert_budget."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What this change would have done to the stored articles: alerts a day, gained, lost."""
    from monitor.actions.backtest import Window

    chosen = invocation.settled_settings(context)
    until = clock.now()
    window = Window(since=until - invocation.span(since, "--since"), until=until)
    with invocation.open_store(context) as store:
        report, warnings = _replayed(chosen, file, window, store, budget=budget)
    if json:
        output.as_json(as_dict(report, window, warnings))
    else:
        _print(report, warnings)


def _replayed(
    chosen: Settings, file: Path | None, window: Window, store: Store, *, budget: int | None
) -> tuple[BacktestReport, list[str]]:
    from monitor.actions import backtest
    from monitor.runtime import build, topic_pack
    from monitor.settings import loader

    changed = loader.load_changed(chosen, file) if file else chosen
    folder = topic_pack.pack_folder(chosen)
    if topic_pack.pack_folder(changed).resolve() != folder.resolve():
        raise ConfigError(
            f"{file}: topic.pack = {changed.topic.pack!r} is another pack, and what it would say"
            f" of the stored articles is not known: try the rules with {chosen.topic.pack!r}"
        )
    pack = topic_pack.load_pack(chosen)
    entries = {
        one for some in (chosen, changed) for own in some.topic.lexicon.values() for one in own
    }
    now = topic_pack.as_set(chosen, pack)
    then = topic_pack.as_set(changed, pack, file=file)
    report = backtest.replay(
        store.articles.oldest_first(window.since),
        store.subscriptions.list(),
        before=topic_pack.rulebook(chosen, now, build.classifier(now)) if file else None,
        after=topic_pack.rulebook(
            changed, then, build.classifier(then), file=file, entries=entries
        ),
        window=window,
        labels={mark.article_key: mark.relevant for mark, _ in store.marks.list()},
    )
    budget = budget or changed.keywords.alert_budget
    return report, list(_warnings(report, budget, pack.id))


def _warnings(report: BacktestReport, budget: int, pack: str) -> Iterator[str]:
    """What the operator should know before believing or making the change."""
    for before, after in zip(report.before.loads, report.after.loads, strict=True):
        days = after.days_over(budget)
        if days:
            yield (
                f"{after.name} would have been told more than {budget} times a day on"
                f" {_days(days)}, {after.busiest} times on the worst"
                f" (before: on {_days(before.days_over(budget))})"
            )
    others = report.articles - report.packs.get(pack, 0)
    if others:
        yield (
            f"{others:,} of {report.articles:,} articles were judged by another pack than {pack}:"
            " their scores are of then"
        )
    if not report.after.loads:
        yield "nobody is subscribed, so no alert is counted"


def _days(count: int) -> str:
    return f"{count or 'no'} day{'' if count == 1 else 's'}"


# ── for programs ─────────────────────────────────────────────────────────────────────────────────


def as_dict(report: BacktestReport, window: Window, warnings: Sequence[str]) -> dict[str, object]:
    """What `keywords test --json` shows."""
    return {
        "since": output.instant(window.since),
        "until": output.instant(window.until),
        "days": round(report.days, 3),
        "articles": report.articles,
        "before": _side(report, report.before),
        "after": _side(report, report.after),
        "gained": [change.article.key for change in report.gained],
        "lost": [change.article.key for change in report.lost],
        "changes": [_change(change) for change in (*report.gained, *report.lost)],
        "labelled": {
            "n": report.labelled,
            "before": _labelled(report.before),
            "after": _labelled(report.after),
        },
        "warnings": list(warnings),
    }


def _side(report: BacktestReport, side: Side) -> dict[str, object]:
    return {
        "flagged": side.flagged,
        "flagged_per_day": round(report.per_day(side.flagged), 3),
        "alerts": side.alerts,
        "alerts_per_day": round(report.per_day(side.alerts), 3),
        "days": {day.isoformat(): alerts for day, alerts in side.days.items()},
        "subscriptions": [
            {
                "key": load.key,
                "name": load.name,
                "alerts": load.alerts,
                "alerts_per_day": round(report.per_day(load.alerts), 3),
                "busiest_day": load.busiest,
            }
            for load in side.loads
        ],
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "key": change.article.key,
        "title": change.article.entry.title,
        "seen_at": output.instant(change.article.seen_at),
        "backlog": change.article.backlog,
        "relevant": change.after.relevant,
        "score_before": round(change.before.score, 4),
        "score_after": round(change.after.score, 4),
        "causes": [
            {"why": cause.why, "rule": cause.hit.rule if cause.hit else None}
            for cause in change.causes
        ],
    }


def _labelled(side: Side) -> dict[str, object]:
    return {"precision": _rate(side.precision), "recall": _rate(side.recall)}


def _rate(rate: Rate) -> dict[str, object]:
    low, high = rate.interval or (None, None)
    return {
        "hits": rate.hits,
        "n": rate.n,
        "share": rate.share,
        "low": low,
        "high": high,
        "words": rate.words,
    }


# ── for people ───────────────────────────────────────────────────────────────────────────────────


def _print(report: BacktestReport, warnings: Sequence[str]) -> None:
    from rich.text import Text

    out = output.console()
    span = f"{report.articles:,} stored articles of {_days(round(report.days))}, decided anew"
    out.print(Text(span, style="bold"))
    heading, *rows = _aligned([("", "before", "after", "change"), *_figures(report)])
    output.table(heading, rows, empty="")
    for words in _labelled_lines(report):
        out.print(Text(words))
    if report.changes_nothing:
        out.print(Text("Nothing would change."))
    for name, sign, style, changes in (
        ("Gained", "+", "green", report.gained),
        ("Lost", "−", "red", report.lost),
    ):
        if changes:
            out.print(Text(f"{name}: {len(changes):,}", style="bold"))
            for line in _headlines(changes, sign, style):
                out.print(line)
            out.print()
    for warning in warnings:
        out.print(Text(f"! {warning}", style="yellow"))


def _figures(report: BacktestReport) -> Iterator[tuple[str, str, str, str]]:
    before, after = report.before, report.after
    yield "relevant articles", *_counts(before.flagged, after.flagged)
    yield "alerts", *_counts(before.alerts, after.alerts)
    yield "alerts a day", *_daily(report, before.alerts, after.alerts)
    for old, new in zip(before.loads, after.loads, strict=True):
        yield f"  {old.name}", *_daily(report, old.alerts, new.alerts)


def _aligned(rows: Sequence[tuple[str, str, str, str]]) -> list[tuple[str, ...]]:
    """The numbers of a column end under each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        (row[0], *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)))
        for row in rows
    ]


def _labelled_lines(report: BacktestReport) -> Iterator[str]:
    if not report.labelled:
        return
    before, after = report.before, report.after
    yield f"Of the {report.labelled:,} articles that readers marked:"
    for name, old, new in (
        ("precision", before.precision, after.precision),
        ("recall", before.recall, after.recall),
    ):
        yield f"  {name:<9} before  {old.words}"
        yield f"  {'':<9} after   {new.words}"
    yield ""


def _counts(before: int, after: int) -> tuple[str, str, str]:
    return f"{before:,}", f"{after:,}", f"{after - before:+,}" if after != before else ""


def _daily(report: BacktestReport, before: int, after: int) -> tuple[str, str, str]:
    old, new = report.per_day(before), report.per_day(after)
    return f"{old:,.1f}", f"{new:,.1f}", f"{new - old:+,.1f}" if after != before else ""


def _headlines(changes: Sequence[Change], sign: str, style: str) -> Iterator[Text]:
    from rich.text import Text

    for change in changes[:LISTED]:
        score = f" {change.after.score:.2f} "
        why = "; ".join(map(_words, change.causes))
        title = change.article.entry.title
        yield Text.assemble((sign, f"bold {style}"), score, (title, style), (f"  {why}", "dim"))
    if len(changes) > LISTED:
        yield Text(f"  … and {len(changes) - LISTED:,} more; --json names all", style="dim")


_WORDS = {
    "applies": "",
    "lifted": ", no longer",
    "altered": ", altered",
    "threshold": "the threshold",
    "lexicon": "the lexicon",
    "score": "its score",
}


def _words(cause: Cause) -> str:
    """ "deminers (flag)", "no football (drop), no longer", "the threshold"."""
    hit = cause.hit
    if hit is None:
        return _WORDS[cause.why]
    by = f" {hit.boost:+g}" if hit.action is RuleAction.BOOST else ""
    return f"{hit.rule} ({hit.action}{by}){_WORDS[cause.why]}"
