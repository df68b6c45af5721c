"""Destinations of a subscription: e-mail, webhook, chat (Apprise); checked before use."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from monitor.domain.alerts import ChannelKind
from monitor.domain.errors import ConfigError, DeliveryError
from monitor.domain.reasons import DeliveryReason

if TYPE_CHECKING:
    from monitor.deliver.channels.descriptor import Destination
    from monitor.settings.sections import Settings
    from monitor.settings.values import Network

# Faults of a mail server that last until the settings change.
_LASTING_FAULTS = (DeliveryReason.TLS, DeliveryReason.LOGIN, DeliveryReason.CONFIG)


def parse_destination(kind: ChannelKind, text: str, allow: Collection[Network]) -> Destination:
    """The destination that a person typed, checked; a webhook with a new signing secret.

    `allow` holds the private address ranges that the operator opened.  Raise ConfigError or
    FetchError for an address that may not be used.
    """
    from monitor.deliver.channels.channel_registry import CHANNELS

    return CHANNELS[kind].parse_address(text, tuple(allow))


async def probe_destination(destination: Destination, settings: Settings) -> str:
    """Ask the mail server or Apprise whether the destination can work; send no message.

    The remark for the person when the server does not answer now, else nothing.  Raise ConfigError
    when no message will be accepted until the settings or the address change.
    """
    if destination.channel is ChannelKind.EMAIL:
        return await check_mail_server(settings)
    if destination.channel is ChannelKind.APPRISE:
        await _check_chat(destination.private_url, settings)
    return ""


async def _check_chat(url: str, settings: Settings) -> None:

    from monitor.runtime import transports

    channel = transports.chat_channel(settings)
    try:
        await channel.check(url)
    finally:
        await channel.close()


async def check_mail_server(settings: Settings) -> str:
    """Ask the mail server whether it would accept mail from us.

    The remark for the person when it does not answer now, else nothing.  Raise ConfigError when it
    will refuse until the settings change.
    """
    from monitor.deliver.channels.troubleshooting import remedy
    from monitor.runtime import transports

    try:
        await transports.check_mail(settings)
    except DeliveryError as error:
        hint = remedy(error.reason, ChannelKind.EMAIL)
        if error.reason in _LASTING_FAULTS:
            raise ConfigError(
                f"the mail server takes no mail from us ({error.detail}): {hint}"
            ) from None
        return f"the mail server can't be asked now ({error.detail}): {hint}"
    return ""
