"""Feeds: listed, shown, added, changed, paused, polled and removed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions import option_values
from monitor.actions.as_json import JsonObject
from monitor.actions.collecting import feeds
from monitor.actions.collecting.feed_discovery import FeedAddress, discover_feed
from monitor.actions.collecting.feed_edits import FeedEdit, edit_feed
from monitor.actions.collecting.feed_logins import feed_login, split_login
from monitor.actions.collecting.feeds import NewFeed
from monitor.actions.header_files import header_names
from monitor.domain.feeds import Feed, FeedState
from monitor.net.own_headers import check_headers
from monitor.store.one_transaction import in_one_transaction
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery, PageQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.entity_tags import check_match
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call, Trait
from monitor.web.api.conventions.paging import cut_page
from monitor.web.api.shapes import feed_shapes as shapes

api = ApiRouter()

AUTOMATIC = "auto"
_HEADERS = "Own request headers, such as `Authorization`; sent to the feed's own server only."
_EVERY = "Time between two polls, such as `30m`; `auto`: as the feed publishes."


class FeedQuery(PageQuery):
    """Which feeds."""

    state: tuple[FeedState, ...] = Field(
        (), description="Only feeds in this state; may be repeated."
    )


@api.get("/feeds", Act.READ_FEEDS, FeedQuery, shapes.FeedPageShape)
async def list_feeds(call: Call[FeedQuery, NoBody]) -> Answer:
    """Feeds with their state, and why they are in it."""
    query = call.query
    listed = await call.read(lambda store: feeds.list_feeds(store, query.state))
    items = [feed.as_json() for feed in listed]
    return cut_page(call.request, items, query.limit, query.after)


@api.get("/feeds/{key}", Act.READ_FEEDS, NoQuery, shapes.FeedShape)
async def read_feed(call: Call[NoQuery, NoBody]) -> Answer:
    """One feed."""
    return Answer(content=await call.read(lambda store: _feed_json(store, call.key)))


class FeedLoginBody(ApiModel):
    """A user name and a password (HTTP Basic), sent to the feed's own server only."""

    user: str = Field(min_length=1, max_length=200)
    password: str = Field(max_length=1_000)


class FeedBody(ApiModel):
    """A feed to poll."""

    url: str = Field(
        min_length=1, max_length=2_000, description="Of a feed, or of a page that names one."
    )
    title: str = Field("", max_length=300)
    language: str | None = Field(None, max_length=35, description="Such as `en`, `ko`.")
    every: str = Field(AUTOMATIC, max_length=20, description=_EVERY)
    tags: tuple[str, ...] = Field((), max_length=50)
    note: str = Field("", max_length=1_000)
    full_text: bool = Field(False, description="Read the pages of its new articles, too.")
    login: FeedLoginBody | None = None
    headers: dict[str, str] = Field({}, max_length=20, description=_HEADERS)
    find: bool = Field(True, description="Fetch the address now, and find the feed of a page.")


@api.create("/feeds", Act.CHANGE_FEEDS, FeedBody, shapes.AddedFeedShape, Trait.MAY_BE_THERE)
async def add_feed(call: Call[NoQuery, FeedBody]) -> Answer:
    """Poll a feed from now on; its first poll stores what is there and alerts nobody.

    A feed of the same address stays as it is: then the status is 200, and `added` is false.
    """
    body, settings = call.body, call.site.settings
    url, login = split_login(body.url)
    if body.login is not None:
        login = feed_login(body.login.user, body.login.password)
    headers = check_headers(body.headers.items())
    feeds.check_authorization(login, headers)
    url = feeds.check_feed_url(url, settings.egress.allow)
    address = FeedAddress(url=url, login=login, headers=headers)
    if body.find:
        address = await discover_feed(url, settings, call.now, login, headers)
    request = NewFeed(
        url=address.url,
        login=address.login,
        headers=address.headers,
        title=body.title,
        language=body.language,
        interval=None if body.every == AUTOMATIC else _interval(body.every),
        tags=body.tags,
        note=body.note,
        full_text=body.full_text,
    )

    @in_one_transaction
    def add(store: Store) -> tuple[JsonObject, bool]:
        added = feeds.add_feed(store, request, call.now)
        if added.is_new:
            call.record(store, "add feed", added.feed.url)
        return _feed_json(store, added.feed.key), added.is_new

    feed, is_new = await call.write(add)
    content = {"feed": feed, "added": is_new, "remark": address.remark}
    location = {"location": f"{call.request.url.path}/{feed['key']}"}
    return Answer(content=content, status=201 if is_new else 200, headers=location)


class FeedChangeBody(ApiModel):
    """What to change of a feed; a field that is not there stays as it is."""

    url: str | None = Field(
        None, min_length=1, max_length=2_000, description="Another address, polled at once."
    )
    find: bool = Field(True, description="Fetch a new address now, and find the feed of a page.")
    title: str | None = Field(
        None, max_length=300, description="null or empty: as the publisher says."
    )
    language: str | None = Field(
        None, max_length=35, description="null or empty: as the publisher says."
    )
    tags: tuple[str, ...] | None = Field(None, max_length=50)
    note: str | None = Field(None, max_length=1_000)
    every: str | None = Field(None, max_length=20, description=_EVERY)
    full_text: bool | None = Field(None, description="Read the pages of its new articles, too.")
    login: FeedLoginBody | None = Field(None, description="null removes it.")
    headers: dict[str, str] | None = Field(
        None, max_length=20, description=f"{_HEADERS} They replace all others; null removes them."
    )

    def edit(self, address: FeedAddress | None) -> FeedEdit:
        """The fields that were given; null is an empty text."""

        def text(name: str, value: str | None) -> str | None:
            return (value or "") if name in self.model_fields_set else None

        return FeedEdit(
            address=address,
            title=text("title", self.title),
            language=text("language", self.language),
            tags=(self.tags or ()) if "tags" in self.model_fields_set else None,
            note=text("note", self.note),
        )


@api.patch("/feeds/{key}", Act.CHANGE_FEEDS, FeedChangeBody, shapes.FeedShape, Trait.NEEDS_MATCH)
async def change_feed(call: Call[NoQuery, FeedChangeBody]) -> Answer:
    """Change a feed and how it is polled; its key and its articles stay.

    A feed that moves to another server loses its password, unless the new address has one.
    """
    body = call.body
    interval = _interval(body.every) if body.every not in (None, AUTOMATIC) else None
    login = feed_login(body.login.user, body.login.password) if body.login else None
    headers = check_headers((body.headers or {}).items())
    address = await _new_address(call)

    @in_one_transaction
    def change(store: Store) -> JsonObject:
        feed = found(lambda: feeds.find_feed(store, call.key))
        check_match(call.request, _feed_json(store, feed.key))
        edited = edit_feed(store, feed.key, body.edit(address), call.caller, call.now)
        url = edited.feed.url
        if body.every is not None:
            feeds.set_interval(store, feed.key, interval)
            call.record(store, "set interval", url, after={"interval": body.every})
        if body.full_text is not None:
            feeds.set_full_text(store, feed.key, body.full_text)
            switch = "on" if body.full_text else "off"
            call.record(store, "set full text", url, after={"full_text": switch})
        if "login" in body.model_fields_set:
            feeds.set_login(store, feed.key, login, call.now)
            after: JsonObject = {"user": login.user if login else None}
            call.record(store, "set login", url, after=after)
        if "headers" in body.model_fields_set:
            feeds.set_headers(store, feed.key, headers, call.now)
            after = {"headers": header_names(headers)}
            call.record(store, "set headers", url, after=after)
        return _feed_json(store, feed.key)

    return Answer(content=await call.write(change))


async def _new_address(call: Call[NoQuery, FeedChangeBody]) -> FeedAddress | None:
    """The new address of the body, checked as that of a new feed."""
    body, settings = call.body, call.site.settings
    if body.url is None:
        return None
    url, login = split_login(body.url)
    url = feeds.check_feed_url(url, settings.egress.allow)
    if not body.find:
        return FeedAddress(url=url, login=login)
    return await discover_feed(url, settings, call.now, login)


@api.delete("/feeds/{key}", Act.CHANGE_FEEDS, NoQuery)
async def remove_feed(call: Call[NoQuery, NoBody]) -> Answer:
    """Stop polling a feed and delete it; its articles stay."""

    @in_one_transaction
    def remove(store: Store) -> None:
        feed = found(lambda: feeds.find_feed(store, call.key))
        feeds.remove_feed(store, feed.key)
        call.record(store, "remove feed", feed.url)

    await call.write(remove)
    return Answer(status=204)


@api.post("/feeds/{key}/pause", Act.CHANGE_FEEDS, NoBody, shapes.FeedShape)
async def pause_feed(call: Call[NoQuery, NoBody]) -> Answer:
    """Stop polling a feed until it is resumed."""

    def pause(store: Store, feed: Feed) -> None:
        feeds.pause_feed(store, feed.key, call.now)
        call.record(store, "pause feed", feed.url)

    return await _changed(call, pause)


@api.post("/feeds/{key}/resume", Act.CHANGE_FEEDS, NoBody, shapes.FeedShape)
async def resume_feed(call: Call[NoQuery, NoBody]) -> Answer:
    """Poll a paused feed again, or one that was gone."""

    def resume(store: Store, feed: Feed) -> None:
        feeds.resume_feed(store, feed.key, call.now)
        call.record(store, "resume feed", feed.url)

    return await _changed(call, resume)


@api.post("/feeds/{key}/poll", Act.CHANGE_FEEDS, NoBody, shapes.FeedShape)
async def poll_feed(call: Call[NoQuery, NoBody]) -> Answer:
    """Poll a feed at the next round, within some seconds, whatever its next time was."""

    def poll(store: Store, feed: Feed) -> None:
        feeds.poll_soon(store, feed.key, call.now)
        call.record(store, "poll feed", feed.url)

    return await _changed(call, poll)


async def _changed(call: Call[NoQuery, NoBody], change: Callable[[Store, Feed], None]) -> Answer:
    """The feed as it is after a change."""

    @in_one_transaction
    def apply(store: Store) -> JsonObject:
        feed = found(lambda: feeds.find_feed(store, call.key))
        change(store, feed)
        return _feed_json(store, feed.key)

    return Answer(content=await call.write(apply))


def _feed_json(store: Store, key: str) -> JsonObject:
    return found(lambda: feeds.show_feed(store, key)).as_json()


def _interval(text: str | None) -> timedelta:
    """Raise InvalidOption."""
    return option_values.check_interval(option_values.parse_duration(text or "", "every"))
