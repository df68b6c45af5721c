"""The e-mail channel: its address, retry table and troubleshooting hints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.deliver.channels.descriptor import ChannelDescriptor, Destination
from monitor.deliver.transports.address import check_email
from monitor.domain.alerts import ChannelKind
from monitor.domain.reasons import DeliveryReason as Reason

if TYPE_CHECKING:  # its module loads aiohttp, which most commands do not need
    from monitor.net.egress import Network

# RFC 5321 §4.5.4.1: greylisting servers want a retry after some minutes, and a sender gives up
# only after four or five days.  These add up to five days.
WAITS = (
    timedelta(),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    *(timedelta(hours=4),) * 29,
)


def parse_address(text: str, allow: Sequence[Network]) -> Destination:
    """A mail address.  Raise ConfigError."""
    return Destination(channel=ChannelKind.EMAIL, address=check_email(text))


EMAIL = ChannelDescriptor(
    kind=ChannelKind.EMAIL,
    settings_section="email",
    address_form="name@example.org",
    parse_address=parse_address,
    waits=WAITS,
    renders_text=True,
    shares_server=True,
    hints={
        Reason.TLS: 'set email.tls to "starttls" (port 587) or "tls" (port 465), as the server'
        " offers, and check that its certificate is valid for that host; mail goes out unencrypted"
        ' only with email.tls = "none"',
        Reason.LOGIN: "check email.username and email.password",
        Reason.TEMPORARY: "nothing: the server asks for a retry, which follows",
        Reason.PERMANENT: "check the recipient's address: the server says that it does not exist",
        Reason.STATUS: "read the server's words: a block list, a policy, the size or a full mailbox"
        " can be mended; the mail is retried for five days",
        Reason.CONFIG: "check email.sender",
        Reason.CONNECT: "check email.host and email.port",
    },
)
