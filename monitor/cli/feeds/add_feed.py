"""`monitor feeds add`: poll a feed, or the feed that a page names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions import option_values
from monitor.actions.collecting import feeds as feed_actions
from monitor.actions.collecting.feed_discovery import FeedAddress, discover_feed
from monitor.actions.collecting.feed_logins import split_login
from monitor.actions.collecting.feeds import AddedFeed, NewFeed
from monitor.actions.header_files import read_headers
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.feeds.login_options import PasswordFile, User, read_login
from monitor.cli.options import HeaderFile, Json
from monitor.domain.feeds import FeedLogin
from monitor.runtime import clock
from monitor.store.one_transaction import in_one_transaction

if TYPE_CHECKING:
    from monitor.store.store import Store


def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The address of a feed, or of a page that names one.")],
    interval: Annotated[
        str | None,
        typer.Option(
            "--every", metavar="30m", help="Time between two polls; else as the feed publishes."
        ),
    ] = None,
    lang: Annotated[str | None, typer.Option(metavar="CODE", help="Language: en, ko, …")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    full_text: Annotated[
        bool, typer.Option("--full-text", help="Read the pages of its new articles, too.")
    ] = False,
    try_: Annotated[
        bool, typer.Option("--try/--no-try", help="Fetch the address now; find the page's feed.")
    ] = True,
    user: User = None,
    password_file: PasswordFile = None,
    header_file: HeaderFile = None,
    json: Json = False,
) -> None:
    """Poll a feed from now on.  Its first poll stores what is there and alerts nobody."""
    settings = invocation.settled_settings(context)
    length = option_values.parse_duration(interval, "every") if interval else None
    url, login = split_login(url)
    url = feed_actions.check_feed_url(url, settings.egress.allow)
    login = read_login(user, password_file, login)
    headers = () if header_file is None else read_headers(header_file)
    feed_actions.check_authorization(login, headers)
    if full_text:
        feed_actions.check_full_text()
    address = FeedAddress(url=url, login=login, headers=headers)
    if try_:
        address = invocation.run(discover_feed(url, settings, clock.now(), login, headers))
    request = NewFeed(
        url=address.url,
        login=address.login,
        headers=address.headers,
        language=option_values.check_language(lang) if lang else None,
        interval=length,
        tags=tuple(tag or ()),
        full_text=full_text,
    )
    with invocation.open_store(context) as store:
        added = _add(store, request)
    if json:
        output.print_json({"key": added.feed.key, "url": added.feed.url, "added": added.is_new})
        return
    done = "added" if added.is_new else "kept"
    state = "polled at the next round" if added.is_new else "was stored before; nothing changed"
    output.print_change(done, "feed", added.feed.url, state, key=added.feed.key)
    if headers and not (added.is_new and added.feed.headers):
        output.print_note("  the headers were not stored: `monitor feeds headers` sets them")
    for remark in (address.remark, *_login_remarks(added, login)):
        if remark:
            output.print_note(f"  {remark}")


@in_one_transaction
def _add(store: Store, request: NewFeed) -> AddedFeed:
    added = feed_actions.add_feed(store, request, clock.now())
    if added.is_new:
        local_caller.record(store, "add feed", added.feed.url)
    return added


def _login_remarks(added: AddedFeed, login: FeedLogin | None) -> Iterator[str]:
    """What a person who gave a password must know."""
    if login is None:
        return
    if not added.is_new:
        yield f"the password was not stored: `monitor feeds login {added.feed.key[:8]}` changes it"
    elif added.feed.login is None:
        yield "the password was not stored: the feed is on another server than the address given"
    elif added.feed.url.startswith("http:"):
        yield "the password is sent without encryption: use the https address if there is one"
