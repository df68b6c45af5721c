"""SMTP: mail through a server, one recipient per transaction, encrypted unless set otherwise."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Literal

import aiosmtplib

from monitor.deliver.transports import mime
from monitor.deliver.transports.address import check_sender
from monitor.deliver.transports.dkim import DkimKey
from monitor.deliver.transports.mime import NO_UNSUBSCRIBE, Unsubscribe
from monitor.deliver.transports.smtp_replies import SmtpStage, smtp_lost, smtp_outcome
from monitor.domain.alerts import Subscription
from monitor.domain.errors import ConfigError, DeliveryError, Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from monitor.text import sanitize

# For QUIT: the mail is accepted by then.
_QUIT_TIME = timedelta(seconds=2)
# For a check of the server while a person waits.
_CHECK_TIME = timedelta(seconds=10)
# Of a server's answer, in the record of the attempt.
_LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """The mail server and how to connect.  Raise ConfigError for settings that are unsafe."""

    host: str
    port: int = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: timedelta = timedelta(minutes=10)  # total, for one mail

    def __post_init__(self) -> None:
        if self.tls == "none" and self.username and not _is_here(self.host):
            raise ConfigError(
                f"email.tls = 'none' would send the password for {self.host} readable by"
                " everyone on the way; set it to 'starttls' or 'tls'"
            )


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class SmtpChannel:
    """Sends mails through one server, each over a connection of its own."""

    def __init__(
        self,
        server: SmtpServer,
        *,
        sender: str,
        context: ssl.SSLContext | None = None,
        unsubscribe: Callable[[Subscription], Unsubscribe] = lambda to: NO_UNSUBSCRIBE,
        dkim: DkimKey | None = None,
    ) -> None:
        """`context` holds the trusted authorities: by default those of the system.

        With `dkim` every mail is signed.  Raise ConfigError for a sender that is no mail address.
        """
        self._server = server
        self._sender = check_sender(sender)
        self._unsubscribe = unsubscribe
        self._context = context or ssl.create_default_context()
        self._dkim = dkim

    async def check(self) -> None:
        """Connect, encrypt and log in, and send no mail.  Raise Unreachable."""
        session = _Session(self._server, self._context, self._sender.domain)
        try:
            async with asyncio.timeout(_CHECK_TIME.total_seconds()):
                await session.begin()
            await session.quit()
        except TimeoutError as error:
            late = f"no answer within {_CHECK_TIME.total_seconds():g} s"
            raise smtp_lost(session.stage, late, timed_out=True) from error
        finally:
            session.close()

    async def send(self, message: Message, to: Subscription, now: datetime, /) -> str:
        """Send the mail; return the server's answer.  Raise Unreachable or Refused."""
        recipient = mime.recipient(to.address)
        unsubscribe = self._unsubscribe(to)
        content = mime.compose(message, to=recipient, sender=self._sender, unsubscribe=unsubscribe)
        if self._dkim is not None:  # in a thread: signing takes milliseconds of CPU
            content = await asyncio.to_thread(self._dkim.signed, content)
        seconds = self._server.timeout.total_seconds()
        session = _Session(self._server, self._context, self._sender.domain)
        try:
            async with asyncio.timeout(seconds):
                words = await session.send_mail(self._sender.address, recipient, content)
            await session.quit()
        except TimeoutError as error:
            late = f"no answer within {seconds:g} s"
            raise smtp_lost(session.stage, late, timed_out=True) from error
        finally:
            session.close()
        return words


class _Session:
    """One SMTP session, and the step it has reached."""

    def __init__(self, server: SmtpServer, context: ssl.SSLContext, our_name: str) -> None:
        self.stage = SmtpStage.CONNECT
        self._server = server
        self._client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls == "tls",
            start_tls=False,  # a step of its own below: by default the library continues without
            tls_context=context,
            local_hostname=our_name,  # else the library asks the DNS for this machine's name
            timeout=None,  # the caller's deadline is for all steps together
        )

    async def begin(self) -> None:
        """Connect, greet, encrypt, log in."""
        client, server = self._client, self._server
        await self._step(SmtpStage.CONNECT, client.connect())
        await self._step(SmtpStage.EHLO, client.ehlo())
        if server.tls == "starttls":
            await self._step(SmtpStage.TLS, client.starttls())
            await self._step(SmtpStage.EHLO, client.ehlo())
        if server.username:
            await self._step(SmtpStage.LOGIN, client.login(server.username, server.password))

    async def send_mail(self, sender: str, recipient: str, content: bytes) -> str:
        """All steps of one mail; return the server's answer to DATA."""
        await self.begin()
        client = self._client
        await self._step(SmtpStage.SENDER, client.mail(sender))
        await self._step(SmtpStage.RECIPIENT, client.rcpt(recipient))
        return await self._step(SmtpStage.BODY, client.data(content))

    async def quit(self) -> None:
        """Send QUIT; errors are ignored, because the mail is accepted already."""
        with suppress(aiosmtplib.SMTPException, OSError):
            async with asyncio.timeout(_QUIT_TIME.total_seconds()):
                await self._client.quit()

    def close(self) -> None:
        self._client.close()

    async def _step(self, stage: SmtpStage, step: Awaitable[aiosmtplib.SMTPResponse]) -> str:
        self.stage = stage
        try:
            response = await step
        except aiosmtplib.SMTPResponseException as error:
            words = self._words(error.message)
            failed = smtp_outcome(stage, error.code, words)
            if failed is None:
                return f"{error.code} {words}"
            raise failed from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            words = connection_fault(error) or self._words(str(error))
            raise broken(stage, error, words) from error
        return f"{response.code} {self._words(response.message)}"

    def _words(self, text: str) -> str:
        """The server's or the library's text as one line, without our password."""
        if self._server.password:
            text = text.replace(self._server.password, "…")
        return sanitize.line(text, _LONGEST_WORDS)


# Why there is no connection, in our words: those of the libraries name files and calls.
_CONNECTION_FAULTS = {
    errno.ECONNREFUSED: "nothing listens at this host and port",
    errno.EHOSTUNREACH: "the host can't be reached",
    errno.ENETUNREACH: "the host can't be reached",
    errno.ETIMEDOUT: "no answer in time",
}


def connection_fault(error: Exception) -> str:
    """Why a connection was not made; empty for other faults."""
    for cause in (error, error.__cause__):
        if isinstance(cause, socket.gaierror):
            return "no address is known for this host"
        if isinstance(cause, OSError) and cause.errno in _CONNECTION_FAULTS:
            return _CONNECTION_FAULTS[cause.errno]
    return ""


def broken(stage: SmtpStage, error: Exception, words: str) -> DeliveryError:
    """The error of a step that ended without a reply code."""
    causes = (error, error.__cause__)
    if stage is SmtpStage.TLS or any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Unreachable(DeliveryReason.TLS, f"{stage}: {words}")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Unreachable(DeliveryReason.DNS, f"{stage}: {words}")
    if isinstance(error, OSError):  # lost connections and time-outs, the library's among them
        return smtp_lost(stage, words, timed_out=isinstance(error, TimeoutError))
    reason = DeliveryReason.LOGIN if stage is SmtpStage.LOGIN else DeliveryReason.PROTOCOL
    return Unreachable(reason, f"{stage}: {words}")
