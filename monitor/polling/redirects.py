"""Permanent redirects (301, 308): when a feed's own address is replaced by the new one.  Pure.

A single permanent redirect may be a mistake, so it is believed after three answers in a row, over
a day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.domain.feeds import PollState, Redirect

REQUIRED_TIMES = 3  # answers in a row
REQUIRED_SPAN = timedelta(days=1)  # from the first of them to the last


def after_answer(redirect: Redirect | None, moved_to: str | None, now: datetime) -> Redirect | None:
    """The redirect to remember after a good answer, which came from `moved_to` or in place."""
    if moved_to is None:
        return None
    if redirect is None or redirect.to != moved_to:
        return Redirect(to=moved_to, since=now)
    return replace(redirect, times=redirect.times + 1)


def progress(redirect: Redirect) -> str:
    """For people: "seen 2 times in a row; followed for good after 3, over a day"."""
    times = "once" if redirect.times == 1 else f"{redirect.times} times in a row"
    return f"seen {times}; followed for good after {REQUIRED_TIMES}, over a day"


def new_address(state: PollState, now: datetime) -> str | None:
    """The address that replaces the feed's own after this poll; None to keep it."""
    redirect = state.redirect
    if redirect is None or state.failures or redirect.times < REQUIRED_TIMES:
        return None
    return redirect.to if now - redirect.since >= REQUIRED_SPAN else None
