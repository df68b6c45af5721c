"""What is said of an article from the words it names: where they stand, and beside what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.classify.features.describe import TopicClasses, classes_of, lexicon_features
from monitor.classify.features.lexicon import Lexicon, LexiconHit
from monitor.classify.features.opening import prepare_opening

TOPIC = TopicClasses(
    first=frozenset({"WOLF", "BOTH"}),
    second=frozenset({"FARM", "BOTH"}),
    gate=frozenset({"WOLF", "BOTH"}),
    weak=frozenset({"BEAST"}),
    beside=frozenset({"FENCE"}),
    countries=frozenset({"WOLF", "FARM", "BEAR", "FOX"}),
)
CLASSES = ("WOLF", "FARM", "BOTH", "BEAST", "FENCE", "BEAR", "FOX")
LEXICON = Lexicon(
    {name.lower(): (name,) for name in CLASSES}, titles={name: name for name in CLASSES}
)


def said(title: str, body: str = "") -> dict[str, float]:
    text = prepare_opening(title, body)
    return lexicon_features(text, LEXICON.hits(text.shown, text.folded), TOPIC)


def test_without_matches_there_are_no_features():
    assert said("Rain on Sunday", "and sun") == {}


def test_a_class_is_there_in_the_title_and_how_often():
    features = said("Wolf beside wolf", "wolf")
    assert features["WOLF"] == features["WOLF.title"] == 1.0
    assert features["WOLF.count"] == 0.5


def test_counts_end_at_five():
    assert said("wolf", "wolf " * 12)["WOLF.count"] == 1.0


def test_one_side_alone_has_its_own_feature():
    assert said("Wolf seen")["first.only"] == 1.0
    assert said("Farm sold")["second.only"] == 1.0
    assert "both" not in said("Wolf seen")


def test_both_sides_in_the_title():
    features = said("Wolf on farm near fence")
    assert features["both"] == features["both.title"] == features["both.sentence"] == 1.0
    assert features["FENCE&both"] == features["FENCE&both.sentence"] == 1.0
    assert features["FENCE+first"] == features["FENCE+second"] == features["first+second"] == 1.0
    assert "both.split" not in features


def test_sides_in_title_and_body_are_split():
    features = said("Wolf seen", "near a farm")
    assert features["both"] == features["both.split"] == 1.0
    assert "both.sentence" not in features
    assert "first+second" not in features


def test_a_class_of_both_sides_is_both_alone():
    features = said("both")
    assert features["both.title"] == features["both.sentence"] == 1.0


def test_sides_that_only_the_body_names():
    features = said("Rain", "wolf at the farm")
    assert "both.title" not in features
    assert "both.split" not in features
    assert features["both.sentence"] == 1.0


def test_the_share_of_other_countries_is_a_feature():
    assert said("wolf, farm, bear, fox")["others"] == 0.5
    assert said("wolf alone")["others"] == 0.0


@pytest.mark.parametrize(
    ("title", "listed"),
    [
        ("wolf, farm", None),
        ("wolf, farm, bear", "listed.3"),
        ("wolf, farm, bear and fox", "listed.4"),
        ("wolf came far beyond the farm and the old bear", None),
    ],
)
def test_three_in_a_row_are_a_list(title, listed):
    assert next((name for name in said(title) if name.startswith("listed.")), None) == listed


@pytest.mark.parametrize(
    ("title", "opens"),
    [
        ("The wolf came", True),
        ("A beast came", False),
        ("A beast on the farm", True),
        ("A beast at the fence", True),
        ("The farm was sold", False),
        ("Rain", False),
    ],
)
def test_the_gate_wants_its_classes_or_a_weak_one_in_company(title, opens):
    text = prepare_opening(title, "")
    assert TOPIC.opens(LEXICON.hits(text.shown, text.folded)) is opens


def test_a_weak_class_in_context_needs_a_class_of_the_context():
    topic = replace(TOPIC, in_context=frozenset({"BEAST"}), context=frozenset({"BEAR"}))
    beside_farm = [LexiconHit(0, 1, ("BEAST",)), LexiconHit(2, 3, ("FARM",))]
    assert TOPIC.opens(beside_farm)
    assert not topic.opens(beside_farm)
    assert topic.opens([*beside_farm, LexiconHit(4, 5, ("BEAR",))])


def test_without_a_gate_everything_may_pass():
    assert TopicClasses().opens([]) is True
    assert TopicClasses().opens([LexiconHit(0, 1, ("FARM",))]) is True


@pytest.mark.parametrize(
    ("feature", "classes"),
    [
        ("FENCE", {"FENCE"}),
        ("FENCE.title", {"FENCE"}),
        ("FENCE+BEAR", {"FENCE", "BEAR"}),
        ("FENCE&both.sentence", {"FENCE", "WOLF", "FARM", "BOTH"}),
        ("first.only", {"WOLF", "BOTH"}),
        ("second.only", {"FARM", "BOTH"}),
        ("others", {"BEAR", "FOX"}),
        ("listed.3", {"WOLF", "FARM", "BEAR", "FOX"}),
    ],
)
def test_a_feature_knows_the_classes_it_speaks_of(feature, classes):
    assert classes_of(feature, TOPIC) == classes


def test_every_feature_is_between_zero_and_one():
    features = said("wolf, farm, bear, fox and beast", "both wolf farm wolf farm " * 9)
    assert all(0 <= value <= 1 for value in features.values())


def test_sides_in_the_opening_alone_are_told_from_sides_in_the_title():
    words = Lexicon({"wolf": ("WOLF",), "sheep": ("SHEEP",)}, titles={"WOLF": "", "SHEEP": ""})
    topic = TopicClasses(first=frozenset({"WOLF"}), second=frozenset({"SHEEP"}))
    text = prepare_opening("News of the week", "A wolf met sheep. It rained.")
    features = lexicon_features(text, words.hits(text.shown, text.folded), topic)
    assert features["both.body"] == 1.0
    assert "both.title" not in features
    assert 0 < features["first.share"] < 1
