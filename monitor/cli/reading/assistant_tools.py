"""`monitor mcp`: read-only tools for assistants, by the Model Context Protocol over stdio."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from monitor.actions.option_values import InvalidOption
from monitor.cli import invocation
from monitor.cli.access import local_caller
from monitor.runtime import clock, logs


def mcp(
    context: typer.Context,
    url: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="Pass on to a service elsewhere: https://HOST/api/mcp; needs --token-file.",
        ),
    ] = "",
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file", metavar="FILE", help="Read the access token for --url from this file."
        ),
    ] = None,
) -> None:
    """Offer read-only tools to an assistant over standard input and output (MCP).

    Without --url it reads the database of this machine.
    """
    from monitor.web.assistants import sdk_extra

    sdk_extra.check_installed()
    from monitor.web.assistants import stdio

    if sys.stdin.isatty():
        typer.echo("monitor: an assistant starts this command; docs/mcp.md says how", err=True)
    if not url:
        if token_file is not None:
            raise InvalidOption("token_file", "is for --url")
        settings = invocation.settled_settings(context)
        logs.start(json_lines=False, level="warning")
        now = clock.now()
        asyncio.run(stdio.serve_store(settings, local_caller.caller(now), clock.now))
        return
    asyncio.run(stdio.serve_remote(_checked(url), _token(token_file)))


def _checked(url: str) -> str:
    """The address, if a token may be sent there.  Raise InvalidOption."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise InvalidOption("url", f"{url!r} is no address") from None
    is_local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or not (parts.scheme == "https" or is_local):
        raise InvalidOption(
            "url", "must begin with https://: an access token would be readable on its way"
        )
    return url


def _token(file: Path | None) -> str:
    """The access token in the file.  Raise InvalidOption."""
    if file is None:
        raise InvalidOption("token_file", "is needed with --url: a file with an access token")
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidOption("token_file", f"can't be read: {file}: {error}") from None
    from monitor.access.secret_text import is_token

    if not is_token(text):
        raise InvalidOption("token_file", f"{file} has no access token (wpt_…)")
    return text
