"""Table of commands and nouns: the module of each, imported when the command is named.

`monitor --help` prints the table and imports none of them; a command imports only its own.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group


class CommandEntry(NamedTuple):
    """A command (a function) or a noun with commands of its own (a `typer.Typer`)."""

    name: str
    module: str  # below `monitor.cli`
    attribute: str
    help: str  # its first sentence, as its own help has it
    hidden: bool = False


COMMANDS = (
    CommandEntry("demo", "demo", "demo", "Show the whole service on sample feeds."),
    CommandEntry(
        "init",
        "workspace.init_workspace",
        "init",
        "Write monitor.toml, make the database, add the starter feeds.",
    ),
    CommandEntry("run", "service", "run", "Poll, deliver and serve pages until Ctrl-C."),
    CommandEntry("poll", "poll_deliver", "poll_once", "Poll the feeds that are due, once."),
    CommandEntry("deliver", "poll_deliver", "deliver_once", "Send every alert that is due, now."),
    CommandEntry(
        "search",
        "reading.search",
        "search",
        "Stored articles that match a question, flagged or not; docs/search.md has the grammar.",
    ),
    CommandEntry(
        "explain",
        "articles",
        "explain",
        "Why an article was flagged or not, and what would have to change for the other outcome.",
    ),
    CommandEntry(
        "export",
        "export",
        "export",
        "Export articles: the newest 500 as a feed, or all of them as CSV or JSON Lines.",
    ),
    CommandEntry(
        "console",
        "access.open_console",
        "console",
        "Print a sign-in link to the console; a desktop opens it.",
    ),
    CommandEntry(
        "apply",
        "workspace.apply_setup",
        "apply",
        "Bring feeds, subscriptions and silences to what a file says: a plan first, then yes.",
    ),
    CommandEntry(
        "backup",
        "workspace.backup_commands",
        "backup",
        "Write database, settings and trained packs into one file, while the service runs.",
    ),
    CommandEntry(
        "restore",
        "workspace.backup_commands",
        "restore",
        "Restore a backup into a folder, and into the database that its settings name.",
    ),
    CommandEntry(
        "mcp",
        "reading.assistant_tools",
        "mcp",
        "Offer read-only tools to an assistant over standard input and output (MCP).",
    ),
    CommandEntry(
        "stats",
        "reading.stats",
        "stats",
        "What was read, flagged and sent; scores, times, and what waits: as the dashboard"
        " shows it.",
    ),
    CommandEntry(
        "doctor",
        "doctor",
        "doctor",
        "Check settings, pack, database, feeds, subscriptions, alerts and running services.",
    ),
    CommandEntry("feeds", "feeds", "app", "The news feeds to poll."),
    CommandEntry("articles", "articles", "app", "Stored articles and the decisions about them."),
    CommandEntry(
        "searches",
        "reading.saved_search_commands",
        "app",
        "Saved searches: shared questions with names.",
    ),
    CommandEntry("subscriptions", "subscriptions", "app", "Who gets which alerts, how and when."),
    CommandEntry(
        "deliveries", "deliveries", "app", "Alerts that were sent, wait, or could not be delivered."
    ),
    CommandEntry("silences", "silences", "app", "Mute alerts for a limited time, with a reason."),
    CommandEntry(
        "keywords", "keywords", "app", "Try keyword rules before they are in force; their history."
    ),
    CommandEntry(
        "marks", "marks", "app", "Mark articles as relevant or not; the pack learns from it."
    ),
    CommandEntry(
        "label",
        "marks",
        "app",
        "Mark articles as relevant or not; the pack learns from it.",
        hidden=True,
    ),  # older name of `marks`; until the release after 0.1
    CommandEntry(
        "review",
        "reading.review_commands",
        "app",
        "Doubtful articles: below the threshold, above topic.review_threshold.",
    ),
    CommandEntry("model", "model", "app", "Train, evaluate, show and switch topic packs."),
    CommandEntry("stories", "stories", "app", "Stories: articles that report one event."),
    CommandEntry("figures", "figures", "app", "Figures that articles state, and who claims them."),
    CommandEntry(
        "jobs",
        "jobs.job_commands",
        "app",
        "Jobs: long work that any worker does, such as a backtest or a training.",
    ),
    CommandEntry(
        "workers", "jobs.worker_commands", "app", "Worker processes, and what they work on."
    ),
    CommandEntry(
        "people",
        "access.people_commands",
        "app",
        "Manage the people who may sign in to the console.",
    ),
    CommandEntry("tokens", "access.token_commands", "app", "Manage the access tokens of programs."),
    CommandEntry(
        "audit", "access.audit_commands", "app", "Read the audit log: who changed what, and why."
    ),
    CommandEntry("config", "workspace.check_config", "app", "Check and show the configuration."),
    CommandEntry(
        "db", "workspace.database", "app", "Upgrade, copy, back up, index and prune the database."
    ),
)


class LazyCommands(MutableMapping[str, Any]):
    """The commands by name; each is built when it is asked for."""

    def __init__(self) -> None:
        self._entries = {entry.name: entry for entry in COMMANDS}
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            self._built[name] = _built(self._entries[name])
        return self._built[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._built[name] = command

    def __delitem__(self, name: str) -> None:
        del self._entries[name]
        self._built.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class LazyGroup(TyperGroup):
    """The group of all commands, whose help needs the table only."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = LazyCommands()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands for `--help`."""
        lines = [
            TyperCommand(entry.name, help=entry.help, hidden=entry.hidden) for entry in COMMANDS
        ]
        TyperGroup(commands=lines).format_commands(ctx, formatter)


def _built(entry: CommandEntry) -> Any:
    """The command as typer builds it for an application that has no other."""
    target = getattr(import_module(f"monitor.cli.{entry.module}"), entry.attribute)
    application = typer.Typer(rich_markup_mode=None)
    if isinstance(target, typer.Typer):
        application.add_typer(target, name=entry.name, hidden=entry.hidden)
    else:
        application.command(entry.name)(target)
    return get_group(application).commands[entry.name]
