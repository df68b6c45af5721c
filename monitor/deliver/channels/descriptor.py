"""Channel descriptor: what the service must know of a channel beside its transport.

The transport sends (`deliver/transports`); `runtime/build.py` opens it from the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.domain.alerts import ChannelKind
from monitor.domain.reasons import DeliveryReason

if TYPE_CHECKING:  # its module loads aiohttp, which most commands do not need
    from monitor.net.egress import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where the messages of a subscription go: the fields of `Subscription` of the same names."""

    channel: ChannelKind
    address: str  # shown in lists and logs
    signing_secret: str = field(default="", repr=False)
    private_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDescriptor:
    """One channel; its fields without a default must be filled."""

    kind: ChannelKind
    settings_section: str  # of monitor.toml
    address_form: str  # an example of an address, for messages to people
    # Check what a person typed and return it as it is stored; addresses in closed networks are
    # refused unless `allow` holds them.  Raise ConfigError or FetchError.
    parse_address: Callable[[str, Sequence[Network]], Destination]
    waits: Sequence[timedelta]  # before each try, from the try before; the first is zero
    renders_text: bool  # False: the receivers are programs, which read `Message.data`
    is_signed: bool = False  # each message is signed with the subscription's signing secret
    # All its messages pass through one server of the operator: when that is down, no subscriber
    # is to blame and none is disabled.
    shares_server: bool = False
    hints: Mapping[DeliveryReason, str]  # what an operator can do; see `troubleshooting`
