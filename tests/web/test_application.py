"""Errors are plain texts; the log names routes."""

from __future__ import annotations

import logging

import pytest

from monitor.settings import loader
from monitor.web.application import may_move
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


async def test_long_answers_are_compressed_for_who_takes_gzip(visitor: Visitor):
    packed = await visitor.get("/style.css", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    plain = await visitor.get("/style.css", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert packed.body == plain.body  # the client has unpacked it
    assert int(packed.headers["content-length"]) < len(plain.body) / 2


LOCAL = {"listen": "127.0.0.1:8080", "console": True}


@pytest.mark.parametrize(
    ("web", "expected"),
    [
        (LOCAL, True),
        ({**LOCAL, "listen": "[::1]:8080"}, True),
        ({**LOCAL, "listen": "localhost:8080"}, True),
        ({**LOCAL, "console": False}, False),
        ({**LOCAL, "listen": "0.0.0.0:8080"}, False),
        ({**LOCAL, "listen": "192.0.2.7:8080"}, False),
        ({**LOCAL, "public_url": "https://watch.example"}, False),
        ({**LOCAL, "hosts": ["watch.example"]}, False),
    ],
)
def test_only_a_console_of_this_machine_may_move_to_another_port(web, expected):
    settings = loader.load(environment={}, overrides={"web": web})
    assert may_move(settings.web) is expected
