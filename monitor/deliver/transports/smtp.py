"""Mail through a server: one recipient per transaction, never in the clear by accident."""

from __future__ import annotations

import asyncio
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
from monitor.deliver.transports.mime import NO_WAY_OUT, Unsubscribe
from monitor.deliver.transports.smtp_replies import SmtpStage, smtp_lost, smtp_outcome
from monitor.domain.alerts import Subscription
from monitor.domain.errors import ConfigError, DeliveryError, Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from monitor.text import sanitize

# The mail is accepted by then; a server that does not say goodbye is not waited for.
_GOODBYE = timedelta(seconds=2)
# How long a look at the server may take, while a person waits.
_LOOK = timedelta(seconds=10)
# Of a server's words, what is kept for the record.
_LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail is handed over, and how.  Raise ConfigError."""

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
    """Hands mails to one server, each over a connection of its own."""

    def __init__(
        self,
        server: SmtpServer,
        *,
        sender: str,
        context: ssl.SSLContext | None = None,
        way_out: Callable[[Subscription], Unsubscribe] = lambda to: NO_WAY_OUT,
        dkim: DkimKey | None = None,
    ) -> None:
        """`context` says whom to trust: the system's authorities if none is given.

        With `dkim` every mail is signed.  Raise ConfigError for a sender that is no mail address.
        """
        self._server = server
        self._sender = check_sender(sender)
        self._way_out = way_out
        self._context = context or ssl.create_default_context()
        self._dkim = dkim

    async def check(self) -> None:
        """Greet, encrypt and log in as for a mail, and send none.  Raise Unreachable."""
        talk = _Talk(self._server, self._context, self._sender.domain)
        try:
            async with asyncio.timeout(_LOOK.total_seconds()):
                await talk.introduce()
            await talk.goodbye()
        except TimeoutError as error:
            late = f"no answer within {_LOOK.total_seconds():g} s"
            raise smtp_lost(talk.stage, late, timed_out=True) from error
        finally:
            talk.close()

    async def send(self, message: Message, to: Subscription, now: datetime, /) -> str:
        """Hand the mail over; return the server's words.  Raise Unreachable or Refused."""
        recipient = mime.recipient(to.address)
        way_out = self._way_out(to)
        content = mime.compose(message, to=recipient, sender=self._sender, way_out=way_out)
        if self._dkim is not None:  # in a thread: the others go on meanwhile
            content = await asyncio.to_thread(self._dkim.signed, content)
        seconds = self._server.timeout.total_seconds()
        talk = _Talk(self._server, self._context, self._sender.domain)
        try:
            async with asyncio.timeout(seconds):
                words = await talk.hand_over(self._sender.address, recipient, content)
            await talk.goodbye()
        except TimeoutError as error:
            late = f"no answer within {seconds:g} s"
            raise smtp_lost(talk.stage, late, timed_out=True) from error
        finally:
            talk.close()
        return words


class _Talk:
    """One conversation with a server, and how far it came."""

    def __init__(self, server: SmtpServer, context: ssl.SSLContext, our_name: str) -> None:
        self.stage = SmtpStage.CONNECT
        self._server = server
        self._client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls == "tls",
            start_tls=False,  # a step of its own below: the library's default goes on without
            tls_context=context,
            local_hostname=our_name,  # else the library asks the DNS for this machine's name
            timeout=None,  # the caller's deadline is for all steps together
        )

    async def introduce(self) -> None:
        """The steps before any mail."""
        client, server = self._client, self._server
        await self._step(SmtpStage.CONNECT, client.connect())
        await self._step(SmtpStage.EHLO, client.ehlo())
        if server.tls == "starttls":
            await self._step(SmtpStage.TLS, client.starttls())
            await self._step(SmtpStage.EHLO, client.ehlo())
        if server.username:
            await self._step(SmtpStage.LOGIN, client.login(server.username, server.password))

    async def hand_over(self, sender: str, recipient: str, content: bytes) -> str:
        """All steps up to the server's answer to the whole mail: its words."""
        await self.introduce()
        client = self._client
        await self._step(SmtpStage.SENDER, client.mail(sender))
        await self._step(SmtpStage.RECIPIENT, client.rcpt(recipient))
        return await self._step(SmtpStage.BODY, client.data(content))

    async def goodbye(self) -> None:
        """End politely; the mail is the server's already, whatever happens here."""
        with suppress(aiosmtplib.SMTPException, OSError):
            async with asyncio.timeout(_GOODBYE.total_seconds()):
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
            raise broken(stage, error, self._words(str(error))) from error
        return f"{response.code} {self._words(response.message)}"

    def _words(self, text: str) -> str:
        """What the server, or the library, said: one line, and never our password."""
        if self._server.password:
            text = text.replace(self._server.password, "…")
        return sanitize.line(text, _LONGEST_WORDS)


def broken(stage: SmtpStage, error: Exception, words: str) -> DeliveryError:
    """What a step that ended without a reply code means."""
    causes = (error, error.__cause__)
    if stage is SmtpStage.TLS or any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Unreachable(DeliveryReason.TLS, f"{stage}: {words}")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Unreachable(DeliveryReason.DNS, f"{stage}: {words}")
    if isinstance(error, OSError):  # lost connections and time-outs, the library's among them
        return smtp_lost(stage, words, timed_out=isinstance(error, TimeoutError))
    reason = DeliveryReason.LOGIN if stage is SmtpStage.LOGIN else DeliveryReason.PROTOCOL
    return Unreachable(reason, f"{stage}: {words}")
