"""Mail folder: without a mail server, each message is written as an .eml file."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from monitor.deliver.transports import mime
from monitor.deliver.transports.address import check_sender
from monitor.deliver.transports.mime import NO_UNSUBSCRIBE, Unsubscribe
from monitor.domain.alerts import Subscription
from monitor.domain.errors import Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason


class MailFolder:
    """Writes mails into a folder.  Raise ConfigError for a sender that is no mail address."""

    def __init__(
        self,
        path: Path,
        *,
        sender: str,
        unsubscribe: Callable[[Subscription], Unsubscribe] = lambda to: NO_UNSUBSCRIBE,
    ) -> None:
        self._path = path
        self._unsubscribe = unsubscribe
        self._sender = check_sender(sender)

    async def send(self, message: Message, to: Subscription, now: datetime, /) -> str:
        """Write the mail, whole or not at all; return its path.

        The file's name is made of the alert's time and key, so a repeat replaces the file.
        Raise Unreachable when the folder can't be written.
        """
        unsubscribe = self._unsubscribe(to)
        content = mime.compose(message, to=to.address, sender=self._sender, unsubscribe=unsubscribe)
        created = message.created_at.astimezone(UTC)
        file = self._path / f"{created:%Y%m%dT%H%M%SZ}-{mime.word(message.key)}.eml"
        try:
            await asyncio.to_thread(_write, file, content)
        except OSError as error:
            raise Unreachable(DeliveryReason.UNWRITABLE, f"{file}: {error.strerror}") from error
        return f"written to {file}"


def _write(file: Path, content: bytes) -> None:
    """Write a file atomically: a crash leaves the old one or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.part")
    with unfinished.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
