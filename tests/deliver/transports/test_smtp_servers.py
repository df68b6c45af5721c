"""Mails to real servers: aiosmtpd with encryption and login, and the shared fault server."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from monitor.deliver.transports.smtp import SmtpChannel
from monitor.domain.alerts import Subscription
from monitor.domain.errors import DeliveryError, Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from tests.deliver.receivers import fault_tool
from tests.deliver.smtp_outcomes import SENDER, SLOW, STAGES, outcome, server

R = DeliveryReason

# ── a real server ────────────────────────────────────────────────────────────────────────────────


class Sink:
    """Takes every mail."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 2.0.0 taken"


def log_in(
    server: SMTP, session: Session, envelope: Envelope, how: str, credentials: object
) -> AuthResult:
    is_right = isinstance(credentials, LoginPassword) and (
        credentials.login,
        credentials.password,
    ) == (b"me", b"hunter2")
    return AuthResult(success=is_right, handled=False)


@asynccontextmanager
async def real(
    files: tuple[Path, Path], *, implicit: bool = False
) -> AsyncIterator[tuple[int, Sink]]:
    """aiosmtpd with encryption and login asked for."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*files)
    sink, loop, peers = Sink(), asyncio.get_running_loop(), []

    def accept() -> SMTP:
        starttls = None if implicit else context
        peers.append(
            SMTP(
                sink,
                tls_context=starttls,
                require_starttls=not implicit,
                authenticator=log_in,
                auth_required=True,
                auth_require_tls=not implicit,
                loop=loop,
            )
        )
        return peers[-1]

    listening = await loop.create_server(accept, "127.0.0.1", 0, ssl=context if implicit else None)
    try:
        yield listening.sockets[0].getsockname()[1], sink
    finally:
        listening.close()
        for peer in peers:
            if peer.transport is not None:
                peer.transport.abort()
        await listening.wait_closed()


def trusting(files: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(files[0]))


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it is implicit
@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_mail_arrives_encrypted_and_whole(
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
    certificate: tuple[Path, Path],
    tls: str,
) -> None:
    text = "국정원 “북한 특수부대”\n.\n..two dots\nFrom here\n" + "long " * 500
    async with real(certificate, implicit=tls == "tls") as (port, sink):
        settings = server(port, SLOW, tls=tls, username="me", password="hunter2")
        channel = SmtpChannel(settings, sender=SENDER, context=trusting(certificate))
        assert await channel.send(message(text=text), subscription(), now) == "250 2.0.0 taken"
    (envelope,) = sink.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (
        "alerts@watch.example.org",
        ["desk@example.org"],
    )
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert mail["Message-ID"] == f"<{'e' * 32}@watch.example.org>"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n").strip() == text.strip()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it is implicit
@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize("fault", ["untrusted", "another name", "wrong password"])
async def test_a_server_with_an_unknown_certificate_gets_nothing(
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
    certificate: tuple[Path, Path],
    tls: str,
    fault: str,
) -> None:
    async with real(certificate, implicit=tls == "tls") as (port, sink):
        settings = server(
            port,
            SLOW,
            tls=tls,
            host="localhost" if fault == "another name" else "127.0.0.1",
            username="me",
            password="hunter3" if fault == "wrong password" else "hunter2",
        )
        context = None if fault == "untrusted" else trusting(certificate)
        channel = SmtpChannel(settings, sender=SENDER, context=context)
        result = await outcome(channel, message(), subscription(), now)
    assert result == (Unreachable, R.LOGIN if fault == "wrong password" else R.TLS)
    assert sink.envelopes == []


# ── the shared fault server ──────────────────────────────────────────────────────────────────────


FAULTS = [row for row in STAGES if not row[0].startswith(("BANNER=hello", "DOT=251", "QUIT=HANG"))]


@pytest.mark.parametrize(("script", "kind", "reason"), FAULTS, ids=[s[0] or "ok" for s in FAULTS])
async def test_the_stages_of_the_fault_server_are_distinguished(
    shared: Path,
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
    script: str,
    kind: type[DeliveryError] | None,
    reason: DeliveryReason | None,
) -> None:
    async with fault_tool(shared, "fault_smtp.py", script) as (port, _):
        channel = SmtpChannel(server(port), sender=SENDER)
        assert await outcome(channel, message(), subscription(), now) == (kind, reason)


@pytest.mark.parametrize(
    ("script", "first", "copies"),
    [
        ("RCPT=1*450 4.2.0 grey", (Unreachable, R.TEMPORARY), 1),
        ("DOT=1*DROP", (Unreachable, R.DROPPED), 2),
    ],
)
async def test_the_next_try_carries_the_same_mail(
    shared: Path,
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
    script: str,
    first: tuple[type[DeliveryError], DeliveryReason],
    copies: int,
) -> None:
    async with fault_tool(shared, "fault_smtp.py", script) as (port, ledger):
        channel = SmtpChannel(server(port, SLOW), sender=SENDER)
        assert await outcome(channel, message(), subscription(), now) == first
        later = now + timedelta(minutes=5)
        assert await outcome(channel, message(), subscription(), later) == (None, None)
        bodies, event = [], {}
        while event.get("event") != "accepted":
            event = json.loads(await ledger.readline())
            bodies += [event] if event["event"] == "body" else []
    assert len(bodies) == copies
    assert len({body["sha256"] for body in bodies}) == 1
    assert bodies[0]["message_id"] == f"<{'e' * 32}@watch.example.org>"
    assert not bodies[0]["bare_lf"]
    assert bodies[0]["longest_line"] <= 998
