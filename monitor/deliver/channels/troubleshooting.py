"""Troubleshooting hints: what an operator can do about a message that was not accepted."""

from __future__ import annotations

from monitor.deliver.channels.channel_registry import CHANNELS
from monitor.domain.alerts import ChannelKind
from monitor.domain.reasons import DeliveryReason as Reason

# For every channel whose descriptor has no hint of its own.
_COMMON = {
    Reason.EGRESS: "if you intend this address, add its network to egress.allow",
    Reason.DNS: "check the host name in the address",
    Reason.CONNECT: "check that the host listens on that port and that no firewall blocks us",
    Reason.TIMEOUT: "ask the operator of the receiver why it is slow",
    Reason.DROPPED: "ask the operator of the receiver why it closes the connection; check whether"
    " the message arrived",
    Reason.PROTOCOL: "check host and port: another kind of server answers there",
    Reason.THROTTLED: "wait: the receiver asked for a pause",
    Reason.GONE: "it accepts no more messages: `monitor subscriptions remove`, or add its new"
    " address",
    Reason.UNWRITABLE: "check the address and the folder",
    Reason.CONFIG: "remove the subscription and add it again",
    Reason.INTERNAL: "this is a fault of Watchpost: the log names the place",
}


def remedy(reason: Reason, channel: ChannelKind) -> str:
    """What to do, or an empty text when there is nothing to do."""
    return CHANNELS[channel].hints.get(reason) or _COMMON.get(reason, "")
