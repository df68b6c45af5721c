"""`monitor feeds import` and `export`: whole lists of feeds, as OPML."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.feed_facts import feed_key
from monitor.domain.errors import ConfigError, FetchError
from monitor.domain.feeds import Feed, PollState
from monitor.runtime import clock
from monitor.settings import resources

if TYPE_CHECKING:
    from monitor.collect.opml import Outline
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a list."""

    added: int
    refused: tuple[str, ...]  # a line for each that can't be watched
    remarks: tuple[str, ...]  # what is odd about the list


def import_(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="An OPML file.")] = None,
    starter: Annotated[bool, typer.Option("--starter", help="The shipped starter feeds.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Watch every feed of an OPML list; what is there already stays as it is."""
    chosen = invocation.settled_settings(context)
    if (file is None) != starter:
        raise ConfigError("say which list: an OPML file, or --starter for the shipped one")
    file = file or resources.path("config", "feeds.opml")
    with invocation.open_store(context) as store:
        done = import_list(store, file, chosen, clock.now())
    if json:
        output.as_json(asdict(done))
        return
    for line in done.refused:
        output.note(f"left out: {line}")
    for line in done.remarks:
        output.note(f"note: {line}")
    output.note(f"{done.added} feeds added from {file}")


def import_list(store: Store, file: Path, chosen: Settings, now: datetime) -> Imported:
    """Add a list's feeds.  Raise ConfigError for what is no list."""
    from monitor.collect import opml

    listed = opml.read_feed_list(_content(file, opml.MAX_BYTES), name=str(file))
    feeds, refused = [], []
    for outline in listed.feeds:
        try:
            feeds.append(_from_outline(outline, chosen, now))
        except (FetchError, ConfigError) as error:
            refused.append(f"{outline.url[:200]}: {error}")
    added, unkept = _kept(store, feeds)
    return Imported(added=added, refused=(*refused, *unkept), remarks=listed.remarks)


def _kept(store: Store, feeds: list[Feed]) -> tuple[int, list[str]]:
    """At once, or one by one where one can't be stored."""
    try:
        return len(store.feeds.add_all(feeds)), []
    except ConfigError:
        pass
    added, refused = 0, []
    for feed in feeds:
        try:
            added += store.feeds.add(feed)
        except ConfigError as error:
            refused.append(f"{feed.url[:200]}: {error}")
    return added, refused


def _content(file: Path, most: int) -> bytes:
    """What is in it, as far as one byte more than `most`: files may be endless."""
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        raise ConfigError(f"{file}: can't be read: {error.strerror}") from None


def _from_outline(outline: Outline, chosen: Settings, now: datetime) -> Feed:
    from monitor.net import egress

    url = egress.check_url(outline.url, allow=chosen.egress.allow)
    return Feed(
        key=feed_key(url),
        url=url,
        title=outline.title,
        language=outline.language,
        every=invocation.span(outline.every, "every") if outline.every else None,
        tags=outline.tags,
        note=outline.note,
        paused=outline.paused,
        fulltext=outline.fulltext,
        poll=PollState(due_at=now),
    )


def export(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Else standard output.")] = None,
) -> None:
    """Write the feeds as OPML, for any other reader."""
    from monitor.collect import opml

    with invocation.open_store(context) as store:
        document = opml.write_feed_list(store.feeds.list(), title="Watchpost feeds")
    if file is None:
        typer.echo(document.decode(), nl=False)
        return
    try:
        file.write_bytes(document)
    except OSError as error:
        raise ConfigError(f"{file}: can't be written: {error.strerror}") from None
