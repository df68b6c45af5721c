"""Worker process: one process of the service, on any machine, with what it works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.jobs.job import Job

# A process that gave no sign of life for so long does not run any more.
SEEN_WITHIN = timedelta(seconds=45)
FORGOTTEN_AFTER = timedelta(days=1)
# Leases are compared by the clocks of the workers: beyond this they would end too early.
MOST_SKEW = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerProcess:
    """A process of the service, as it describes itself."""

    key: str
    name: str  # "db2-4711": the machine and the process
    role: str
    host: str
    version: str  # of the program
    basis: str  # its packs and its settings
    jobs_at_once: int  # 0: it takes no jobs
    started_at: datetime
    seen_at: datetime
    fault: str = ""  # why it takes no jobs now

    def is_alive(self, now: datetime) -> bool:
        """Whether it gave a sign of life lately."""
        return now - self.seen_at < SEEN_WITHIN


def clock_fault(skew: timedelta) -> str:
    """Why a worker whose clock is `skew` ahead of the database's takes no jobs; else empty."""
    if abs(skew) <= MOST_SKEW:
        return ""
    direction = "ahead of" if skew > timedelta() else "behind"
    return (
        f"the clock of this machine is {abs(skew).total_seconds():,.0f} s {direction} that of the"
        " database: set both by NTP; until then this worker takes no jobs"
    )


def refusal(job: Job, *, version: str, basis: str) -> str:
    """Why a worker of this version and these settings leaves the job to others; else empty.

    A newer program does the jobs of an older one; an older one may not know what is asked.
    """
    if version_order(version) < version_order(job.version):
        return f"this worker runs version {version}, and the job needs {job.version}: update it"
    if job.basis and job.basis != basis:
        return (
            f"this worker has {basis}, and the job was asked for with {job.basis}:"
            " give both the same settings and packs, or ask again"
        )
    return ""


def why_none_starts(workers: Sequence[WorkerProcess], now: datetime) -> str:
    """Why no job is started by these processes; empty where one of them takes jobs."""
    takers = [worker for worker in workers if worker.jobs_at_once and worker.is_alive(now)]
    if not takers:
        return "no process takes jobs: start `monitor run`, or `monitor run --role worker`"
    faults = [worker.fault for worker in takers]
    return faults[0] if all(faults) else ""


def version_order(version: str) -> tuple[int, ...]:
    """The numbers of a version, to be compared: "0.10.2" → (0, 10, 2)."""
    numbers = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)
