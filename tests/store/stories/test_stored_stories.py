"""What the grouping reads inside the transaction."""

from __future__ import annotations

from monitor.domain.stories import Standing
from monitor.store.stories.stored_stories import StoredPlace, StoredStories
from tests.contexts import watched
from tests.fakes import NOW
from tests.grouped import FIRST, HOUR, OTHER, SECOND, arrive, grouping, news


async def test_the_window_is_read_in_order_of_arrival_from_a_time_and_after_a_number(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(SECOND, 1), news(OTHER, 2), hours=2)

    def read(connection: object) -> None:
        stored = StoredStories(store._database, connection)
        everything = stored.window()
        assert [grouped.words.title for grouped in everything] == [FIRST, SECOND, OTHER]
        assert stored.window(since=NOW + 2 * HOUR) == everything[2:]
        assert stored.window(after=1) == everything[1:]
        keys = [grouped.article_key for grouped in everything]
        assert [stored.arrival(key) for key in (*keys, "nobody")] == [1, 2, 3, None]
        assert (stored.last_arrival(), stored.newest_at()) == (3, NOW + 2 * HOUR)
        assert stored.sizes([1, 2, 3]) == {1: 2, 2: 1}
        place = StoredPlace(story=2, pinned=False, standing=Standing.RELEVANT)
        assert stored.places([keys[2], "nobody"]) == {keys[2]: place}
        assert stored.originals([everything[0].copy_key])[everything[0].copy_key].key == keys[0]
        assert stored.next_number() == 3

    store._database.read(read)


async def test_the_digest_changes_with_every_change(store):
    watched(store)
    stage = grouping()
    seen = set()
    for hour in range(3):
        await arrive(store, stage, news(f"{FIRST} {hour}", hour), hours=hour)
        seen.add(
            store._database.write(
                lambda connection: StoredStories(store._database, connection).lock()
            )
        )
    assert len(seen) == 3
