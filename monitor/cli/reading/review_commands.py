"""`monitor review`: the doubtful articles that wait for a person's answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions import option_values
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json, OneTopic
from monitor.runtime import clock
from monitor.text.formats import short_instant

if TYPE_CHECKING:
    from monitor.actions.teaching.review import ReviewAnswer

app = typer.Typer(
    help="Doubtful articles: below the threshold, above topic.review_threshold. Confirming one"
    " alerts its subscribers; every answer is a mark, from which the pack learns.",
    no_args_is_help=True,
)

KeyArgument = Annotated[str, typer.Argument(help="The article's key (its beginning).")]
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who answers; else your login name.")
]
NoteOption = Annotated[str, typer.Option(metavar="TEXT", help="A note on the article.")]


@app.command("list")
def list_(
    context: typer.Context,
    since: Annotated[
        str, typer.Option(metavar="30d", help="Only articles seen within this time.")
    ] = "30d",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    topic: OneTopic = None,
    json: Json = False,
) -> None:
    """Articles that wait for an answer, the newest first."""
    from monitor.actions.teaching.review import list_review

    now = clock.now()
    first = now - option_values.parse_duration(since, "since")
    option_values.check_watched(invocation.settings(context), topic or "")
    with invocation.open_store(context) as store:
        rows = list_review(store, now, since=first, limit=limit, topic=topic or "")
    if json:
        output.print_json([row.as_json() for row in rows])
        return
    output.print_table(
        ("key", "seen", "lang", "score", "headline", "feed"),
        [
            (
                row.article.key[:8],
                short_instant(row.article.seen_at),
                row.article.entry.language or "–",
                f"{row.article.decision.score:.2f}",
                row.article.entry.title,
                row.feed_title,
            )
            for row in rows
        ],
        empty=f"no article of the last {since} waits for an answer",
    )
    if rows:
        output.print_note("answer: monitor review confirm KEY, or monitor review reject KEY")


@app.command("confirm")
def confirm(
    context: typer.Context,
    key: KeyArgument,
    theme: Annotated[
        list[str] | None,
        typer.Option("--theme", metavar="SLUG", help="A theme of it; else those of the pack."),
    ] = None,
    by: ByOption = "",
    note: NoteOption = "",
    json: Json = False,
) -> None:
    """Confirm that an article is relevant: its subscribers are alerted."""
    from monitor.actions.teaching.review import ReviewAnswer

    themes = tuple(dict.fromkeys(theme or ()))
    answer = ReviewAnswer(article=key, relevant=True, themes=themes, note=note)
    _answer(context, answer, by, json=json)


@app.command("reject")
def reject(
    context: typer.Context,
    key: KeyArgument,
    by: ByOption = "",
    note: NoteOption = "",
    json: Json = False,
) -> None:
    """Say that an article is not relevant: it leaves the list, and nobody is alerted."""
    from monitor.actions.teaching.review import ReviewAnswer

    _answer(context, ReviewAnswer(article=key, relevant=False, note=note), by, json=json)


def _answer(context: typer.Context, answer: ReviewAnswer, by: str, *, json: bool) -> None:
    from monitor.actions.teaching.review import answer_review
    from monitor.runtime import build, topics

    settings, now = invocation.settled_settings(context), clock.now()
    caller = local_caller.caller(now)
    with invocation.open_store(context) as store:
        reviewed = answer_review(
            store,
            answer,
            replace(caller, name=by) if by else caller,
            now,
            topic_themes=tuple(topics.theme_titles(settings)),
            grouping=build.story_grouping(settings),
        )
    if json:
        output.print_json(reviewed.as_json())
        return
    article = reviewed.article
    output.print_change(
        "reviewed", "article", article.entry.title, reviewed.sentence, key=article.key
    )
