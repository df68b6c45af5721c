"""`monitor marks` (older name: `monitor label`): mark articles as relevant or not for training."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from monitor.actions import option_values
from monitor.actions.option_values import InvalidOption
from monitor.cli import invocation, output
from monitor.cli.options import Json, OneTopic
from monitor.runtime import clock
from monitor.text.formats import short_instant


class _KeyOrVerb(TyperGroup):
    """`monitor marks KEY relevant` is short for `monitor marks set KEY relevant`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["set", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_KeyOrVerb,
    help="Mark articles as relevant or not; the pack learns from it. `marks KEY relevant` is"
    " short for `marks set KEY relevant`.",
    no_args_is_help=True,
    subcommand_metavar="KEY relevant|irrelevant | next | list | history | remove | undo",
)


MarkedTopic = Annotated[
    str | None,
    typer.Option(
        "--topic", metavar="NAME", help="For which topic; without it for the one that leads it."
    ),
]


class MarkWord(StrEnum):
    """What a person says of an article."""

    RELEVANT = "relevant"
    IRRELEVANT = "irrelevant"


@app.command("set")
def set_(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="The article's key (its beginning).")],
    word: Annotated[
        MarkWord, typer.Argument(metavar="relevant|irrelevant", help="Does it matter?")
    ],
    theme: Annotated[
        list[str] | None,
        typer.Option("--theme", metavar="SLUG", help="A theme that it belongs to."),
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who marks it.")] = "operator",
    note: Annotated[str, typer.Option(metavar="TEXT", help="A note on the article.")] = "",
    topic: MarkedTopic = None,
    json: Json = False,
) -> None:
    """Mark an article; a later mark of the same person on the topic replaces an earlier one."""
    from monitor.actions.teaching.mark_progress import mark_progress
    from monitor.actions.teaching.marks import MarkRequest, mark_article, themes_of_mark
    from monitor.runtime import topics

    request = MarkRequest(
        article=key,
        relevant=word is MarkWord.RELEVANT,
        themes=tuple(dict.fromkeys(theme or ())),
        by=by,
        note=note,
        topic=topic or "",
    )
    settings = invocation.settled_settings(context)
    themes = themes_of_mark(settings, topic or "", topics.theme_titles(settings))
    now = clock.now()
    with invocation.open_store(context) as store:
        marked = mark_article(store, request, now, topic_themes=tuple(themes))
        progress = mark_progress(store, settings, now)
    if json:
        output.print_json(marked.as_json())
        return
    state = ", ".join((str(word), *request.themes))
    article = marked.article
    output.print_change("marked", "article", article.entry.title, state, key=article.key)
    output.print_note(f"{progress.sentence} `monitor model train --with-marks` learns from them")


@app.command("list")
def list_(context: typer.Context, json: Json = False) -> None:
    """Every mark, the newest first."""
    from monitor.actions.teaching.marks import list_marks, mark_word

    with invocation.open_store(context) as store:
        rows = list_marks(store)
    if json:
        output.print_json([row.as_json() for row in rows])
        return
    output.print_table(
        ("key", "marked", "mark", "topic", "themes", "headline", "by"),
        [
            (
                row.article.key[:8],
                short_instant(row.mark.marked_at),
                mark_word(row.mark),
                row.mark.topic,
                ", ".join(row.mark.themes),
                row.article.entry.title,
                row.mark.by,
            )
            for row in rows
        ],
        empty="no marks yet: `monitor marks next` proposes articles",
    )


@app.command("history")
def history(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="The article's key (its beginning).")],
    json: Json = False,
) -> None:
    """Every change of the marks on an article, the oldest first."""
    from monitor.actions.teaching.marks import change_as_json, mark_history, mark_word

    with invocation.open_store(context) as store:
        changes = mark_history(store, key)
    if json:
        output.print_json([change_as_json(change) for change in changes])
        return
    output.print_table(
        ("when", "by", "before", "after", "note"),
        [
            (
                short_instant(change.at),
                change.by,
                mark_word(change.before) if change.before else "–",
                mark_word(change.after) if change.after else "taken back",
                change.after.note if change.after else "",
            )
            for change in changes
        ],
        empty="nobody has marked this article",
    )


@app.command("remove")
def remove(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="The article's key (its beginning).")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Whose mark.")] = "operator",
    topic: Annotated[
        str | None,
        typer.Option("--topic", metavar="NAME", help="Of this topic; without it the last one."),
    ] = None,
    json: Json = False,
) -> None:
    """Remove a mark of a person on an article; `marks undo` brings it back."""
    from monitor.actions.teaching.marks import change_as_json, remove_mark

    with invocation.open_store(context) as store:
        change = remove_mark(store, key, by, clock.now(), topic=topic or "")
        titles = store.articles.titles([change.article_key])
        marks = store.marks.of_articles([change.article_key]).get(change.article_key, ())
    if json:
        output.print_json(change_as_json(change))
        return
    title = titles.get(change.article_key, "")
    has_other = any(mark.by == by for mark in marks)
    state = f"not marked{f' for {change.topic}' if has_other else ''} any more"
    output.print_change("changed", "article", title, state, key=change.article_key)


@app.command("undo")
def undo(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Whose mark.")] = "operator",
    json: Json = False,
) -> None:
    """Take back the last marking of a person within a day; called again, the one before."""
    from monitor.actions.teaching.marks import change_as_json, undo_marks

    with invocation.open_store(context) as store:
        changes = undo_marks(store, by, clock.now())
        titles = store.articles.titles(change.article_key for change in changes)
    if json:
        output.print_json([change_as_json(change) for change in changes])
        return
    for change in changes:
        state = "the mark before holds again" if change.after else "not marked any more"
        title = titles.get(change.article_key, "")
        output.print_change("changed", "article", title, state, key=change.article_key)


def _nothing_to_mark(since: str, *, sample: bool) -> str:
    if sample:
        return "no drawn article of the last eight completed weeks waits for a mark"
    return f"nothing to mark in {since}: `monitor poll` reads feeds, --since looks further back"


@app.command("next")
def next_(
    context: typer.Context,
    n: Annotated[int, typer.Option("--n", min=1, max=200, help="How many.")] = 10,
    since: Annotated[
        str, typer.Option(metavar="30d", help="Only articles seen within this time.")
    ] = "30d",
    sample: Annotated[
        bool,
        typer.Option("--sample", help="Instead the weekly random sample, for `model recall`."),
    ] = False,
    topic: OneTopic = None,
    json: Json = False,
) -> None:
    """Propose articles to mark: those near the threshold, and some from far below."""
    from monitor.actions.teaching.mark_progress import mark_progress
    from monitor.actions.teaching.marks import propose_articles
    from monitor.actions.teaching.recall_measurement import propose_sample

    now = clock.now()
    first = now - option_values.parse_duration(since, "since")
    settings = invocation.settled_settings(context)
    option_values.check_watched(settings, topic or "")
    if topic and not sample:
        raise InvalidOption("topic", "names a weekly sample: use it with --sample")
    with invocation.open_store(context) as store:
        if sample:
            rows = propose_sample(store, now, number=n, topic=topic or "")
        else:
            rows = propose_articles(store, now, since=first, number=n)
        progress = mark_progress(store, settings, now)
    if json:
        output.print_json([row.as_json() for row in rows])
        return
    output.print_table(
        ("key", "lang", "headline", "feed", "why this one"),
        [
            (
                row.article.key[:8],
                row.article.entry.language or "–",
                row.article.entry.title,
                row.feed_title,
                row.reason,
            )
            for row in rows
        ],
        empty=_nothing_to_mark(since, sample=sample),
    )
    output.print_note(progress.sentence)
    if rows:
        option = f"--topic {topic}" if topic else "[--theme SLUG]"
        output.print_note(f"mark them: monitor marks KEY relevant|irrelevant {option}")
