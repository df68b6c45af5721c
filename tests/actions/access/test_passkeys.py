"""Passkeys are registered by their person and sign in once for each challenge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from monitor.access.accounts import Person, SignInMethod
from monitor.actions.access import passkeys
from monitor.actions.access.passkeys import REFUSED, PasskeyAnswer
from monitor.actions.access.sessions import SignedIn, Visitor
from monitor.actions.access.sign_in import SignInDesk, SignInRefused
from monitor.domain.errors import ConfigError
from monitor.runtime.build import StoreThread
from monitor.store.store import Store
from tests.actions.access.authenticator import Authenticator
from tests.actions.access.conftest import in_console, invite
from tests.fakes import NOW
from tests.store.access.builders import ENTRY

ORIGIN = "https://watch.example"
VISITOR = Visitor(address="192.0.2.7", browser="Firefox")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(origin=ORIGIN, host="watch.example")


@pytest.fixture
def desk(empty_store: Store) -> Iterator[SignInDesk]:
    with closing(StoreThread()) as run_in_store:
        desk = SignInDesk(store=empty_store, run_in_store=run_in_store)
        with closing(desk.passwords):
            yield desk


def register(store: Store, person: Person, device: Authenticator, now=NOW):
    options = passkeys.registration_options(store, person, ORIGIN, NOW)
    answer = PasskeyAnswer(credential=device.register(options), origin=ORIGIN, name="laptop")
    return passkeys.add_passkey(store, person, answer, in_console(person), now)


async def sign_in(desk: SignInDesk, device: Authenticator, now=NOW):
    options = passkeys.sign_in_options(desk.store, ORIGIN, NOW)
    answer = PasskeyAnswer(credential=device.sign_in(options), origin=ORIGIN)
    return await passkeys.sign_in_by_passkey(desk, answer, VISITOR, now)


async def test_a_registered_passkey_signs_its_person_in(desk: SignInDesk, ann, device):
    passkey = register(desk.store, ann, device)
    assert (passkey.name, passkey.person_key) == ("laptop", ann.key)
    for _ in range(2):
        answer = await sign_in(desk, device)
        assert isinstance(answer, SignedIn)
        assert (answer.caller.name, answer.session.method) == ("Ann", SignInMethod.PASSKEY)
    (listed,) = passkeys.list_passkeys(desk.store, ann.key)
    assert (listed.passkey.sign_count, listed.passkey.used_at) == (2, NOW)
    assert listed.as_json()["name"] == "laptop"


def test_the_options_ask_for_a_verified_person_and_leave_out_known_devices(
    empty_store: Store, ann, device
):
    options = json.loads(passkeys.registration_options(empty_store, ann, ORIGIN, NOW))
    assert options["rp"] == {"id": "watch.example", "name": "Watchpost"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    passkey = register(empty_store, ann, device)
    options = json.loads(passkeys.registration_options(empty_store, ann, ORIGIN, NOW))
    assert [excluded["id"] for excluded in options["excludeCredentials"]] == [passkey.credential_id]


async def test_the_options_of_a_sign_in_name_nobody(desk: SignInDesk, ann, device):
    register(desk.store, ann, device)
    options = json.loads(passkeys.sign_in_options(desk.store, ORIGIN, NOW))
    assert options["allowCredentials"] == []


async def test_an_answer_counts_once_and_for_five_minutes(desk: SignInDesk, ann, device):
    register(desk.store, ann, device)
    options = passkeys.sign_in_options(desk.store, ORIGIN, NOW)
    answer = PasskeyAnswer(credential=device.sign_in(options), origin=ORIGIN)
    assert isinstance(await passkeys.sign_in_by_passkey(desk, answer, VISITOR, NOW), SignedIn)
    assert await passkeys.sign_in_by_passkey(desk, answer, VISITOR, NOW) is REFUSED
    assert await sign_in(desk, device, NOW + 5 * MINUTE) is REFUSED


async def test_an_unknown_or_foreign_passkey_gets_one_refusal(desk: SignInDesk, ann, device):
    register(desk.store, ann, device)
    stranger = Authenticator(origin=ORIGIN, host="watch.example")
    other_site = Authenticator(
        origin="https://evil.example", host="evil.example", id=device.id, key=device.key
    )
    other_key = Authenticator(origin=ORIGIN, host="watch.example", id=device.id)
    unverified = Authenticator(
        origin=ORIGIN, host="watch.example", id=device.id, key=device.key, flags=1
    )
    for wrong in (stranger, other_site, other_key, unverified):
        assert await sign_in(desk, wrong) is REFUSED
    assert isinstance(await sign_in(desk, device), SignedIn)


async def test_a_copied_device_whose_counter_goes_back_is_refused(desk: SignInDesk, ann, device):
    register(desk.store, ann, device)
    device.sign_count = 10
    assert isinstance(await sign_in(desk, device), SignedIn)
    device.sign_count = 3
    assert await sign_in(desk, device) is REFUSED


def test_a_passkey_is_added_by_the_person_who_asked_for_it(empty_store: Store, ann, device):
    bo = invite(empty_store, "bo").person
    options = passkeys.registration_options(empty_store, ann, ORIGIN, NOW)
    answer = PasskeyAnswer(credential=device.register(options), origin=ORIGIN)
    with pytest.raises(ConfigError, match="too late"):
        passkeys.add_passkey(empty_store, bo, answer, in_console(bo), NOW)
    with pytest.raises(ConfigError, match="too late"):
        register(empty_store, ann, device, NOW + 5 * MINUTE)
    register(empty_store, ann, device)
    with pytest.raises(ConfigError, match="registered already"):
        register(empty_store, bo, device)


@pytest.mark.parametrize("flags", [0, 1])
def test_a_device_that_did_not_verify_its_person_is_refused(empty_store: Store, ann, flags):
    device = Authenticator(origin=ORIGIN, host="watch.example", flags=flags)
    with pytest.raises(ConfigError, match="can't be verified"):
        register(empty_store, ann, device)
    assert empty_store.passkeys.list(ann.key) == []


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "null",
        "[]",
        "{",
        '{"response": 1}',
        '{"response": {"clientDataJSON": "!"}}',
        '{"response": {"clientDataJSON": "bnVsbA"}}',
        "[" * 100_000,
    ],
)
async def test_garbage_is_named_so(desk: SignInDesk, ann, credential):
    answer = PasskeyAnswer(credential=credential, origin=ORIGIN)
    with pytest.raises(ConfigError, match="no answer of a passkey"):
        await passkeys.sign_in_by_passkey(desk, answer, VISITOR, NOW)
    with pytest.raises(ConfigError, match="no answer of a passkey"):
        passkeys.add_passkey(desk.store, ann, answer, in_console(ann), NOW)


async def test_tries_are_limited_by_network(desk: SignInDesk, device):
    answers = [await sign_in(desk, device) for _ in range(21)]
    assert answers[:20] == [REFUSED] * 20
    assert isinstance(answers[20], SignInRefused)
    assert answers[20].retry_after == MINUTE


@pytest.mark.parametrize(
    ("origin", "fault"),
    [
        ("https://watch.example", ""),
        ("http://localhost:8080", ""),
        ("http://127.0.0.1:8080", "open the console as http://localhost"),
        ("http://[::1]:8080", "open the console as http://localhost"),
        ("http://watch.example", "https only"),
    ],
)
def test_passkeys_work_where_browsers_allow_them(origin, fault):
    text = passkeys.passkey_fault(origin)
    assert fault in text
    assert bool(text) is bool(fault)


def test_the_last_way_in_is_not_removed(empty_store: Store, ann, device):
    passkey = register(empty_store, ann, device)
    with pytest.raises(ConfigError, match="could not come back"):
        passkeys.remove_passkey(empty_store, ann, passkey.key, in_console(ann), NOW)
    empty_store.people.set_password(ann.key, "$argon2id$", NOW, ENTRY)
    stored = empty_store.people.by_key(ann.key)
    assert stored is not None
    removed = passkeys.remove_passkey(empty_store, stored, passkey.key, in_console(ann), NOW)
    assert removed == passkey
    with pytest.raises(ConfigError, match="removed already"):
        passkeys.remove_passkey(empty_store, stored, passkey.key, in_console(ann), NOW)
