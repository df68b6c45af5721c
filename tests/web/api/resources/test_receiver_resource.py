"""Tests of trial messages, new secrets and the catalogue of webhook messages."""

from __future__ import annotations

import tomllib

import pytest
from jsonschema import Draft202012Validator

from monitor.domain.messages import MessageType
from tests.fakes import subscription
from tests.house.files import path_of
from tests.web.api.conftest import Program
from tests.web.conftest import Visitor
from tests.web_fixtures import Server

TYPES = [kind for kind in MessageType if kind is not MessageType.CONFIRM]


@pytest.fixture
def other_settings() -> dict[str, object]:
    return {"egress": {"allow": ["127.0.0.0/8"]}}


async def add(operator: Program, address: str) -> str:
    body = {"name": "desk", "channel": "webhook", "address": address}
    added = await operator.post("/subscriptions", body)
    return added.json()["subscription"]["key"]


async def test_a_test_message_tells_what_the_receiver_answered(
    server: Server, operator: Program
) -> None:
    key = await add(operator, server.serve("/hook", b"thanks", "200 OK"))
    answer = (await operator.post(f"/subscriptions/{key}/test")).json()
    assert (answer["ok"], answer["channel"]) == (True, "webhook")
    assert "200" in answer["answer"]
    server.serve("/hook", b"who?", "404 Not Found")
    refused = await operator.post(f"/subscriptions/{key}/test")
    assert refused.status == 200
    assert refused.json()["ok"] is False
    assert "404" in refused.json()["answer"]


async def test_a_new_secret_is_shown_once_and_the_old_one_ends(
    server: Server, operator: Program
) -> None:
    key = await add(operator, server.serve("/hook"))
    rotated = await operator.post(f"/subscriptions/{key}/rotate-secret", {"keep_hours": 2})
    assert rotated.json()["secret"].startswith("whsec_")
    shown = (await operator.get(f"/subscriptions/{key}")).json()
    assert shown["old_secrets_until"] == [rotated.json()["old_until"]]
    assert (await operator.post(f"/subscriptions/{key}/rotate-secret", {})).status == 200


@pytest.mark.parametrize("kind", TYPES)
async def test_each_message_has_a_schema_and_a_sample_that_fits(
    reader: Program, kind: MessageType
) -> None:
    schema = await reader.get(f"/webhooks/types/{kind}/schema")
    sample = await reader.get(f"/webhooks/types/{kind}/sample")
    Draft202012Validator(schema.json()).validate(sample.json())


async def test_the_catalogue_lists_every_type(reader: Program) -> None:
    listed = (await reader.get("/webhooks/types")).json()["items"]
    assert [item["type"] for item in listed] == [str(kind) for kind in TYPES]
    assert (await reader.get("/webhooks/types/nonsense/schema")).status == 404


def test_the_documents_are_shipped_with_the_program() -> None:
    settings = tomllib.loads(path_of("pyproject.toml").read_text(encoding="utf-8"))
    shipped = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for kind in TYPES:
        assert f"docs/webhooks/{kind}.v1.json" in shipped
        assert f"docs/webhooks/samples/{kind}.json" in shipped


async def test_secret_addresses_are_shown_and_renewed(visitor: Visitor, operator: Program) -> None:
    visitor.store.subscriptions.add(subscription("d" * 64, name="desk"))
    shown = (await operator.post("/subscriptions/desk/links", {})).json()
    assert shown["manage"].startswith("https://alerts.example/manage/")
    renewed = (await operator.post("/subscriptions/desk/links", {"renew": True})).json()
    assert renewed["manage"] != shown["manage"]
    assert renewed["unsubscribe"] == shown["unsubscribe"]
    assert (await operator.post("/subscriptions/nobody/links", {})).status == 404
