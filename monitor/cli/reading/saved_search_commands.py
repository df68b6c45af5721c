"""`monitor searches`: questions saved under a name, shared by everybody, with feeds."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json
from monitor.domain.errors import ConfigError
from monitor.runtime import clock
from monitor.text.formats import short_instant

app = typer.Typer(help="Saved searches: shared questions with names.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="Its name.")]


@app.command("save")
def save(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What to call it; one of that name is changed.")],
    question: Annotated[str, typer.Argument(help="What `monitor search` would find.")],
    json: Json = False,
) -> None:
    """Save a search question; `saved:NAME` uses it in others and in --filter.  Dates are UTC."""
    from monitor.actions.reading import saved_searches

    now = clock.now()
    request = saved_searches.SaveRequest(name=name, question=question)
    with invocation.open_store(context) as store:
        listed = saved_searches.save_search(store, request, local_caller.caller(now), now)
    if json:
        output.print_json(listed.as_json())
        return
    output.print_change("saved", "search", listed.search.name, listed.words)


@app.command("list")
def list_searches(context: typer.Context, json: Json = False) -> None:
    """Every saved search, by name."""
    from monitor.actions.reading import saved_searches

    with invocation.open_store(context) as store:
        searches = saved_searches.list_searches(store, clock.now())
    if json:
        output.print_json([listed.as_json() for listed in searches])
        return
    output.print_table(
        ("name", "question", "by", "changed"),
        [
            (
                listed.search.name,
                listed.search.question,
                listed.search.saved_by,
                short_instant(listed.search.changed_at),
            )
            for listed in searches
        ],
        wrapped=("question",),
        empty="no searches are saved yet: `monitor searches save NAME QUESTION`",
    )


@app.command("show")
def show(context: typer.Context, name: NameArgument, json: Json = False) -> None:
    """One saved search: its question, and the question in words."""
    from monitor.actions.reading import saved_searches

    with invocation.open_store(context) as store:
        listed = saved_searches.show_search(store, name, clock.now())
    if json:
        output.print_json(listed.as_json())
        return
    search = listed.search
    facts = (
        ("name", search.name),
        ("question", search.question),
        ("finds", listed.words),
        ("dates in", search.zone),
        ("saved by", f"{search.saved_by}, {short_instant(search.changed_at)}"),
    )
    for label, text in facts:
        typer.echo(f"{label:<12}{text}")


@app.command("remove")
def remove(context: typer.Context, name: NameArgument) -> None:
    """Remove a saved search and end its feeds; subscriptions made from it stay."""
    from monitor.actions.reading import saved_searches

    now = clock.now()
    with invocation.open_store(context) as store:
        search = saved_searches.remove_search(store, name, local_caller.caller(now), now)
    output.print_change("removed", "search", search.name, "its feeds ended")


@app.command("links")
def links(
    context: typer.Context,
    name: NameArgument,
    renew: Annotated[
        bool, typer.Option("--renew", help="New addresses; the old ones end now.")
    ] = False,
    json: Json = False,
) -> None:
    """Show the secret addresses of its Atom and JSON feeds."""
    from monitor.actions.reading import saved_searches

    url = invocation.settled_settings(context).web.public_url
    if not url:
        raise ConfigError(
            "readers can't reach us: set web.listen and web.public_url, as docs/web.md says"
        )
    now = clock.now()
    with invocation.open_store(context) as store:
        search = saved_searches.find_search(store, name)
        if renew:
            search = saved_searches.renew_links(store, name, local_caller.caller(now), now)
        addresses = saved_searches.search_links(store, search, url)
    fields = addresses.as_json()
    if json:
        output.print_json(fields)
        return
    rows = [(label, str(address)) for label, address in fields.items()]
    output.print_table(("", "address"), rows, empty="")
    if renew:
        state = "its feeds have new addresses, the old ones ended"
        output.print_change("changed", "search", search.name, state)
    output.print_note("whoever knows an address can read it; `--renew` gives it new ones")
