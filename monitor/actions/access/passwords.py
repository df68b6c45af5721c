"""Passwords: hashes by argon2id, computed two at a time; a person sets or removes their own."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from monitor.access.accounts import Person
from monitor.access.caller import Caller
from monitor.access.password_rules import password_fault
from monitor.actions.access.audit_log import entry_of
from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from argon2 import PasswordHasher

    from monitor.store.store import Store

# OWASP's parameters: 19 MiB, two passes, one lane; about 20 ms on one core.
_MEMORY_KIB, _PASSES, _LANES = 19 * 1024, 2, 1
_AT_ONCE = 2
# The estimate takes longer with each letter; so many are enough for any password.
_COUNTED_LETTERS = 72


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # its import takes 20 ms; most processes sign nobody in

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)


@cache
def _hash_of_nothing() -> str:
    """The hash of a password that nobody has, compared where there is no other."""
    return hash_password(secrets.token_urlsafe(32))


def hash_password(password: str) -> str:
    """The hash to store, with its salt and parameters."""
    return str(_hasher().hash(password.encode("utf-8", "surrogatepass")))


def is_password(password: str, password_hash: str) -> bool:
    """Whether the hash is of this password; never for an empty hash, after the same time."""
    from argon2.exceptions import InvalidHashError, VerificationError

    nothing = _hash_of_nothing()  # made before the first comparison, whoever signs in first
    try:
        _hasher().verify(password_hash or nothing, password.encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


@dataclass(frozen=True, slots=True)
class PasswordThreads:
    """Threads that compare passwords, so that a comparison stops neither pages nor the store."""

    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="password")
    )

    async def is_password(self, password: str, password_hash: str) -> bool:
        """`is_password`, in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, is_password, password, password_hash)

    async def hash_password(self, password: str) -> str:
        """`hash_password`, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, hash_password, password)

    def close(self) -> None:
        """Wait for running comparisons."""
        self._pool.shutdown(wait=True)


def number_of_guesses(password: str, words: Sequence[str]) -> float:
    """How many guesses an attacker needs who knows common passwords, names and `words`."""
    from zxcvbn import zxcvbn

    estimate = zxcvbn(password[:_COUNTED_LETTERS], user_inputs=list(words))
    return float(estimate["guesses"])


def check_password(password: str, person: Person) -> None:
    """Raise ConfigError, with a sentence for the person, for a password that is too weak."""
    if fault := password_fault(password, person.name, number_of_guesses):
        raise ConfigError(fault)


def set_password(
    store: Store, person: Person, password_hash: str, caller: Caller, now: datetime
) -> None:
    """Store the hash of a checked password; all sessions but the caller's end."""
    store.people.set_password(
        person.key, password_hash, now, entry_of(caller, "set password", person.name, now)
    )
    ending = entry_of(caller, "end all sessions", person.name, now)
    store.sessions.end_all(person.key, ending, but=caller.session_key)
