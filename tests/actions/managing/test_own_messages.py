"""Verifying code for receivers: what is shown accepts what we sign, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from monitor.actions.managing.own_messages import verifying_codes, webhook_types
from monitor.deliver.transports import signature
from tests.fakes import NOW

SECRET = "whsec_" + "c2VjcmV0" * 4
BODY = b'{"type":"subscription.test"}'
HEADERS = {
    "webhook-id": "msg_1",
    "webhook-timestamp": str(signature.timestamp(NOW)),
    "webhook-signature": signature.signature(SECRET, key="msg_1", sent_at=NOW, body=BODY),
}


def test_every_type_has_a_schema_and_a_sample():
    types = {item.type: item for item in webhook_types()}
    assert '"changed"' in types["subscription.changed"].sample


def test_the_python_code_accepts_our_call_and_no_other():
    scope: dict[str, object] = {}
    exec(verifying_codes()["Python"], scope)
    is_authentic = scope["is_authentic"]
    assert callable(is_authentic)
    now = NOW.timestamp()
    assert is_authentic(HEADERS, BODY, SECRET, now)
    assert not is_authentic(HEADERS, BODY + b" ", SECRET, now)
    assert not is_authentic(HEADERS, BODY, SECRET, now + 301)
    assert not is_authentic({}, BODY, SECRET, now)


@pytest.mark.skipif(
    not shutil.which("openssl"), reason="the shell code calls openssl, which is not installed"
)
def test_the_shell_code_makes_our_signature(tmp_path: Path):
    script = tmp_path / "verify.sh"
    script.write_text(verifying_codes()["Shell"])
    values = {
        "SECRET": SECRET, "ID": HEADERS["webhook-id"], "TIMESTAMP": HEADERS["webhook-timestamp"],
    }  # fmt: skip
    environment = {**os.environ, **values}
    done = subprocess.run(
        ["sh", str(script)], input=BODY, env=environment, stdout=subprocess.PIPE, check=True
    )
    assert done.stdout.decode() == HEADERS["webhook-signature"]


@pytest.mark.skipif(
    not shutil.which("node"), reason="the JavaScript code runs in Node.js, which is not installed"
)
def test_the_javascript_code_accepts_our_call_and_no_other(tmp_path: Path):
    (tmp_path / "verify.mjs").write_text(verifying_codes()["JavaScript"])
    headers = repr(HEADERS)
    (tmp_path / "run.mjs").write_text(
        'import { isAuthentic } from "./verify.mjs";\n'
        f"const headers = {headers}, body = Buffer.from({BODY.decode()!r});\n"
        f"const at = {NOW.timestamp()};\n"
        f"console.log(isAuthentic(headers, body, {SECRET!r}, at),"
        f" isAuthentic(headers, Buffer.from('x'), {SECRET!r}, at));\n"
    )
    done = subprocess.run(
        ["node", str(tmp_path / "run.mjs")], stdout=subprocess.PIPE, check=True, text=True
    )
    assert done.stdout.split() == ["true", "false"]
