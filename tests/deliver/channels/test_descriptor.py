"""Channel descriptors: a channel is described whole, and shows no secret by accident."""

from __future__ import annotations

from dataclasses import MISSING, fields

import pytest

from monitor.deliver.channels.channel_registry import CHANNELS
from monitor.deliver.channels.descriptor import ChannelDescriptor, Destination
from monitor.domain.alerts import ChannelKind, Subscription


def test_a_destination_in_a_log_shows_neither_secret_nor_private_url():
    destination = Destination(
        channel=ChannelKind.APPRISE, address="tgram://…", signing_secret="hush",
        private_url="tgram://token/chat",
    )  # fmt: skip
    shown = repr(destination)
    assert "tgram://…" in shown
    assert "hush" not in shown
    assert "token" not in shown


def test_every_field_of_a_destination_is_a_field_of_a_subscription():
    names = {field.name for field in fields(Destination)}
    assert names <= {field.name for field in fields(Subscription)}


def test_a_descriptor_that_lacks_a_part_can_not_be_made():
    required = {field.name for field in fields(ChannelDescriptor) if field.default is MISSING}
    assert {"kind", "settings_section", "parse_address", "waits", "hints"} <= required
    whole = {name: getattr(CHANNELS[ChannelKind.EMAIL], name) for name in required}
    ChannelDescriptor(**whole)
    for name in required:
        with pytest.raises(TypeError, match=name):
            ChannelDescriptor(**{key: part for key, part in whole.items() if key != name})
