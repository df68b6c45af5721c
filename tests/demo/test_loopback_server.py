"""The demo's webhook receiver accepts signed calls and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from monitor.demo.loopback_server import is_genuine
from tests.fakes import NOW

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"type":"article.flagged"}'


def headers(**changes: str) -> dict[str, str]:
    signed = Webhook(SECRET).sign("msg_1", NOW, BODY.decode())
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(round(NOW.timestamp())),
        "webhook-signature": signed,
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }


def test_a_call_signed_by_an_independent_library_is_genuine():
    assert is_genuine(headers(), BODY, secret=SECRET, now=NOW)


def test_one_right_signature_of_several_is_enough():
    signatures = f"v1,AAAA {headers()['webhook-signature']}"
    assert is_genuine(headers(webhook_signature=signatures), BODY, secret=SECRET, now=NOW)


@pytest.mark.parametrize(
    ("changes", "body", "later"),
    [
        ({"webhook_id": "msg_2"}, BODY, 0),
        ({"webhook_timestamp": "1"}, BODY, 0),
        ({"webhook_timestamp": "soon"}, BODY, 0),
        ({"webhook_signature": ""}, BODY, 0),
        ({"webhook_signature": "v1,AAAA"}, BODY, 0),
        ({}, BODY + b" ", 0),
        ({}, BODY, 301),
        ({}, BODY, -301),
    ],
)
def test_a_call_that_is_forged_altered_or_old_is_refused(changes, body, later):
    now = NOW + timedelta(seconds=later)
    assert not is_genuine(headers(**changes), body, secret=SECRET, now=now)
