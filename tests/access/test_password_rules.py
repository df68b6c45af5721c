"""A password is long, and not among the first that would be tried."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from monitor.access.password_rules import LEAST_GUESSES, password_fault


def strong(password: str, words: Sequence[str]) -> float:
    """A count that finds every password strong."""
    return LEAST_GUESSES


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("eleven chars"[:11], "at least 12"),
        ("x" * 201, "at most 200"),
        ("twelve chars", ""),
        ("x" * 200, ""),
    ],
)
def test_a_password_has_12_to_200_characters(password, fault):
    text = password_fault(password, "ann", strong)
    assert fault in text
    assert bool(text) is bool(fault)


def test_a_password_that_is_soon_guessed_is_refused():
    def weak(password: str, words: Sequence[str]) -> float:
        return LEAST_GUESSES - 1

    assert "first that an attacker would try" in password_fault("password1234", "ann", weak)


def test_the_name_of_the_person_and_of_the_program_count_as_known_words():
    asked: list[Sequence[str]] = []

    def count(password: str, words: Sequence[str]) -> float:
        asked.append(words)
        return LEAST_GUESSES

    password_fault("twelve chars", "ann", count)
    assert asked == [("ann", "watchpost", "monitor", "console")]
