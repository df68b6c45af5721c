"""A service is assembled from settings, a store and a role, without the command line."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.domain.errors import ConfigError
from monitor.domain.feeds import PollState
from monitor.runtime import build, process_memory, status_file
from monitor.runtime.process import (
    FaultCheck,
    OpenedSite,
    Role,
    ServiceOptions,
    check_role,
    files_fault,
    run_service,
)
from monitor.runtime.report import LogFormat, Report
from monitor.runtime.service import Round
from monitor.settings import loader
from tests.fakes import feed

BOUND = 30


class Site:
    """A site that serves nothing, records its fault checks, and stops the service at a tick."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.checks: Mapping[str, FaultCheck] = {}
        self.is_open = False

    @asynccontextmanager
    async def open(self, _settings, checks: Mapping[str, FaultCheck]) -> AsyncIterator[OpenedSite]:
        self.checks, self.is_open = checks, True
        yield OpenedSite(
            address="http://127.0.0.1:1/",
            rounds=[Round(name="stop", every=timedelta(hours=1), work=self.end)],
            on_poll=lambda polled: None,
            on_missed_ticks=lambda tick, count: None,
        )
        self.is_open = False

    async def end(self, _now: datetime) -> None:
        self.stop.set()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.toml"
    path.write_text('[web]\nlisten = "127.0.0.1:0"\n')
    return path


def run(file: Path, role: Role) -> Site:
    """Run the service of this role until the site's round has come."""

    async def running() -> Site:
        site = Site()
        settings = loader.load(file, environment={})
        with build.open_store(settings) as store:
            options = ServiceOptions(
                settings=settings,
                store=store,
                role=role,
                file=file,
                report=Report(LogFormat.TEXT),
                open_site=site.open,
            )
            await asyncio.wait_for(run_service(options, site.stop), timeout=BOUND)
        return site

    return asyncio.run(running())


@pytest.mark.parametrize("role", [Role.ALL, Role.WEB])
def test_the_service_opens_its_site_runs_its_rounds_and_closes_it(file: Path, role: Role, capsys):
    site = run(file, role)
    assert site.stop.is_set()
    assert not site.is_open
    asked = {"pack", "configuration", "files"}
    asked |= {"database"} if role is Role.ALL else set()  # pages alone write nothing by themselves
    assert {name: check() for name, check in site.checks.items()} == dict.fromkeys(asked, "")
    assert f"({role}; database" in capsys.readouterr().err
    assert list(file.parent.glob("*.run-*.json")) == []


@pytest.mark.parametrize("role", [Role.ALL, Role.WEB])
def test_free_memory_is_given_back_by_a_round(
    file: Path, role: Role, monkeypatch: pytest.MonkeyPatch
):
    returned: list[str] = []
    monkeypatch.setattr(process_memory, "return_free_pages", lambda: returned.append("pages"))
    run(file, role)
    assert returned == ["pages"]


def test_a_refused_edit_in_another_process_is_a_fault_without_its_reason(file: Path):
    site = run(file, Role.WEB)
    refused = status_file.RunningSettings(
        pid=1, role="poll", config="c", since="2025-06-17T12:00:00Z", fault="monitor.toml:3: secret"
    )
    status_file.write(file, refused)
    assert site.checks["configuration"]() == "an edit is refused, `monitor doctor` says why"


def test_the_web_role_needs_an_address_to_listen_at(tmp_path: Path):
    settings = loader.load(environment={}, overrides={"web": {"listen": ""}})
    with pytest.raises(ConfigError, match="has nowhere to listen"):
        check_role(settings, Role.WEB)
    check_role(settings, Role.ALL)


@pytest.mark.parametrize(
    ("role", "polls", "delivers", "serves"),
    [
        (Role.ALL, True, True, True),
        (Role.POLL, True, False, False),
        (Role.DELIVER, False, True, False),
        (Role.WEB, False, False, True),
    ],
)
def test_a_role_names_what_its_process_does(role, polls, delivers, serves):
    assert (role.polls, role.delivers, role.serves) == (polls, delivers, serves)


def test_a_service_makes_due_what_a_clock_that_was_ahead_has_planned(file: Path):
    later = datetime.now(UTC) + timedelta(days=10)
    ahead = feed("f", paused=True, poll=PollState(due_at=later, asked_at=later))  # asks nobody
    with build.open_store(loader.load(file, environment={})) as store:
        store.feeds.add(ahead)
        run(file, Role.ALL)
        assert store.feeds.find("f").poll.due_at < later


def test_a_process_without_free_file_descriptors_is_at_fault():
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
        fault = files_fault()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert fault.startswith("no file or connection can be opened: Too many open files")
    assert files_fault() == ""
