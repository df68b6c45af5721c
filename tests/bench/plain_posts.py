"""Posts without signatures, retries and records: what delivering webhooks is compared with."""

from __future__ import annotations

import asyncio
import json
import time


def posting(hook: str) -> dict[str, float]:
    """The cost of 500 posts without signatures, retries and records."""
    started, cpu = time.perf_counter(), time.process_time()
    asyncio.run(_post(hook, 500, side_by_side=20))
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    return {"per_second": 500 / wall, "cpu_ms": cpu / 500 * 1000}


async def _post(hook: str, count: int, *, side_by_side: int) -> None:
    import aiohttp

    body = json.dumps({"type": "article.flagged", "data": {"text": "x" * 2_000}}).encode()
    left = iter(range(count))

    async def one_after_another(session: aiohttp.ClientSession) -> None:
        for _ in left:
            async with session.post(hook, data=body) as answer:
                await answer.read()

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(one_after_another(session) for _ in range(side_by_side)))
