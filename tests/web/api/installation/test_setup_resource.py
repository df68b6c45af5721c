"""Tests of the setup as code over the API: planned, applied, applied again, exported."""

from __future__ import annotations

from typing import Any

from monitor.access.roles import PersonRole, Scope
from tests.web.api.conftest import Program, program
from tests.web.conftest import Answer, Visitor

SETUP = """
[[feeds]]
url = "https://wire.example/feed.xml"
tags = ["wire"]

[[subscriptions]]
name = "desk"
webhook = "https://receiver.example/hook"
"""
TOML = {"content-type": "application/toml"}


async def send(admin: Program, text: str, **params: str) -> Answer:
    return await admin.ask("POST", "/setup", data=text.encode(), params=params, headers=TOML)


def acts(answer: Answer) -> list[tuple[Any, ...]]:
    return [(step["act"], step["kind"], step["name"]) for step in answer.json()["steps"]]


async def test_a_file_is_planned_applied_and_the_second_time_changes_nothing(
    visitor: Visitor, admin: Program
) -> None:
    additions = [("add", "feed", "https://wire.example/feed.xml"), ("add", "subscription", "desk")]
    planned = await send(admin, SETUP, dry_run="true")
    assert acts(planned) == additions
    assert visitor.store.feeds.list() == []
    applied = await send(admin, SETUP)
    assert acts(applied) == additions
    assert applied.json()["secrets"]["desk"].startswith("whsec_")
    again = await send(admin, SETUP)
    assert again.json() == {"steps": [], "secrets": {}}
    exported = await admin.get("/setup.toml")
    assert "whsec_" not in exported.text
    assert (await send(admin, exported.text, prune="true")).json()["steps"] == []
    pruned = await send(admin, "feeds = []\nsubscriptions = []\n", prune="true")
    assert {act for act, _, _ in acts(pruned)} == {"remove"}


async def test_a_file_that_cannot_be_used_is_refused_and_changes_nothing(
    visitor: Visitor, admin: Program
) -> None:
    for text, fault in (
        ("[[feeds]", "no TOML"),
        ('[[feeds]]\nurl = "x"\ncolour = "red"\n', "feeds[1].colour: there is no such key"),
        ('[[subscriptions]]\nname = "desk"\n', "one of email, webhook and apprise"),
        ('[[feeds]]\nurl = "http://127.0.0.1/"\n', "127.0.0.1"),
    ):
        answer = await send(admin, text)
        assert answer.status in (400, 422), answer.text
        assert fault in answer.json()["detail"]
    assert visitor.store.feeds.list() == []


async def test_only_admins_with_the_scope_may(visitor: Visitor, operator: Program) -> None:
    assert (await send(operator, SETUP)).status == 403
    assert (await operator.get("/setup.toml")).status == 403
    reading = program(visitor, PersonRole.ADMIN, {Scope.SETUP_READ})
    assert (await reading.get("/setup.toml")).status == 200
    assert (await send(reading, SETUP)).status == 403
