"""Mutated feeds over HTTP, in short: no crash, no place lost, each poll ends in a named state."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import hostile, mutations

FEEDS = 100  # `make conformance` polls 20,000


async def test_whatever_comes_each_poll_ends_in_a_named_state_and_no_place_is_lost(tmp_path: Path):
    with hostile.lying() as host:
        ends = await hostile.play(host, tmp_path, range(FEEDS), cpu="1s")
    assert ends.is_well, ends
    assert ends.polls == 2 * FEEDS
    assert len(ends.ends) > 4
    assert ends.memory.child <= 512 * 2**20 / 1e6


@pytest.mark.parametrize("number", [0, 7, 123])
def test_a_number_stands_for_one_answer(number: int):
    first = mutations.answer(number)
    mutations.answer(number + 1)
    assert mutations.answer(number) == first
    assert mutations.answer(number, 1) != first


def test_every_alteration_takes_any_bytes():
    for alter in dict.fromkeys(mutations.ALTERATIONS):
        for body in (b"", b"x", b"\xff\xfe", b"<a></a>", b"<item>1</item><item>2</item>"):
            assert isinstance(alter(mutations.Random(alter.__name__), body), bytes)
