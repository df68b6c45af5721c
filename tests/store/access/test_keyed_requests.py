"""Requests with an idempotency key are stored once, and for a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.access.idempotency import KeyedRequest, StoredAnswer
from monitor.store.store import Store
from tests.store.access.builders import DAY, NOW

REQUEST = KeyedRequest(key="a" * 64, fingerprint="b" * 64, begun_at=NOW)
ANSWER = StoredAnswer(status=201, headers={"etag": '"1"'}, body='{"title": "러시아\\u0000"}\n')


def test_the_first_request_begins_and_the_second_gets_it(store: Store) -> None:
    assert store.keyed_requests.begin(REQUEST) is None
    assert store.keyed_requests.begin(replace(REQUEST, fingerprint="c" * 64)) == REQUEST


def test_the_answer_is_kept_to_the_letter(store: Store) -> None:
    store.keyed_requests.begin(REQUEST)
    store.keyed_requests.end(REQUEST.key, ANSWER)
    first = store.keyed_requests.begin(REQUEST)
    assert first is not None
    assert first.answer == ANSWER


def test_a_request_of_yesterday_is_over(store: Store) -> None:
    store.keyed_requests.begin(REQUEST)
    almost = replace(REQUEST, begun_at=NOW + DAY - timedelta(seconds=1))
    assert store.keyed_requests.begin(almost) == REQUEST
    assert store.keyed_requests.begin(replace(REQUEST, begun_at=NOW + DAY)) is None


def test_a_forgotten_request_begins_anew(store: Store) -> None:
    store.keyed_requests.begin(REQUEST)
    store.keyed_requests.forget(REQUEST.key)
    assert store.keyed_requests.begin(REQUEST) is None
