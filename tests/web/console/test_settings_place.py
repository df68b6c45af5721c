"""Settings and health over a real socket."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.access.roles import PersonRole
from monitor.runtime import status_file
from monitor.runtime.status_file import RunningSettings
from monitor.settings import loader
from monitor.settings.sections import Settings
from tests.store.builders import a_feed, a_subscription
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member, sign_in


async def test_the_page_says_what_healthz_says(visitor: Visitor, viewer: Member) -> None:
    visitor.store.feeds.add_all([a_feed()])
    page = await viewer.get("/console/settings")
    assert page.status == 200
    assert "The service works normally." in page.text
    visitor.faults["configuration"] = "an edit is refused"
    visitor.clock.later(timedelta(seconds=20))
    page = await viewer.get("/console/settings")
    assert "The service is degraded: configuration: an edit is refused." in page.text
    health = (await visitor.get("/healthz")).json()
    assert health["reasons"] == ["configuration: an edit is refused"]


async def test_admins_see_each_setting_with_its_place_and_no_secret(
    visitor: Visitor, admin: Member
) -> None:
    page = (await admin.get("/console/settings")).text
    assert "<code>every</code>" in page
    assert "the command line" in page  # `web.console` of this test
    assert page.count('class="faint">default<') > 30
    document = (await admin.get("/console/settings.json")).json()
    names = {entry["setting"] for entry in document["settings"]}
    assert {"poll.every", "web.console", "email.password"} <= names


async def test_others_see_neither_settings_nor_names_of_receivers(
    visitor: Visitor, viewer: Member
) -> None:
    visitor.store.feeds.add_all([a_feed()])
    visitor.store.subscriptions.add(a_subscription("desk@example.org", state_reason="broken"))
    operator = await sign_in(visitor, "Olga", PersonRole.OPERATOR)
    for member in (viewer, operator):
        page = (await member.get("/console/settings")).text
        assert "Settings and processes are shown to admins." in page
        assert "desk@example.org" not in page
        document = (await member.get("/console/settings.json")).json()
        assert (document["settings"], document["processes"], document["file"]) == ([], [], None)
    admin = await sign_in(visitor, "Ada", PersonRole.ADMIN)
    assert "desk@example.org" in (await admin.get("/console/settings")).text


async def test_standing_faults_are_listed(visitor: Visitor, viewer: Member) -> None:
    visitor.store.service_faults.replace(
        ["disk"], {"disk": "is nearly full"}, lambda present, ended: (), visitor.clock()
    )
    assert "is nearly full" in (await viewer.get("/console/settings")).text


class TestWithAFile:
    @pytest.fixture
    def site_settings(self, tmp_path: Path, sqlite_url: str) -> Settings:
        file = tmp_path / "monitor.toml"
        file.write_text(f'[database]\nurl = "{sqlite_url}"\n[web]\nconsole = true\n')
        return loader.load(file, environment={})

    async def test_running_processes_are_listed_with_the_age_of_their_settings(
        self, visitor: Visitor, admin: Member
    ) -> None:
        file = visitor.site.settings.path
        assert file is not None
        process = RunningSettings(
            pid=os.getpid(), role="poll", config="1234abcd", since="2025-06-17T11:00:00Z"
        )
        status_file.write(file, process)
        page = await admin.get("/console/settings")
        assert page.status == 200
        assert f">{os.getpid()}</th><td>poll</td><td><code>1234abcd</code>" in page.text
        assert "has earlier settings" in page.text
        assert 'datetime="2025-06-17T11:00:00Z"' in page.text
