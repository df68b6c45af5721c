"""The registry of channels: one line for each."""

from __future__ import annotations

from monitor.deliver.channels.apprise import APPRISE
from monitor.deliver.channels.descriptor import ChannelDescriptor
from monitor.deliver.channels.email import EMAIL
from monitor.deliver.channels.webhook import WEBHOOK
from monitor.domain.alerts import ChannelKind

CHANNELS: dict[ChannelKind, ChannelDescriptor] = {
    descriptor.kind: descriptor
    for descriptor in (
        EMAIL,
        WEBHOOK,
        APPRISE,
    )
}
