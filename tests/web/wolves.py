"""A console on wolves: a topic whose packs are trained in a blink."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, Mark
from monitor.domain.jobs.job import JobKind
from monitor.runtime import clock
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.store import Store
from monitor.store.teaching.pack_training import PackTraining
from tests.actions.jobs.test_job_process import done
from tests.classify import toy_topic
from tests.fakes import feed
from tests.web.conftest import Visitor

TITLES = [
    f"Wolf {verb} at the circus farm"
    for verb in ("dances", "howls", "jumps", "sings", "waits", "plays")
]


@pytest.fixture(scope="module")
def topic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves")


@pytest.fixture
def site_settings(tmp_path: Path, topic: Path, sqlite_url: str) -> Settings:
    """Settings of a file, because the process that trains reads it."""
    shutil.copytree(topic, tmp_path / "wolves")
    file = tmp_path / "monitor.toml"
    file.write_text(
        f'[topic]\npack = "wolves"\n[database]\nurl = "{sqlite_url}"\n[web]\nconsole = true\n'
    )
    return loader.load(file, environment={})


def add_wolves(store: Store, titles: list[str] = TITLES, score: float = 0.4) -> list[Article]:
    """Store articles with these headlines, seen an hour ago."""
    seen_at = clock.now().replace(microsecond=0)
    articles = [toy_topic.article(title, score, seen_at=seen_at) for title in titles]
    if store.feeds.find("f") is None:
        store.feeds.add_all([feed("f", title="Harbour Wire")])
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=tuple(articles))])
    return articles


@pytest.fixture
def wolves(visitor: Visitor) -> Visitor:
    """A site with six articles about wolves; its clock is that of the process that trains."""
    visitor.clock.at = clock.now()
    add_wolves(visitor.store)
    return visitor


def mark_all(visitor: Visitor, titles: list[str] = TITLES) -> None:
    """Store articles with these headlines, each marked as not relevant."""
    for article in add_wolves(visitor.store, titles):
        mark = Mark(article_key=article.key, relevant=False, marked_at=clock.now())
        visitor.store.marks.add(mark)


async def end_of_training(visitor: Visitor) -> PackTraining:
    """The training that the last job did, after a worker has done it."""
    settings = visitor.site.settings
    with Store.open(settings.database_url) as store:
        job, *_ = store.jobs.list(kind=JobKind.TRAINING)
        await done(store, settings, job)
        training = store.pack_trainings.newest("wolves", clock.now())
    assert training is not None
    return training
