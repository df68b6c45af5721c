"""A job for tests, done in a child process: its end is chosen by a file.

The file takes the place of the settings: the address of the database, and below it what the child
does: "finish", "fail", "die", "hang", "die once" and then "finish", or "die as KIND" and
"finish" as other kinds.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from monitor.domain.jobs.job import JobProgress
from monitor.runtime import clock
from monitor.runtime.jobs import child_process
from monitor.store.store import Store


def main(arguments: Sequence[str]) -> None:
    """Do an attempt: [file, key, number of the attempt]."""
    file, key, attempt = arguments
    child_process.end_with_parent()
    url, behaviour = Path(file).read_text().splitlines()
    if behaviour == "die" or (behaviour == "die once" and attempt == "1"):
        os.kill(os.getpid(), signal.SIGKILL)
    with Store.open(url, upgrade=False) as store:
        job = store.jobs.find(key)
        assert job is not None
        if behaviour == f"die as {job.kind}":
            os.kill(os.getpid(), signal.SIGKILL)
        store.jobs.report(job, JobProgress(step=f"{behaviour} in child", done=1, total=2))
        if behaviour == "hang":
            threading.Event().wait()
        if behaviour == "fail":
            store.jobs.fail(job, clock.now(), "there are no marks")
        else:
            store.jobs.finish(job, clock.now(), {"attempt": int(attempt), "worker": job.worker})
