"""Chat client: one question to an endpoint of the OpenAI-compatible chat protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta

import aiohttp

from monitor.collect.http import fetch_errors
from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason
from monitor.net import egress

MAX_ANSWER_TOKENS = 300
_MAX_BYTES = 200_000  # of a reply


class ChatClient:
    """Asks one model through a session that enforces the egress rules."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        url: str,
        model: str,
        api_key: str,
        timeout: timedelta,
        user_agent: str,
    ) -> None:
        """`url` is the base of the API ("http://127.0.0.1:11434/v1"); `timeout` is for all of one
        question.
        """
        self._session = session
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._timeout = timeout.total_seconds()
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "identity"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"

    async def ask(self, instructions: str, question: str, schema: Mapping[str, object], /) -> str:
        """The text of the model's reply, which should be JSON of the schema.

        Raise FetchError for every failure; its text has no secret.
        """
        body = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": question},
            ],
            "temperature": 0,
            "max_tokens": MAX_ANSWER_TOKENS,
            "stream": False,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": dict(schema)},
            },
        }
        try:
            async with asyncio.timeout(self._timeout):
                reply = await self._post(egress.check_url(self._url), body)
        except TimeoutError:
            detail = f"the model did not answer within {self._timeout:g} s"
            raise FetchError(FeedReason.TIMEOUT, detail) from None
        except (aiohttp.ClientError, OSError) as error:
            raise fetch_errors.fetch_error_from(error) from error
        return _content(reply)

    async def _post(self, url: str, body: Mapping[str, object]) -> bytes:
        async with self._session.post(
            url, json=body, headers=self._headers, allow_redirects=False
        ) as answer:
            fetch_errors.check_status(answer.status, None)
            reply = await answer.content.read(_MAX_BYTES + 1)
            while len(reply) <= _MAX_BYTES and not answer.content.at_eof():
                reply += await answer.content.read(_MAX_BYTES + 1 - len(reply))
        if len(reply) > _MAX_BYTES:
            raise FetchError(FeedReason.TOO_LARGE, f"the reply has more than {_MAX_BYTES} bytes")
        return reply


def _content(reply: bytes) -> str:
    """The text of the first choice.  Raise FetchError for a reply of another protocol."""
    try:
        content = json.loads(reply)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        detail = "the reply is not one of the OpenAI-compatible chat protocol"
        raise FetchError(FeedReason.PROTOCOL, detail)
    return content
