"""`monitor apply`: bring feeds, subscriptions and silences to what a file says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json
from monitor.domain.errors import ConfigError
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.actions.setup.setup_plan import AppliedSetup, SetupPlan


def apply(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A TOML file, as `export --setup` writes it.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan and change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Carry the plan out without asking.")] = False,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Remove what the file does not name, of the kinds it lists."),
    ] = False,
    json: Json = False,
) -> None:
    """Bring feeds, subscriptions and silences to what a file says: a plan first, then yes.

    What the file does not name stays.  Applied again, the same file changes nothing.  The signing
    secret of a new webhook is shown now and never again.
    """
    from monitor.actions.setup.setup_file import read_setup
    from monitor.actions.setup.setup_plan import apply_setup, plan_setup
    from monitor.actions.setup.subscription_setup import SetupContext
    from monitor.runtime import topics

    setup = read_setup(file)
    settings, now = invocation.settled_settings(context), clock.now()
    checked_against = SetupContext(
        allow=settings.egress.allow,
        topics=topics.topic_titles(settings),
        topic_themes=topics.theme_titles(settings),
        now=now,
    )
    with invocation.open_store(context) as store:
        plan = plan_setup(store, setup, checked_against, prune=prune)
        if not json:
            _print_plan(plan)
        if dry_run or not plan.steps:
            if json:
                output.print_json({**plan.as_json(), "secrets": {}})
            return
        if not yes:
            _confirm(json)
        applied = apply_setup(store, plan, local_caller.caller(now), now)
    _print_applied(applied, json)


def _print_plan(plan: SetupPlan) -> None:
    for step in plan.steps:
        typer.echo(step.sentence)
    output.print_note(plan.sentence if plan.steps else "nothing to change")


def _confirm(json: bool) -> None:
    """Ask at a terminal.  Raise ConfigError where nobody can be asked."""
    if json or not sys.stdin.isatty():
        raise ConfigError("nothing was changed: add --yes to carry the plan out, or --dry-run")
    typer.confirm("Carry this out?", abort=True, err=True)


def _print_applied(applied: AppliedSetup, json: bool) -> None:
    if json:
        output.print_json(applied.as_json())
        return
    output.print_change("applied", "setup", "", "every step of the plan is done")
    for name, secret in applied.secrets.items():
        output.print_note(
            f"the receiver of {name} checks signatures with this secret, shown only now:"
        )
        typer.echo(secret)
