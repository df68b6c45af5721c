"""`monitor people`: who may sign in to the console, with which role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.access.roles import PersonRole
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json
from monitor.runtime import clock
from monitor.text.formats import zoned_instant

if TYPE_CHECKING:
    from monitor.actions.access.console_link import ConsoleAddress
    from monitor.actions.access.people import InvitedPerson

app = typer.Typer(help="Manage the people who may sign in to the console.", no_args_is_help=True)

PersonArgument = Annotated[str, typer.Argument(help="The person's name.")]
RoleOption = Annotated[PersonRole, typer.Option(help="What the person may do.")]
Reason = Annotated[str, typer.Option(help="Why; the audit log shows it.")]


@app.command()
def add(
    context: typer.Context,
    name: PersonArgument,
    role: RoleOption,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Add a person and print a link, which signs them in once and within 15 minutes.

    A viewer reads; an analyst also marks and exports; an operator also changes feeds, rules,
    subscriptions and silences, and sends again; an admin also manages people and tokens.
    """
    from monitor.actions.access.people import NewPerson, add_person

    now = clock.now()
    address = local_caller.console_address(context, now)
    request = NewPerson(name=name, role=role, reason=reason)
    with invocation.open_store(context) as store:
        invited = add_person(store, request, local_caller.caller(now), address.url, now)
    print_link(invited, address, done="added", json=json)


def print_link(
    invited: InvitedPerson, address: ConsoleAddress, *, done: str = "invited", json: bool
) -> None:
    """Print the link alone on standard output, or JSON; what must be done first as a note."""
    if address.hint:
        output.print_note(address.hint)
    if json:
        output.print_json(invited.as_json())
        return
    person = invited.person
    state = f"{person.role}; this link signs in once, until {zoned_instant(invited.until)}"
    output.print_change(done, "person", person.name, state)
    typer.echo(invited.link)


@app.command("list")
def list_(context: typer.Context, json: Json = False) -> None:
    """People, their roles, and how they can sign in."""
    from monitor.actions.access.people import list_people

    with invocation.open_store(context) as store:
        rows = list_people(store, clock.now())
    if json:
        output.print_json([row.as_json() for row in rows])
        return
    output.print_table(
        ("name", "role", "password", "passkeys", "sessions", "tokens", "last here"),
        [
            (
                row.person.name,
                row.person.role,
                "yes" if row.person.password_hash else "no",
                str(row.passkeys),
                str(row.sessions),
                str(row.tokens),
                zoned_instant(row.used_at) if row.used_at else "",
            )
            for row in rows
        ],
        empty="nobody may sign in yet: `monitor people add NAME --role admin`",
    )


@app.command()
def link(
    context: typer.Context,
    name: PersonArgument,
    reset: Annotated[
        bool,
        typer.Option(
            "--reset",
            help="For a lost device: also end all sessions, remove the password and passkeys.",
        ),
    ] = False,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Print a new link for a person; an older one ends."""
    from monitor.actions.access import people

    now = clock.now()
    address, caller = local_caller.console_address(context, now), local_caller.caller(now)
    with invocation.open_store(context) as store:
        person = people.find_person(store, name)
        if reset:
            people.reset_sign_in(store, person, caller, now, reason)
        invited = people.invite_person(store, person, caller, address.url, now)
    if reset:
        state = "sessions ended; password and passkeys removed"
        output.print_change("reset", "person", person.name, state)
    print_link(invited, address, json=json)


@app.command("role")
def change_role(
    context: typer.Context,
    name: PersonArgument,
    role: Annotated[PersonRole, typer.Argument(help="The new role.")],
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Change what a person may do; it counts from their next request on."""
    from monitor.actions.access import people

    now = clock.now()
    request = people.NewPerson(name=name, role=role, reason=reason)
    with invocation.open_store(context) as store:
        change = people.change_role(store, request, local_caller.caller(now), now)
    if json:
        output.print_json(change.as_json())
        return
    before, after = change.before, change.person.role
    done, state = ("kept", str(after)) if before is after else ("changed", f"{after}, was {before}")
    output.print_change(done, "person", change.person.name, state)


@app.command()
def remove(
    context: typer.Context,
    name: PersonArgument,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Remove a person: their sessions, links, passkeys and tokens end at once; marks stay."""
    from monitor.actions.access import people

    now = clock.now()
    with invocation.open_store(context) as store:
        person = people.remove_person(store, name, local_caller.caller(now), now, reason=reason)
    if json:
        output.print_json({"name": person.name, "role": person.role})
        return
    output.print_change("removed", "person", person.name, "sessions and tokens ended")
