"""A mail is sent once, encrypted; each reply of the server has one meaning."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Callable
from datetime import datetime

import aiosmtplib
import pytest

from monitor.deliver.transports.smtp import SmtpChannel, SmtpServer, broken, connection_fault
from monitor.deliver.transports.smtp_replies import SmtpStage
from monitor.domain.alerts import Subscription
from monitor.domain.errors import ConfigError, DeliveryError, Refused, Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from tests.deliver.receivers import scripted
from tests.deliver.smtp_outcomes import SENDER, SLOW, STAGES, outcome, server

R = DeliveryReason

# ── a server that follows a script ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("script", "kind", "reason"), STAGES, ids=[s[0] or "ok" for s in STAGES])
async def test_each_answer_at_each_stage_has_one_meaning(
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
    script: str,
    kind: type[DeliveryError] | None,
    reason: DeliveryReason | None,
) -> None:
    async with scripted(script) as peer:
        channel = SmtpChannel(server(peer.port), sender=SENDER)
        assert await outcome(channel, message(), subscription(), now) == (kind, reason)
        assert sum(line.startswith("RCPT") for line in peer.lines) <= 1


async def test_the_envelope_names_one_sender_and_one_recipient(
    message: Callable[..., Message], subscription: Callable[..., Subscription], now: datetime
) -> None:
    async with scripted() as peer:
        channel = SmtpChannel(server(peer.port), sender=SENDER)
        words = await channel.send(message(), subscription(address="Desk@EXÄMPLE.org"), now)
    assert words == "250 queued"
    assert peer.lines == [
        "EHLO watch.example.org",
        "MAIL FROM:<alerts@watch.example.org>",
        "RCPT TO:<Desk@xn--exmple-cua.org>",
        "DATA",
        "QUIT",
    ]


@pytest.mark.parametrize("address", ["no", "a@example.org>\r\nRCPT TO:<b@example.org", "é@e.org"])
async def test_an_invalid_address_reaches_no_server(
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
    address: str,
) -> None:
    async with scripted() as peer:
        channel = SmtpChannel(server(peer.port), sender=SENDER)
        with pytest.raises(Refused) as refused:
            await channel.send(message(), subscription(address=address), now)
        assert peer.lines == []
    assert refused.value.reason is R.UNWRITABLE


async def test_no_server_is_no_connection(
    message: Callable[..., Message], subscription: Callable[..., Subscription], now: datetime
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        channel = SmtpChannel(server(unused.getsockname()[1]), sender=SENDER)
        result = await outcome(channel, message(), subscription(), now)
    assert result == (Unreachable, R.CONNECT)


async def test_the_servers_answer_is_recorded_short_and_without_our_password(
    message: Callable[..., Message], subscription: Callable[..., Subscription], now: datetime
) -> None:
    script = f"AUTH=535 'hunter2' is wrong {'x' * 900}"
    async with scripted(script) as peer:
        settings = server(peer.port, username="me", password="hunter2")
        with pytest.raises(Unreachable) as failed:
            await SmtpChannel(settings, sender=SENDER).send(message(), subscription(), now)
    assert failed.value.reason is R.LOGIN
    assert failed.value.detail.startswith("AUTH: 535 '…' is wrong xxx")
    assert len(failed.value.detail) < 250
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("AUTH=454 4.7.0 later", R.LOGIN),
        ("AUTH=535 5.7.8 wrong", R.LOGIN),
        ("AUTH=DROP", R.CONNECT),
        ("EHLO=250 no extensions", R.LOGIN),
        ("EHLO=250-x\r\n250 AUTH GSSAPI", R.LOGIN),
        ("EHLO=250-x\r\n250 AUTH CRAM-MD5;AUTH=334 not base64", R.LOGIN),
    ],
)
async def test_a_login_that_fails_keeps_the_mail(
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
    script: str,
    reason: DeliveryReason,
) -> None:
    async with scripted(script) as peer:
        settings = server(peer.port, username="me", password="hunter2")
        result = await outcome(SmtpChannel(settings, sender=SENDER), message(), subscription(), now)
        assert not any(line.startswith(("MAIL", "DATA")) for line in peer.lines)
    assert result == (Unreachable, reason)


@pytest.mark.parametrize(
    "script", ["", "EHLO=250-x\r\n250 STARTTLS;STAR=454 not now", "EHLO=250-x\r\n250 STARTTLS"]
)
async def test_without_encryption_nothing_is_sent_in_clear_text(
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
    script: str,
) -> None:
    """No STARTTLS, STARTTLS refused, or accepted and then answered with no TLS at all."""
    async with scripted(script) as peer:
        settings = server(peer.port, tls="starttls", username="me", password="hunter2")
        result = await outcome(SmtpChannel(settings, sender=SENDER), message(), subscription(), now)
        assert [line for line in peer.lines if line.isascii()][:1] == ["EHLO watch.example.org"]
        assert not any(line.startswith(("AUTH", "MAIL", "RCPT", "DATA")) for line in peer.lines)
    assert result == (Unreachable, R.TLS)


@pytest.mark.parametrize(
    ("script", "changes", "reason"),
    [
        ("", {}, None),
        ("QUIT=DROP", {}, None),
        ("", {"tls": "starttls"}, R.TLS),
        ("AUTH=535 wrong", {"username": "me", "password": "hunter2"}, R.LOGIN),
        ("BANNER=421 busy", {}, R.TEMPORARY),
        ("BANNER=DROP", {}, R.CONNECT),
    ],
)
async def test_a_look_at_the_server_sends_nothing(
    script: str, changes: dict[str, str], reason: DeliveryReason | None
) -> None:
    failure = None
    async with scripted(script) as peer:
        try:
            await SmtpChannel(server(peer.port, SLOW, **changes), sender=SENDER).check()
        except Unreachable as error:
            failure = error.reason
        assert not any(line.startswith(("MAIL", "RCPT", "DATA")) for line in peer.lines)
    assert failure == reason


@pytest.mark.parametrize(
    ("stage", "error", "reason"),
    [
        (SmtpStage.CONNECT, socket.gaierror(-2, "Name or service not known"), R.DNS),
        (SmtpStage.CONNECT, ssl.SSLCertVerificationError("expired"), R.TLS),
        (SmtpStage.CONNECT, OSError(111, "Connection refused"), R.CONNECT),
        (SmtpStage.CONNECT, UnicodeError("label too long"), R.PROTOCOL),
    ],
)
def test_the_cause_of_a_library_error_is_recognised(
    stage: SmtpStage, error: Exception, reason: DeliveryReason
) -> None:
    wrapped = aiosmtplib.SMTPConnectError("Error connecting")
    wrapped.__cause__ = error
    failed = broken(stage, wrapped if isinstance(error, OSError) else error, "words")
    assert isinstance(failed, Unreachable)
    assert failed.reason is reason


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "no address is known for this host"),
        (OSError(errno.ECONNREFUSED, "Connect call failed"), "nothing listens at this host"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "the host can't be reached"),
        (ValueError("odd"), ""),
    ],
)
def test_why_there_is_no_connection_is_said_in_our_words(error: Exception, words: str) -> None:
    wrapped = aiosmtplib.SMTPConnectError("Error connecting to h on port 1: [Errno 111]")
    wrapped.__cause__ = error
    assert connection_fault(wrapped).startswith(words)
    assert bool(connection_fault(error)) == bool(words)


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1"])
def test_a_password_is_not_sent_in_the_clear_to_another_machine(host: str) -> None:
    with pytest.raises(ConfigError, match="'starttls' or 'tls'"):
        SmtpServer(host=host, tls="none", username="me", password="hunter2")
    SmtpServer(host=host, tls="none")
    for host in ("localhost", "127.0.0.1", "::1"):
        SmtpServer(host=host, tls="none", username="me", password="hunter2")


def test_a_sender_that_cannot_send_is_refused_at_once() -> None:
    with pytest.raises(ConfigError):
        SmtpChannel(server(25), sender="nobody")
