"""Pieces of any size become chunks of one size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.jobs.job_file import in_chunks


@given(st.lists(st.binary(max_size=9)), st.integers(min_value=1, max_value=5))
def test_chunks_have_one_size_and_the_same_bytes(pieces: list[bytes], size: int):
    chunks = list(in_chunks(pieces, size))
    assert b"".join(chunks) == b"".join(pieces)
    assert all(len(chunk) == size for chunk in chunks[:-1])
    assert all(1 <= len(chunk) <= size for chunk in chunks[-1:])
