"""Destinations are checked before they are used; what is secret is not shown."""

from __future__ import annotations

import pytest

from monitor.actions.subscribing import destinations
from monitor.domain.alerts import ChannelKind
from monitor.domain.errors import ConfigError, MonitorError
from monitor.settings import loader
from monitor.settings.sections import Settings


def settings(**email: object) -> Settings:
    return loader.load(environment={}, overrides={"email": email})


def test_a_mailbox_has_no_secret():
    destination = destinations.parse_destination(ChannelKind.EMAIL, "me@watch.example", ())
    assert (destination.channel, destination.address) == (ChannelKind.EMAIL, "me@watch.example")
    assert destination.signing_secret == destination.private_url == ""


def test_a_webhook_reaches_private_addresses_only_where_they_are_open():
    allow = loader.load(environment={}, overrides={"egress": {"allow": ["127.0.0.0/8"]}})
    url = "http://127.0.0.1:9/hook"
    opened = destinations.parse_destination(ChannelKind.WEBHOOK, url, allow.egress.allow)
    assert opened.address == url
    with pytest.raises(MonitorError, match="egress"):
        destinations.parse_destination(ChannelKind.WEBHOOK, url, ())


async def test_a_webhook_is_not_called_before_the_first_message():
    webhook = destinations.parse_destination(ChannelKind.WEBHOOK, "https://hook.example/", ())
    assert await destinations.probe_destination(webhook, settings()) == ""


@pytest.mark.parametrize(
    ("url", "is_known"), [("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general", True),
                          ("nosuch://token/x", False)]
)  # fmt: skip
async def test_a_chat_is_checked_by_its_library(url, is_known):
    pytest.importorskip("apprise")
    chat = destinations.parse_destination(ChannelKind.APPRISE, url, ())
    if is_known:
        assert await destinations.probe_destination(chat, settings()) == ""
        return
    with pytest.raises(ConfigError, match="no such service"):
        await destinations.probe_destination(chat, settings())


async def test_a_folder_for_mails_needs_no_mail_server():
    assert await destinations.check_mail_server(settings()) == ""


async def test_a_mail_server_that_does_not_answer_is_a_remark():
    remark = await destinations.check_mail_server(settings(host="127.0.0.1", port=9))
    assert remark.startswith("the mail server can't be asked now (")
    assert "email.port" in remark
