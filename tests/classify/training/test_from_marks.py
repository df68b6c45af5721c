"""Marks become examples: split for ever in the same way, weighed, and learnt from."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.classify.model.linear import LinearClassifier
from monitor.classify.packs import pack
from monitor.classify.training import from_marks
from monitor.classify.training.examples import Example
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from tests.classify import toy_topic
from tests.classify.toy_topic import marked

TITLES = [f"Wolf number {number} seen at a farm" for number in range(200)]


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves")


def test_about_a_fifth_is_held_out_and_always_the_same():
    pairs = [marked(title) for title in TITLES]
    taught, held_out = from_marks.split_marks(pairs, themes=())
    assert 25 <= len(held_out) <= 55
    again = from_marks.split_marks(pairs[::-1], themes=())[1]
    assert {example.title for example in again} == {example.title for example in held_out}
    assert len(taught) + len(held_out) == 200


def test_marks_of_one_headline_in_two_feeds_count_once_by_the_newest():
    first, second = marked("Wolf seen"), marked("WOLF  seen", relevant=False)
    taught, held_out = from_marks.split_marks([second, first], themes=())
    assert [example.relevant for example in [*taught, *held_out]] == [False]


def test_an_example_keeps_text_relevance_and_themes_of_its_mark():
    mark, article = marked("Wolf kills calf", "attack", "gone")
    article = replace(article, entry=replace(article.entry, text="At night.", language="en-GB"))
    (label,) = all_labels((mark, article))
    assert (label.title, label.text, label.language) == ("Wolf kills calf", "At night.", "en")
    assert (label.relevant, label.themes, label.weight) == (True, ("attack",), from_marks.WEIGHT)
    (other,) = all_labels(marked("Zoo", relevant=False))
    assert not other.relevant


def all_labels(*pairs, themes=("attack", "law")) -> list[Example]:
    """On whichever side they fall."""
    taught, held_out = from_marks.split_marks(pairs, themes=themes)
    return [*taught, *held_out]


def taught_pack(base: Path, out: Path, *pairs) -> pack.Pack:
    taught = all_labels(*pairs)
    pack_own = from_marks.pack_examples(base)
    from_marks.train_with_marks(base, out, own_examples=pack_own, marked=taught, held_out=[])
    return pack.load_pack(out)


def score(judge: pack.Pack, title: str) -> float:
    return LinearClassifier(judge).judge([Entry(title=title)])[0].score


def test_marks_change_the_scores_of_a_trained_pack(base, tmp_path):
    """Told that wolves in a circus do not matter, it thinks less of others there."""
    marks = [marked(f"Wolf {verb} at the circus farm", relevant=False) for verb in
            ("dances", "howls", "jumps", "sings")]  # fmt: skip
    before, after = pack.load_pack(base), taught_pack(base, tmp_path / "new", *marks)
    headline = "Wolf sleeps at the circus farm"
    assert score(after, headline) < score(before, headline) - 0.1
    assert after.training["labels"] == 4
    assert after.training["base"] == before.digest[:12]


def test_a_candidate_learns_with_the_operators_words_and_does_not_carry_them(base, tmp_path):
    pack_own, marks = from_marks.pack_examples(base), all_labels(marked("Vlk kills sheep"))
    entries = {"WOLF": ("vlk*",)}
    from_marks.train_with_marks(
        base, tmp_path / "new", own_examples=pack_own, marked=marks, held_out=[], entries=entries
    )
    after = pack.load_pack(tmp_path / "new")
    assert after.trained_lexicon.entries == pack.load_pack(base).trained_lexicon.entries
    assert after.training["lexicon_entries_added"] == 1
    assert after.training["lexicon_entries"] == len(after.trained_lexicon.entries) + 1


def test_the_order_of_marks_does_not_matter(base, tmp_path):
    pairs = [marked("Wolf on a farm road"), marked("Wolf in a film", relevant=False)]
    first = taught_pack(base, tmp_path / "one", *pairs)
    second = taught_pack(base, tmp_path / "two", *pairs[::-1])
    assert first.id == second.id


def test_a_mark_without_themes_teaches_no_theme(base, tmp_path):
    """Else every one of them would teach that its theme does not apply."""
    bare = [marked(f"Wolf kills sheep at farm {number}") for number in range(8)]
    after = taught_pack(base, tmp_path / "new", *bare)
    themes = LinearClassifier(after).judge([Entry(title="Wolf kills two sheep at the mill")])[0]
    assert themes.themes["attack"] > 0.5


def test_a_pack_without_its_examples_says_how_to_name_them(base, tmp_path):
    bare = shutil.copytree(base, tmp_path / "bare")
    shutil.rmtree(bare / "examples")
    with pytest.raises(ConfigError, match="name a pack with examples by --pack"):
        from_marks.pack_examples(bare)
