"""`monitor audit`: what was changed, by whom, from where and why."""

from __future__ import annotations

import json as json_library
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions import option_values
from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.runtime import clock
from monitor.text.formats import zoned_instant

if TYPE_CHECKING:
    from monitor.access.accounts import AuditEntry

app = typer.Typer(help="Read the audit log: who changed what, and why.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option(metavar="7d", help="Entries of so long, or since a date.")
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="What this person or token did.")] = "",
    target: Annotated[
        str, typer.Option(metavar="NAME", help="What was done to this person or token.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Entries of one page.")] = 50,
    before: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="The next page, by the number under the page before."),
    ] = None,
    json: Json = False,
) -> None:
    """The newest entries first.  Nobody can change or delete an entry, not even an admin."""
    from monitor.actions.access.audit_log import list_entries
    from monitor.store.access.audit_repository import AuditFilter

    start = None if since is None else option_values.parse_instant(since, "since", clock.now())
    conditions = AuditFilter(before=before, since=start, caller=by, target=target)
    with invocation.open_store(context) as store:
        page = list_entries(store, conditions, limit=limit)
    if json:
        output.print_json(page.as_json())
        return
    output.print_table(
        ("at", "by", "through", "did", "to", "change", "reason", "from"),
        [_cells(entry) for entry in page.entries],
        empty="the audit log has no such entry",
        optional=("from", "through", "change"),
        wrapped=("change",),
    )
    if page.next is not None:
        output.print_note(f"more: repeat the command with --before {page.next}")


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    return (
        zoned_instant(entry.at),
        entry.caller,
        entry.door,
        entry.act,
        entry.target,
        _change(entry),
        entry.reason,
        entry.address,
    )


def _change(entry: AuditEntry) -> str:
    """ "role: viewer → analyst" """
    before, after = entry.before or {}, entry.after or {}
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    parts = (f"{name}: {_values(name, before, after)}" for name in names)
    return "; ".join(parts)


def _values(name: str, before: object, after: object) -> str:
    values = [side[name] for side in (before, after) if isinstance(side, dict) and name in side]
    return " → ".join(
        value if isinstance(value, str) else json_library.dumps(value, ensure_ascii=False)
        for value in values
    )
