"""Claims of an identity provider (OpenID Connect): whether they are for us, and which role follows.

The signature was checked before; this is what a correctly signed token may still be wrong about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.access.roles import PersonRole

CLOCK_DIFFERENCE = timedelta(minutes=1)  # between the provider and this machine
OLDEST_TOKEN = timedelta(minutes=10)
LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedClaims:
    """What an ID token must say to be the answer to our request."""

    issuer: str
    client_id: str
    nonce: str


def claims_fault(
    claims: Mapping[str, object], expected: ExpectedClaims, now: datetime
) -> str | None:
    """What is wrong with the claims of an ID token, in a sentence; None when nothing is."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != expected.issuer:
        return f"it was issued by {str(claims.get('iss'))[:100]!r} and not by the provider"
    if expected.client_id not in audiences:
        return "it is for another client (aud)"
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != expected.client_id:
        return "it was given to another client (azp)"
    if claims.get("nonce") != expected.nonce:
        return "it does not belong to this sign-in (nonce)"
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        return "it does not say who signs in (sub)"
    return _time_fault(claims, now)


def _time_fault(claims: Mapping[str, object], now: datetime) -> str | None:
    ends, issued = _instant(claims.get("exp")), _instant(claims.get("iat"))
    if ends is None or issued is None:
        return "it does not say when it was issued and ends (iat, exp)"
    if now >= ends + CLOCK_DIFFERENCE:
        return "it has expired (exp)"
    if issued > now + CLOCK_DIFFERENCE:
        return "it was issued in the future (iat): compare the clocks of both machines"
    if issued < now - OLDEST_TOKEN:
        return "it was issued too long ago (iat)"
    return None


def proved_at(claims: Mapping[str, object], now: datetime) -> datetime:
    """When the person last proved who they are: `auth_time`, else now."""
    stated = _instant(claims.get("auth_time"))
    return now if stated is None else min(stated, now)


def groups_of(claims: Mapping[str, object], name: str) -> frozenset[str]:
    """The groups that a claim lists, as an array or as one text with commas."""
    value = claims.get(name)
    if isinstance(value, str):
        return groups_of_text(value)
    if isinstance(value, list):
        return frozenset(group for group in value if isinstance(group, str))
    return frozenset()


def groups_of_text(text: str) -> frozenset[str]:
    """The groups of a text with commas."""
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def role_of_groups(groups: frozenset[str], roles: Mapping[str, PersonRole]) -> PersonRole | None:
    """The highest role that a group of them has; None when no group has one."""
    matching = [role for group, role in roles.items() if group in groups]
    return max(matching, key=lambda role: role.rank, default=None)


def _instant(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None
