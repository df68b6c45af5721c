"""Destinations of a subscription: e-mail, webhook, chat (Apprise); checked before use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.domain.alerts import ChannelKind
from monitor.domain.errors import ConfigError, DeliveryError
from monitor.domain.reasons import DeliveryReason

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.settings.values import Network

# Faults of a mail server that last until the settings change.
_LASTING_FAULTS = (DeliveryReason.TLS, DeliveryReason.LOGIN, DeliveryReason.CONFIG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """The channel, the address to show, and the secret to keep."""

    channel: ChannelKind
    address: str  # mail address or URL; of a chat, the URL without its tokens
    secret: str = field(default="", repr=False)  # webhook: "whsec_…"; chat: the whole URL


def mail_destination(address: str) -> Destination:
    """A mailbox.  Raise ConfigError for what is no mail address."""
    from monitor.deliver.channels.address import check_email

    return Destination(channel=ChannelKind.EMAIL, address=check_email(address))


def webhook_destination(url: str, allow: Collection[Network]) -> Destination:
    """A webhook with a new signing secret.

    `allow` holds the private address ranges that the operator opened.  Raise ConfigError or
    FetchError for an address that may not be called.
    """
    from monitor.deliver.channels import signature
    from monitor.net import egress

    return Destination(
        channel=ChannelKind.WEBHOOK,
        address=egress.check_url(url, allow=tuple(allow)),
        secret=signature.new_secret(),
    )


async def chat_destination(url: str, settings: Settings) -> Destination:
    """A chat by its Apprise address.  Raise ConfigError for one that can't be used."""
    from monitor.deliver.channels.redact import shown
    from monitor.runtime import build

    url = url.strip()
    channel = build.chat_channel(settings)
    try:
        await channel.check(url)
    finally:
        await channel.close()
    return Destination(channel=ChannelKind.APPRISE, address=shown(url), secret=url)


async def check_mail_server(settings: Settings) -> str:
    """Ask the mail server whether it would accept mail from us.

    The remark for the person when it does not answer now, else nothing.  Raise ConfigError when it
    will refuse until the settings change.
    """
    from monitor.deliver.channels.troubleshooting import remedy
    from monitor.runtime import build

    try:
        await build.check_mail(settings)
    except DeliveryError as error:
        hint = remedy(error.reason, ChannelKind.EMAIL)
        if error.reason in _LASTING_FAULTS:
            raise ConfigError(
                f"the mail server takes no mail from us ({error.detail}): {hint}"
            ) from None
        return f"the mail server can't be asked now ({error.detail}): {hint}"
    return ""
