"""Verifying code for receivers: what is shown accepts a real delivery, and nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from monitor.actions.managing.own_messages import verifying_codes, webhook_types
from monitor.actions.subscribing.trial_message import send_trial
from monitor.settings import loader
from tests.fakes import NOW, subscription
from tests.service.publisher import Publisher

SECRET = "whsec_" + "c2VjcmV0" * 4
# A program that reads calls of several lines from its input and prints which are authentic.
GO_PROGRAM = """package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"receiver/verify"
)

func main() {
	var calls []struct {
		Headers map[string]string
		Body    string
		Secret  string
		At      int64
	}
	if err := json.NewDecoder(os.Stdin).Decode(&calls); err != nil {
		panic(err)
	}
	for _, call := range calls {
		headers := http.Header{}
		for name, value := range call.Headers {
			headers.Set(name, value)
		}
		at := time.Unix(call.At, 0)
		fmt.Println(verify.IsAuthentic(headers, []byte(call.Body), call.Secret, at))
	}
}
"""
NODE_PROGRAM = """import { readFileSync } from "node:fs";
import { isAuthentic } from "./verify.mjs";

for (const call of JSON.parse(readFileSync(0, "utf8"))) {
  console.log(isAuthentic(call.headers, Buffer.from(call.body), call.secret, call.at));
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as a receiver gets it, and what it has to say of it."""

    headers: dict[str, str]
    body: bytes
    secret: str = SECRET
    at: float = NOW.timestamp()
    is_authentic: bool = False


@pytest.fixture(scope="module")
def delivery() -> Call:
    """What a server got from the transport of webhooks."""
    with Publisher() as publisher:
        url, hook = publisher.hook("/in")
        desk = subscription("desk", address=url, signing_secret=SECRET)
        settings = loader.load(environment={}, overrides={"egress": {"allow": ["127.0.0.0/8"]}})
        assert asyncio.run(send_trial(desk, settings, NOW)).accepted
    ((headers, body),) = hook.calls
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    return Call(headers={name: headers[name] for name in names}, body=body, is_authentic=True)


@pytest.fixture
def calls(delivery: Call) -> list[Call]:
    """The delivery, and calls that somebody else might make."""
    headers, body = delivery.headers, delivery.body
    other_secret = "whsec_" + "b3RoZXIh" * 4
    two_signatures = {**headers, "webhook-signature": f"v1,é {headers['webhook-signature']}"}
    return [
        delivery,
        Call(headers=two_signatures, body=body, is_authentic=True),
        Call(headers=headers, body=body + b" "),
        Call(headers=headers, body=body, secret=other_secret),
        Call(headers=headers, body=body, at=NOW.timestamp() + 301),
        Call(headers=headers, body=body, at=NOW.timestamp() - 301),
        Call(headers={**headers, "webhook-id": "msg_other"}, body=body),
        Call(headers={**headers, "webhook-timestamp": "soon"}, body=body),
        Call(headers={}, body=body),
    ]


def as_input(calls: list[Call]) -> str:
    fields = [
        {"headers": call.headers, "body": call.body.decode(), "secret": call.secret, "at": call.at}
        for call in calls
    ]
    return json.dumps(fields)


def printed(calls: list[Call]) -> list[str]:
    """What a program has to print of these calls."""
    return [str(call.is_authentic).lower() for call in calls]


def test_every_type_has_a_schema_and_a_sample():
    types = {item.type: item for item in webhook_types()}
    assert '"changed"' in types["subscription.changed"].sample


def test_the_python_code_accepts_our_call_and_no_other(calls: list[Call]):
    scope: dict[str, object] = {}
    exec(verifying_codes()["Python"], scope)
    is_authentic = scope["is_authentic"]
    assert callable(is_authentic)
    for call in calls:
        verdict = is_authentic(call.headers, call.body, call.secret, call.at)
        assert verdict is call.is_authentic, call


@pytest.mark.skipif(
    not shutil.which("openssl"), reason="the shell code calls openssl, which is not installed"
)
def test_the_shell_code_makes_our_signature(delivery: Call, tmp_path: Path):
    script = tmp_path / "verify.sh"
    script.write_text(verifying_codes()["Shell"])
    headers = delivery.headers
    values = {
        "SECRET": SECRET, "ID": headers["webhook-id"], "TIMESTAMP": headers["webhook-timestamp"],
    }  # fmt: skip
    environment = {**os.environ, **values}
    done = subprocess.run(
        ["sh", str(script)],
        input=delivery.body,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    assert done.stdout.decode() == headers["webhook-signature"]


@pytest.mark.skipif(
    not shutil.which("node"), reason="the JavaScript code runs in Node.js, which is not installed"
)
def test_the_javascript_code_accepts_our_call_and_no_other(calls: list[Call], tmp_path: Path):
    (tmp_path / "verify.mjs").write_text(verifying_codes()["JavaScript"])
    (tmp_path / "receiver.mjs").write_text(NODE_PROGRAM)
    done = subprocess.run(
        ["node", str(tmp_path / "receiver.mjs")],
        input=as_input(calls),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    assert done.stdout.split() == printed(calls)


@pytest.mark.skipif(
    not shutil.which("go"), reason="the Go code is compiled by Go, which is not installed"
)
def test_the_go_code_compiles_and_accepts_our_call_and_no_other(calls: list[Call], tmp_path: Path):
    (tmp_path / "verify").mkdir()
    (tmp_path / "verify" / "verify.go").write_text(verifying_codes()["Go"])
    (tmp_path / "main.go").write_text(GO_PROGRAM)
    (tmp_path / "go.mod").write_text("module receiver\n\ngo 1.19\n")
    whole_seconds = [replace(call, at=int(call.at)) for call in calls]
    done = subprocess.run(
        ["go", "run", "."],
        cwd=tmp_path,
        input=as_input(whole_seconds),
        env={**os.environ, "GOFLAGS": "-mod=mod", "GOPROXY": "off"},  # the standard library alone
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    assert done.stdout.split() == printed(calls)
