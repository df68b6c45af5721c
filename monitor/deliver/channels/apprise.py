"""The Apprise channel (chats and other services): its address, retry table and hints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from monitor.deliver.channels.descriptor import ChannelDescriptor, Destination
from monitor.deliver.channels.retry import WEBHOOK_WAITS
from monitor.deliver.transports.redact import shown
from monitor.domain.alerts import ChannelKind
from monitor.domain.errors import ConfigError
from monitor.domain.reasons import DeliveryReason as Reason

if TYPE_CHECKING:  # its module loads aiohttp, which most commands do not need
    from monitor.net.egress import Network

_LONGEST_URL = 2_000  # octets


def parse_address(text: str, allow: Sequence[Network]) -> Destination:
    """An Apprise URL.  Raise ConfigError.

    Whether Apprise knows the service is checked by its process: `AppriseChannel.check`.
    """
    url = text.strip()
    if len(url.encode()) > _LONGEST_URL or not url.isprintable() or "://" not in url:
        raise ConfigError(
            "this is no Apprise address: they look like slack://TOKENS/#channel and are listed"
            " in Apprise's documentation"
        )
    return Destination(channel=ChannelKind.APPRISE, address=shown(url), private_url=url)


APPRISE = ChannelDescriptor(
    kind=ChannelKind.APPRISE,
    settings_section="apprise",
    address_form="slack://TOKENS/#channel",
    parse_address=parse_address,
    waits=WEBHOOK_WAITS,
    renders_text=True,
    hints={
        Reason.STATUS: "check the tokens in the address; if they changed, add it again",
        Reason.TLS: "its certificate must be issued by a known authority",
    },
)
