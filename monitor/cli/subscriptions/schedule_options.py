"""Options of filter and delivery schedule, of `subscriptions add` and `subscriptions edit`."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.domain.delivery_schedule import Frequency
from monitor.domain.stories import Repeat
from monitor.domain.tiers import WantedTier

RepeatOption = Annotated[
    Repeat | None,
    typer.Option(
        "--repeat",
        help="Further articles of a story: those with new facts (the default), none, or every one.",
    ),
]

TierOption = Annotated[
    WantedTier | None,
    typer.Option(
        "--tier", help="“review”: digests also list doubtful articles (else “alert”: they do not)."
    ),
]

FilterOption = Annotated[
    str | None,
    typer.Option(
        "--filter",
        metavar="QUESTION",
        help="Only what a search question finds: 'theme:arms score>0.7 -lang:ru'; or “none”.",
    ),
]

FrequencyOption = Annotated[
    Frequency | None, typer.Option("--cadence", help="At once, or in digests: how often.")
]
AtOption = Annotated[
    str | None,
    typer.Option("--at", metavar="HH:MM", help="When a daily or weekly digest is sent."),
]
OnOption = Annotated[
    str | None, typer.Option("--on", metavar="DAY", help="Weekday of a weekly digest.")
]
ZoneOption = Annotated[
    str | None,
    typer.Option("--zone", metavar="ZONE", help="Time zone, “Europe/Warsaw”; else UTC."),
]
QuietOption = Annotated[
    str | None,
    typer.Option("--quiet", metavar="HH:MM-HH:MM", help="Hold messages in these hours; or “none”."),
]
BudgetOption = Annotated[
    str | None,
    typer.Option(
        metavar="N",
        help="At most N messages a day at once, the rest in a digest (--at); or “none”.",
    ),
]
GroupOption = Annotated[
    str | None,
    typer.Option(
        metavar="10m", help="Send articles that come within this time as one message; or “none”."
    ),
]
EmptyOption = Annotated[
    bool | None,
    typer.Option("--empty-digest/--no-empty-digest", help="Send digests without articles, too."),
]
