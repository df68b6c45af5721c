"""`monitor config`: is it right, and what is in force."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli import invocation, output

app = typer.Typer(help="Check and show the configuration.", no_args_is_help=True)


@app.command()
def check(context: typer.Context) -> None:
    """Check the whole configuration: topic pack, every keyword rule, how mail is sent."""
    from monitor.runtime import build, topic_pack

    chosen = invocation.settings(context)
    build.mail_channel(chosen)
    pack = topic_pack.load_pack(chosen)
    topic_pack.keyword_rules(chosen, pack)
    rules = len(chosen.keywords.rules)
    output.note(f"all right: {chosen.path or 'defaults'}, topic {pack.name}, {rules} keyword rules")


@app.command("show")
def show_(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """The settings in force, every layer applied; secrets are masked."""
    chosen = invocation.settings(context)
    values = chosen.model_dump(mode="json")
    values["database"]["url"] = masked(chosen.database_url)
    if json:
        output.as_json(values)
        return
    rows = [
        (f"{section}.{key}", _text(value))
        for section, table in values.items()
        for key, value in table.items()
    ]
    output.table(("setting", "value"), rows, empty="")


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def masked(url: str) -> str:
    """A database URL without its password."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if not parts.password:
        return url
    return parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")).geturl()
