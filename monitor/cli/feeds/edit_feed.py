"""`monitor feeds edit`: another address, title, language, tags or note of a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions.collecting import feeds as feed_actions
from monitor.actions.collecting.feed_discovery import FeedAddress, discover_feed
from monitor.actions.collecting.feed_edits import NO_EDIT, EditedFeed, FeedEdit, edit_feed
from monitor.actions.collecting.feed_logins import split_login
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import FeedArgument, Json
from monitor.domain.errors import ConfigError
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.settings.sections import Settings


def edit(
    context: typer.Context,
    feed: FeedArgument,
    address: Annotated[
        str | None, typer.Option(metavar="URL", help="Another address, or a page that names it.")
    ] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Another title; “none”: the publisher's.")
    ] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="CODE", help="Its language; “none”: the publisher's.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="These tags instead of all others; or “none”.")
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="A note for operators.")] = None,
    try_: Annotated[bool, typer.Option("--try/--no-try", help="Fetch the new address now.")] = True,
    json: Json = False,
) -> None:
    """Change a feed; what is not named stays, and so do its key and its articles.

    A feed at another server is polled without the password and the headers that it had: `feeds
    login` and `feeds headers` give it some.
    """
    change = FeedEdit(title=title, language=lang, tags=tag, note=note)
    if change == NO_EDIT and address is None:
        raise ConfigError("say what to change: --address, --title, --lang, --tag or --note")
    settings = invocation.settled_settings(context)
    new_address = None if address is None else _address(address, settings, try_)
    change = FeedEdit(address=new_address, title=title, language=lang, tags=tag, note=note)
    now = clock.now()
    with invocation.open_store(context) as store:
        edited = edit_feed(store, feed, change, local_caller.caller(now), now)
        details = feed_actions.show_feed(store, edited.feed.key)
    if json:
        output.print_json(details.as_json())
        return
    _print_edited(edited, new_address)


def _address(text: str, settings: Settings, is_tried: bool) -> FeedAddress:
    url, login = split_login(text)
    url = feed_actions.check_feed_url(url, settings.egress.allow)
    if not is_tried:
        return FeedAddress(url=url, login=login)
    return invocation.run(discover_feed(url, settings, clock.now(), login))


def _print_edited(edited: EditedFeed, address: FeedAddress | None) -> None:
    values = {
        name: ", ".join(value) if isinstance(value, list) else value
        for name, value in edited.changed.items()
    }
    state = "; ".join(f"{name}: {text or 'none'}" for name, text in values.items())
    done = "changed" if state else "kept"
    state = state or "nothing changed: it was so already"
    output.print_change(done, "feed", edited.feed.url, state, key=edited.feed.key)
    if address is not None and address.remark:
        output.print_note(f"  {address.remark}")
    if edited.lost_secrets:
        output.print_note("  its password or headers were for the former server and are deleted")
