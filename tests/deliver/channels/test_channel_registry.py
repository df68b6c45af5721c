"""Every channel has a complete descriptor, a transport, and a place in the settings and docs."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.deliver.channels.channel_registry import CHANNELS
from monitor.deliver.channels.troubleshooting import remedy
from monitor.domain.alerts import ChannelKind
from monitor.domain.reasons import DeliveryReason
from monitor.runtime.transports import TRANSPORTS
from monitor.settings.sections import Settings

CHANNELS_FOLDER = Path(__file__).parents[3] / "monitor/deliver/channels"
each_kind = pytest.mark.parametrize("kind", ChannelKind)


@each_kind
def test_each_kind_has_a_descriptor_of_its_own_file(kind: ChannelKind) -> None:
    assert CHANNELS[kind].kind is kind
    assert (CHANNELS_FOLDER / f"{kind}.py").is_file()


@each_kind
def test_each_kind_has_a_transport(kind: ChannelKind) -> None:
    assert set(TRANSPORTS) == set(ChannelKind)
    assert callable(TRANSPORTS[kind])


@each_kind
def test_each_descriptor_names_a_section_of_the_settings(kind: ChannelKind) -> None:
    assert CHANNELS[kind].settings_section in Settings.model_fields


@each_kind
def test_each_retry_table_starts_at_once_and_lasts_for_days(kind: ChannelKind) -> None:
    first, *later = CHANNELS[kind].waits
    assert first == timedelta()
    assert all(wait > timedelta() for wait in later)
    assert sum(later, timedelta()) > timedelta(days=2)


@each_kind
def test_each_parser_takes_its_own_example(kind: ChannelKind) -> None:
    descriptor = CHANNELS[kind]
    destination = descriptor.parse_address(descriptor.address_form, ())
    assert destination.address
    assert bool(destination.signing_secret) is descriptor.is_signed


@each_kind
def test_no_hint_is_for_success_or_empty(kind: ChannelKind) -> None:
    hints = CHANNELS[kind].hints
    assert DeliveryReason.ACCEPTED not in hints
    assert all(hints.values())
    assert remedy(DeliveryReason.CONNECT, kind)


def test_a_descriptor_has_no_field_that_may_be_forgotten_but_the_two_flags() -> None:
    optional = {
        field.name
        for field in dataclasses.fields(CHANNELS[ChannelKind.EMAIL])
        if field.default is not dataclasses.MISSING
    }
    assert optional == {"is_signed", "shares_server"}
