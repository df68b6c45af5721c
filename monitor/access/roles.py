"""Roles of people, from viewer to admin, and scopes of access tokens."""

from __future__ import annotations

import enum
from collections.abc import Iterable


class PersonRole(enum.StrEnum):
    """What a person may do; each role includes the ones before it."""

    VIEWER = "viewer"  # reads
    ANALYST = "analyst"  # also marks, saves searches, exports
    OPERATOR = "operator"  # also feeds, rules, silences, subscriptions, deliveries, teaching
    ADMIN = "admin"  # also people, tokens of others, settings

    @property
    def rank(self) -> int:
        """The position in the order of roles; viewer is 0."""
        return list(PersonRole).index(self)

    def includes(self, other: PersonRole) -> bool:
        """Whether this role may do everything that `other` may."""
        return self.rank >= other.rank


def lower_role(first: PersonRole, second: PersonRole) -> PersonRole:
    """The role of the two that may do less."""
    return first if second.includes(first) else second


class Scope(enum.StrEnum):
    """A part of the service that an access token is limited to."""

    ARTICLES_READ = "articles:read"
    MARKS_WRITE = "marks:write"
    SEARCHES_WRITE = "searches:write"
    STORIES_WRITE = "stories:write"
    FIGURES_READ = "figures:read"
    FIGURES_WRITE = "figures:write"
    RULES_READ = "rules:read"
    RULES_TEST = "rules:test"
    RULES_WRITE = "rules:write"
    MODEL_READ = "model:read"
    MODEL_WRITE = "model:write"
    FEEDS_READ = "feeds:read"
    FEEDS_WRITE = "feeds:write"
    SUBSCRIPTIONS_READ = "subscriptions:read"
    SUBSCRIPTIONS_WRITE = "subscriptions:write"
    DELIVERIES_READ = "deliveries:read"
    DELIVERIES_REPLAY = "deliveries:replay"
    SERVICE_READ = "service:read"
    JOBS_READ = "jobs:read"
    JOBS_WRITE = "jobs:write"
    SETUP_READ = "setup:read"
    SETUP_WRITE = "setup:write"
    BACKUPS_READ = "backups:read"
    MCP_READ = "mcp:read"  # the tools for assistants; each needs its own scope as well
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"


def matching_scopes(pattern: str) -> frozenset[Scope]:
    """The scopes that "feeds:read" or "feeds:*" names; none for an unknown one."""
    subject, _, verb = pattern.strip().partition(":")
    if verb == "*":
        return frozenset(scope for scope in Scope if scope.partition(":")[0] == subject)
    return frozenset({Scope(pattern.strip())}) if pattern.strip() in set(Scope) else frozenset()


def ordered_scopes(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """The scopes in the order of their definition, which lists show."""
    chosen = set(scopes)
    return tuple(scope for scope in Scope if scope in chosen)
