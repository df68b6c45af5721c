"""What is remembered of words has an end, however many and long they are."""

from __future__ import annotations

from monitor.classify.features import bounded_cache
from monitor.classify.features.bounded_cache import cache_word


def test_a_word_is_remembered():
    seen: dict[str, int] = {}
    cache_word(seen, "kursk", 1)
    assert seen == {"kursk": 1}


def test_what_is_too_long_for_a_word_is_not():
    seen: dict[str, int] = {}
    cache_word(seen, "a" * (bounded_cache.MAX_LETTERS + 1), 1)
    assert seen == {}


def test_when_there_are_too_many_all_begins_anew():
    seen = {str(number): number for number in range(bounded_cache.MAX_WORDS)}
    cache_word(seen, "kursk", 1)
    assert seen == {"kursk": 1}
