"""Downloads of the files that jobs made: sent a chunk at a time, each read when it is wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from monitor.domain.errors import StoreError
from monitor.domain.jobs.job_file import JobFile
from monitor.store.store import Store
from monitor.web.site.connection_limits import extend_deadline
from monitor.web.site.context import SiteContext

MEDIA_TYPE = "application/octet-stream"  # browsers store it, and run nothing of it


def file_response(site: SiteContext, request: Request, file: JobFile) -> Response:
    """The file; the connection breaks off when the file is removed meanwhile."""
    headers = {
        "content-disposition": f'attachment; filename="{file.name}"',
        "content-length": str(file.size),
        "cache-control": "no-store",
    }
    if request.method == "HEAD":
        return Response(headers=headers, media_type=MEDIA_TYPE)
    return StreamingResponse(_chunks(site, request, file), headers=headers, media_type=MEDIA_TYPE)


async def _chunks(site: SiteContext, request: Request, file: JobFile) -> AsyncIterator[bytes]:
    remaining, number = file.size, 0
    while remaining:
        chunk = await site.read(partial(_read_chunk, file, number))
        if chunk is None:  # an end here would look like that of the whole file
            raise StoreError(f"{file.name}: was removed while it was sent")
        extend_deadline(request.scope)
        yield chunk
        remaining, number = remaining - len(chunk), number + 1


def _read_chunk(file: JobFile, number: int, store: Store) -> bytes | None:
    return store.job_files.read_chunk(file, number)
