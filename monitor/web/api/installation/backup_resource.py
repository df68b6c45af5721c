"""Backup of the whole installation, made while the service runs and sent as one file."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

from fastapi import Response
from starlette.responses import StreamingResponse

from monitor.access.permissions import Act
from monitor.runtime import build
from monitor.web.api.conventions.api_models import NoBody, NoQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.operation import Call
from monitor.web.site import problems
from monitor.web.site.connection_limits import extend_deadline
from monitor.web.site.problems import ProblemError

api = ApiRouter()

MEDIA_TYPE = "application/gzip"
_PART_BYTES = 262_144
_DEADLINE_SPACING = 5  # seconds: while the file is made no byte is sent
_in_progress = asyncio.Lock()  # a backup reads everything: one at a time


@api.download("/backup.tar.gz", Act.MAKE_BACKUP, NoQuery, MEDIA_TYPE)
async def download_backup(call: Call[NoQuery, NoBody]) -> Response:
    """Database, settings and trained packs in one file, as `monitor backup` writes it.

    It holds every secret as it is.  The database is that of one instant, always as SQLite;
    `monitor restore` takes the file.  One backup is made at a time: another request gets 409.
    """
    name = f"watchpost-{call.now:%Y-%m-%d}.tar.gz"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    if call.request.method == "HEAD":
        return Response(headers=headers, media_type=MEDIA_TYPE)
    if _in_progress.locked():
        raise ProblemError(problems.CONFLICT, "A backup is being made: ask again when it is done.")
    stream = _stream(call, name)
    first = await anext(stream)
    return StreamingResponse(_with_first(first, stream), headers=headers, media_type=MEDIA_TYPE)


async def _with_first(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in rest:
        yield part


async def _stream(call: Call[NoQuery, NoBody], name: str) -> AsyncIterator[bytes]:
    """Make the file in a folder that only this user may read, send it, and remove it."""
    async with _in_progress:
        await call.write(lambda store: call.record(store, "make backup", name))
        with tempfile.TemporaryDirectory(prefix="watchpost-backup-") as folder:
            file = Path(folder) / "backup.tar.gz"
            making = asyncio.create_task(asyncio.to_thread(_make, call, file))
            while not making.done():
                await asyncio.wait({making}, timeout=_DEADLINE_SPACING)
                extend_deadline(call.request.scope)
            await making
            with file.open("rb") as content:
                while part := await asyncio.to_thread(content.read, _PART_BYTES):
                    extend_deadline(call.request.scope)
                    yield part


def _make(call: Call[NoQuery, NoBody], file: Path) -> None:
    """Write the backup with a store of its own: nothing else waits for it."""
    from monitor.actions.operations.whole_backups import back_up  # loads 1 MB of tar files

    settings = call.site.settings
    with closing(build.open_store(settings, upgrade=False)) as store:
        back_up(store, settings, file, call.now)
