"""`monitor config`: check the configuration, and show the settings in force."""

from __future__ import annotations

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
    json: Json = False,
) -> None:
    """The settings in force, every layer applied; secrets are masked."""
    from monitor.actions.operations.configuration import shown_settings

    values = shown_settings(invocation.settings(context))
    if json:
        output.print_json(values)
        return
    rows: list[tuple[str, str]] = []
    for section, table in values.items():
        rows += [(f"{section}.{key}", str(value)) for key, value in table.items()]
    output.print_table(("setting", "value"), rows, empty="")
