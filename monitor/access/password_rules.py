"""Rules for passwords: their length, and how many guesses they must withstand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
# Sign-in allows five tries a minute; against a stolen database the hash makes each guess dear.
LEAST_GUESSES = 100_000_000

# From a password and words that an attacker tries first to the number of guesses that it takes.
GuessCount = Callable[[str, Sequence[str]], float]


def password_fault(password: str, person_name: str, guesses: GuessCount) -> str:
    """What is wrong with a new password, in a sentence; empty when it is good enough."""
    if len(password) < SHORTEST_PASSWORD:
        return f"A password has at least {SHORTEST_PASSWORD} characters: several words are easy."
    if len(password) > LONGEST_PASSWORD:
        return f"A password has at most {LONGEST_PASSWORD} characters."
    if guesses(password, (person_name, "watchpost", "monitor", "console")) < LEAST_GUESSES:
        return (
            "That password is among the first that an attacker would try: choose several words"
            " that do not belong together."
        )
    return ""
