"""Two packs side by side: counts, intervals, and no percentage where few were counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.classify.training import golden
from monitor.classify.training.compare import MIN_SAMPLE, Proportion, compare_packs
from monitor.classify.training.examples import Example
from monitor.domain.articles import Verdict
from monitor.domain.feeds import Entry
from tests.classify import toy_topic
from tests.fakes import verdict


@pytest.mark.parametrize(
    ("hits", "of", "written"),
    [
        (0, 0, "0 of 0"),
        (19, 19, "19 of 19"),
        (20, 20, "20 of 20, 100 % (84 %–100 %)"),
        (23, 31, "23 of 31, 74 % (57 %–86 %)"),
        (0, 40, "0 of 40, 0 % (0 %–9 %)"),
    ],
)
def test_a_share_is_written_as_precisely_as_its_count_allows(hits, of, written):
    assert str(Proportion(hits, of)) == written


def test_a_share_of_few_has_no_interval_in_json():
    assert Proportion(3, 4).as_dict() == {"hits": 3, "of": 4}
    assert Proportion(20, 40).as_dict() == {"hits": 20, "of": 40, "interval": [0.352, 0.648]}


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(hits, misses):
    share = Proportion(hits, hits + misses)
    low, high = share.interval()
    assert 0 <= low <= (hits / share.total if share.total else 0.5) <= high <= 1


def judge(*flagged: str) -> Callable[[Sequence[Entry]], list[Verdict]]:
    """A pack that flags these headlines."""
    return lambda entries: [verdict(0.9 if e.title in flagged else 0.1) for e in entries]


def labelled(title: str, *, relevant: bool = True) -> Example:
    label = "positive" if relevant else "hard_negative"
    return Example(
        title=title, text="", language="en", label=label, themes=(), kind="", place="here"
    )


def test_a_comparison_counts_corrected_broken_and_lost(tmp_path):
    events = golden.load_golden_events(
        toy_topic.make(tmp_path / "wolves", trained=False) / "golden.jsonl"
    )
    mill, shooting = (event.wordings[0].title for event in events)
    comparison = compare_packs(
        judge("a", "b", "x", mill, shooting),
        judge("a", "c", mill),
        held_out=[*map(labelled, "abc"), labelled("x", relevant=False)],
        own_examples=[labelled("a"), labelled("y", relevant=False)],
        events=events,
    )
    assert (comparison.mended, comparison.broken) == (2, 1)  # c and x against b
    assert comparison.current.precision == Proportion(2, 3)
    assert comparison.candidate.precision == Proportion(2, 2)
    assert comparison.candidate.recall == Proportion(2, 3)
    assert comparison.candidate.own_examples == Proportion(2, 2)
    assert [event.key for event in comparison.lost] == ["2024-09-12-shooting"]
    assert comparison.says_little
    assert ("golden events recalled", "2 of 2", "1 of 2") in comparison.rows()
    assert comparison.as_dict()["golden_lost"] == ["2024-09-12-shooting"]


def test_a_topic_without_golden_events_loses_none():
    held_out = [labelled(str(number)) for number in range(MIN_SAMPLE)]
    comparison = compare_packs(
        judge("1"), judge("2"), held_out=held_out, own_examples=[], events=[]
    )
    assert (comparison.lost, comparison.current.golden) == ((), None)
    assert not comparison.says_little
    assert len(comparison.rows()) == 3
    assert comparison.as_dict()["figures"]["current"]["golden"] is None
