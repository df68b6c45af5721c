"""Options and arguments that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FeedArgument = Annotated[
    str, typer.Argument(help="A feed's key (its beginning will do) or address.")
]
SubscriptionArgument = Annotated[str, typer.Argument(help="A subscription's name or key.")]
AuditReason = Annotated[str, typer.Option("--reason", help="Why; kept in the audit log.")]
