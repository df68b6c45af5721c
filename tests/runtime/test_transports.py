"""Transports: each channel has one, opened from the settings and closed at the end."""

from __future__ import annotations

import pytest

from monitor.deliver.channels.channel_registry import CHANNELS
from monitor.deliver.transports.mail_folder import MailFolder
from monitor.deliver.transports.smtp import SmtpChannel
from monitor.domain.alerts import ChannelKind
from monitor.domain.errors import ConfigError
from monitor.runtime import transports
from monitor.settings import loader
from monitor.settings.sections import Settings
from tests.fakes import subscription


def settings(**sections: dict[str, object]) -> Settings:
    return loader.load(None, overrides=sections, environment={})


def test_every_channel_has_a_transport():
    assert set(transports.TRANSPORTS) == set(CHANNELS) == set(ChannelKind)


async def test_all_are_open_together_and_closed_afterwards():
    async with transports.channels(settings()) as opened:
        assert set(opened) == set(ChannelKind)
        webhook = opened[ChannelKind.WEBHOOK]
        assert not webhook._session.closed
    assert webhook._session.closed


def test_without_a_mail_server_mails_are_files():
    assert isinstance(transports.mail_channel(settings()), MailFolder)
    server = settings(email={"host": "mail.example", "sender": "watch@desk.example"})
    assert isinstance(transports.mail_channel(server), SmtpChannel)


def test_a_user_without_a_password_is_refused_before_any_mail_is_tried():
    half = {"host": "mail.example", "sender": "watch@desk.example", "username": "watch"}
    with pytest.raises(ConfigError, match=r"email\.password is empty: a login needs both"):
        transports.mail_channel(settings(email=half))


async def test_a_folder_of_mails_needs_no_check():
    await transports.check_mail(settings())


def test_a_reader_unsubscribes_by_link_by_mail_or_not_at_all():
    desk = subscription("s" * 64)
    site = settings(web={"public_url": "https://watch.example/"})
    by_link = transports.unsubscribe_links(site, "secret")(desk)
    assert by_link.url.startswith("https://watch.example/")
    assert transports.unsubscribe_links(site, "")(desk).url is None
    by_mail = transports.unsubscribe_links(
        settings(email={"unsubscribe": "leave@desk.example"}), "secret"
    )(desk)
    assert (by_mail.url, by_mail.mailbox) == (None, "leave@desk.example")
    assert by_mail.subject == "unsubscribe ssssssssssss"


async def test_the_second_reader_has_the_rules_of_each_topic_and_is_off_by_default():
    async with transports.second_readers(loader.load(None, environment={})) as readers:
        assert readers == ()
    chosen = {"url": "https://models.example/v1", "model": "qwen3", "api_key": "sk-1"}
    settings = loader.load(None, overrides={"second_reader": chosen}, environment={})
    async with transports.second_readers(settings) as readers:
        (reader,) = readers
        assert "Three capitals" in reader.instructions
        assert (reader.model, reader.scores, reader.budget) == ("qwen3", (0.1, 0.9), 50)
        assert (reader.topic, reader.is_forced) == ("", False)
    further = {"topic": {"further": [{"pack": "undersea-cables"}]}}
    both = loader.load(None, overrides={"second_reader": chosen, **further}, environment={})
    async with transports.second_readers(both) as readers:
        assert [reader.topic for reader in readers] == ["dprk-russia", "undersea-cables"]
        assert readers[0].instructions == reader.instructions
        assert "ndersea cables" in readers[1].instructions
