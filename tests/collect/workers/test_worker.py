"""The child answers each request, whatever it holds, and keeps its doors shut."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO

import pytest

from monitor.collect.workers import protocol, worker
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Parsed
from monitor.domain.reasons import FeedReason

ROOT = Path(__file__).parents[3]
GOOD = b"<rss><channel><title>T</title><item><title>One</title></item></channel></rss>"


def request(body: bytes) -> protocol.ParseRequest:
    return protocol.ParseRequest(url="https://e.org/", content_type="text/xml", body=body)


def replies(*bodies: bytes, is_grown: bool = False) -> list[protocol.ParseReply]:
    """What `serve` says to these documents, in this very process."""
    requests = io.BytesIO(
        b"".join(b"".join(protocol.pack_request(request(body))) for body in bodies)
    )
    output = io.BytesIO()
    parse = partial(worker.parse_document, max_entries=100)
    worker.serve(requests, output, parse, cpu=timedelta(seconds=60), is_grown=lambda: is_grown)
    output.seek(0)
    received = []
    while output.tell() < len(output.getbuffer()):
        received.append(reply(output))
    return received


def test_each_request_gets_its_answer_in_order():
    good, bad, again = replies(GOOD, b"<html>", GOOD)
    assert isinstance(good.outcome, Parsed)
    assert isinstance(bad.outcome, ParseError)
    assert bad.outcome.reason is FeedReason.NOT_A_FEED
    assert again == good
    assert not good.retire


def test_without_requests_there_are_no_replies():
    assert replies() == []


def test_a_child_that_has_grown_asks_to_be_replaced():
    assert replies(GOOD, is_grown=True)[0].retire


def test_a_child_that_has_served_long_asks_to_be_replaced():
    assert [reply.retire for reply in replies(*[GOOD] * 501)[-3:]] == [False, True, True]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="this system does not tell sizes")
def test_our_own_size_grows_with_what_we_hold():
    size = worker.size_reader()
    before = size()
    held = bytes(50_000_000)
    assert size() - before == pytest.approx(len(held), rel=0.1)


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("open", ("/etc/passwd", "r", 0)),
        ("open", (b"/dev/zero", "r", 0)),
        ("socket.connect", (None, ("127.0.0.1", 80))),
        ("socket.getaddrinfo", ("e.org",)),
        ("subprocess.Popen", ("ls",)),
        ("os.system", (b"ls",)),
        ("os.fork", ()),
    ],
)
def test_files_sockets_and_processes_are_forbidden(event, arguments):
    with pytest.raises(PermissionError):
        worker.forbid_access(event, arguments)


@pytest.mark.parametrize("name", ["/lib/encodings/koi8_r.py", "/x/_codecs_kr.so", "/x/y.pyc"])
def test_code_may_be_loaded(name):
    worker.forbid_access("open", (name, "r", 0))
    worker.forbid_access("import", ("encodings.koi8_r",))


WORKER = "from monitor.collect.workers import worker"
PROGRAM = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {WORKER};"


def started(program: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM + program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def running():
    """A child as the parser starts one."""
    process = started("worker.main(['600000000', '5', '100'])")
    with process:
        yield process
        process.kill()


def ask(process: subprocess.Popen[bytes], body: bytes) -> protocol.ParseReply:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"".join(protocol.pack_request(request(body))))
    process.stdin.flush()
    return reply(process.stdout)


def reply(stream: IO[bytes]) -> protocol.ParseReply:
    (length,) = protocol.REPLY.unpack(stream.read(protocol.REPLY.size))
    return protocol.unpack_reply(stream.read(length))


def test_signals_for_the_whole_group_do_not_end_it(running):
    first = ask(running, GOOD)
    running.send_signal(signal.SIGINT)
    running.send_signal(signal.SIGTERM)
    assert ask(running, GOOD) == first


def test_it_ends_when_its_input_is_closed(running):
    ask(running, GOOD)
    running.stdin.close()
    assert running.wait(timeout=10) == 0


def test_every_character_set_is_decoded_in_a_restricted_worker(running):
    for codec in ("koi8-r", "cp949", "gb18030", "euc-jp", "iso8859-5"):
        body = GOOD.replace(b"One", "Курск".encode("koi8-r") if codec == "koi8-r" else b"One")
        declared = f"<?xml version='1.0' encoding='{codec}'?>".encode() + body
        assert isinstance(ask(running, declared).outcome, Parsed)


def test_a_child_starts_fast():
    best = 10.0
    for _ in range(3):
        began = time.perf_counter()
        process = started("worker.main(['600000000', '5', '100'])")
        ask(process, GOOD)
        best = min(best, time.perf_counter() - began)
        with process:
            process.kill()
    assert best < 1  # 0.15 s on an idle machine


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        f"__import__('socket').create_connection(('127.0.0.1', {socket.htons(80)}))",
        "__import__('os').system('true')",
    ],
)
def test_a_restricted_worker_reaches_nothing(attempt):
    process = started(f"import encodings; sys.addaudithook(worker.forbid_access); {attempt}")
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 1
    assert b"PermissionError" in errors


def test_out_of_memory_has_its_own_exit_code():
    process = started(
        "worker.parse_document = lambda *_, **__: bytes(2**40);"
        " worker.limit_memory(400_000_000);"
        " worker.main(['400000000', '5', '100'])"
    )
    process.communicate(b"".join(protocol.pack_request(request(GOOD))), timeout=10)
    assert process.returncode == protocol.OUT_OF_MEMORY


def test_an_unexpected_exception_is_a_reply():
    program = (
        "worker.parse_document = lambda *_, **__: 1 / 0; worker.main(['600000000', '5', '100'])"
    )
    process = started(program)
    output, _ = process.communicate(b"".join(protocol.pack_request(request(GOOD))), timeout=10)
    outcome = reply(io.BytesIO(output)).outcome
    assert isinstance(outcome, ParseError)
    assert outcome.detail == "the document makes the parser fail (ZeroDivisionError)"


def test_an_unusual_date_is_parsed_in_a_restricted_worker(running):
    written = "<item><pubDate>2026년 6월 29일 15:07</pubDate>".encode()
    parsed = ask(running, GOOD.replace(b"<item>", written)).outcome
    assert isinstance(parsed, Parsed)
    assert parsed.entries[0].published_at == datetime(2026, 6, 29, 15, 7, tzinfo=UTC)


def test_a_child_yields_to_the_service_where_processors_are_short():
    code = (
        "import os, sys; from monitor.collect.workers import worker;"
        f"worker.main(['{1 << 34}', '5', '9']);"
        "sys.stdout.write(str(os.nice(0)))"
    )
    before = os.nice(0)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True
    )
    assert int(done.stdout) == min(19, before + worker.NICENESS)
