"""`monitor keywords test`: what a change would have done, before it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.access.caller import Caller, Door
from monitor.access.roles import PersonRole
from monitor.actions.rules.rule_changes import RuleChange, put_in_force
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from monitor.domain.feeds import PollState
from monitor.settings import loader
from monitor.settings.rule_text import rule_text
from monitor.store.store import Store
from tests.cli.conftest import Terminal
from tests.fakes import article, decision, entry, feed, subscription

# At a full hour, so that what follows within minutes is of the same day.
SINCE = (datetime.now(UTC) - timedelta(days=4)).replace(minute=0, second=0, microsecond=0)
RAIN = "[[keywords.rules]]\nname = 'rain'\nany = ['rain*']\n"
FLAG_RAIN = f"{RAIN}action = 'flag'\n"
DROP_FOOTBALL = "[[keywords.rules]]\nname = 'no football'\nany = ['football']\naction = 'drop'\n"


def keep(folder: Path, *headlines: tuple[str, float], **changes: object) -> None:
    """Store articles of these scores, a minute apart, as the shipped pack would have judged."""
    articles = [
        article(
            f"{number:02}{title}".replace(" ", ""),
            copy_key=title,
            entry=entry(title),
            decision=decision(relevant=score >= 0.5, score=score, pack_score=score),
            seen_at=SINCE + timedelta(minutes=number),
            **changes,
        )
        for number, (title, score) in enumerate(headlines)
    ]
    with Store.open(f"sqlite:///{folder / 'watchpost.db'}") as store:
        store.feeds.add(feed())
        state = PollState(due_at=SINCE + timedelta(days=9))
        store.commit([PollResult(feed_key="f", state=state, articles=tuple(articles))])


@pytest.fixture
def stocked(watch: Terminal) -> Terminal:
    """A service with one subscription and five articles of the last four days."""
    keep(
        watch.folder,
        ("Sappers leave for Kursk", 0.9),
        ("Football in Kursk", 0.8),
        ("Rain on Sunday", 0.1),
        ("Rainy Monday", 0.2),
        ("Shells for Kursk", 0.3),
    )
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        store.subscriptions.add(subscription(name="the desk"))
    (watch.folder / "monitor.toml").write_text("[topic]\nthreshold = 0.5\n")
    return watch


@pytest.fixture
def change(watch: Terminal) -> Callable[[str], str]:
    """Writes a changed configuration and gives its name."""

    def write(text: str) -> str:
        (watch.folder / "new.toml").write_text(text)
        return "new.toml"

    return write


def test_a_change_is_shown_in_alerts_a_day_and_in_articles(stocked, change):
    result = stocked("keywords", "test", change(FLAG_RAIN + DROP_FOOTBALL), "--json").json()
    assert result["articles"] == 5
    assert result["gained"] == ["02RainonSunday", "03RainyMonday"]
    assert result["lost"] == ["01FootballinKursk"]
    assert (result["before"]["alerts"], result["after"]["alerts"]) == (2, 3)
    assert result["before"]["alerts_per_day"] == pytest.approx(0.5, abs=0.01)
    assert result["after"]["alerts_per_day"] == pytest.approx(0.75, abs=0.01)
    assert sum(result["after"]["days"].values()) == 3
    assert [row["name"] for row in result["after"]["subscriptions"]] == ["the desk"]
    assert [(row["title"], row["causes"]) for row in result["changes"]] == [
        ("Rain on Sunday", [{"why": "applies", "rule": "rain"}]),
        ("Rainy Monday", [{"why": "applies", "rule": "rain"}]),
        ("Football in Kursk", [{"why": "applies", "rule": "no football"}]),
    ]


def test_gained_and_lost_articles_name_the_rule(stocked, change):
    result = stocked("keywords", "test", change(FLAG_RAIN + DROP_FOOTBALL + "[topic]\n"))
    assert "5 stored articles of 4 days, decided anew" in result.out
    assert "Gained: 2" in result.out
    assert "+ 0.10 Rain on Sunday  rain (flag)" in result.out
    assert "Lost: 1" in result.out
    assert "− 0.80 Football in Kursk  no football (drop)" in result.out
    assert "the desk" in result.out


def test_a_boost_is_shown_with_its_size_and_a_threshold_as_such(stocked, change):
    boost = RAIN.replace("rain*", "shells") + "action = 'boost'\nboost = 0.2\n"
    result = stocked("keywords", "test", change(boost))
    assert "+ 0.50 Shells for Kursk  rain (boost +0.2)" in result.out
    result = stocked("keywords", "test", change("[topic]\nthreshold = 0.3\n"))
    assert "+ 0.30 Shells for Kursk  the threshold" in result.out


def test_articles_that_name_new_lexicon_entries_are_judged_again(stocked, change):
    keep(stocked.folder, ("Pyongyang's Pokpung guards seen in Grayvoron", 0.2))
    words = change("[topic.lexicon]\nTROOPS = ['Pokpung guard*']\nRUPL = ['Grayvoron*']\n")
    result = stocked("keywords", "test", words, "--json").json()
    assert [row["title"] for row in result["changes"]] == [
        "Pyongyang's Pokpung guards seen in Grayvoron"
    ]
    assert result["changes"][0]["causes"] == [{"why": "lexicon", "rule": None}]
    assert result["changes"][0]["score_after"] > 0.5
    assert "the lexicon" in stocked("keywords", "test", words).out


def test_a_change_that_changes_nothing_says_so(stocked, change):
    result = stocked("keywords", "test", change(FLAG_RAIN.replace("rain*", "snow")))
    assert "Nothing would change." in result.out
    assert "Gained" not in result.out


def test_without_a_file_the_current_rules_are_compared_with_the_stored_decisions(stocked):
    with (stocked.folder / "monitor.toml").open("a") as file:
        file.write(DROP_FOOTBALL)
    assert stocked("keywords", "test", "--json").json()["lost"] == ["01FootballinKursk"]


def test_a_whole_configuration_replaces_the_current_one(stocked, change):
    with (stocked.folder / "monitor.toml").open("a") as file:
        file.write(FLAG_RAIN)
    whole = change("[poll]\nevery = '1h'\n[topic]\nthreshold = 0.5\n")
    assert len(stocked("keywords", "test", whole, "--json").json()["lost"]) == 2
    part = change("[topic]\nthreshold = 0.5\n")  # the current rules stay
    assert stocked("keywords", "test", part, "--json").json()["lost"] == []


def test_an_article_that_is_older_is_left_out(stocked, change):
    result = stocked("keywords", "test", change(FLAG_RAIN), "--since", "1d", "--json").json()
    assert (result["articles"], result["days"]) == (0, 1.0)


def test_many_headlines_are_cut_and_counted(stocked, change):
    keep(stocked.folder, *((f"Snow on day {day}", 0.1) for day in range(23)))
    result = stocked("keywords", "test", change(FLAG_RAIN.replace("rain*", "snow")))
    assert result.out.count("Snow on day") == 20
    assert "… and 3 more; --json names all" in result.out


def test_a_headline_is_never_read_as_markup(stocked, change):
    keep(stocked.folder, ("[red]Rain[/red]", 0.1))
    result = stocked("keywords", "test", change(FLAG_RAIN))
    assert "[red]Rain[/red]" in result.out


@pytest.mark.parametrize(("budget", "warned"), [("2", True), ("3", False), (None, False)])
def test_above_the_budget_there_is_a_warning(stocked, change, budget, warned):
    with Store.open(f"sqlite:///{stocked.folder / 'watchpost.db'}") as store:
        held = list(store.articles.oldest_first())
        day = SINCE.replace(hour=0) + timedelta(days=1)
        added = [
            replace(held[0], key=f"more{n}", copy_key=f"{n}", seen_at=day, entry=entry("Rain"))
            for n in range(3)
        ]
        state = PollState(due_at=SINCE)
        store.commit([PollResult(feed_key="f", state=state, articles=tuple(added))])
    options = ("--budget", budget) if budget else ()
    result = stocked("keywords", "test", change(FLAG_RAIN), *options)
    assert result.code == 0
    assert ("the desk would have been told more than 2 times a day" in result.out) == warned


def test_the_budget_is_the_changed_configurations(stocked, change):
    result = stocked("keywords", "test", change("[keywords]\nalert_budget = 1\n"), "--json").json()
    assert "more than 1 times a day on" in " ".join(result["warnings"])


def test_reasons_for_doubt_are_warnings(watch, change):
    keep(watch.folder, ("Rain", 0.1), backlog=True)
    warnings = watch("keywords", "test", change(FLAG_RAIN), "--json").json()["warnings"]
    assert "1 of 1 articles were judged by another pack than dprk-russia@" in warnings[0]
    assert "nobody is subscribed" in warnings[1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[keywords]\nruls = []\n",
            "new.toml:2: no such setting keywords.ruls; did you mean rules",
        ),
        ("[keyword]\n", "new.toml:1: no such setting keyword"),
        ("[[keywords.rules]]\nname = 'r'\nany = 'x'\n", "new.toml:3: keywords.rules.0.any"),
        ("[keywords\n", "new.toml: not valid TOML"),
        ("x = " + "[" * 9_000, "new.toml: not valid TOML: nested too deeply"),
        ("x = " + "9" * 9_000, "new.toml: not valid TOML"),
        ("[topic]\nthreshold = 2\n", "new.toml:2: topic.threshold = 2"),
        ("[topic]\npack = 'none'\n", "topic.pack = 'none': no such shipped topic"),
        (
            FLAG_RAIN + "\n[[keywords.rules]]\nname = 'r'\nregex = '('\naction = 'flag'\n",
            "new.toml:7: keyword rule 'r': '(' is not an RE2 pattern",
        ),
        (FLAG_RAIN * 2, "new.toml: keyword rule 'rain' exists twice"),
        (FLAG_RAIN + "theme = 'rain'\n", "new.toml:2: keyword rule 'rain' names the theme"),
    ],
)
def test_a_mistake_is_refused_with_its_place(stocked, change, text, message):
    assert message in stocked.refused("keywords", "test", change(text))


def test_a_file_that_is_not_there_is_refused(stocked):
    assert "no.toml: there is no such file" in stocked.refused("keywords", "test", "no.toml")
    assert "give a file of rules: . is a folder" in stocked.refused("keywords", "test", "")


def test_another_pack_cant_be_tried(stocked, change):
    copy = stocked.folder / "mine"
    copy.mkdir()
    message = stocked.refused("keywords", "test", change("[topic]\npack = 'mine'\n"))
    assert "topic.pack = 'mine' is another pack" in message


def test_a_span_without_a_unit_or_a_length_is_refused(stocked):
    assert "--since '30'" in stocked.refused("keywords", "test", "--since", "30")
    refusal = stocked.refused("keywords", "test", "--since", "0h")
    assert "--since '0h': must be longer than zero" in refusal


def test_marked_articles_are_counted_for_people_too():
    from monitor.actions.teaching.backtest import BacktestReport, BacktestSide, LabelledShare
    from monitor.cli.keywords import _labelled_lines

    before = BacktestSide(
        flagged=30,
        loads=(),
        precision=LabelledShare(hits=15, n=20),
        recall=LabelledShare(hits=15, n=18),
    )
    after = replace(before, precision=LabelledShare(hits=18, n=20))
    report = BacktestReport(
        articles=99, packs={}, days=1.0, before=before, after=after, gained=(), lost=(), labelled=40
    )
    assert list(_labelled_lines(report))[:4] == [
        "Of the 40 articles that readers marked:",
        "  precision before  75% (53% to 89%, n = 20)",
        "            after   90% (70% to 97%, n = 20)",
        "  recall    before  15 of 18: too few for a percentage, which needs 20",
    ]


@pytest.fixture
def changed_rules(stocked: Terminal) -> Terminal:
    """A service whose rules were changed once, in the console."""
    file = stocked.folder / "monitor.toml"
    settings = loader.load(file, environment={})
    change = RuleChange(
        text=rule_text(settings) + FLAG_RAIN, base=settings.decision_digest, reason="rain"
    )
    otto = Caller(name="Otto", role=PersonRole.OPERATOR, door=Door.CONSOLE)
    with Store.open(settings.database_url) as store:
        put_in_force(store, settings, change, otto, datetime.now(UTC))
    return stocked


def test_a_history_without_versions_does_not_deny_the_rules_of_the_file(watch: Terminal):
    note = watch("keywords", "history").err
    assert "No change of the rules was put in force by the console or the API yet" in note
    assert "The rules of the file are in force all the same" in note


def test_the_history_lists_versions_and_shows_what_one_changed(changed_rules: Terminal):
    listed = changed_rules("keywords", "history").out
    assert "Otto" in listed
    assert "found in the file" in listed
    versions = changed_rules("keywords", "history", "--json").json()
    assert [version["number"] for version in versions] == [2, 1]
    assert '+ name = "rain"' in changed_rules("keywords", "history", "2").out
    assert 'name = "rain"' in changed_rules("keywords", "history", "2", "--json").json()["text"]


def test_a_version_is_restored(changed_rules: Terminal):
    restored = changed_rules("keywords", "restore", "1").err
    assert restored == "restored rules version 1: in force again as version 3\n"
    assert "rain" not in (changed_rules.folder / "monitor.toml").read_text()
    assert changed_rules("keywords", "history", "--json").json()[0]["restored"] == 1


def test_a_version_that_does_not_exist_is_refused(changed_rules: Terminal):
    fault = changed_rules.refused("keywords", "restore", "9")
    assert "no version 9 of the rules: there are 1 to 2" in fault


def test_a_restore_that_loses_a_marked_article_needs_a_reason(changed_rules: Terminal):
    with Store.open(f"sqlite:///{changed_rules.folder / 'watchpost.db'}") as store:
        articles = store.articles.list()
        rain = next(article for article in articles if article.entry.title == "Rainy Monday")
        store.marks.add(Mark(article_key=rain.key, relevant=True, marked_at=rain.seen_at))
    assert "marked as relevant: Rainy Monday" in changed_rules.refused("keywords", "restore", "1")
    changed_rules.refused("keywords", "restore", "1", "--accept-loss")
    changed_rules("keywords", "restore", "1", "--accept-loss", "--reason", "too much rain")
    assert changed_rules("keywords", "history", "--json").json()[0]["reason"] == "too much rain"
