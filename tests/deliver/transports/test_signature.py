"""A receiver with the public library accepts our signatures and no others."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from monitor.deliver.transports import signature
from monitor.domain.alerts import Subscription
from monitor.domain.errors import ConfigError

# The example of the specification, the same in every language's library.
VECTOR = {
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "timestamp": 1614265330,
    "payload": '{"test": 2432232314}',
    "signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def signed(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    return {
        "webhook-id": "key",
        "webhook-timestamp": str(signature.timestamp(at)),
        "webhook-signature": signature.signature(secret, key="key", sent_at=at, body=body),
    }


def test_the_official_vector_is_signed_to_the_letter() -> None:
    at = datetime.fromtimestamp(VECTOR["timestamp"], UTC)
    body = VECTOR["payload"].encode()
    header = signature.signature(VECTOR["secret"], key=VECTOR["id"], sent_at=at, body=body)
    assert header == VECTOR["signature"]


def test_our_copy_of_the_vector_is_the_corpus_one(shared: Path) -> None:
    corpus = json.loads((shared / "corpora/standardwebhooks.json").read_text())
    assert corpus["sign"] == VECTOR


@given(body=st.text(max_size=300), secret=st.binary(min_size=24, max_size=64))
def test_the_library_verifies_our_signature(body: str, secret: bytes) -> None:
    text = "whsec_" + base64.b64encode(secret).decode()
    octets = body.encode("utf-8", "replace")
    headers = signed(text, octets, datetime.now(UTC))
    Webhook(text).verify(octets, headers, json_parse=False)


def test_a_new_secret_signs_and_is_never_the_same() -> None:
    first, second = signature.new_secret(), signature.new_secret()
    assert first != second
    assert first.startswith("whsec_")
    assert len(base64.b64decode(first.removeprefix("whsec_"))) == 32
    now = datetime.now(UTC)
    Webhook(first).verify(b"{}", signed(first, b"{}", now))
    with pytest.raises(WebhookVerificationError):
        Webhook(second).verify(b"{}", signed(first, b"{}", now))


@pytest.mark.parametrize("late", [timedelta(seconds=301), timedelta(seconds=-301)])
def test_a_signature_is_for_its_minute(late: timedelta) -> None:
    secret = signature.new_secret()
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(b"{}", signed(secret, b"{}", datetime.now(UTC) + late))


def test_while_a_secret_changes_both_are_signed_with() -> None:
    old, new = signature.new_secret(), signature.new_secret()
    headers = signed(f"{old} {new}", b"{}", datetime.now(UTC))
    assert len(headers["webhook-signature"].split()) == 2
    Webhook(old).verify(b"{}", headers)
    Webhook(new).verify(b"{}", headers)


def test_an_old_secret_is_in_use_until_its_end(subscription: Callable[..., Subscription]) -> None:
    now, old, older, new = datetime.now(UTC), *(signature.new_secret() for _ in range(3))
    ends = ((older, now + timedelta(hours=1)), (old, now + timedelta(hours=24)))
    rotated = subscription(signing_secret=new, old_secrets=ends)
    for hours, valid in ((0, {old, older, new}), (1, {old, new}), (23, {old, new}), (24, {new})):
        secrets = signature.in_use(rotated, now + timedelta(hours=hours))
        headers = signed(secrets, b"{}", now)
        for secret in (old, older, new):
            if secret in valid:
                Webhook(secret).verify(b"{}", headers)
            else:
                with pytest.raises(WebhookVerificationError):
                    Webhook(secret).verify(b"{}", headers)


def test_prefix_and_padding_do_not_matter() -> None:
    at = datetime(2025, 6, 17, tzinfo=UTC)
    spellings = ("whsec_" + "QUFB" * 8 + "QQ==", "QUFB" * 8 + "QQ==", "whsec_" + "QUFB" * 8 + "QQ")
    assert len({signature.signature(s, key="k", sent_at=at, body=b"") for s in spellings}) == 1


def test_an_instant_is_the_same_second_in_every_zone() -> None:
    utc = datetime(2025, 6, 17, 12, tzinfo=UTC)
    assert signature.timestamp(utc) == signature.timestamp(
        utc.astimezone(timezone(timedelta(hours=9)))
    )


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_c2hvcnQ=", "whsec_" + "QUFB" * 22, "not base64!", "whsec_naïve" * 5],
)
def test_a_secret_that_cannot_sign_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(ConfigError) as refused:
        signature.signature(secret, key="k", sent_at=datetime.now(UTC), body=b"")
    assert "whsec_ and 24 to 64 bytes" in str(refused.value)
    assert not secret or secret == "whsec_" or secret not in str(refused.value)


def test_a_secret_that_a_receiver_brings_is_checked():
    secret = signature.new_secret()
    assert signature.check_secret(f" {secret}\n") == secret
    for text in ("", "sesame", "whsec_", "whsec_c2hvcnQ=", secret.removeprefix("whsec_")):
        with pytest.raises(ConfigError, match="has the form whsec_"):
            signature.check_secret(text)
