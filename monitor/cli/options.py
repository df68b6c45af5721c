"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FeedArgument = Annotated[
    str, typer.Argument(help="A feed's key (its beginning will do) or address.")
]
SubscriptionArgument = Annotated[str, typer.Argument(help="A subscription's name or key.")]
HeaderFile = Annotated[
    Path | None,
    typer.Option(
        "--header-file",
        metavar="FILE",
        help="Read own request headers from this file: “Name: value” in each line.",
    ),
]
SecretFile = Annotated[
    Path | None,
    typer.Option(
        "--secret-file",
        metavar="FILE",
        help="Sign with the secret in this file (whsec_…) instead of a new one.",
    ),
]
TopicName = Annotated[
    str | None,
    typer.Option("--topic", metavar="NAME", help="Of this topic; else of the first one."),
]
OneTopic = Annotated[
    str | None,
    typer.Option("--topic", metavar="NAME", help="Of this topic; without it of all together."),
]
AuditReason = Annotated[str, typer.Option("--reason", help="Why; kept in the audit log.")]
