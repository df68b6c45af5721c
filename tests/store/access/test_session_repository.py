"""Sessions are read with their person, end alone, together and by time; a link starts one only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest

from monitor.access.roles import PersonRole
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.store.access.builders import DAY, ENTRY, MINUTE, NOW, a_link, a_person, a_session

ANN = a_person()


@pytest.fixture
def registered(store: Store) -> Store:
    """A store in which ann may sign in."""
    store.people.add(ANN, ENTRY)
    return store


def test_a_session_is_read_back_with_its_person_as_they_are_now(registered: Store) -> None:
    session = a_session(browser="x" * 400)
    registered.sessions.add(session, ENTRY)
    registered.people.change_role(ANN.key, PersonRole.VIEWER, ENTRY)
    assert registered.sessions.by_key(session.key) == (
        replace(session, browser="x" * 300),
        replace(ANN, role=PersonRole.VIEWER),
    )
    assert registered.sessions.by_key("other") is None


def test_the_use_of_a_session_is_recorded_and_never_goes_back(registered: Store) -> None:
    registered.sessions.add(a_session(), ENTRY)
    registered.sessions.record_use(a_session().key, NOW + DAY)
    registered.sessions.record_use(a_session().key, NOW)
    assert registered.sessions.list(NOW) == [a_session(used_at=NOW + DAY)]


def test_sessions_that_are_over_are_not_listed_and_go_with_the_next_sign_in(
    registered: Store,
) -> None:
    registered.sessions.add(a_session("idle"), ENTRY)
    registered.sessions.add(a_session("used", used_at=NOW + 80 * DAY), ENTRY)
    assert registered.sessions.list(NOW + 14 * DAY) == [a_session("used", used_at=NOW + 80 * DAY)]
    assert registered.sessions.list(NOW + 90 * DAY) == []
    late = NOW + 20 * DAY
    registered.sessions.add(
        a_session("new", created_at=late, signed_in_at=late, used_at=late), ENTRY
    )
    assert registered.sessions.by_key(a_session("idle").key) is None
    assert registered.sessions.by_key(a_session("used").key) is not None


def test_a_new_session_may_replace_the_one_before(registered: Store) -> None:
    registered.sessions.add(a_session("old"), ENTRY)
    registered.sessions.add(a_session("new"), ENTRY, instead_of=a_session("old").key)
    assert registered.sessions.list(NOW) == [a_session("new")]


def test_sessions_end_one_by_one_or_all_but_this_one(registered: Store) -> None:
    for name in ("a", "b", "c"):
        registered.sessions.add(a_session(name, used_at=NOW + MINUTE), ENTRY)
    assert registered.sessions.end(a_session("a").key, ENTRY)
    assert not registered.sessions.end(a_session("a").key, ENTRY)
    assert registered.sessions.end_all(ANN.key, ENTRY, but=a_session("b").key) == 1
    (left,) = registered.sessions.list(NOW, person_key=ANN.key)
    assert left.key == a_session("b").key
    assert registered.sessions.list(NOW, person_key="other") == []
    assert registered.sessions.end_all(ANN.key, ENTRY) == 1
    assert len(registered.audit_log.list(AuditFilter(), 10)) == 1 + 3 + 3


def test_a_link_starts_one_session_only(registered: Store) -> None:
    registered.people.add_link(a_link(), ENTRY)
    assert registered.sessions.add_by_link(a_link().key, a_session("first"), ENTRY)
    assert not registered.sessions.add_by_link(a_link().key, a_session("second"), ENTRY)
    assert registered.sessions.list(NOW) == [a_session("first")]


def test_a_link_that_is_over_or_of_somebody_else_starts_none(registered: Store) -> None:
    bo = a_person("bo")
    registered.people.add(bo, ENTRY)
    registered.people.add_link(a_link(), ENTRY)
    late = a_session(created_at=NOW + 15 * MINUTE)
    assert not registered.sessions.add_by_link(a_link().key, late, ENTRY)
    others = a_session(person_key=bo.key)
    assert not registered.sessions.add_by_link(a_link().key, others, ENTRY)
    assert registered.sessions.list(NOW) == []


def test_of_two_who_open_a_link_at_once_one_gets_in(database_url: str, registered: Store) -> None:
    registered.people.add_link(a_link(), ENTRY)
    with Store.open(database_url) as other, ThreadPoolExecutor(2) as threads:
        calls = [
            partial(a_store.sessions.add_by_link, a_link().key, a_session(name), ENTRY)
            for name, a_store in (("a", registered), ("b", other))
        ]
        outcomes = [future.result() for future in [threads.submit(call) for call in calls]]
    assert sorted(outcomes) == [False, True]
    assert len(registered.sessions.list(NOW)) == 1
