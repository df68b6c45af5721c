"""`monitor doctor`: check the installation, and say what to do about each fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.domain.errors import ConfigError
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.settings.sections import Settings


def doctor(
    context: typer.Context,
    json: Json = False,
) -> None:
    """Check settings, pack, database, feeds, subscriptions, alerts and running services.

    Exit code 1 when something needs a person.
    """
    from monitor.actions.operations.checks import check_installation, needs_person

    settings = _settings(context, json=json)
    findings = check_installation(settings, invocation.file(context), clock.now())
    if json:
        output.print_json([finding.as_json() for finding in findings])
    else:
        rows = [(finding.level, finding.subject, finding.sentence) for finding in findings]
        output.print_table(("", "subject", "finding"), rows, empty="")
    if needs_person(findings):
        raise typer.Exit(1)


def _settings(context: typer.Context, *, json: bool) -> Settings:
    """The settings; without them only the services that run on older ones can be examined.

    Raise ConfigError, or Exit(2) after printing JSON.
    """
    from monitor.actions.operations.checks import check_running_services
    from monitor.actions.operations.findings import fault

    try:
        return invocation.settled_settings(context)
    except ConfigError as error:
        services = check_running_services(invocation.file(context), clock.now())
        if json:
            findings = [fault("settings", str(error)), *services]
            output.print_json([finding.as_json() for finding in findings])
            raise typer.Exit(2) from None
        lines = [f"{finding.subject}: {finding.sentence}" for finding in services]
        raise ConfigError("\n".join([str(error), *lines])) from None
