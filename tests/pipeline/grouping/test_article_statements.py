"""What parties say is stored with the article in its story."""

from __future__ import annotations

from monitor.domain.stories import NO_CHANGES, Stance
from monitor.pipeline.grouping.article_statements import with_statements
from tests.contexts import watched
from tests.fakes import feed
from tests.grouped import FIRST, arrive, figure_pack, grouping, news

DENIED = f"{FIRST}, Moscow denies"


async def test_the_statements_of_an_article_are_stored_with_it(store):
    watched(store)
    await arrive(store, grouping(figure_pack()), news(DENIED))
    (story,) = store.stories.list()
    (grouped,) = store.stories.articles(story.number)
    assert [(statement.party, statement.stance) for statement in grouped.statements] == [
        ("moscow", Stance.DENIED)
    ]
    assert grouped.statements[0].sentence == DENIED


async def test_a_copy_states_nothing_and_a_pack_without_parties_reads_nothing(store):
    watched(store, feed("f"), feed("g"))
    stage = grouping(figure_pack())
    await arrive(store, stage, news(DENIED))
    await arrive(store, stage, news(DENIED), hours=1, key="g")
    (story,) = store.stories.list()
    copies = [place for place in store.stories.articles(story.number) if place.copy_of]
    assert [place.statements for place in copies] == [()]
    assert with_statements(NO_CHANGES, [], None) is NO_CHANGES
