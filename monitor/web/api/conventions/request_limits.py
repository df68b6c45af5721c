"""Rate limits of the API: so many requests a minute for each token or session, told with each."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from monitor.access.caller import Caller
from monitor.net.rate_limit import RateLimit, RateLimiter
from monitor.web.site import problems
from monitor.web.site.problems import ProblemError

_MINUTE = timedelta(minutes=1)
REQUESTS = RateLimit(times=600, within=_MINUTE)
SENDS = RateLimit(times=60, within=_MINUTE)  # of test messages


class RequestLimits:
    """Counts the requests of each caller, in memory."""

    def __init__(self) -> None:
        self._limiter = RateLimiter()

    def count(self, caller: Caller, now: datetime, *, sends: bool = False) -> None:
        """Count a request.  Raise ProblemError (429) when there were too many."""
        wait = self._limiter.wait(_name(caller), REQUESTS, now)
        if sends and not wait:
            wait = self._limiter.wait(f"{_name(caller)} sends", SENDS, now)
        if wait:
            limit = SENDS if sends else REQUESTS
            raise ProblemError(
                problems.TOO_MANY,
                f"More than {limit.times} requests a minute: wait {_seconds(wait)} s.",
                headers={"retry-after": str(_seconds(wait))},
            )

    def headers(self, caller: Caller, now: datetime) -> dict[str, str]:
        """How many requests are left, and after how many seconds all of them are there again."""
        left, until_reset = self._limiter.left(_name(caller), REQUESTS, now)
        return {
            "ratelimit-policy": f'"requests";q={REQUESTS.times};w={_seconds(REQUESTS.within)}',
            "ratelimit": f'"requests";r={left};t={_seconds(until_reset)}',
        }


def _name(caller: Caller) -> str:
    return caller.token_key or caller.person_key


def _seconds(time: timedelta) -> int:
    return ceil(time.total_seconds())
