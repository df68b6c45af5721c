"""Roles are ordered; scopes are named one by one or by their subject."""

from __future__ import annotations

import pytest

from monitor.access.roles import PersonRole, Scope, lower_role, matching_scopes, ordered_scopes


def test_each_role_includes_the_ones_before_it():
    roles = list(PersonRole)
    assert roles == ["viewer", "analyst", "operator", "admin"]
    for rank, role in enumerate(roles):
        assert [role.includes(other) for other in roles] == [n <= rank for n in range(4)]


@pytest.mark.parametrize("other", PersonRole)
def test_the_lower_role_of_two_is_the_one_that_may_less(other):
    assert lower_role(PersonRole.ADMIN, other) is other
    assert lower_role(other, PersonRole.VIEWER) is PersonRole.VIEWER


@pytest.mark.parametrize(
    ("pattern", "scopes"),
    [
        ("feeds:read", {Scope.FEEDS_READ}),
        (" feeds:* ", {Scope.FEEDS_READ, Scope.FEEDS_WRITE}),
        ("rules:*", {Scope.RULES_READ, Scope.RULES_TEST, Scope.RULES_WRITE}),
        ("feeds:delete", set()),
        ("weather:*", set()),
        ("*", set()),
        ("", set()),
    ],
)
def test_a_scope_is_named_alone_or_with_a_star(pattern, scopes):
    assert matching_scopes(pattern) == scopes


def test_scopes_are_listed_in_one_order():
    chosen = [Scope.PEOPLE_READ, Scope.ARTICLES_READ, Scope.PEOPLE_READ]
    assert ordered_scopes(chosen) == (Scope.ARTICLES_READ, Scope.PEOPLE_READ)
