"""Errors are plain texts; the log names routes."""

from __future__ import annotations

import logging

from tests.web.conftest import Visitor


async def test_an_unknown_path_is_a_plain_404(visitor: Visitor):
    answer = await visitor.get("/nothing")
    assert (answer.status, answer.text) == (404, "Not found.\n")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_a_wrong_method_is_refused(visitor: Visitor):
    answer = await visitor.post("/healthz")
    assert (answer.status, answer.text) == (405, "Not allowed.\n")


async def test_the_log_names_routes_and_never_paths(visitor: Visitor, caplog):
    caplog.set_level(logging.DEBUG)
    await visitor.get("/nothing/with-a-token")
    await visitor.get("/healthz?with=a-token")
    lines = [record for record in caplog.records if record.message == "web.answered"]
    assert [(line.route, line.status) for line in lines] == [("-", 404), ("/healthz", 200)]
    assert "a-token" not in caplog.text
