"""The webhook channel: its address, retry table and troubleshooting hints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from monitor.deliver.channels.descriptor import ChannelDescriptor, Destination
from monitor.deliver.channels.retry import WEBHOOK_WAITS
from monitor.deliver.transports import signature
from monitor.domain.alerts import ChannelKind
from monitor.domain.reasons import DeliveryReason as Reason

if TYPE_CHECKING:  # its module loads aiohttp, which most commands do not need
    from monitor.net.egress import Network


def parse_address(text: str, allow: Sequence[Network]) -> Destination:
    """A URL, with a new signing secret.  Raise FetchError."""
    from monitor.net import egress

    url = egress.check_url(text, allow=allow)
    return Destination(
        channel=ChannelKind.WEBHOOK, address=url, signing_secret=signature.new_secret()
    )


WEBHOOK = ChannelDescriptor(
    kind=ChannelKind.WEBHOOK,
    settings_section="webhook",
    address_form="https://hooks.example.org/watchpost",
    parse_address=parse_address,
    waits=WEBHOOK_WAITS,
    renders_text=False,
    is_signed=True,
    hints={
        Reason.TLS: "its certificate must be valid for that host and issued by a known authority",
        Reason.REDIRECT: "redirects are not followed: add the address that it redirects to",
        Reason.STATUS: "only 2xx means success; docs/webhooks/ says what a receiver answers",
    },
)
