"""`monitor feeds`: the sources we ask."""

from __future__ import annotations

import asyncio
import enum
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import feed_facts, feed_lists, invocation, output, trying
from monitor.domain.errors import ConfigError, FetchError, ParseError
from monitor.domain.feeds import Feed, FeedState, PollState
from monitor.polling import publisher_hints
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.domain.feeds import Fetched, Parsed
    from monitor.domain.ports import Pages
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

app = typer.Typer(help="The sources we ask.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class OnOff(enum.StrEnum):
    ON = "on"
    OFF = "off"


Which = Annotated[str, typer.Argument(help="A feed's key (its beginning will do) or address.")]


@app.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The address of a feed, or of a page that names one.")],
    every: Annotated[
        str | None,
        typer.Option(metavar="30m", help="Time between two polls; else as the feed's rhythm asks."),
    ] = None,
    lang: Annotated[str | None, typer.Option(metavar="CODE", help="Language: en, ko, …")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    full_text: Annotated[
        bool, typer.Option("--full-text", help="Read the pages of its new articles, too.")
    ] = False,
    try_: Annotated[
        bool, typer.Option("--try/--no-try", help="Ask the address once, and find the page's feed.")
    ] = True,
    json: Json = False,
) -> None:
    """Watch a feed.  Its first poll stores what is there and alerts nobody."""
    from monitor.net import egress

    chosen = invocation.settled_settings(context)
    url = egress.check_url(url, allow=chosen.egress.allow)
    if full_text:
        check_full_text()
    answer = trying.FeedTrial(url=url)
    if try_:
        answer = asyncio.run(trying.tried(url, chosen, clock.now()))
    feed = Feed(
        key=feed_facts.feed_key(answer.url),
        url=answer.url,
        language=lang,
        every=invocation.span(every, "--every") if every else None,
        tags=tuple(tag or ()),
        fulltext=full_text,
        poll=PollState(due_at=clock.now()),
    )
    with invocation.open_store(context) as store:
        added = store.feeds.add(feed)
    if json:
        output.as_json({"key": feed.key, "url": feed.url, "added": added})
    else:
        output.note(
            f"{feed.key[:12]} {feed.url}"
            + ("" if added else " (was there already, and stays as it is)")
        )
        if answer.note:
            output.note(f"  {answer.note}")


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[
        list[FeedState] | None, typer.Option(help="Only those in this state; may be repeated.")
    ] = None,
    json: Json = False,
) -> None:
    """Every feed with its state, and the reason: of a fault, else of when it is due."""
    with invocation.open_store(context) as store:
        every = store.feeds.list()
    feeds = [feed for feed in every if not state or feed_facts.state(feed) in state]
    if json:
        output.as_json([feed_facts.as_dict(feed) for feed in feeds])
        return
    now = clock.now()
    output.table(
        ("key", "feed", "lang", "text", "state", "last read", "last new", "due", "why"),
        [
            (
                feed.key[:8],
                feed.title or feed.url,
                feed.language or "",
                "full" if feed.fulltext else "",
                feed_facts.state(feed),
                output.short_instant(feed.poll.last_ok_at),
                output.short_instant(feed.history.newest_at),
                output.short_instant(feed.poll.due_at),
                feed_facts.why(feed, now),
            )
            for feed in feeds
        ],
        empty=f"no feed is {' or '.join(state)}"
        if state
        else "no feeds yet: `monitor feeds add URL`, or `monitor feeds import FILE.opml`",
    )


def found(store: Store, which: str) -> Feed:
    """The feed that the person means.  Raise ConfigError."""
    feed = store.feeds.find(which)
    if feed is None:
        raise ConfigError(f"no feed {which!r}: `monitor feeds list` shows their keys and addresses")
    return feed


@app.command()
def remove(context: typer.Context, feed: Which) -> None:
    """Stop watching a feed; its articles stay."""
    with invocation.open_store(context) as store:
        gone = found(store, feed)
        store.feeds.remove(gone.key)
    output.note(f"removed {gone.url}; its articles stay")


@app.command()
def pause(context: typer.Context, feed: Which) -> None:
    """Leave a feed alone until `feeds resume`."""
    with invocation.open_store(context) as store:
        store.feeds.set_paused(found(store, feed).key, True)


@app.command()
def resume(context: typer.Context, feed: Which) -> None:
    """Ask a paused feed again, or one that was gone."""
    with invocation.open_store(context) as store:
        known = found(store, feed)
        store.feeds.set_paused(known.key, False)
        if known.poll.state is FeedState.GONE:
            store.feeds.revive(known.key, clock.now())


@app.command()
def every(
    context: typer.Context,
    feed: Which,
    pause_: Annotated[
        str, typer.Argument(metavar="30m|auto", help="Between two polls; auto: its rhythm.")
    ],
) -> None:
    """Say how often a feed is asked, or leave it to its own rhythm; what its publisher asks for
    is kept in any case.  In force with its next poll."""
    span = None if pause_ == "auto" else invocation.span(pause_, "every")
    with invocation.open_store(context) as store:
        store.feeds.set_interval(found(store, feed).key, span)


@app.command("full-text")
def full_text(
    context: typer.Context,
    feed: Which,
    wanted: Annotated[OnOff, typer.Argument(help="Read the pages of its new articles, or not.")],
) -> None:
    """Judge a feed's articles by their pages' text, too, from its next poll on.

    What can't be taken from a page says why: `monitor explain`.
    """
    if wanted is OnOff.ON:
        check_full_text()
    with invocation.open_store(context) as store:
        store.feeds.set_fulltext(found(store, feed).key, wanted is OnOff.ON)


def check_full_text() -> None:
    """Raise ConfigError where pages can't be read."""
    from monitor.collect.fulltext import fetch_text

    if not fetch_text.is_installed():
        raise ConfigError(fetch_text.MISSING)


@app.command("show")
def show_(context: typer.Context, feed: Which, json: Json = False) -> None:
    """All about one feed: how it does, when it is asked next, and why then."""
    with invocation.open_store(context) as store:
        known = found(store, feed)
        lease = store.websub.by_feed(known.key)
    if json:
        output.as_json(feed_facts.as_dict(known))
        return
    for name, said in feed_facts.lines(known, lease):
        typer.echo(f"{name:11} {said}")


@app.command()
def check(
    context: typer.Context,
    feed: Annotated[
        list[str] | None, typer.Argument(help="Addresses or keys; all if none.")
    ] = None,
    json: Json = False,
) -> None:
    """Try feeds now and say what was found; nothing is stored.

    Of a feed with full text the first entry's page is tried, too.
    """
    chosen = invocation.settings(context)
    with invocation.open_store(context) as store:
        known = store.feeds.list()
    wanted = [_checked(url, known) for url in feed] if feed else known
    reports = asyncio.run(_check_all(wanted, chosen))
    if json:
        output.as_json([report.as_dict() for report in reports])
    else:
        output.table(
            ("feed", "answer", "entries", "newest"),
            [(r.url, r.answer, str(r.entries), output.short_instant(r.newest)) for r in reports],
            empty="no feeds yet: `monitor feeds add URL`",
        )
    if not all(report.ok for report in reports):
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What trying one feed came to."""

    url: str
    ok: bool
    answer: str
    entries: int = 0
    newest: datetime | None = None
    language: str | None = None
    conditional: bool = False  # the publisher can say "unchanged"
    full_text: str = ""  # what came of asking the first entry's page, where that is wanted

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "newest": output.instant(self.newest)}


def _checked(which: str, known: list[Feed]) -> Feed:
    for feed in known:
        if feed.url == which or feed.key.startswith(which):
            return feed
    return Feed(key=feed_facts.feed_key(which), url=which, poll=PollState(due_at=clock.now()))


async def _check_all(feeds: list[Feed], chosen: Settings) -> list[ImportReport]:
    from monitor.runtime import build

    async with build.collector(chosen) as (fetcher, parser, pages):

        async def one(feed: Feed) -> ImportReport:
            try:
                fetched = await fetcher.fetch(feed)
                parsed = await parser.parse(fetched)
                text = await _full_text(parsed, pages) if feed.fulltext else ""
                return _report(feed, fetched, parsed, text)
            except (FetchError, ParseError) as error:
                return ImportReport(url=feed.url, ok=False, answer=str(error))

        return list(await asyncio.gather(*(one(_unvalidated(feed)) for feed in feeds)))


def _unvalidated(feed: Feed) -> Feed:
    """The feed as if never read, so that the publisher sends the whole document."""
    return replace(feed, poll=PollState(due_at=feed.poll.due_at))


async def _full_text(parsed: Parsed, pages: Pages) -> str:
    from monitor.articles import full_text as fulltext

    entry = next((one for one in parsed.entries if one.url), None)
    if entry is None or entry.url is None:
        return "no entry names a page"
    try:
        page = fulltext.Page(text=await pages.read(entry.url))
    except (FetchError, ParseError) as error:
        page = fulltext.Page(why=str(error))
    return fulltext.read(entry.text, page).said


def _report(feed: Feed, fetched: Fetched, parsed: Parsed, full_text: str) -> ImportReport:
    dates = [entry.published_at for entry in parsed.entries if entry.published_at]
    moved = f", moved to {fetched.url}" if fetched.url != feed.url else ""
    damage = f", {parsed.damage}" if parsed.damage else ""
    said = replace(parsed.hints, fresh_for=fetched.fresh_for, wait=fetched.retry_after)
    wanted = f", wants {text}" if (text := publisher_hints.sentence(said)) else ""
    return ImportReport(
        url=feed.url,
        ok=True,
        answer=f"{parsed.title or 'untitled'}{moved}{damage}{wanted}"
        + (f", full text: {full_text}" if full_text else ""),
        entries=len(parsed.entries),
        newest=max(dates, default=None),
        language=parsed.language,
        conditional=bool(fetched.etag or fetched.last_modified),
        full_text=full_text,
    )


app.command("import")(feed_lists.import_)
app.command()(feed_lists.export)
