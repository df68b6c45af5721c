"""`monitor config`: check the configuration, and show the settings in force."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.options import Json

app = typer.Typer(help="Check and show the configuration.", no_args_is_help=True)


@app.command()
def check(context: typer.Context) -> None:
    """Check the whole configuration: topic pack, every keyword rule, how mail is sent."""
    from monitor.actions.operations.configuration import check_configuration

    checked = check_configuration(invocation.settings(context))
    output.print_note(
        f"all right: {checked.path or 'defaults'}, topic {checked.topic},"
        f" {checked.rules} keyword rules"
    )


@app.command("show")
def show_(
    context: typer.Context,
    places: Annotated[
        bool, typer.Option("--places", help="With --json: also the file and line of each.")
    ] = False,
    json: Json = False,
) -> None:
    """The settings in force, every layer applied, and where each was set; secrets are masked."""
    from monitor.actions.operations.configuration import effective_settings, shown_settings

    settings = invocation.settings(context)
    if json and not places:
        output.print_json(shown_settings(settings))
        return
    effective = effective_settings(settings)
    if json:
        output.print_json([setting.as_json() for setting in effective])
        return
    rows = [(setting.name, setting.text, setting.place or "default") for setting in effective]
    output.print_table(("setting", "value", "set in"), rows, empty="", wrapped=("set in",))
