"""A further article of a told story is told only when it brings something new."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.story_repeats import ArticleFacts, ToldStories, ToldStory, news_of, settle
from monitor.domain.alerts import Alert, AlertState
from monitor.domain.contents.story_contents import NewsKind, StoryMention
from monitor.domain.message_contents import ArticleFlagged
from monitor.domain.stated_figures import StatedFigure
from monitor.domain.stories import Repeat, Stance, Statement
from tests.fakes import NOW

MENTION = StoryMention(key="0123456789", title="Kursk", articles=2)


def stated(
    value: float | None,
    claimant: str | None = "NIS",
    party: str | None = "seoul",
    **changes: object,
) -> StatedFigure:
    figure = StatedFigure(
        article_key="a", position=0, kind="killed", value_min=value, value_max=value, approx=False,
        claimant=claimant, party=party, through=None, at=NOW, quote="", sentence="",
    )  # fmt: skip
    return replace(figure, **changes)  # type: ignore[arg-type] # the caller knows the fields


def facts(*figures: StatedFigure, themes: frozenset[str] = frozenset({"troops"})) -> ArticleFacts:
    return ArticleFacts(story=1, mention=MENTION, figures=figures, themes=themes)


def told(*figures: StatedFigure, themes: frozenset[str] = frozenset({"troops"})) -> ToldStory:
    return ToldStory(at=NOW, figures=list(figures), themes=set(themes))


def alert(article: str = "a", state: AlertState = AlertState.PENDING) -> Alert:
    return Alert(
        key=f"alert {article}", subscription_key="s", article_keys=(article,), created_at=NOW,
        due_at=NOW + timedelta(hours=1), state=state,
    )  # fmt: skip


def settled(
    *articles: str, repeat: Repeat, told_facts: ToldStories | None = None, **news: ArticleFacts
) -> list[Alert]:
    alerts = [alert(article) for article in articles]
    return settle(alerts, {"s": repeat}, news, {} if told_facts is None else told_facts)


def texts(article: ArticleFacts, story: ToldStory | None) -> list[tuple[str, str]]:
    return [(news.kind, news.text) for news in news_of(article, story)]


def test_the_first_article_of_a_story_is_news():
    assert texts(facts(), None) == [(NewsKind.STORY, "a new story")]


def test_the_same_figures_and_themes_are_no_news():
    assert texts(facts(stated(600)), told(stated(600))) == []
    assert texts(facts(stated(None, value_max=700.0)), told(stated(600))) == []
    assert texts(facts(stated(600, None, None)), told(stated(600))) == []


@pytest.mark.parametrize(
    ("figure", "kind", "text"),
    [
        (stated(800), NewsKind.FIGURE, "NIS now says 800 killed"),
        (stated(600, "Budanov", "kyiv"), NewsKind.CLAIMANT, "Budanov, too, says 600 killed"),
        (stated(900, "Budanov", "kyiv"), NewsKind.FIGURE, "Budanov says 900 killed"),
        (stated(5, kind="wounded"), NewsKind.FIGURE, "NIS says 5 wounded"),
        (stated(70, None, None), NewsKind.FIGURE, "70 killed"),
    ],
)
def test_another_value_claimant_or_kind_is_news(figure, kind, text):
    assert texts(facts(figure), told(stated(600))) == [(kind, text)]


def test_a_theme_that_the_story_did_not_have_is_news():
    new = facts(themes=frozenset({"troops", "labour"}))
    assert texts(new, told()) == [(NewsKind.THEME, "the story has a new theme: labour")]


def test_by_facts_an_article_without_news_is_held_back_with_the_reason():
    first, second = settled("a", "b", repeat=Repeat.FACTS, a=facts(), b=facts())
    assert first.state is AlertState.PENDING
    assert isinstance(first.content, ArticleFlagged)
    assert [news.kind for news in first.content.news] == [NewsKind.STORY]
    assert (second.state, second.held_for, second.due_at) == (AlertState.REPEATED, None, NOW)
    assert second.last_error == (
        "its story 01234567 was told at 2025-06-17 12:00 UTC, and it has no new figure, claimant,"
        " confirmation, denial or theme"
    )


def test_by_facts_an_article_with_news_is_told_and_what_it_brings_is_known_then():
    states = [
        item.state
        for item in settled(
            "a", "b", "c", repeat=Repeat.FACTS,
            a=facts(), b=facts(stated(600)), c=facts(stated(600)),
        )
    ]  # fmt: skip
    assert states == [AlertState.PENDING, AlertState.PENDING, AlertState.REPEATED]


def test_by_story_news_does_not_help():
    second = settled("a", "b", repeat=Repeat.STORY, a=facts(), b=facts(stated(600)))[1]
    assert second.state is AlertState.REPEATED
    assert "told each story once" in (second.last_error or "")


def test_every_article_is_told_on_request_with_what_is_new():
    second = settled("a", "b", repeat=Repeat.EVERY, a=facts(), b=facts())[1]
    assert second.state is AlertState.PENDING
    assert second.content == ArticleFlagged(story=MENTION)


def test_an_article_without_a_story_is_told_as_before():
    (single,) = settled("x", repeat=Repeat.FACTS)
    assert single == alert("x")


def test_what_a_silence_kept_back_was_not_told():
    silenced = alert("a", AlertState.SILENCED)
    told_facts: ToldStories = {}
    first, second = settle(
        [silenced, alert("b")], {"s": Repeat.FACTS}, {"a": facts(), "b": facts()}, told_facts
    )
    assert (first.state, second.state) == (AlertState.SILENCED, AlertState.PENDING)
    (third,) = settle(
        [alert("c", AlertState.SILENCED)], {"s": Repeat.FACTS}, {"c": facts()}, told_facts
    )
    assert third.state is AlertState.SILENCED


def test_what_another_subscription_was_told_does_not_count():
    told_facts: ToldStories = {("other", 1): told()}
    (first,) = settled("a", repeat=Repeat.FACTS, told_facts=told_facts, a=facts())
    assert first.state is AlertState.PENDING


def statement(party: str, stance: Stance, sentence: str = "So it is.") -> Statement:
    return Statement(party=party, stance=stance, sentence=sentence)


def stance_news(*now: Statement, before: set[tuple[str, Stance]]) -> list[tuple[str, str]]:
    article = ArticleFacts(story=1, mention=MENTION, statements=now)
    return texts(article, ToldStory(at=NOW, stances=before))


@pytest.mark.parametrize(
    ("stance", "verb"), [(Stance.CONFIRMED, "confirms"), (Stance.DENIED, "denies")]
)
def test_a_first_confirmation_or_denial_by_a_party_is_news(stance, verb):
    new_statement = statement("moscow", stance)
    assert stance_news(new_statement, before={("seoul", stance)}) == [
        (NewsKind.STANCE, f"Moscow {verb}: “So it is.”")
    ]
    assert stance_news(new_statement, before={("moscow", stance)}) == []


def test_an_assertion_is_news_only_after_a_refusal_to_comment():
    new_statement = statement("nato", Stance.ASSERTED)
    assert stance_news(new_statement, before=set()) == []
    assert stance_news(new_statement, before={("nato", Stance.DECLINED)}) == [
        (NewsKind.STANCE, "NATO breaks its silence: “So it is.”")
    ]
    both = {("nato", Stance.DECLINED), ("nato", Stance.CONFIRMED)}
    assert stance_news(new_statement, before=both) == []


def test_a_refusal_to_comment_is_no_news():
    assert stance_news(statement("moscow", Stance.DECLINED), before=set()) == []


def test_a_long_sentence_is_cut():
    ((_, text),) = stance_news(statement("moscow", Stance.DENIED, "x" * 300), before=set())
    assert text == f"Moscow denies: “{'x' * 120}…”"


def test_what_an_article_says_counts_as_told():
    denial = ArticleFacts(
        story=1, mention=MENTION, statements=(statement("moscow", Stance.DENIED),)
    )
    alerts = settled("a", "b", "c", repeat=Repeat.FACTS, a=facts(), b=denial, c=denial)
    assert [item.state for item in alerts] == [
        AlertState.PENDING,
        AlertState.PENDING,
        AlertState.REPEATED,
    ]


def test_a_party_that_did_not_answer_breaks_its_silence():
    speaks = Statement(party="moscow", stance=Stance.ASSERTED, sentence="Moscow says so")
    before = ToldStory(at=NOW, stances={("moscow", Stance.SILENT), ("moscow", Stance.DECLINED)})
    assert texts(replace(facts(themes=frozenset()), statements=(speaks,)), before) == [
        (NewsKind.STANCE, "Moscow breaks its silence: “Moscow says so”")
    ]


@pytest.mark.parametrize(("hours", "is_news"), [(23, False), (31, True)])
def test_an_expected_party_that_said_nothing_for_a_day_breaks_its_silence(hours, is_news):
    speaks = Statement(party="moscow", stance=Stance.ASSERTED, sentence="Moscow says so")
    article = replace(
        facts(themes=frozenset()),
        statements=(speaks,),
        at=NOW + timedelta(hours=hours),
        expected=frozenset({"moscow"}),
    )
    text = "Moscow breaks its silence of 31 hours: “Moscow says so”"
    assert texts(article, told()) == ([(NewsKind.STANCE, text)] if is_news else [])
    assert texts(replace(article, expected=frozenset()), told()) == []


def test_a_silence_is_no_news_itself():
    silent = Statement(party="moscow", stance=Stance.SILENT, sentence="Moscow did not answer")
    assert texts(replace(facts(themes=frozenset()), statements=(silent,)), told()) == []
