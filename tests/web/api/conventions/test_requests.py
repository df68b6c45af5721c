"""Tests of queries and bodies: what an operation does not know is refused, with what was meant."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest

from tests.web.api.conftest import Program
from tests.web.conftest import Visitor


async def test_an_unknown_parameter_is_refused_with_the_one_that_was_meant(reader: Program) -> None:
    answer = await reader.get("/articles", params={"limt": "5"})
    assert answer.status == 400
    assert answer.json()["errors"] == [
        {
            "parameter": "limt",
            "detail": "there is no such parameter; there are: limit, after, q",
            "suggestion": "limit",
        }
    ]
    assert "'limit' was probably meant" in answer.json()["detail"]


@pytest.mark.parametrize("limit", ["0", "201", "x", "", "5.0", "1_0", "-1", " 5", "٥", "9" * 30])
async def test_a_limit_is_a_number_from_1_to_200(reader: Program, limit: str) -> None:
    answer = await reader.get("/articles", params={"limit": limit})
    assert answer.status == 400
    assert answer.json()["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize("query", ["q=%00", "q=%FF", "q=a&q=b", "&".join(["x=1"] * 101), "=1"])
async def test_a_query_that_no_database_takes_is_refused(reader: Program, query: str) -> None:
    answer = await reader.get(f"/articles?{query}")
    assert answer.status == 400
    assert answer.json()["type"] == "/api/v1/problems/bad-query"


async def test_each_wrong_field_of_a_body_is_named(admin: Program) -> None:
    answer = await admin.post("/people", {"nam": "Anna", "role": "analist"})
    assert answer.status == 422
    assert answer.json()["errors"] == [
        {"pointer": "/name", "detail": "is missing"},
        {
            "pointer": "/role",
            "detail": "input should be 'viewer', 'analyst', 'operator' or 'admin'",
            "suggestion": "analyst",
        },
        {"pointer": "/nam", "detail": "there is no 'nam' here", "suggestion": "name"},
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"title": "a"',
        b'{"title": 5}',
        b'{"title": "a", "text": NaN}',
        b'{"title": "\\u0000"}',
        b'{"title": "\\ud800"}',
        b'{"title": "\xff"}',
        b"[" * 60_000,
    ],
)
async def test_a_body_that_is_no_such_object_is_refused(reader: Program, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = await reader.ask("POST", "/judge", data=body, headers=headers)
    assert answer.status == 422


async def test_a_body_of_another_type_or_size_is_refused(reader: Program) -> None:
    form = await reader.ask("POST", "/judge", data={"title": "Kursk"})
    assert form.status == 415
    large = await reader.post("/judge", {"title": "a", "text": "x" * 70_000})
    assert large.status == 413


async def test_an_operation_without_a_body_takes_none(admin: Program) -> None:
    await admin.post("/people", {"name": "Anna", "role": "viewer"})
    assert (await admin.post("/people/Anna/link", {})).status == 200
    assert (await admin.post("/people/Anna/link", {"reason": "lost"})).status == 422


async def test_who_leaves_in_the_middle_of_a_body_is_no_fault(
    visitor: Visitor, reader: Program, caplog: pytest.LogCaptureFixture
) -> None:
    address = urlsplit(visitor.base)
    _, leaving = await asyncio.open_connection(address.hostname, address.port)
    head = (
        f"POST /api/v1/judge HTTP/1.1\r\nhost: {address.netloc}\r\n"
        f"authorization: {reader.headers['authorization']}\r\n"
        "content-type: application/json\r\ncontent-length: 100\r\n\r\n"
    )
    leaving.write(head.encode() + b'{"title": ')
    await leaving.drain()
    leaving.close()
    await leaving.wait_closed()
    for _ in range(20):  # requests after it: the one that was left has ended by then
        assert (await reader.get("/me")).status == 200
    assert [record.message for record in caplog.records if record.exc_info] == []
