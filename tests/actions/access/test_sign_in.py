"""Sign-in by link works once; by password with limits, and without a hint about names."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from statistics import median

import pytest

from monitor.access.accounts import SignInMethod
from monitor.actions.access import sign_in
from monitor.actions.access.passwords import hash_password
from monitor.actions.access.sessions import SignedIn, Visitor, caller_of_session
from monitor.actions.access.sign_in import LINK_OVER, WRONG, PasswordTry, SignInDesk, SignInRefused
from monitor.runtime.build import StoreThread
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.actions.access.conftest import invite, secret_of
from tests.fakes import NOW
from tests.store.access.builders import ENTRY

VISITOR = Visitor(address="192.0.2.7", browser="Firefox")
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
PASSWORD = "seven grey herons wade"


@pytest.fixture
def desk(empty_store: Store) -> Iterator[SignInDesk]:
    """Where Ann signs in by a password, and Bo can't, for he has none."""
    ann = invite(empty_store, "Ann").person
    invite(empty_store, "Bo")
    empty_store.people.set_password(ann.key, hash_password(PASSWORD), NOW, ENTRY)
    with closing(StoreThread()) as run_in_store:
        desk = SignInDesk(store=empty_store, run_in_store=run_in_store)
        with closing(desk.passwords):
            yield desk


def test_a_link_signs_in_once(empty_store: Store):
    secret = secret_of(invite(empty_store, "ann").link)
    for _ in range(3):  # a look does not use it up
        assert sign_in.person_of_link(empty_store, secret, NOW) is not None
    answer = sign_in.sign_in_by_link(empty_store, secret, VISITOR, NOW)
    assert isinstance(answer, SignedIn)
    assert answer.session.method is SignInMethod.LINK
    assert caller_of_session(empty_store, answer.cookie, "192.0.2.7", NOW) == answer.caller
    assert sign_in.sign_in_by_link(empty_store, secret, VISITOR, NOW) is LINK_OVER
    (entry,) = empty_store.audit_log.list(AuditFilter(act="sign in"), 10)
    assert (entry.caller, entry.after, entry.address) == ("ann", {"method": "link"}, "192.0.2.7")


def test_a_link_ends_after_fifteen_minutes(empty_store: Store):
    secret = secret_of(invite(empty_store, "ann").link)
    late = NOW + 15 * MINUTE
    assert sign_in.person_of_link(empty_store, secret, late - SECOND) is not None
    assert sign_in.person_of_link(empty_store, secret, late) is None
    assert sign_in.sign_in_by_link(empty_store, secret, VISITOR, late) is LINK_OVER


@pytest.mark.parametrize("secret", ["", "x" * 43, "\ud800", "'; DROP TABLE people; --"])
def test_a_forged_link_signs_nobody_in(empty_store: Store, secret):
    invite(empty_store, "ann")
    assert sign_in.person_of_link(empty_store, secret, NOW) is None
    assert sign_in.sign_in_by_link(empty_store, secret, VISITOR, NOW) is LINK_OVER


def test_a_new_sign_in_replaces_the_session_of_this_browser(empty_store: Store):
    first = sign_in.sign_in_by_link(
        empty_store, secret_of(invite(empty_store, "ann").link), VISITOR, NOW
    )
    assert isinstance(first, SignedIn)
    link = secret_of(invite(empty_store, "bo").link)
    second = sign_in.sign_in_by_link(empty_store, link, VISITOR, NOW, cookie=first.cookie)
    assert isinstance(second, SignedIn)
    assert second.cookie != first.cookie
    assert empty_store.sessions.list(NOW) == [second.session]


@pytest.mark.parametrize("name", ["Ann", "ann", " ANN "])
async def test_name_and_password_sign_in(desk: SignInDesk, name):
    attempt = PasswordTry(name=name, password=PASSWORD)
    answer = await sign_in.sign_in_by_password(desk, attempt, VISITOR, NOW)
    assert isinstance(answer, SignedIn)
    assert (answer.caller.name, answer.session.method) == ("Ann", SignInMethod.PASSWORD)
    assert desk.store.sessions.list(NOW) == [answer.session]


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ann", PASSWORD + " "),
        ("Ann", PASSWORD.upper()),
        ("Ann", ""),
        ("Ann", "\ud800" * 9_000),
        ("Bo", ""),
        ("Bo", PASSWORD),
        ("Nobody", PASSWORD),
        ("", ""),
        ("x" * 100_000, "y"),
    ],
)
async def test_every_other_pair_gets_the_same_answer(desk: SignInDesk, name, password):
    attempt = PasswordTry(name=name, password=password)
    assert await sign_in.sign_in_by_password(desk, attempt, VISITOR, NOW) is WRONG
    assert desk.store.sessions.list(NOW) == []


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(desk: SignInDesk):
    times: dict[str, list[float]] = {"Ann": [], "Bo": [], "Nobody": []}
    for number in range(9):
        now = NOW + number * MINUTE
        for name, measured in times.items():
            start = time.process_time()
            await sign_in.sign_in_by_password(
                desk, PasswordTry(name=name, password="wrong"), VISITOR, now
            )
            measured.append(time.process_time() - start)
    middle = {name: median(measured[1:]) for name, measured in times.items()}
    assert max(middle.values()) < 2 * min(middle.values()), middle


async def test_five_tries_a_minute_for_one_name(desk: SignInDesk):
    async def attempt(name: str, now=NOW, visitor=VISITOR):
        request = PasswordTry(name=name, password="wrong")
        return await sign_in.sign_in_by_password(desk, request, visitor, now)

    assert [await attempt("ann") for _ in range(5)] == [WRONG] * 5
    refused = await attempt("ANN", NOW + 20 * SECOND)
    assert isinstance(refused, SignInRefused)
    assert refused.retry_after == 40 * SECOND
    right = PasswordTry(name="Ann", password=PASSWORD)
    assert isinstance(await sign_in.sign_in_by_password(desk, right, VISITOR, NOW), SignInRefused)
    assert await attempt("bo") is WRONG
    assert await attempt("ann", visitor=Visitor(address="198.51.100.9")) is WRONG
    assert await attempt("ann", NOW + MINUTE) is WRONG


async def test_twenty_tries_a_minute_from_one_network(desk: SignInDesk):
    tries = [PasswordTry(name=f"name {number}", password="x") for number in range(21)]
    visitors = [Visitor(address=f"192.0.2.{number + 1}") for number in range(21)]
    answers = await asyncio.gather(
        *(
            sign_in.sign_in_by_password(desk, attempt, visitor, NOW)
            for attempt, visitor in zip(tries, visitors, strict=True)
        )
    )
    assert answers.count(WRONG) == 20
    assert sum(bool(answer.retry_after) for answer in answers) == 1
