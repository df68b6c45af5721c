"""Golden events: how they are read and scored, and what the shipped ones must be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from monitor.classify.packs import pack
from monitor.classify.training import examples, golden
from monitor.domain.articles import Verdict
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from monitor.runtime import build, topic_pack
from monitor.settings import loader
from tests.classify import toy_topic
from tests.fakes import verdict

TOPIC = Path(__file__).parents[3] / "models" / "dprk-russia"
SHIPPED = TOPIC / "golden.jsonl"


def names_wolves(entries: list[Entry]) -> list[Verdict]:
    """Flags what says "wolves" in English."""
    return [verdict(0.9 if "wolves" in entry.title.lower() else 0.2) for entry in entries]


def test_an_event_is_recalled_when_one_of_its_wordings_is_flagged(tmp_path):
    events = golden.load_golden_events(toy_topic.make(tmp_path, trained=False) / "golden.jsonl")
    score = golden.score_golden_events(events, names_wolves)
    assert score.recalled == {"2024-03-01-mill", "2024-09-12-shooting"}
    assert (score.wordings, score.flagged) == ({"en": 2, "de": 2}, {"en": 2})
    assert score.missed == ()


def test_a_missed_event_is_named_with_its_best_score(tmp_path):
    events = golden.load_golden_events(toy_topic.make(tmp_path, trained=False) / "golden.jsonl")
    score = golden.score_golden_events(events, lambda entries: [verdict(0.3) for _ in entries])
    assert [(missed.event.key, missed.best) for missed in score.missed] == [
        ("2024-03-01-mill", 0.3),
        ("2024-09-12-shooting", 0.3),
    ]
    assert score.as_dict()["recalled"] == 0
    assert score.as_dict()["by_language"]["de"] == {"wordings": 2, "flagged": 0}


GOOD = {
    "id": "a", "date": "2024-01-01", "event": "It happened.", "themes": [],
    "wordings": [{"lang": "en", "title": "It happened", "text": ""}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it contains no golden events"),
        ("{", "golden.jsonl:1: not a golden event"),
        ("[]", "golden.jsonl:1: not a golden event"),
        ("\n" + json.dumps({**GOOD, "date": "soon"}), "golden.jsonl:2"),
        (json.dumps({**GOOD, "wordings": []}), "at least one"),
        (json.dumps({**GOOD, "wordings": [{}]}), "golden.jsonl:1"),
        (json.dumps({k: v for k, v in GOOD.items() if k != "event"}), "event"),
        (f"{json.dumps(GOOD)}\n{json.dumps(GOOD)}", "the id 'a' exists twice"),
    ],
)
def test_an_invalid_file_is_refused_with_the_line(tmp_path, text, message):
    file = tmp_path / "golden.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        golden.load_golden_events(file)


def test_a_missing_file_of_events_is_named(tmp_path):
    with pytest.raises(ConfigError, match="golden events can't be read"):
        golden.load_golden_events(tmp_path / "none.jsonl")


class TestTheShippedEvents:
    def test_are_many_dated_and_told_in_several_languages(self):
        events = golden.load_golden_events(SHIPPED)
        assert len(events) >= 25
        assert all(event.event and event.date.year >= 2022 for event in events)
        assert all(len({w.language for w in event.wordings}) >= 2 for event in events)
        assert len({w.language for event in events for w in event.wordings}) >= 6

    def test_name_themes_that_there_are(self):
        themes = set(pack.read_metadata(TOPIC).themes)
        assert all(set(event.themes) <= themes for event in golden.load_golden_events(SHIPPED))

    def test_are_kept_out_of_training(self):
        """No wording is a near copy of an example: by runs of characters of headline and text."""
        shipped = examples.load_examples(
            TOPIC / "examples", themes=tuple(pack.read_metadata(TOPIC).themes)
        )
        wordings = [
            wording for event in golden.load_golden_events(SHIPPED) for wording in event.wordings
        ]
        letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), use_idf=False)
        left = letters.fit_transform([f"{example.title} {example.text}" for example in shipped])
        right = letters.transform([f"{example.title} {example.text}" for example in wordings])
        nearest = (right @ left.T).max(axis=1).toarray().ravel()
        assert [wordings[place].title for place in (nearest >= 0.75).nonzero()[0]] == []

    def test_are_recalled_by_the_shipped_pack(self):
        chosen = loader.load(environment={})
        judge = build.classifier(pack.load_pack(TOPIC)).judge
        score = golden.score_golden_events(
            golden.load_golden_events(topic_pack.golden_file(chosen)), judge
        )
        assert [missed.event.key for missed in score.missed] == []
