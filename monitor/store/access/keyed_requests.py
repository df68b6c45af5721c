"""Requests of the API with an idempotency key, and their answers, for 24 hours."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from monitor.access.idempotency import KEPT, KeyedRequest, StoredAnswer
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import keyed_requests


class KeyedRequests:
    """The table of requests with an idempotency key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, request: KeyedRequest) -> KeyedRequest | None:
        """Store a request that begins; the first one with its key where there is one already."""
        row = {
            "key": request.key,
            "fingerprint": request.fingerprint,
            "begun_at": request.begun_at,
            "answer": None,
        }
        is_over = delete(keyed_requests).where(keyed_requests.c.begun_at <= request.begun_at - KEPT)
        has_key = select(keyed_requests).where(keyed_requests.c.key == request.key)

        def write(connection: Connection) -> KeyedRequest | None:
            connection.execute(is_over)
            if self._database.insert_new(connection, keyed_requests, [row]):
                return None
            return _request_from_row(connection.execute(has_key).one())

        return self._database.write(write)

    def end(self, key: str, answer: StoredAnswer) -> None:
        """Store the answer of a request that is done."""
        change = update(keyed_requests).where(keyed_requests.c.key == key)
        content = {"status": answer.status, "headers": dict(answer.headers), "body": answer.body}
        change = change.values(answer=content)
        self._database.write(lambda connection: connection.execute(change))

    def forget(self, key: str) -> None:
        """Remove a request that changed nothing: it may be sent again with its key."""
        removal = delete(keyed_requests).where(keyed_requests.c.key == key)
        self._database.write(lambda connection: connection.execute(removal))


def _request_from_row(row: Row[Any]) -> KeyedRequest:
    return KeyedRequest(
        key=row.key,
        fingerprint=row.fingerprint,
        begun_at=row.begun_at,
        answer=None if row.answer is None else StoredAnswer(**row.answer),
    )
