"""The lab of an installation with two topics says what is of which, and rules are of either."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from monitor.runtime import topics
from monitor.settings.sections import Settings
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member
from tests.web.console.keywords.conftest import RULES, fields, with_rules
from tests.web.wolves import two_topics

__all__ = ["two_topics"]

PAGE = "/console/keywords"


@pytest.fixture
def site_settings(two_topics: Settings) -> Settings:
    """Two topics, and a rule of the second."""
    return with_rules(two_topics, f'{RULES}topic = "wolves"\n')


@pytest.fixture
def site_topics(site_settings: Settings) -> Mapping[str, str]:
    return topics.topic_titles(site_settings)


async def test_the_form_keeps_the_topic_of_a_rule(wolves: Visitor, operator: Member) -> None:
    page = (await operator.get(PAGE)).text
    first, second = wolves.site.topics.values()
    assert f"Threshold and lexicon are those of {first}" in page
    assert f'<option value="wolves" selected>{second}</option>' in page
    trial = fields(**{"topic-0": "wolves", "any-0": "farm"})
    await operator.post(f"{PAGE}/draft", trial | {"button": "toml"})
    assert "topic = &#34;wolves&#34;" in (await operator.get(f"{PAGE}?view=toml")).text


async def test_stories_and_figures_say_that_they_are_of_the_first(
    wolves: Visitor, operator: Member
) -> None:
    first = next(iter(wolves.site.topics.values()))
    for place in ("stories", "figures"):
        page = (await operator.get(f"/console/{place}")).text
        assert f"Of the topic {first}: articles of the others are not grouped." in page
