"""`monitor tokens`: access tokens, by which programs ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from monitor.access.accounts import LONGEST_TOKEN_LIFE, TOKEN_LIFE
from monitor.access.roles import PersonRole, ordered_scopes
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json
from monitor.runtime import clock
from monitor.text.formats import zoned_instant

app = typer.Typer(help="Manage the access tokens of programs.", no_args_is_help=True)


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A name for the token, such as its program's.")],
    role: Annotated[PersonRole, typer.Option(help="What the program may do at most.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(help='Only this part: "articles:read", "feeds:*".  May be repeated.'),
    ] = None,
    owner: Annotated[
        str, typer.Option(metavar="PERSON", help="Whose it is: it ends with them.")
    ] = "",
    days: Annotated[
        int, typer.Option(min=1, max=LONGEST_TOKEN_LIFE.days, help="How long it is valid.")
    ] = TOKEN_LIFE.days,
    reason: Annotated[str, typer.Option(help="Why; the audit log shows it.")] = "",
    json: Json = False,
) -> None:
    """Make a token and print it; it can't be shown again.

    Without --scope it may do all that its role may, except to read and change people.
    """
    from monitor.actions.access.access_tokens import NewAccessToken, make_token
    from monitor.actions.access.people import find_person

    now = clock.now()
    with invocation.open_store(context) as store:
        request = NewAccessToken(
            name=name,
            role=role,
            scopes=scope or (),
            owner=find_person(store, owner) if owner else None,
            life=timedelta(days=days),
            reason=reason,
        )
        new_token = make_token(store, request, local_caller.caller(now), now)
    if json:
        output.print_json(new_token.as_json())
        return
    scopes = ", ".join(ordered_scopes(new_token.token.scopes))
    state = f"valid until {zoned_instant(new_token.token.until)} for {scopes}; shown only now"
    output.print_change("added", "token", new_token.token.name, state)
    typer.echo(new_token.secret)


@app.command("list")
def list_(context: typer.Context, json: Json = False) -> None:
    """Tokens, what they may do, when they were last used and when they end."""
    from monitor.actions.access.access_tokens import list_tokens

    with invocation.open_store(context) as store:
        rows = list_tokens(store, clock.now())
    if json:
        output.print_json([row.as_json() for row in rows])
        return
    output.print_table(
        ("name", "role", "scopes", "owner", "used", "until"),
        [
            (
                row.token.name,
                row.token.role,
                " ".join(ordered_scopes(row.token.scopes)),
                row.owner_name,
                zoned_instant(row.token.used_at) if row.token.used_at else "never",
                f"{zoned_instant(row.token.until)}{' (over)' if row.is_over else ''}",
            )
            for row in rows
        ],
        empty="no tokens: `monitor tokens add NAME --role viewer`",
        optional=("owner",),
        wrapped=("scopes",),
    )


@app.command()
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The token's name.")],
    reason: Annotated[str, typer.Option(help="Why; the audit log shows it.")] = "",
    json: Json = False,
) -> None:
    """Remove a token; whoever has it is refused from now on."""
    from monitor.actions.access.access_tokens import remove_token

    now = clock.now()
    with invocation.open_store(context) as store:
        token = remove_token(store, name, local_caller.caller(now), now, reason=reason)
    if json:
        output.print_json({"name": token.name, "role": token.role})
        return
    output.print_change("removed", "token", token.name, "whoever has it is refused")
