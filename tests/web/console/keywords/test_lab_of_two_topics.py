"""The lab of an installation with two topics says what is of which, and rules are of either."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from monitor.domain.alerts import PollResult
from monitor.domain.topics.topic_decisions import with_decisions
from monitor.settings import loader
from monitor.settings.sections import Settings
from tests.classify import toy_topic
from tests.fakes import feed
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member
from tests.web.console.keywords.conftest import RULES, fields, file_text, follow, with_rules
from tests.web.two_topics import site_topics, two_topics

__all__ = ["site_topics", "two_topics"]

PAGE = "/console/keywords"


@pytest.fixture
def site_settings(two_topics: Settings) -> Settings:
    """Two topics, and a rule of the second."""
    return with_rules(two_topics, f'{RULES}topic = "wolves"\n')


async def test_the_form_keeps_the_topic_of_a_rule(wolves: Visitor, operator: Member) -> None:
    page = (await operator.get(PAGE)).text
    first, second = wolves.site.topics.values()
    assert f"Threshold of {first}, 0 to 1" in page
    assert f"Threshold of {second}, 0 to 1" in page
    assert f'<option value="wolves" selected>{second}</option>' in page
    trial = fields(**{"topic-0": "wolves", "any-0": "farm"})
    await operator.post(f"{PAGE}/draft", trial | {"button": "toml"})
    assert "topic = &#34;wolves&#34;" in (await operator.get(f"{PAGE}?view=toml")).text


OF_WOLVES = {
    "topic-0": "wolves", "further": "1", "further-pack-0": "wolves", "further-threshold-0": "0.3",
    "further-lexicon-0": "FARM: circus",
}  # fmt: skip


async def test_a_further_topic_has_a_threshold_with_a_slider_and_a_lexicon(
    wolves: Visitor, operator: Member
) -> None:
    plain = toy_topic.article("Wolf at the circus", seen_at=wolves.clock.at)
    packs = ("undersea-cables@1", "wolves@1")
    decisions = [replace(plain.decision, pack=pack) for pack in packs]
    article = with_decisions(plain, decisions)
    state = feed("f").poll
    wolves.store.commit([PollResult(feed_key="f", state=state, articles=(article,))])
    trial = (await operator.post(f"{PAGE}/trial", fields(**OF_WOLVES))).text
    assert re.search(r'type="range"[^>]* value="30" data-sets="threshold-of-wolves"', trial)
    assert "At a threshold of 30 %: " in trial
    assert "flagged for wolves, 0 with the rules in force." in trial
    assert "entries of the lexicon change scores" in trial
    page = (await operator.get(PAGE)).text
    assert 'id="threshold-of-wolves" name="further-threshold-0"' in page
    assert "FARM: circus" in page


async def test_a_mark_of_a_changed_article_is_for_the_topic_that_the_draft_flags_it_for(
    wolves: Visitor, operator: Member
) -> None:
    plain = toy_topic.article("Wolf at the harbour", 0.4, seen_at=wolves.clock.at)
    packs = ("undersea-cables@1", "wolves@1")
    article = with_decisions(plain, [replace(plain.decision, pack=pack) for pack in packs])
    state = feed("f").poll
    wolves.store.commit([PollResult(feed_key="f", state=state, articles=(article,))])
    lower = fields(**OF_WOLVES | {"further-lexicon-0": ""})
    trial = (await operator.post(f"{PAGE}/trial", lower)).text
    button = trial.partition('<button class="yes"')[0].rpartition("<form")[2]
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', button))
    await operator.post("/console/marks", form)
    (mark,) = wolves.store.marks.of_articles([article.key])[article.key]
    assert (mark.topic, mark.relevant) == ("wolves", True)


async def test_a_further_topic_is_put_in_force_in_its_own_table_and_undone(
    wolves: Visitor, operator: Member, site_settings: Settings
) -> None:
    await operator.post(f"{PAGE}/draft", fields(**OF_WOLVES) | {"button": "try"})
    page = (await operator.get(f"{PAGE}?trial=yes")).text
    config = re.search(r'name="config" value="(\w+)"', page)
    assert config, page
    form = {"config": config[1], "accept_loss": "yes", "reason": "lower"}
    shown = await follow(operator, await operator.post(f"{PAGE}/put", form))
    assert "Version 2 is in force" in shown
    file = file_text(site_settings)
    assert '[[topic.further]]\npack = "wolves"\nthreshold = 0.3\n' in file
    assert '[topic.further.lexicon]\nFARM = ["circus"]\n' in file
    undo = {"number": "1", "accept_loss": "yes", "reason": "back"}
    assert "version 1 again" in await follow(operator, await operator.post(f"{PAGE}/restore", undo))
    further = loader.load(site_settings.path, environment={}).topic.further[0]
    assert (further.threshold, further.lexicon) == (0.0, {})


async def test_a_class_that_the_further_pack_lacks_is_named(
    wolves: Visitor, operator: Member
) -> None:
    wrong = fields(**OF_WOLVES | {"further-lexicon-0": "FRAM: circus"})
    trial = (await operator.post(f"{PAGE}/trial", wrong)).text
    assert "FRAM" in trial
    assert "topic wolves" in trial


async def test_stories_and_figures_say_that_they_are_of_the_first(
    wolves: Visitor, operator: Member
) -> None:
    first = next(iter(wolves.site.topics.values()))
    for place in ("stories", "figures"):
        page = (await operator.get(f"/console/{place}")).text
        assert f"Of the topic {first}: articles of the others are not grouped." in page
