"""Without a mail server every alert is a file that a mail program can open."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from monitor.deliver.transports.mail_folder import MailFolder
from monitor.domain.alerts import Subscription
from monitor.domain.errors import ConfigError, Refused, Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason


def files(folder: Path) -> int:
    return len(list(folder.iterdir()))


SENDER = "Watchpost <alerts@example.org>"


async def test_a_mail_is_written_and_named_by_time_and_key(
    tmp_path: Path,
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
) -> None:
    folder = tmp_path / "new" / "alerts"
    words = await MailFolder(folder, sender=SENDER).send(message(), subscription(), now)
    (file,) = folder.iterdir()
    assert file.name == f"20250617T115500Z-{'e' * 32}.eml"
    assert words == f"written to {file}"
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["To"] == "desk@example.org"
    assert mail["Subject"] == "[dprk-russia][troops] Sappers seen in Kursk"


async def test_a_repeat_replaces_the_file(
    tmp_path: Path,
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
) -> None:
    channel = MailFolder(tmp_path, sender=SENDER)
    await channel.send(message(), subscription(), now)
    await channel.send(message(), subscription(), now.replace(hour=23))
    await channel.send(message(key="another"), subscription(), now)
    assert files(tmp_path) == 2


async def test_a_folder_that_cannot_be_written_is_tried_again(
    tmp_path: Path,
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(Unreachable) as failed:
        await MailFolder(blocked, sender=SENDER).send(message(), subscription(), now)
    assert failed.value.reason is DeliveryReason.UNWRITABLE
    assert str(blocked) in failed.value.detail


async def test_an_invalid_address_writes_no_file(
    tmp_path: Path,
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
) -> None:
    with pytest.raises(Refused):
        await MailFolder(tmp_path, sender=SENDER).send(message(), subscription(address="no"), now)
    assert files(tmp_path) == 0


def test_a_sender_that_cannot_send_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        MailFolder(tmp_path, sender="nobody")
