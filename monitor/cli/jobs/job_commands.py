"""`monitor jobs`: start long work, follow it, cancel it, try it again."""

from __future__ import annotations

import json as json_module
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import AuditReason, Json
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import JobKind
from monitor.runtime import clock
from monitor.text.formats import short_instant

if TYPE_CHECKING:
    from monitor.actions.jobs.offered_files import OfferedFile
    from monitor.domain.jobs.job import Job

app = typer.Typer(
    help="Jobs: long work that any worker does, such as a backtest or a training.",
    no_args_is_help=True,
)

KeyArgument = Annotated[str, typer.Argument(help="Its key; the beginning will do.")]


@app.command("start")
def start(
    context: typer.Context,
    kind: Annotated[JobKind, typer.Argument(help="What to do.")],
    options: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="An option of the job, as length=30d; rules=@FILE reads a file.",
        ),
    ] = None,
    reason: AuditReason = "",
    json: Json = False,
) -> None:
    """Start a job, which the next free worker does; `monitor jobs show` follows it.

    backtest (length, rules), training (topic), prune, search-index, export (format, since, theme,
    subscription, tier, all), story-replay (since, until, topic).
    """
    from monitor.actions.jobs.job_requests import JobRequest, start_job
    from monitor.actions.jobs.offered_files import whole_job_as_json

    settings, now = invocation.settled_settings(context), clock.now()
    request = JobRequest(kind=kind, options=dict(map(_option, options or [])), reason=reason)
    with invocation.open_store(context) as store:
        job = start_job(store, settings, request, local_caller.caller(now), now)
    if json:
        output.print_json(whole_job_as_json(job))
        return
    _print_change("started", job)


def _option(text: str) -> tuple[str, str]:
    """ "rules=@draft.toml" → the name and the text of the file.  Raise ConfigError."""
    name, separator, value = text.partition("=")
    if not separator:
        raise ConfigError(f"--set {text!r}: give NAME=VALUE, such as length=30d")
    if not value.startswith("@"):
        return name.strip(), value
    try:
        return name.strip(), Path(value[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--set {text!r}: the file can't be read: {error}") from None


@app.command("list")
def list_all(
    context: typer.Context,
    open_only: Annotated[bool, typer.Option("--open", help="Only jobs that wait or run.")] = False,
    kind: Annotated[JobKind | None, typer.Option(help="Only jobs of this kind.")] = None,
    json: Json = False,
) -> None:
    """The newest 100 jobs: who asked, how far they are, and why they failed."""
    from monitor.actions.jobs.job_lists import job_as_json, list_jobs, state_sentence

    with invocation.open_store(context) as store:
        listed = list_jobs(store, clock.now(), open_only=open_only, kind=kind)
    if json:
        output.print_json([job_as_json(job) for job in listed.jobs])
        return
    rows = [
        (
            job.key[:8],
            job.kind.value,
            job.state.value,
            state_sentence(job),
            job.asked_by,
            short_instant(job.asked_at),
        )
        for job in listed.jobs
    ]
    columns = ("key", "kind", "state", "how far", "by", "asked")
    output.print_table(
        columns, rows, wrapped=("how far",), empty="no jobs: `monitor jobs start` starts one"
    )
    if listed.warning:
        output.print_note(listed.warning)


@app.command("show")
def show(context: typer.Context, key: KeyArgument, json: Json = False) -> None:
    """One job with its options and its result."""
    from monitor.actions.jobs.job_lists import find_job, state_sentence
    from monitor.actions.jobs.offered_files import offered_file, whole_job_as_json

    settings = invocation.settings(context)
    with invocation.open_store(context) as store:
        job = find_job(store, key)
        offered = offered_file(store, settings, job)
    if json:
        output.print_json(whole_job_as_json(job, offered))
        return
    facts = [
        ("key", job.key),
        ("kind", job.kind.value),
        ("state", job.state.value),
        ("how far", state_sentence(job)),
        ("asked", f"{short_instant(job.asked_at)} by {job.asked_by}"),
        ("started", _times(job)),
        ("worker", job.worker),
        ("ended", short_instant(job.ended_at) if job.ended_at else ""),
        ("file", _file_text(job, offered) if offered else ""),
        ("settings", job.basis),
        *((f"set {name}", value) for name, value in job.options.items()),
    ]
    for label, text in facts:
        if text:
            typer.echo(f"{label:<12}{text}")
    if job.result is not None and job.kind is JobKind.STORY_REPLAY:
        from monitor.cli.stories.replay_lines import print_replay

        print_replay(job.result)
    elif job.result is not None:
        typer.echo("result")
        typer.echo(json_module.dumps(dict(job.result), ensure_ascii=False, indent=2))


def _file_text(job: Job, offered: OfferedFile) -> str:
    file = offered.file
    until = short_instant(offered.kept_until)
    return f"{file.name}, {file.size:,} bytes, until {until}: monitor jobs download {job.key[:8]}"


@app.command("download")
def download(
    context: typer.Context,
    key: KeyArgument,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write to this file instead of standard output."),
    ] = None,
) -> None:
    """The file that an export made, on whichever machine.

    A file is replaced whole, or left as it was.
    """
    from monitor.actions.jobs.offered_files import find_file, read_file
    from monitor.actions.output_files import write_file

    settings = invocation.settings(context)
    with invocation.open_store(context) as store:
        chunks = read_file(store, find_file(store, settings, key))
        if out:
            output.print_note(f"wrote {write_file(chunks, out):,} bytes to {out}")
            return
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)


def _times(job: Job) -> str:
    if job.started_at is None:
        return ""
    return f"{short_instant(job.started_at)}, attempt {job.attempts} of {job.attempts_limit}"


@app.command("cancel")
def cancel(context: typer.Context, key: KeyArgument) -> None:
    """End a job: one that waits at once, one that runs within a few seconds."""
    from monitor.actions.jobs.job_requests import cancel_job

    now = clock.now()
    with invocation.open_store(context) as store:
        job = cancel_job(store, key, local_caller.caller(now), now)
    _print_change("cancelled", job)


@app.command("retry")
def retry(context: typer.Context, key: KeyArgument) -> None:
    """Let a job that failed or was cancelled wait again, for the settings of now."""
    from monitor.actions.jobs.job_requests import retry_job

    settings, now = invocation.settled_settings(context), clock.now()
    with invocation.open_store(context) as store:
        job = retry_job(store, settings, key, local_caller.caller(now), now)
    _print_change("started", job)


def _print_change(done: str, job: Job) -> None:
    from monitor.actions.jobs.job_lists import state_sentence

    state = state_sentence(job) or job.state.value
    output.print_change(done, "job", job.kind.value, state, key=job.key)
