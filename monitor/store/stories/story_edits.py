"""What a person changes of stories: their names, and which articles are in them.

The articles of a story that a person merged or split are held where they are (`pinned`): the method
never moves them again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from monitor.domain.alerts import Alert
from monitor.domain.contents.story_contents import StoryMention
from monitor.domain.errors import ConfigError
from monitor.domain.keys import key_of
from monitor.domain.stories import METHOD, NewStory, StoryEvent, StoryEventKind
from monitor.store.database.transactions import Database, select_in
from monitor.store.events import event_contents, event_writes
from monitor.store.events import story_events as events_of_stories
from monitor.store.mapping import alert_rows, story_rows
from monitor.store.schema.tables import alerts, articles, stories, story_articles, story_events
from monitor.store.stories import story_changes
from monitor.store.stories.stored_stories import lock_head, next_number

# The alerts about a change, given its event and the two stories after it; must not use the store.
Announce = Callable[[StoryEvent, StoryMention, StoryMention], Sequence[Alert]]


def to_nobody(_event: StoryEvent, _story: StoryMention, _other: StoryMention) -> Sequence[Alert]:
    """No alerts."""
    return ()


class StoryEdits:
    """The changes by persons; each is recorded, and can be undone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rename(self, number: int, title: str, *, by: str, now: datetime) -> None:
        """Give a story a name of its own."""

        def store(connection: Connection) -> None:
            state = lock_head(self._database, connection)
            change = update(stories).where(stories.c.number == number)
            connection.execute(change.values(title=title, renamed_by=by))
            event = StoryEvent(
                story=number, kind=StoryEventKind.RENAMED, at=now, by=by, reason=f"“{title}”"
            )
            self._record(connection, state, event)
            self._add_events(connection, event)

        self._database.write(store)

    def merge(
        self,
        story: int,
        into: int,
        *,
        by: str,
        reason: str,
        now: datetime,
        announce: Announce = to_nobody,
    ) -> StoryEvent:
        """Move all articles of a story into another one; its key leads there from now on.

        The alerts of `announce` are stored in the transaction of the change, here and below.
        """

        def store(connection: Connection) -> StoryEvent:
            state = lock_head(self._database, connection)
            moved, pinned = _members(connection, story)
            present, pinned_there = _members(connection, into)
            event = StoryEvent(
                story=story,
                kind=StoryEventKind.MERGED,
                at=now,
                by=by,
                reason=reason,
                other=into,
                articles=tuple(moved),
                pinned_before=tuple(pinned + pinned_there),
            )
            self._move(connection, state, event, pin=[*moved, *present])
            self._announce(connection, event, announce)
            return event

        return self._database.write(store)

    def split(
        self,
        story: int,
        article_keys: Sequence[str],
        *,
        by: str,
        reason: str,
        now: datetime,
        announce: Announce = to_nobody,
    ) -> StoryEvent:
        """Make some articles of a story a story of their own.

        Raise ConfigError where one is not in the story, or none would be left in it.
        """

        def store(connection: Connection) -> StoryEvent:
            state = lock_head(self._database, connection)
            members, pinned = _members(connection, story)
            moved = [key for key in members if key in _originals(connection, article_keys)]
            if not moved or len(moved) == len(members):
                raise ConfigError(
                    "a split needs articles of the story, and must leave it at least one"
                )
            number = next_number(connection)
            self._begin(connection, number, moved)
            event = StoryEvent(
                story=story,
                kind=StoryEventKind.SPLIT,
                at=now,
                by=by,
                reason=reason,
                other=number,
                articles=tuple(moved),
                pinned_before=tuple(pinned),
            )
            self._move(connection, state, event, pin=members)
            self._announce(connection, event, announce)
            return event

        return self._database.write(store)

    def undo(
        self, event: StoryEvent, *, by: str, now: datetime, announce: Announce = to_nobody
    ) -> StoryEvent:
        """Put the articles of a merge, a split or a move back where they were.

        What the method did is undone for good: the articles stay where they are put.  What a person
        did leaves no trace on them.
        """

        def store(connection: Connection) -> StoryEvent:
            state = lock_head(self._database, connection)
            places = _places(connection, event.articles)
            back = [key for key in event.articles if places.get(key) == event.other]
            if not back:
                raise ConfigError(
                    "none of its articles is where it put them: undo the later changes first"
                )
            undone = StoryEvent(
                story=event.other or event.story,
                kind=StoryEventKind.UNDONE,
                at=now,
                by=by,
                reason=f"{event.kind} of {event.at:%Y-%m-%d %H:%M} UTC: {event.reason}",
                other=event.story,
                articles=tuple(back),
            )
            if event.kind is StoryEventKind.MERGED:
                story_changes.lead(connection, event.story, None)
            members = [*back, *_members(connection, event.other or 0)[0]]
            members += _members(connection, event.story)[0]
            self._move(connection, state, undone, pin=members)
            if event.by != METHOD:
                _set_pins(connection, members, set(event.pinned_before))
            if event.other is not None and not _members(connection, event.other)[0]:
                story_changes.lead(connection, event.other, event.story)
            mark = update(story_events).where(story_events.c.key == event.key)
            connection.execute(mark.values(undone=True))
            self._announce(connection, undone, announce)
            return undone

        return self._database.write(store)

    def _begin(self, connection: Connection, number: int, moved: Sequence[str]) -> None:
        query = select(articles.c.key, articles.c.title, articles.c.language, story_articles.c.at)
        query = query.join(story_articles, story_articles.c.article_key == articles.c.key)
        rows = select_in(connection, query, articles.c.key, moved)
        first = min(rows, key=lambda row: (row.at, row.key))
        begun = NewStory(
            number=number,
            article_key=first.key,
            title=first.title,
            language=first.language,
            at=first.at,
        )
        values = story_rows.new_story_values(begun)
        self._database.insert_new(connection, stories, [values])

    def _move(
        self, connection: Connection, state: str, event: StoryEvent, *, pin: Sequence[str]
    ) -> None:
        """Move the articles of the event, and hold these articles where they are now."""
        if event.other is None:
            raise ValueError("an event that moves articles names where they go")
        touched = story_changes.move(connection, dict.fromkeys(event.articles, event.other))
        _set_pins(connection, pin, set(pin))
        story_changes.count_articles(connection, touched | {event.story, event.other})
        self._record(connection, state, event)

    def _announce(self, connection: Connection, event: StoryEvent, announce: Announce) -> None:
        """Store the alerts about a change that is stored, and its event."""
        story, other = _mention(connection, event.story), _mention(connection, event.other or 0)
        new_alerts = announce(event, story, other)
        self._database.insert_new(
            connection, alerts, list(map(alert_rows.alert_values, new_alerts))
        )
        self._add_events(connection, event, new_alerts)

    def _add_events(
        self, connection: Connection, event: StoryEvent, new_alerts: Sequence[Alert] = ()
    ) -> None:
        """The last call of the transaction."""
        new = list(events_of_stories.of_edit(connection, event))
        new += event_contents.alerts_kept_back(new_alerts)
        event_writes.add(self._database, connection, new)

    def _record(self, connection: Connection, state: str, event: StoryEvent) -> None:
        story_changes.record(self._database, connection, [event])
        story_changes.set_state(connection, key_of(state, event.key))


def _mention(connection: Connection, number: int) -> StoryMention:
    row = connection.execute(select(stories).where(stories.c.number == number)).one()
    return StoryMention(key=row.key, title=row.title, articles=row.articles)


def _members(connection: Connection, number: int) -> tuple[list[str], list[str]]:
    """The articles of a story in order of arrival, without copies, and which ones are pinned."""
    query = (
        select(story_articles.c.article_key, story_articles.c.pinned)
        .where(story_articles.c.story == number, story_articles.c.copy_of.is_(None))
        .order_by(story_articles.c.arrival)
    )
    rows = connection.execute(query).all()
    return [row.article_key for row in rows], [row.article_key for row in rows if row.pinned]


def _originals(connection: Connection, article_keys: Iterable[str]) -> set[str]:
    """These articles, a copy as the article that it follows."""
    columns = story_articles.c.article_key, story_articles.c.copy_of
    rows = select_in(connection, select(*columns), story_articles.c.article_key, article_keys)
    return {row.copy_of or row.article_key for row in rows}


def _places(connection: Connection, article_keys: Iterable[str]) -> dict[str, int]:
    columns = story_articles.c.article_key, story_articles.c.story
    rows = select_in(connection, select(*columns), story_articles.c.article_key, article_keys)
    return {row.article_key: row.story for row in rows}


def _set_pins(connection: Connection, article_keys: Iterable[str], pinned: set[str]) -> None:
    """Hold those of the articles that are in `pinned`, and none of the others."""
    for key in sorted(set(article_keys)):
        change = update(story_articles).where(story_articles.c.article_key == key)
        connection.execute(change.values(pinned=key in pinned))
