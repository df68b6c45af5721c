"""Articles that arrive and are grouped, with the small dictionary of the tests of stories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from monitor.access.caller import local_caller
from monitor.actions.teaching.review import ReviewAnswer, Reviewed, answer_review
from monitor.classify.encoder.story_encoder import StoryEncoder
from monitor.classify.packs.story_pack import StoryPack
from monitor.domain.articles import Verdict
from monitor.domain.feeds import Entry, Parsed
from monitor.figures.figure_pack import FigurePack
from monitor.figures.pack_files import load_figure_pack
from monitor.pipeline import poll
from monitor.pipeline.grouping.story_grouping import GroupingData, StoryGrouping
from monitor.pipeline.poll_context import Current
from monitor.settings import resources
from monitor.store.store import Store
from monitor.stories.origins import agency
from tests.contexts import claimed, live_settings, poll_context
from tests.fakes import NOW, FakeClassifier, FakeEncoder, FakeParser, entry, fetched, verdict
from tests.story_samples import ENCODER, ENCODER_METHOD, MEANS, METHOD

HOUR = timedelta(hours=1)
PACK = StoryPack(
    method=METHOD,
    articles=1_000,
    counts={"concepts": {}, "sounds": {}, "words": {}},
    agencies=(agency("yonhap", ["Yonhap"]),),
)


def grouping(figures: FigurePack | None = None) -> StoryGrouping:
    return StoryGrouping(lambda: GroupingData(stories=PACK, figures=figures))


def grouping_with_encoder(encoder: FakeEncoder | None) -> StoryGrouping:
    """The stage of a pack that learned with an encoder; None: the encoder is not installed."""
    used = StoryEncoder(encoder=encoder, model=ENCODER) if encoder else None
    pack = replace(PACK, method=ENCODER_METHOD, mean_embeddings=MEANS)
    return StoryGrouping(lambda: GroupingData(stories=pack, encoder=used))


class CautiousClassifier(FakeClassifier):
    """Doubts an entry whose headline says "perhaps"."""

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        doubtful = verdict(0.3, review_threshold=0.15)
        sure = super().judge(entries)
        return [
            doubtful if "perhaps" in entry.title else certain
            for entry, certain in zip(entries, sure, strict=True)
        ]


async def arrive(
    store: Store, stage: StoryGrouping | None, *entries: Entry, hours: float = 0, key: str = "f"
) -> None:
    """Poll the feed once; its document has these entries."""
    now = NOW + hours * HOUR
    context = poll_context(store, **{key: [fetched(f"body {hours}")]})
    parser = FakeParser(**{f"body {hours}": Parsed(title="F", entries=entries)})
    live = Current(live_settings(classifier=CautiousClassifier()))
    context = replace(context, parser=parser, live=live, stories=stage)
    await poll.poll(claimed(store, key, at=now), now, context)


def news(title: str, hours: float = 0, text: str = "") -> Entry:
    at = NOW + hours * HOUR
    return entry(title, text=text or f"Text of {title}.", published_at=at, guid=title, url=None)


def titles(store: Store) -> list[tuple[str, int]]:
    return [(story.title, story.articles) for story in store.stories.list()]


FIRST = "Shoigu brings sappers to Kursk"
SECOND = "Sappers of Shoigu are in Kursk"
OTHER = "Floods near Kursk, Lavrov arrives"


def figure_pack() -> FigurePack:
    """The kinds and parties of the shipped topic."""
    return load_figure_pack(resources.path("models", "dprk-russia") / "figures")


KILLED = "Seoul's spy agency says 600 North Korean soldiers were killed in Kursk near Shoigu"
MORE_KILLED = KILLED.replace("600", "800")


def article_key(store: Store, title: str) -> str:
    """The key of the stored article with this headline."""
    (key,) = [item.key for item in store.articles.list() if item.entry.title == title]
    return key


def answer(
    store: Store,
    stage: StoryGrouping,
    title: str,
    *,
    relevant: bool,
    by: str = "Ana",
    hours: float = 1,
) -> Reviewed:
    """A person confirms or rejects an article in review."""
    now = NOW + hours * HOUR
    review_answer = ReviewAnswer(article=article_key(store, title), relevant=relevant)
    return answer_review(
        store, review_answer, local_caller(by, now), now, topic_themes=(), grouping=stage
    )
