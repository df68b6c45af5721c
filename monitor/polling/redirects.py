"""Has a feed moved for good?  One 301 may be a slip; the same one again and again is an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.domain.feeds import PollState, Redirect

ENOUGH_TIMES = 3  # answers in a row
ENOUGH_TIME = timedelta(days=1)  # from the first of them to the last


def heard(redirect: Redirect | None, moved_to: str | None, now: datetime) -> Redirect | None:
    """What we know of a move after one more good answer, which came from `moved_to` or in place."""
    if moved_to is None:
        return None
    if redirect is None or redirect.to != moved_to:
        return Redirect(to=moved_to, since=now)
    return replace(redirect, times=redirect.times + 1)


def progress(redirect: Redirect) -> str:
    """How far it is to be believed: "said 2 times in a row; believed after 3, over a day"."""
    times = "once" if redirect.times == 1 else f"{redirect.times} times in a row"
    return f"said {times}; believed after {ENOUGH_TIMES}, a day from the first to the last"


def new_address(state: PollState, now: datetime) -> str | None:
    """Where the feed is asked after this poll; None while it stays where it is."""
    redirect = state.redirect
    if redirect is None or state.failures or redirect.times < ENOUGH_TIMES:
        return None
    return redirect.to if now - redirect.since >= ENOUGH_TIME else None
