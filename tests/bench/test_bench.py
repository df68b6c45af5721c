"""The benchmark is sound: equal feeds, correct responses, complete measurements."""

from __future__ import annotations

import argparse
import gzip
import http.client
import io
import re
import sys

import feedparser
import pytest

from tests.bench import feeds, measure, peers, report
from tests.bench.measure import Cost, Failed
from tests.bench.publishers import serving
from tests.bench.rounds import STEPS, Measured

BUSY = "import time\nuntil = time.process_time() + 0.3\nwhile time.process_time() < until: pass"


def test_a_seed_determines_the_bytes():
    assert feeds.document(3, entries=5) == feeds.document(3, entries=5)
    assert feeds.document(3, entries=5) != feeds.document(3, entries=5, seed=2)


@pytest.mark.parametrize("feed", range(12))
def test_every_feed_is_parsed_whole_and_its_entries_have_the_stated_size(feed):
    read = feedparser.parse(io.BytesIO(feeds.document(feed, entries=10)), sanitize_html=False)
    assert not read.bozo
    assert len({entry.id for entry in read.entries}) == 10
    for entry in read.entries:
        html = entry.content[0].value if "content" in entry else entry.summary
        assert feeds.SMALLEST_BODY <= len(html.encode()) <= feeds.LARGEST_BODY + 1_500


def test_a_new_entry_is_first_and_the_oldest_is_dropped():
    before = feedparser.parse(io.BytesIO(feeds.document(0, entries=5))).entries
    after = feedparser.parse(io.BytesIO(feeds.document(0, entries=5, added=1))).entries
    assert [entry.id for entry in after[1:]] == [entry.id for entry in before[:-1]]
    assert after[0].id not in {entry.id for entry in before}


def test_the_server_answers_304_until_an_entry_is_new():
    with serving(2, 3, hosts=1) as publishers:
        connection = http.client.HTTPConnection("127.0.0.1", publishers.port, timeout=5)

        def get(**headers: str) -> tuple[http.client.HTTPResponse, bytes]:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", "/1.xml", headers=named)
            answer = connection.getresponse()
            return answer, answer.read()

        first, plain = get()
        packed, body = get(Accept_Encoding="gzip, deflate")
        assert plain == gzip.decompress(body) == feeds.document(1, entries=3)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert get(If_None_Match=first.headers["ETag"])[0].status == 304
        assert get(If_Modified_Since=first.headers["Last-Modified"])[0].status == 304
        publishers.add(1)
        changed, _ = get(
            If_None_Match=first.headers["ETag"], If_Modified_Since=first.headers["Last-Modified"]
        )
        assert changed.status == 200
        connection.request("POST", "/hook", body=b"x" * 100_000)
        assert connection.getresponse().status == 204
        connection.close()
        counted = publishers.asked()
        del counted["connections"]
        assert counted == {"200": 3, "304": 2, "hook": 1}


def run(folder, code: str, *, timeout: float = 20) -> Cost:
    env = peers.environment(folder)
    return measure.run([sys.executable, "-c", code], cwd=folder, env=env, timeout=timeout)


@pytest.mark.parametrize(
    "started_by",
    [
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])",
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BUSY!r}])",
    ],
    ids=["a child that is waited for", "an orphan"],
)
def test_child_processes_are_counted(tmp_path, started_by):
    assert run(tmp_path, started_by).cpu >= 0.3


@pytest.mark.skipif(sys.platform != "linux", reason="the size of a whole tree needs /proc")
def test_memory_is_that_of_the_whole_process_tree(tmp_path):
    """Two processes of 60 MB each, at the same time."""
    hold = "import threading; held = b'x' * 60_000_000; threading.Event().wait(0.3)"
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {hold!r}]); {hold}"
    with_child = run(tmp_path, code)
    assert 120 < with_child.peak_mb < 180


def test_a_failed_or_endless_command_is_an_error(tmp_path):
    with pytest.raises(Failed, match="no such luck"):
        run(tmp_path, "import sys; sys.exit('no such luck')")
    with pytest.raises(Failed, match="not done within"):
        run(tmp_path, "import threading; threading.Event().wait(30)", timeout=0.2)


def test_the_table_shows_medians_and_ratios_of_the_same_round():
    seconds = {"watchpost": (1.0, 2.0, 4.0), "reader": (10.0, 10.0, 12.0)}
    measured = [
        Measured(number, peer, step, Cost(wall=wall, cpu=wall, peak_mb=50), {})
        for peer, walls in seconds.items()
        for number, wall in enumerate(walls)
        for step in STEPS
    ]
    table = report.polls(measured, argparse.Namespace(feeds=2, entries=3), hosts=1)
    lines = {line[:22].strip(): re.findall(r"[\d.]+", line[22:]) for line in table.splitlines()}
    assert lines["watchpost"][:3] == ["2.00", "2.00", "50"]
    assert lines["reader ÷ watchpost"][:3] == ["5.00", "5.00", "1.00"]
