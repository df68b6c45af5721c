"""What is remembered of words has an end, however many and long they are."""

from __future__ import annotations

from monitor.classify.features import bounded_cache
from monitor.classify.features.bounded_cache import cache_word


def test_the_value_of_a_word_is_cached():
    seen: dict[str, int] = {}
    cache_word(seen, "kursk", 1)
    assert seen == {"kursk": 1}


def test_a_string_longer_than_a_word_is_not_cached():
    seen: dict[str, int] = {}
    cache_word(seen, "a" * (bounded_cache.MAX_LETTERS + 1), 1)
    assert seen == {}


def test_a_full_cache_is_emptied():
    seen = {str(number): number for number in range(bounded_cache.MAX_WORDS)}
    cache_word(seen, "kursk", 1)
    assert seen == {"kursk": 1}
