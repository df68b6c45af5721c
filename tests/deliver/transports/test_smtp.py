"""A mail is sent once, encrypted; each reply of the server has one meaning."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import aiosmtplib
import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from monitor.deliver.transports.smtp import SmtpChannel, SmtpServer, broken, connection_fault
from monitor.deliver.transports.smtp_replies import SmtpStage
from monitor.domain.alerts import Subscription
from monitor.domain.errors import ConfigError, DeliveryError, Refused, Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from tests.deliver.receivers import fault_tool, scripted

R = DeliveryReason
SENDER = "Watchpost <alerts@watch.example.org>"
QUICK = timedelta(seconds=0.5)
SLOW = timedelta(seconds=10)

# What a server may do at each step, and what it means.  The scripts are those of fault_smtp.py.
STAGES = [
    ("", None, None),
    ("BANNER=421 busy", Unreachable, R.TEMPORARY),
    ("BANNER=554 go away", Unreachable, R.STATUS),
    ("BANNER=DROP", Unreachable, R.CONNECT),
    ("BANNER=HANG", Unreachable, R.TIMEOUT),
    ("BANNER=hello there", Unreachable, R.PROTOCOL),
    ("EHLO=421 busy", Unreachable, R.TEMPORARY),
    ("EHLO=550 no", Unreachable, R.STATUS),
    ("EHLO=DROP", Unreachable, R.CONNECT),
    ("MAIL=451 later", Unreachable, R.TEMPORARY),
    ("MAIL=530 log in first", Unreachable, R.LOGIN),
    ("MAIL=550 not you", Unreachable, R.CONFIG),
    ("MAIL=DROP", Unreachable, R.CONNECT),
    ("MAIL=HANG", Unreachable, R.TIMEOUT),
    ("RCPT=450 4.2.0 grey", Unreachable, R.TEMPORARY),
    ("RCPT=421 closing", Unreachable, R.TEMPORARY),
    ("RCPT=550 5.1.1 nobody here", Refused, R.PERMANENT),
    ("RCPT=550 5.7.1 we block you", Unreachable, R.STATUS),
    ("RCPT=252 will try", None, None),
    ("RCPT=DROP", Unreachable, R.CONNECT),
    ("DATA=451 later", Unreachable, R.TEMPORARY),
    ("DATA=554 no valid recipients", Refused, R.PERMANENT),
    ("DATA=DROP", Unreachable, R.DROPPED),
    ("DOT=452 full", Unreachable, R.TEMPORARY),
    ("DOT=554 5.7.1 looks like spam", Unreachable, R.STATUS),
    ("DOT=DROP", Unreachable, R.DROPPED),
    ("DOT=HANG", Unreachable, R.DROPPED),
    ("DOT=251 forwarded", None, None),
    ("QUIT=DROP", None, None),
    ("QUIT=HANG", None, None),
    ("QUIT=500 what", None, None),
]


def server(port: int, timeout: timedelta = QUICK, **changes: object) -> SmtpServer:
    usual = {"host": "127.0.0.1", "port": port, "tls": "none", "timeout": timeout}
    return SmtpServer(**(usual | changes))


async def outcome(
    channel: SmtpChannel, message: Message, to: Subscription, now: datetime
) -> tuple[type[DeliveryError] | None, DeliveryReason | None]:
    """How a hand-over ended, as the tables write it."""
    error = None
    try:
        words = await channel.send(message, to, now)
    except DeliveryError as failed:
        error = failed
    if error is None:
        assert words[:3] in ("250", "251")
        return None, None
    assert "hunter2" not in str(error)
    assert ("may have arrived" in error.detail) == (error.reason is R.DROPPED)
    return type(error), error.reason


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
