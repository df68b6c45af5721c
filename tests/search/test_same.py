"""Both databases answer random questions as brute force does; `same.py` asks more of them."""

from __future__ import annotations

from random import Random

from monitor.store.store import Store
from tests.search import same


def test_a_database_answers_random_questions_like_brute_force(store: Store):
    random = Random(7)
    same.give_time(store)
    content = same.stored(store, random, same.corpus(random, 60))
    different, hits = same.differences([store], content, same.questions(random, 150))
    assert hits > 500
    assert different == []
