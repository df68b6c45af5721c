"""The pure rooms: no library, no file, no clock; held to a higher measure than the others."""

from __future__ import annotations

PURE_ROOMS = (
    "domain", "text", "polling", "articles", "stories", "alerts", "health", "figures", "search",
    "charts", "access",
)  # fmt: skip
