"""Store what new articles, or a person, change of the stories; part of a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection, bindparam, case, delete, func, or_, select, update

from monitor.domain.alerts import PollResult
from monitor.domain.keys import key_of
from monitor.domain.stated_figures import StatedFigure
from monitor.domain.stories import (
    ConfirmedPlace,
    NewStory,
    Standing,
    StoryChanges,
    StoryEvent,
    StoryEventKind,
)
from monitor.store.database.transactions import Database, chunks, select_in
from monitor.store.mapping import story_rows
from monitor.store.mapping.column_text import Values
from monitor.store.schema.tables import (
    COUNTS_IN_STORY,
    IS_OPEN_WINDOW,
    figure_corrections,
    figures,
    stories,
    story_articles,
    story_events,
    story_heads,
    window_place,
)
from monitor.store.stories.stored_stories import lock_head


def store_stories(database: Database, connection: Connection, polls: Sequence[PollResult]) -> None:
    """Store the story changes and the figures of these polls, in order."""
    changes = [poll.stories for poll in polls if poll.stories]
    if changes:
        apply_changes(database, connection, changes)
    stated: dict[str, Sequence[StatedFigure]] = {}
    for poll in polls:
        stated |= poll.figures
    _replace_figures(database, connection, stated)


def apply_changes(
    database: Database, connection: Connection, changes: Sequence[StoryChanges]
) -> None:
    """Store new stories, articles and events; move articles; count the stories anew."""
    created = list(chain.from_iterable(change.created for change in changes))
    database.insert_new(connection, stories, list(map(story_rows.new_story_values, created)))
    arrival = int(connection.scalar(select(func.max(story_articles.c.arrival))) or 0)
    grouped = list(chain.from_iterable(change.grouped for change in changes))
    rows = [
        story_rows.grouped_values(article, number)
        for number, article in enumerate(grouped, arrival + 1)
    ]
    database.insert_new(connection, story_articles, rows)
    moves: dict[str, int] = {}
    for change in changes:
        moves |= dict(change.moves)
    confirmed = list(chain.from_iterable(change.confirmed for change in changes))
    _count_confirmed(connection, confirmed)
    _renew(connection, chain.from_iterable(change.renewed for change in changes))
    touched = {article.story for article in grouped} | {place.story for place in confirmed}
    touched |= move(connection, moves)
    events = list(chain.from_iterable(change.events for change in changes))
    record(database, connection, events)
    count_articles(connection, touched)
    set_state(connection, changes[-1].state)
    if changes[-1].forget_before:
        forget_words(connection, changes[-1].forget_before)


def _count_confirmed(connection: Connection, confirmed: Iterable[ConfirmedPlace]) -> None:
    """Count these articles, which were in review, with what parties say in them."""
    for place in confirmed:
        change = update(story_articles).where(story_articles.c.article_key == place.article_key)
        statements = story_rows.statement_values(place.statements)
        connection.execute(change.values(standing=Standing.CONFIRMED, statements=statements))


def _renew(connection: Connection, renewed: Iterable[NewStory]) -> None:
    """Name stories after the article that they begin with now."""
    for begun in renewed:
        change = update(stories).where(stories.c.number == begun.number)
        connection.execute(change.values(title=begun.title, language=begun.language))


def leave_review(database: Database, connection: Connection, article_key: str) -> None:
    """Take an article in review, and the copies that wait with it, out of its story.

    It stays where an article that counts follows it as a copy.
    """
    if not _is_in_review(connection, article_key):
        return
    state = lock_head(database, connection)
    follows = story_articles.c.copy_of == article_key
    if connection.scalar(select(func.count()).where(follows, COUNTS_IN_STORY)):
        return
    leaving = or_(story_articles.c.article_key == article_key, follows)
    former_stories = set(connection.scalars(select(story_articles.c.story).where(leaving)))
    connection.execute(delete(story_articles).where(leaving))
    count_articles(connection, former_stories)
    set_state(connection, key_of(state, "rejected", article_key))


def _is_in_review(connection: Connection, article_key: str) -> bool:
    query = select(func.count()).where(story_articles.c.article_key == article_key)
    return bool(connection.scalar(query.where(~COUNTS_IN_STORY)))


def move(connection: Connection, moves: Mapping[str, int]) -> set[int]:
    """Put these articles, and the copies that follow them, into their stories; the stories that
    lost or got some.
    """
    if not moves:
        return set()
    query = select(story_articles.c.story).distinct()
    rows = select_in(connection, query, story_articles.c.article_key, moves)
    touched = {row.story for row in rows} | set(moves.values())
    is_moved = or_(
        story_articles.c.article_key == bindparam("moved"),
        story_articles.c.copy_of == bindparam("moved"),
    )
    connection.execute(
        update(story_articles).where(is_moved).values(story=bindparam("into")),
        [{"moved": key, "into": story} for key, story in sorted(moves.items())],
    )
    return touched


def record(database: Database, connection: Connection, events: Iterable[StoryEvent]) -> None:
    """Record these changes; lead from a story that was merged to the one that took its articles."""
    listed = list(events)
    database.insert_new(connection, story_events, list(map(story_rows.event_values, listed)))
    for event in listed:
        if event.kind is StoryEventKind.MERGED:
            lead(connection, event.story, event.other)


def lead(connection: Connection, story: int, into: int | None) -> None:
    """Make the key of a story lead to another one, or to itself again."""
    change = update(stories).where(stories.c.number == story).values(merged_into=into)
    connection.execute(change)


def count_articles(connection: Connection, numbers: Iterable[int]) -> None:
    """Count the articles of these stories, and find the times of the first and the last one.

    Those in review are not counted, and their times matter only where there are no others.
    """
    at = story_articles.c.at
    counted_at = case((COUNTS_IN_STORY, at))
    query = select(
        story_articles.c.story,
        func.count(counted_at).label("articles"),
        func.coalesce(func.min(counted_at), func.min(at)).label("first"),
        func.coalesce(func.max(counted_at), func.max(at)).label("last"),
    ).group_by(story_articles.c.story)
    touched = sorted(numbers)
    counted = {
        row.story: row for row in select_in(connection, query, story_articles.c.story, touched)
    }
    change = update(stories).where(stories.c.number == bindparam("of"))
    full = [
        {"of": row.story, "articles": row.articles, "first_at": row.first, "last_at": row.last}
        for row in counted.values()
    ]
    if full:
        values: Values = {name: bindparam(name) for name in ("articles", "first_at", "last_at")}
        connection.execute(change.values(**values), full)
    empty = [{"of": number} for number in touched if number not in counted]
    if empty:
        connection.execute(change.values(articles=0), empty)


def set_state(connection: Connection, state: str) -> None:
    """Store the digest of all changes until now."""
    connection.execute(update(story_heads).values(state=state))


def forget_words(connection: Connection, before: datetime) -> None:
    """Forget what was read of articles that no new one is compared with any more."""
    old = update(story_articles).where(IS_OPEN_WINDOW, window_place < before)
    connection.execute(old.values(words=None))


def _replace_figures(
    database: Database, connection: Connection, stated: Mapping[str, Sequence[StatedFigure]]
) -> None:
    """Store the figures of these articles; those that a person corrected stay as they are."""
    if not stated:
        return
    keys = figure_corrections.c.article_key
    corrected = {row.article_key for row in select_in(connection, select(keys), keys, stated)}
    free = [key for key in stated if key not in corrected]
    for chunk in chunks(free):
        connection.execute(delete(figures).where(figures.c.article_key.in_(chunk)))
    rows = chain.from_iterable(stated[key] for key in sorted(free))
    database.insert_new(connection, figures, list(map(story_rows.figure_values, rows)))
