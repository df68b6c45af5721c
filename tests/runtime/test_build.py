"""The store's thread, the limits of polling intervals, and what full text lacks."""

from __future__ import annotations

import sys
import threading
from contextlib import closing
from datetime import timedelta

import pytest

from monitor.domain.ports import RunInStore
from monitor.runtime import build
from monitor.runtime.build import StoreThread
from monitor.settings import loader
from monitor.settings.sections import Settings


async def test_all_calls_run_in_one_other_thread():
    with closing(StoreThread()) as thread:
        run_in_store: RunInStore = thread
        threads = {await run_in_store(threading.get_ident) for _ in range(5)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def with_interval(text: str) -> Settings:
    return loader.load(None, overrides={"poll": {"every": text}}, environment={})


def test_the_set_interval_is_always_allowed():
    slow = build.poll_intervals(with_interval("30d"))
    assert slow.slowest == slow.every == timedelta(days=30)
    fast = build.poll_intervals(with_interval("1m"))
    assert fast.fastest == fast.every == timedelta(minutes=1)


def test_full_text_names_the_library_that_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "trafilatura", None)  # as where it is not installed
    assert "trafilatura" in build.full_text_fault()
