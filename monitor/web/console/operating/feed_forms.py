"""Forms of feeds in the console: try and add, edit, pause, poll, remove, import a list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from fastapi import Request, Response

from monitor.access.caller import Caller
from monitor.access.permissions import Act
from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.collecting import feed_lists, feeds
from monitor.actions.collecting.feed_check import check_feeds
from monitor.actions.collecting.feed_discovery import FeedAddress, discover_feed
from monitor.actions.collecting.feed_edits import FeedEdit, edit_feed
from monitor.actions.collecting.feed_logins import split_login
from monitor.actions.collecting.feeds import NewFeed
from monitor.actions.header_files import header_names
from monitor.actions.setup.feed_setup import plan_feeds
from monitor.actions.setup.setup_file import FeedEntry
from monitor.domain.errors import ConfigError, FetchError
from monitor.domain.feeds import Feed
from monitor.net.own_headers import parse_header_lines
from monitor.store.one_transaction import in_one_transaction
from monitor.store.store import Store
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import render, see_other
from monitor.web.site.context import SiteContext

PATH = "/console/feeds"
_LARGEST_LIST = 1_000_000  # bytes of a list that is pasted

FeedAct = Callable[[Store, Feed, Caller, datetime], str]


def add_forms(place: PlaceRouter, site: SiteContext) -> None:
    """Add the forms of operators to the router."""
    _add_new(place, site)
    _add_list(place, site)
    for name, act in _ACTS.items():
        place.post(f"{PATH}/{{key}}/{name}", Act.CHANGE_FEEDS)(partial(_act_on, site, act))
    place.post(PATH + "/{key}/edit", Act.CHANGE_FEEDS)(partial(_edit, site))


def _add_new(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH + "/try", Act.CHANGE_FEEDS)
    async def try_address(request: Request) -> Response:
        """What an address answers, with a form to keep it."""
        form, now = await read_form(request), site.clock()
        try:
            url, login = split_login(form.text("url"))
            url = feeds.check_feed_url(url, site.settings.egress.allow)
            address = await discover_feed(url, site.settings, now, login)
        except (ConfigError, FetchError) as error:
            return see_other(PATH, Flash(text=str(error), is_fault=True))
        new_feed = NewFeed(url=address.url, login=address.login).feed(now)
        (check,) = await check_feeds([new_feed], site.settings)
        parts = {"address": address, "check": check, "with_login": login is not None}
        return render(site, request, "feed_trial", parts)

    @place.post(PATH, Act.CHANGE_FEEDS)
    async def keep(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        try:
            url, login = split_login(form.text("url"))
            new_feed = NewFeed(
                url=feeds.check_feed_url(url, site.settings.egress.allow),
                login=login,
                language=form.text("language") or None,
                tags=_tags(form),
            )
            key = await site.write(partial(_keep, request=new_feed, caller=caller, now=now))
        except (ConfigError, FetchError) as error:
            return see_other(PATH, Flash(text=str(error), is_fault=True))
        done = "It is polled from now on; its first poll stores what is there and alerts nobody."
        return see_other(f"{PATH}/{key}", Flash(text=done))


@in_one_transaction
def _keep(store: Store, *, request: NewFeed, caller: Caller, now: datetime) -> str:
    added = feeds.add_feed(store, request, now)
    if added.is_new:
        audit_log.record(store, caller, "add feed", added.feed.url, now)
    return feeds.find_feed(store, added.feed.url).key


def _add_list(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH + "/list", Act.CHANGE_FEEDS)
    async def import_list(request: Request) -> Response:
        """A dry run first; the page of its result has the form that imports."""
        form = await read_form(request, _LARGEST_LIST)
        caller, now = caller_of(request), site.clock()
        document, dry_run = form.exact("opml"), form.text("confirmed") != "yes"
        allow = site.settings.egress.allow

        @in_one_transaction
        def add(store: Store) -> feed_lists.ImportedList:
            imported = feed_lists.import_feed_list(
                store, document.encode(), allow, now, dry_run=dry_run
            )
            if imported.added and not dry_run:
                changed = Changed(after={"added": imported.added})
                audit_log.record(store, caller, "import feeds", "a list", now, changed)
            return imported

        try:
            imported = await site.write(add)
        except ConfigError as error:
            return see_other(PATH, Flash(text=str(error), is_fault=True))
        if not dry_run:
            return see_other(PATH, Flash(text=f"Added {imported.added:,} feeds."))
        return render(site, request, "feed_list", {"imported": imported, "document": document})


async def _act_on(site: SiteContext, act: FeedAct, request: Request, key: str) -> Response:
    """Do it, and go back to the feed, or to the list when it is gone."""
    caller, now = caller_of(request), site.clock()

    @in_one_transaction
    def change(store: Store) -> str:
        return act(store, feeds.find_feed(store, key), caller, now)

    address = PATH if act is _remove else f"{PATH}/{key}"
    return await _changed(site, change, address)


async def _changed(site: SiteContext, change: Callable[[Store], str], address: str) -> Response:
    try:
        done = await site.write(change)
    except (ConfigError, FetchError) as error:
        return see_other(address, Flash(text=str(error), is_fault=True))
    return see_other(address, Flash(text=done))


def _pause(store: Store, feed: Feed, caller: Caller, now: datetime) -> str:
    feeds.pause_feed(store, feed.key, now)
    audit_log.record(store, caller, "pause feed", feed.url, now)
    return "It is not polled until it is resumed."


def _resume(store: Store, feed: Feed, caller: Caller, now: datetime) -> str:
    feeds.resume_feed(store, feed.key, now)
    audit_log.record(store, caller, "resume feed", feed.url, now)
    return "It is polled again when it is due."


def _poll(store: Store, feed: Feed, caller: Caller, now: datetime) -> str:
    feeds.poll_soon(store, feed.key, now)
    audit_log.record(store, caller, "poll feed", feed.url, now)
    return "It is polled at the next round, within some seconds."


def _remove(store: Store, feed: Feed, caller: Caller, now: datetime) -> str:
    feeds.remove_feed(store, feed.key)
    audit_log.record(store, caller, "remove feed", feed.url, now)
    return f"{feed.url} is not polled any more; its articles stay."


_ACTS: dict[str, FeedAct] = {
    "pause": _pause,
    "resume": _resume,
    "poll": _poll,
    "remove": _remove,
}


async def _edit(site: SiteContext, request: Request, key: str) -> Response:
    """Change what the form has; a new address is fetched first."""
    form, caller, now = await read_form(request), caller_of(request), site.clock()
    page = f"{PATH}/{key}"
    try:
        stored = await site.read(lambda store: feeds.find_feed(store, key))
        address = await _new_address(site, form, stored, now)
    except (ConfigError, FetchError) as error:
        return see_other(page, Flash(text=str(error), is_fault=True))
    headers = form.exact("headers").strip()

    @in_one_transaction
    def change(store: Store) -> str:
        entry = FeedEntry(
            url=stored.url,
            title=form.text("title"),
            language=form.text("language"),
            every=form.text("every") or "auto",
            tags=_tags(form),
            note=form.text("note"),
            full_text=form.text("full_text") == "yes",
        )
        steps = plan_feeds(store, [entry], site.settings.egress.allow, prune=False)
        new_headers = parse_header_lines(headers)
        for step in steps:
            step.perform(store, caller, now)
        if address is not None:
            edit_feed(store, stored.key, FeedEdit(address=address), caller, now)
        if headers or form.text("no_headers") == "yes":
            feeds.set_headers(store, stored.key, new_headers, now)
            changed = Changed(after={"headers": header_names(new_headers)})
            audit_log.record(store, caller, "set headers", stored.url, now, changed)
        return "Saved."

    return await _changed(site, change, page)


async def _new_address(
    site: SiteContext, form: Form, stored: Feed, now: datetime
) -> FeedAddress | None:
    """The checked new address of the form; None when it is that of the feed."""
    text = form.text("url")
    if not text or text == stored.url:
        return None
    url, login = split_login(text)
    url = feeds.check_feed_url(url, site.settings.egress.allow)
    return await discover_feed(url, site.settings, now, login)


def _tags(form: Form) -> tuple[str, ...]:
    """The tags of the form, between commas."""
    return tuple(filter(None, map(str.strip, form.text("tags").split(","))))
