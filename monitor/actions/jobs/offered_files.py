"""Files of jobs: written in chunks into the database, offered for download by any process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.jobs.job_lists import find_job, job_as_json, state_sentence
from monitor.actions.jobs.job_site import JobEnded
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import Job, JobKind, JobState
from monitor.domain.jobs.job_file import JobFile, in_chunks
from monitor.text.formats import duration_text

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedFile:
    """A file that can be downloaded now."""

    file: JobFile
    kept_until: datetime

    def as_json(self) -> JsonObject:
        """The file as `jobs show --json` has it."""
        return {
            "name": self.file.name,
            "bytes": self.file.size,
            "sha256": self.file.sha256,
            "made_at": as_json.instant(self.file.made_at),
            "kept_until": as_json.instant(self.kept_until),
        }


def write_file(
    store: Store,
    job: Job,
    name: str,
    pieces: Iterable[bytes],
    *,
    limit: int,
    clock: Callable[[], datetime],
) -> JobFile:
    """Store the pieces as the file of this attempt, which is offered when the job is done.

    Raise ConfigError when it has more bytes than `limit`, JobEnded when the attempt was cancelled
    or lost; what was stored until then is removed by retention.
    """
    made_at, size, digest = clock(), 0, sha256()
    _check_wanted(store.job_files.begin(job, name, made_at))
    for number, chunk in enumerate(in_chunks(pieces)):
        size += len(chunk)
        if size > limit:
            raise ConfigError(
                f"the file has more than {limit:,} bytes (jobs.max_file_bytes): restrict the"
                " articles, or write the file with `monitor export`"
            )
        digest.update(chunk)
        _check_wanted(store.job_files.add_chunk(job, number, chunk))
    _check_wanted(store.job_files.complete(job, size, digest.hexdigest()))
    return JobFile(
        job_key=job.key,
        attempt=job.attempts,
        name=name,
        size=size,
        sha256=digest.hexdigest(),
        made_at=made_at,
    )


def _check_wanted(is_wanted: bool) -> None:
    if not is_wanted:
        raise JobEnded


def offered_file(store: Store, settings: Settings, job: Job) -> OfferedFile | None:
    """The file of a job that can be downloaded now; None where there is none."""
    file = store.job_files.find(job)
    if file is None:
        return None
    return OfferedFile(file=file, kept_until=file.made_at + settings.retention.exports)


def whole_job_as_json(job: Job, offered: OfferedFile | None = None) -> JsonObject:
    """A job with its options, its result and its file, as `jobs show --json` has it."""
    return {
        **job_as_json(job),
        "options": dict(job.options),
        "result": job.result,
        "file": offered.as_json() if offered else None,
    }


def find_file(store: Store, settings: Settings, reference: str) -> JobFile:
    """The file of the job of this key or beginning of a key.

    Raise ConfigError when there is no such job, and when it has no file: why.
    """
    job = find_job(store, reference)
    offered = offered_file(store, settings, job)
    if offered is None:
        raise ConfigError(_why_no_file(job, settings))
    return offered.file


def _why_no_file(job: Job, settings: Settings) -> str:
    name = f"{job.kind} {job.key[:8]}"
    if job.kind is not JobKind.EXPORT:
        return f"{name} makes no file: only an export does"
    if job.state is JobState.DONE:
        kept = duration_text(settings.retention.exports)
        return f"{name} has no file any more: it was kept for {kept} (retention.exports)"
    sentence = state_sentence(job)
    return f"{name} has no file: it is {job.state}" + (f" ({sentence})" if sentence else "")


def read_file(store: Store, file: JobFile) -> Iterator[bytes]:
    """The file in chunks, each read in a short transaction.

    Raise ConfigError at the end when it was removed meanwhile.
    """
    size, number = 0, 0
    while (chunk := store.job_files.read_chunk(file, number)) is not None:
        yield chunk
        size, number = size + len(chunk), number + 1
    if size != file.size:
        raise ConfigError(f"{file.name}: was removed while it was read: start the export again")
