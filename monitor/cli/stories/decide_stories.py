"""`monitor stories merge|split|rename|undo`: what a person decides about stories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions.option_values import InvalidOption
from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.cli.stories.read_stories import Story
from monitor.domain.errors import ConfigError
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.actions.grouping.story_decisions import DecidedStories

By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides; kept with the change.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the change.")]


def merge(
    context: typer.Context,
    story: Story,
    into: Annotated[str, typer.Argument(help="The story that takes its articles.")],
    reason: Reason,
    by: By = "operator",
    json: Json = False,
) -> None:
    """Move all articles of a story into another one; the old key leads there from then on."""
    from monitor.actions.grouping.story_decisions import merge_stories

    with invocation.open_store(context) as store:
        decided = merge_stories(store, story, into, by=by, reason=reason, now=clock.now())
    _print(decided, json=json)


def split(
    context: typer.Context,
    story: Story,
    articles: Annotated[list[str], typer.Argument(help="Keys of articles that leave it.")],
    reason: Reason,
    by: By = "operator",
    json: Json = False,
) -> None:
    """Make some articles of a story a story of their own."""
    from monitor.actions.grouping.story_decisions import split_story

    with invocation.open_store(context) as store:
        decided = split_story(store, story, articles, by=by, reason=reason, now=clock.now())
    _print(decided, json=json)


def rename(
    context: typer.Context,
    story: Story,
    title: Annotated[str, typer.Argument(help="The name from now on.")],
    by: By = "operator",
) -> None:
    """Give a story a name instead of its first headline."""
    from monitor.actions.grouping.story_decisions import rename_story

    with invocation.open_store(context) as store:
        try:
            renamed = rename_story(store, story, title, by=by, now=clock.now())
        except InvalidOption as error:  # here it is an argument, which has no dashes
            raise ConfigError(str(error)) from None
    output.print_change("renamed", "story", renamed.title, "its name from now on", key=renamed.key)


def undo(context: typer.Context, story: Story, by: By = "operator", json: Json = False) -> None:
    """Take back the last merge, split or move of a story, also one that the method made."""
    from monitor.actions.grouping.story_decisions import undo_last

    with invocation.open_store(context) as store:
        decided = undo_last(store, story, by=by, now=clock.now())
    _print(decided, json=json)


def _print(decided: DecidedStories, *, json: bool) -> None:
    if json:
        output.print_json(decided.as_json())
        return
    story = decided.story
    other = decided.other.key[:8] if decided.other else ""
    count = len(decided.event.articles)
    state = (
        f"{count:,} article{'s' * (count != 1)} now in story {other};"
        f" `monitor stories undo {other}` takes back the last change"
    )
    output.print_change(decided.event.kind, "story", story.title, state, key=story.key)
