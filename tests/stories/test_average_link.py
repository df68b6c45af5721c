"""Average link on a sparse graph."""

from __future__ import annotations

import itertools
import random

import pytest

from monitor.stories.average_link import Hysteresis, Links, average_link, numbered


def links_of(*edges: tuple[str, str, float]) -> Links:
    links: dict[str, dict[str, float]] = {}
    for first, second, probability in edges:
        links.setdefault(first, {})[second] = probability
        links.setdefault(second, {})[first] = probability
    return links


def singles(keys: str) -> list[list[str]]:
    return [[key] for key in keys]


def test_the_most_probable_pair_joins_first():
    links = links_of(("a", "b", 0.6), ("b", "c", 0.9))
    assert average_link(singles("abc"), links, 0.5) == [["a"], ["b", "c"]]


def test_a_missing_link_counts_as_nothing():
    chain = links_of(("a", "b", 0.9), ("b", "c", 0.8))
    assert average_link(singles("abc"), chain, 0.41) == [["a", "b"], ["c"]]
    assert average_link(singles("abc"), chain, 0.4) == [["a", "b", "c"]]


def test_given_groups_are_never_parted():
    links = links_of(("a", "c", 0.9))
    assert average_link([["a", "b"], ["c"]], links, 0.46) == [["a", "b"], ["c"]]
    assert average_link([["a", "b"], ["c"]], links, 0.45) == [["a", "b", "c"]]


def test_nothing_joins_without_links():
    assert average_link(singles("ab"), {}, 0.1) == [["a"], ["b"]]


def slow_average_link(
    groups: list[list[str]], links: Links, threshold: float
) -> set[frozenset[str]]:
    """The definition, with every mean computed anew."""
    joined = [frozenset(group) for group in groups]
    while len(joined) > 1:
        means = []
        for first, second in itertools.combinations(joined, 2):
            pairs = itertools.product(first, second)
            total = sum(links.get(left, {}).get(right, 0.0) for left, right in pairs)
            means.append((total / (len(first) * len(second)), first, second))
        mean, first, second = max(means, key=lambda row: row[0])
        if mean < threshold:
            break
        joined = [group for group in joined if group not in (first, second)] + [first | second]
    return set(joined)


@pytest.mark.parametrize("groups", [singles("abcdefghij"), [list("abc"), *singles("defghij")]])
def test_the_result_is_that_of_the_definition(groups: list[list[str]]):
    draw = random.Random(5)
    for _ in range(40):
        keys = "abcdefghij"
        pairs = [pair for pair in itertools.combinations(keys, 2) if draw.random() < 0.5]
        links = links_of(*((left, right, draw.random()) for left, right in pairs))
        threshold = draw.uniform(0.1, 0.6)
        joined = {frozenset(group) for group in average_link(groups, links, threshold)}
        assert joined == slow_average_link(groups, links, threshold)


def test_of_equal_means_the_groups_that_were_given_first_join_first():
    links = links_of(("c", "d", 0.6), ("a", "b", 0.6), ("b", "c", 0.6))
    assert average_link(singles("abcd"), links, 0.5) == [["a", "b"], ["c", "d"]]


def test_links_to_articles_that_are_not_grouped_count_for_nothing():
    links = links_of(("a", "elsewhere", 0.9), ("a", "b", 0.6))
    assert average_link(singles("ab"), links, 0.5) == [["a", "b"]]
    assert average_link([], links, 0.5) == []


def test_fixed_groups_are_never_joined_even_through_others():
    links = {
        "a": {"b": 0.9, "c": 0.9},
        "b": {"a": 0.9, "c": 0.9},
        "c": {"a": 0.9, "b": 0.9},
    }
    groups = average_link([["a"], ["b"], ["c"]], links, 0.5, {0: 7, 1: 8})
    assert groups == [["a", "c"], ["b"]]


def test_groups_that_a_person_holds_apart_are_not_joined_through_a_third():
    links = links_of(("a", "b", 0.9), ("a", "c", 0.8))
    assert average_link(singles("abc"), links, 0.3) == [["a", "b", "c"]]
    assert average_link(singles("abc"), links, 0.3, {1: 7, 2: 8}) == [["a", "b"], ["c"]]
    assert average_link(singles("abc"), links, 0.3, {0: 7, 1: 8}) == [["a", "c"], ["b"]]
    assert average_link(singles("abc"), links, 0.3, {1: 7, 2: 7}) == [["a", "b", "c"]]
    assert average_link(singles("abc"), links, 0.3, {2: 7}) == [["a", "b", "c"]]


def test_what_was_one_story_stays_together_at_a_mean_that_joins_no_others():
    links = links_of(("a", "b", 0.45), ("c", "d", 0.45))
    hysteresis = Hysteresis(stories={"a": 1, "b": 1, "c": 2, "d": 3}, threshold=0.4, largest=4)
    assert average_link(singles("abcd"), links, 0.5) == singles("abcd")
    assert average_link(singles("abcd"), links, 0.5, hysteresis=hysteresis) == [
        ["a", "b"],
        ["c"],
        ["d"],
    ]


def test_a_large_story_does_not_stay_together_at_a_lower_mean():
    links = links_of(("a", "c", 0.45), ("b", "c", 0.45))
    stories = {"a": 1, "b": 1, "c": 1, "elsewhere": 2}

    def groups(largest: int) -> list[list[str]]:
        hysteresis = Hysteresis(stories=stories, threshold=0.4, largest=largest)
        return average_link([["a", "b"], ["c"]], links, 0.5, hysteresis=hysteresis)

    assert groups(3) == [["a", "b", "c"]]
    assert groups(2) == [["a", "b"], ["c"]]


def test_what_was_one_story_is_parted_below_the_threshold_to_stay():
    links = links_of(("a", "b", 0.39), ("b", "c", 0.9))
    hysteresis = Hysteresis(stories={"a": 1, "b": 1}, threshold=0.4, largest=4)
    groups = average_link(singles("abc"), links, 0.5, hysteresis=hysteresis)
    assert groups == [["a"], ["b", "c"]]


def test_a_person_parts_what_would_stay_together():
    links = links_of(("a", "b", 0.9))
    hysteresis = Hysteresis(stories={"a": 1, "b": 1}, threshold=0.4, largest=4)
    groups = average_link(singles("ab"), links, 0.5, {0: 1, 1: 2}, hysteresis=hysteresis)
    assert groups == [["a"], ["b"]]


def numbers_of(
    groups: list[list[str]], stories: dict[str, int], assigned: dict[str, int] | None = None
) -> list[int]:
    new = itertools.count(10)
    listed = numbered(groups, stories, assigned or {}, lambda: next(new))
    return [number for number, _ in listed]


def test_most_articles_decide_and_of_equals_the_oldest_story():
    assert numbers_of([["a", "b", "c"]], {"a": 1, "b": 2, "c": 2}) == [2]
    assert numbers_of([["a", "b"]], {"a": 4, "b": 3}) == [3]


def test_a_story_goes_to_one_group_and_the_other_takes_a_new_number():
    assert numbers_of([["a"], ["b", "c"]], {"a": 1, "b": 1, "c": 1}) == [10, 1]
    assert numbers_of([["new"]], {}) == [10]


def test_a_bound_article_decides_for_its_group_against_all_others():
    stories = {"a": 1, "b": 1, "c": 2}
    assert numbers_of([["a", "b", "c"]], stories, {"c": 2}) == [2]
    assert numbers_of([["a"], ["c"]], stories, {"c": 1}) == [10, 1]
