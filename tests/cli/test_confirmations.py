"""Each command that changes something confirms it in one form: what was done to which thing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest
from typer.main import get_command

from monitor.cli import app
from monitor.store.store import Store
from tests.cli.conftest import Terminal
from tests.contexts import watched
from tests.grouped import KILLED, MORE_KILLED, OTHER, arrive, figure_pack, grouping, news
from tests.store.builders import an_alert

FORM = re.compile(
    r"^(added|paused|resumed|changed|removed|imported|ended|queued|marked|merged|split|undone|renamed"
    r"|corrected|saved|invited|reset|upgraded|copied|indexed|wrote|restored|pruned|erased"
    r"|started|cancelled)"
    r" (feed|list|subscription|silence|alert|alerts|article|story|figure|search|person|token"
    r"|database|configuration|backup|job)( [0-9a-f]{8})?( \S.*)?: \S.*$",
    re.MULTILINE,
)
FEED, OPML = "https://wire.example/rss", "list.opml"
# In the order of the calls; STORY, OTHER_STORY, ARTICLE, FIGURE, ALERT and SILENCE are keys.
CHANGES = [
    ("init", "new --bare"),
    ("feeds add", f"{FEED} --no-try"),
    ("feeds interval", f"{FEED} 2h"),
    ("feeds edit", f"{FEED} --lang ko"),
    ("feeds full-text", f"{FEED} off"),
    ("feeds login", f"{FEED} --remove"),
    ("feeds headers", f"{FEED} --remove"),
    ("feeds pause", FEED),
    ("feeds resume", FEED),
    ("feeds remove", FEED),
    ("feeds import", OPML),
    ("subscriptions add", "me --webhook https://hook.example/me"),
    ("subscriptions edit", "me --cadence daily"),
    ("subscriptions rotate", "me"),
    ("subscriptions links", "me --renew"),
    ("subscriptions pause", "me"),
    ("subscriptions resume", "me"),
    ("silences add", "--theme troops --for 1h --reason x"),
    ("silences remove", "SILENCE"),
    ("deliveries retry", "ALERT"),
    ("deliveries replay", "--subscription me --since 2d --yes"),
    ("marks set", "ARTICLE relevant --theme troops"),
    ("marks remove", "ARTICLE"),
    ("marks undo", ""),
    ("stories merge", "OTHER_STORY STORY --reason x"),
    ("stories undo", "STORY"),
    ("stories split", "STORY ARTICLE --reason x"),
    ("stories rename", "STORY Trip"),
    ("stories replay", "--since 2020-01-01"),
    ("figures correct", "FIGURE --min 700 --max 900 --reason x"),
    ("searches save", "kursk kursk"),
    ("searches links", "kursk --renew"),
    ("searches remove", "kursk"),
    ("people add", "anna --role viewer"),
    ("people link", "anna --reset"),
    ("people role", "anna analyst"),
    ("people remove", "anna"),
    ("tokens add", "program --role viewer"),
    ("tokens remove", "program"),
    ("console", "--no-open"),
    ("jobs start", "prune"),
    ("jobs cancel", "JOB"),
    ("jobs retry", "JOB"),
    ("db upgrade", ""),
    ("db index", ""),
    ("db backup", "copy.db"),
    ("db copy", "--to sqlite:///second.db"),
    ("db prune", ""),
    ("backup", "whole.tar.gz"),
    ("restore", "whole.tar.gz --into new --keep-settings"),
    ("subscriptions remove", "me"),
]
# They change a pack, rules or a setup, or run the service: their own tests compare what they print.
ELSEWHERE = {
    "apply", "deliver", "demo", "keywords restore", "model promote", "model rollback",
    "model train", "poll", "review confirm", "review reject", "run",
}  # fmt: skip
READING = {
    "articles list", "articles show", "audit list", "config check", "config show",
    "deliveries list",
    "deliveries show", "doctor", "explain", "export", "feeds check", "feeds export", "feeds list",
    "feeds show",
    "figures extract", "figures list", "jobs download", "jobs list", "jobs show",
    "keywords history", "keywords test",
    "marks history", "marks list", "marks next", "mcp",
    "model evaluate", "model golden", "model judge", "model recall", "model show", "people list",
    "review list", "search", "searches list", "searches show", "silences list", "stats",
    "stories assign", "stories list", "stories show", "stories spikes", "subscriptions list",
    "subscriptions preview", "subscriptions show",
    "subscriptions test", "tokens list", "workers list",
}  # fmt: skip


def commands(group: object, path: tuple[str, ...] = ()) -> Iterator[str]:
    """ "feeds add", …: every command that help shows."""
    for name, command in getattr(group, "commands", {}).items():
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name))


def test_each_command_is_known_to_change_something_or_nothing():
    listed = {command for command, _ in CHANGES} | ELSEWHERE | READING
    assert set(commands(get_command(app))) == listed


@pytest.fixture
def stocked(watch: Terminal) -> Terminal:
    """A terminal in the folder of a service with two stories, and a list of feeds."""
    settings = watch.folder / "monitor.toml"
    settings.write_text('[web]\npublic_url = "https://alerts.example/"\n', encoding="utf-8")
    list_file = watch.folder / OPML
    list_file.write_text(
        '<opml version="2.0"><body><outline xmlUrl="https://b.example/f"/></body></opml>',
        encoding="utf-8",
    )
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        watched(store)
        stage = grouping(figure_pack())
        asyncio.run(arrive(store, stage, news(KILLED), news(MORE_KILLED, 1), news(OTHER, 2)))
    return watch


def waiting_alert(terminal: Terminal) -> str:
    """The key of an alert that waits for the subscription, which exists at times."""
    with Store.open(f"sqlite:///{terminal.folder / 'watchpost.db'}") as store:
        subscription = store.subscriptions.find("me")
        if subscription is None:
            return ""
        article = next(store.articles.oldest_first())
        alert = an_alert(article, subscription)
        store.outbox.add([alert])
    return alert.key


def keys(terminal: Terminal) -> dict[str, str]:
    """The keys of things that the calls name in capitals."""
    stories = terminal("stories", "list", "--json").json()["stories"]
    stories.sort(key=lambda story: story["articles"])
    silences = terminal("silences", "list", "--all", "--json").json()
    jobs = terminal("jobs", "list", "--json").json()
    figures = terminal("figures", "list", "--json").json()["figures"]
    shown = terminal("stories", "show", stories[-1]["key"], "--json").json()
    return {
        "ALERT": waiting_alert(terminal),
        "STORY": stories[-1]["key"],
        "OTHER_STORY": stories[0]["key"],
        "ARTICLE": shown["articles_listed"][-1]["key"],
        "FIGURE": figures[0]["key"] if figures else "",
        "JOB": jobs[0]["key"] if jobs else "",
        "SILENCE": silences[0]["key"] if silences else "",
    }


def test_each_change_is_confirmed_in_one_form(stocked: Terminal):
    unlike = []
    for command, words in CHANGES:
        named = keys(stocked) if re.search("[A-Z]{3}", words) else {}
        call = [*command.split(), *(named.get(word, word) for word in words.split())]
        done = stocked(*call)
        if done.code != 0 or not FORM.search(done.err):
            unlike.append((command, done.code, done.err))
    assert not unlike
