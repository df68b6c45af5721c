"""Somebody whom a provider or a proxy vouches for: known, new, connected, or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.access.accounts import SignInMethod
from monitor.access.caller import local_caller
from monitor.access.roles import PersonRole
from monitor.actions.access import identity_sign_in
from monitor.actions.access.identity_sign_in import (
    VouchedPerson,
    caller_of_proxy,
    connect_identity,
    is_change_due,
    proved_identity,
    remove_identity,
    sign_in_by_identity,
)
from monitor.actions.access.sessions import SignedIn, Visitor
from monitor.domain.errors import ConfigError
from monitor.settings import loader
from monitor.settings.sections import SignInSettings
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.actions.access.conftest import invite
from tests.fakes import NOW

VISITOR = Visitor(address="192.0.2.7", browser="Firefox")
OIDC = loader.load(
    environment={}, overrides={"oidc": {"issuer": "https://id.example.org", "client_id": "watch"}}
).oidc
CLAIMS = {"sub": "2482", "preferred_username": "Mina", "groups": ["desk"]}
HOUR = timedelta(hours=1)


def rules(**changes: object) -> SignInSettings:
    return loader.load(environment={}, overrides={"sign_in": changes}).sign_in


def sign_in(store: Store, settings: SignInSettings, **claims: object) -> SignedIn:
    proved = proved_identity({**CLAIMS, **claims}, OIDC, NOW)
    return sign_in_by_identity(store, proved, settings, VISITOR, NOW)


def test_somebody_new_is_added_only_where_the_settings_say_so(empty_store: Store) -> None:
    with pytest.raises(ConfigError, match="Nobody here is connected"):
        sign_in(empty_store, rules())
    first = sign_in(empty_store, rules(create=True))
    assert (first.caller.name, first.caller.role) == ("Mina", PersonRole.VIEWER)
    assert first.session.method is SignInMethod.OIDC
    again = sign_in(empty_store, rules(), preferred_username="Renamed")
    assert again.caller.person_key == first.caller.person_key
    acts = [entry.act for entry in empty_store.audit_log.list(AuditFilter(), limit=10)]
    assert acts == ["sign in", "sign in", "connect identity", "add person"]


def test_a_name_alone_does_not_take_over_a_person(empty_store: Store) -> None:
    invite(empty_store, "Mina")
    with pytest.raises(ConfigError, match="There is a person 'Mina' already"):
        sign_in(empty_store, rules(create=True))
    with pytest.raises(ConfigError, match="The name"):
        sign_in(empty_store, rules(create=True), preferred_username="")


def test_the_role_follows_the_groups(empty_store: Store) -> None:
    mapped = rules(create=True, roles={"desk": "analyst", "it": "operator"})
    assert sign_in(empty_store, mapped).caller.role is PersonRole.ANALYST
    assert sign_in(empty_store, mapped, groups=["desk", "it"]).caller.role is PersonRole.OPERATOR
    with pytest.raises(ConfigError, match="None of your groups"):
        sign_in(empty_store, mapped, groups=[])
    (person,) = empty_store.people.list()
    assert person.role is PersonRole.OPERATOR


def test_the_last_admin_stays_one(empty_store: Store) -> None:
    sign_in(empty_store, rules(create=True, roles={"desk": "admin"}))
    lowered = sign_in(empty_store, rules(roles={"desk": "viewer"}))
    assert lowered.caller.role is PersonRole.ADMIN


def test_the_proof_is_as_old_as_the_provider_says(empty_store: Store) -> None:
    signed_in = sign_in(empty_store, rules(create=True), auth_time=int((NOW - HOUR).timestamp()))
    assert signed_in.session.signed_in_at == NOW - HOUR


def test_an_account_is_connected_to_one_person_and_removed(empty_store: Store) -> None:
    ann, bo = invite(empty_store, "Ann").person, invite(empty_store, "Bo").person
    identity = proved_identity(CLAIMS, OIDC, NOW).identity
    connect_identity(empty_store, ann, identity, NOW)
    connect_identity(empty_store, ann, identity, NOW)
    assert sign_in(empty_store, rules()).caller.name == "Ann"
    with pytest.raises(ConfigError, match="another person"):
        connect_identity(empty_store, bo, identity, NOW)
    caller = local_caller("test", NOW)
    with pytest.raises(ConfigError, match="not connected"):
        remove_identity(empty_store, bo, identity.key, caller, NOW)
    remove_identity(empty_store, ann, identity.key, caller, NOW)
    with pytest.raises(ConfigError, match="Nobody here"):
        sign_in(empty_store, rules())


def test_a_proxy_vouches_for_the_people_who_are_here(empty_store: Store) -> None:
    ann = VouchedPerson(name="ann", groups=frozenset({"it"}), voucher="proxy 10.1.2.3")

    def caller(vouched: VouchedPerson, settings: SignInSettings):
        return caller_of_proxy(empty_store, vouched, settings, "192.0.2.7", NOW)

    assert caller(ann, rules()) is None
    assert not is_change_due(empty_store, ann, rules())
    assert is_change_due(empty_store, ann, rules(create=True))
    assert caller(ann, rules(create=True)).role is PersonRole.VIEWER
    mapped = rules(roles={"it": "operator"})
    assert is_change_due(empty_store, ann, mapped)
    assert caller(ann, mapped).role is PersonRole.OPERATOR
    assert not is_change_due(empty_store, ann, mapped)
    assert caller(replace(ann, groups=frozenset()), mapped) is None
    assert caller(ann, rules()).signed_in_at == NOW
    assert (
        identity_sign_in.caller_of_proxy(
            empty_store, replace(ann, name="\x00" * 3), rules(create=True), "", NOW
        )
        is None
    )
