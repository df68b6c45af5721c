"""Has a feed moved for good?  One 301 may be a slip; the same one again and again is an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.domain.feeds import PollState, Redirect

ENOUGH_TIMES = 3  # answers in a row
ENOUGH_TIME = timedelta(days=1)  # from the first of them to the last


def heard(move: Redirect | None, moved_to: str | None, now: datetime) -> Redirect | None:
    """What we know of a move after one more good answer, which came from `moved_to` or in place."""
    if moved_to is None:
        return None
    if move is None or move.to != moved_to:
        return Redirect(to=moved_to, since=now)
    return replace(move, times=move.times + 1)


def progress(move: Redirect) -> str:
    """How far it is to be believed: "said 2 times in a row; believed after 3, over a day"."""
    times = "once" if move.times == 1 else f"{move.times} times in a row"
    return f"said {times}; believed after {ENOUGH_TIMES}, a day from the first to the last"


def new_address(state: PollState, now: datetime) -> str | None:
    """Where the feed is asked after this poll; None while it stays where it is."""
    move = state.move
    if move is None or state.failures or move.times < ENOUGH_TIMES:
        return None
    return move.to if now - move.since >= ENOUGH_TIME else None
