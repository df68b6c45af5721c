"""Files of jobs are sent in chunks; one that is removed meanwhile is no shorter file."""

from __future__ import annotations

import aiohttp
import pytest
from sqlalchemy import delete

from monitor.store.schema.tables import job_file_chunks
from tests.actions.jobs.test_offered_files import PIECES, exported
from tests.web.api.conftest import Program
from tests.web.api.conftest import operator as operator
from tests.web.api.conftest import web_settings as web_settings
from tests.web.conftest import Visitor

BYTES = str(sum(map(len, PIECES)))


async def test_a_file_that_loses_its_end_breaks_off(operator: Program, visitor: Visitor) -> None:
    job = exported(visitor.store)
    end = delete(job_file_chunks).where(job_file_chunks.c.number == 1)
    visitor.store._database.write(lambda connection: connection.execute(end))
    with pytest.raises(aiohttp.ClientError):
        await operator.get(f"/jobs/{job.key}/file")


async def test_a_client_is_told_the_size(operator: Program, visitor: Visitor) -> None:
    job = exported(visitor.store)
    plain = {"accept-encoding": "identity"}
    head = await operator.ask("HEAD", f"/jobs/{job.key}/file", headers=plain)
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", BYTES)
    file = await operator.get(f"/jobs/{job.key}/file", headers=plain)
    assert (file.body, file.headers["content-length"]) == (b"".join(PIECES), BYTES)
