"""Transports: opens the transport of every channel, and the second reader, from the settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.deliver.transports.hidden_secrets import HIDDEN
from monitor.domain.alerts import ChannelKind, Subscription
from monitor.domain.messages import Message
from monitor.runtime import topic_pack, topics
from monitor.runtime.outgoing import open_session, user_agent

if TYPE_CHECKING:  # each costs start-up time that most commands need not pay
    from monitor.deliver.transports.apprise_client import AppriseChannel
    from monitor.deliver.transports.as_sent import SentMessage
    from monitor.deliver.transports.mime import Unsubscribe
    from monitor.domain.ports import Channel
    from monitor.pipeline.review.second_reader_round import SecondReader
    from monitor.settings.sections import Settings

# Webhook calls at the same time, to one host too: a subscription makes one call at a time, so that
# a limit per host would only make those who share a host wait for each other.
CALLS_AT_ONCE = 500


# Characters of a receiver's answer that are kept of a trial message.
LONGEST_TRIAL_ANSWER = 2_000


@asynccontextmanager
async def channels(
    settings: Settings, *, link_secret: str = ""
) -> AsyncIterator[dict[ChannelKind, Channel]]:
    """Open the transport of every channel; close them at the end.

    With the store's secret for links each mail has a link to unsubscribe.
    """
    from monitor.deliver.channels.channel_registry import CHANNELS

    async with AsyncExitStack() as stack:
        opened: dict[ChannelKind, Channel] = {}
        for kind in CHANNELS:
            transport = TRANSPORTS[kind](settings, link_secret)
            opened[kind] = await stack.enter_async_context(transport)
        yield opened


@asynccontextmanager
async def _email_transport(settings: Settings, link_secret: str) -> AsyncIterator[Channel]:
    yield mail_channel(settings, link_secret)


@asynccontextmanager
async def _webhook_transport(settings: Settings, link_secret: str) -> AsyncIterator[Channel]:
    from monitor.deliver.transports.webhook_client import WebhookChannel

    connections = open_session(settings, connections=CALLS_AT_ONCE, per_host=CALLS_AT_ONCE)
    async with connections as session:
        yield WebhookChannel(
            session, timeout=settings.webhook.timeout, user_agent=user_agent(settings)
        )


@asynccontextmanager
async def trial_channel(kind: ChannelKind, settings: Settings) -> AsyncIterator[Channel]:
    """One channel for a trial message: it keeps the first 2,000 characters of the answer."""
    from monitor.deliver.transports.webhook_client import WebhookChannel

    if kind is not ChannelKind.WEBHOOK:
        async with TRANSPORTS[kind](settings, "") as channel:
            yield channel
        return
    async with open_session(settings, connections=1, per_host=1) as session:
        yield WebhookChannel(
            session,
            timeout=settings.webhook.timeout,
            user_agent=user_agent(settings),
            longest_answer=LONGEST_TRIAL_ANSWER,
        )


def as_sent(
    message: Message, to: Subscription, now: datetime, settings: Settings, *, with_link: bool
) -> SentMessage:
    """The message as its channel sends it now, with secrets hidden.

    `with_link`: a mail has its link to unsubscribe.  Raise DeliveryError for an address or a
    secret that can't be used.
    """
    from monitor.deliver.transports import as_sent

    match to.channel:
        case ChannelKind.WEBHOOK:
            agent = user_agent(settings)
            return as_sent.webhook_as_sent(message, to, now, user_agent=agent)
        case ChannelKind.EMAIL:
            unsubscribe = unsubscribe_links(settings, "")(to)  # by mail, which is no secret
            if with_link and settings.web.public_url:
                root = settings.web.public_url
                unsubscribe = replace(
                    unsubscribe,
                    url=f"{root}/unsubscribe/{HIDDEN}",
                    manage_url=f"{root}/manage/{HIDDEN}",
                )
            sender = settings.email.sender
            return as_sent.mail_as_sent(message, to, sender=sender, unsubscribe=unsubscribe)
        case ChannelKind.APPRISE:
            return as_sent.chat_as_sent(message, to)


@asynccontextmanager
async def _apprise_transport(settings: Settings, link_secret: str) -> AsyncIterator[Channel]:
    chat = chat_channel(settings)
    try:
        yield chat
    finally:
        await chat.close()


# Channel → how its transport is opened from the settings and the secret for links.
TRANSPORTS: Mapping[
    ChannelKind, Callable[[Settings, str], AbstractAsyncContextManager[Channel]]
] = {
    ChannelKind.EMAIL: _email_transport,
    ChannelKind.WEBHOOK: _webhook_transport,
    ChannelKind.APPRISE: _apprise_transport,
}


def unsubscribe_links(
    settings: Settings, link_secret: str
) -> Callable[[Subscription], Unsubscribe]:
    """How a reader can unsubscribe from a mail: by link, by mail, or neither."""
    from monitor.alerts import tokens
    from monitor.deliver.transports.mime import Unsubscribe

    def unsubscribe(subscription: Subscription) -> Unsubscribe:
        url = settings.web.public_url if link_secret else ""
        return Unsubscribe(
            url=tokens.unsubscribe_url(url, link_secret, subscription),
            mailbox=settings.email.unsubscribe,
            subject=f"unsubscribe {subscription.key[:12]}",
            manage_url=tokens.manage_url(url, link_secret, subscription, subscription.link_version)
            if url
            else None,
        )

    return unsubscribe


def chat_channel(settings: Settings) -> AppriseChannel:
    """The channel to chat services, through Apprise; the caller closes it."""
    from monitor.deliver.transports.apprise_client import AppriseChannel

    return AppriseChannel(allow=settings.egress.allow, timeout=settings.apprise.timeout)


async def check_mail(settings: Settings) -> None:
    """Check that the mail server accepts our mails, where one is set.  Raise Unreachable."""
    from monitor.deliver.transports.smtp import SmtpChannel

    channel = mail_channel(settings)
    if isinstance(channel, SmtpChannel):
        await channel.check()


def mail_channel(settings: Settings, link_secret: str = "") -> Channel:
    """An SMTP server where one is set, else a folder of .eml files.  Raise ConfigError."""
    from monitor.deliver.transports import dkim
    from monitor.deliver.transports.address import check_sender
    from monitor.deliver.transports.mail_folder import MailFolder
    from monitor.deliver.transports.smtp import SmtpChannel, SmtpServer

    email = settings.email
    if not email.host:
        folder = settings.folder / email.folder
        return MailFolder(
            folder, sender=email.sender, unsubscribe=unsubscribe_links(settings, link_secret)
        )
    if email.username and not email.password.get_secret_value():
        raise settings.fault(
            "email",
            "username",
            "email.username is set and email.password is empty: a login needs both; a server"
            " without a login needs neither",
        )
    server = SmtpServer(
        host=email.host,
        port=email.port,
        tls=email.tls,
        username=email.username,
        password=email.password.get_secret_value(),
        timeout=email.timeout,
    )
    key = (
        dkim.load(
            settings.folder / email.dkim_key,
            selector=email.dkim_selector,
            domain=email.dkim_domain,
            sender=check_sender(email.sender),
        )
        if email.dkim_key
        else None
    )
    unsubscribe = unsubscribe_links(settings, link_secret)
    return SmtpChannel(server, sender=email.sender, unsubscribe=unsubscribe, dkim=key)


@asynccontextmanager
async def second_readers(settings: Settings) -> AsyncIterator[Sequence[SecondReader]]:
    """The second reader of the settings for each topic, closed at the end; none is named: empty.

    Raise PackError when the label rules of a topic can't be read.
    """
    from monitor.collect.http.chat_client import ChatClient
    from monitor.pipeline.review.second_reader_round import SecondReader

    chosen = settings.second_reader
    url = chosen.url.get_secret_value()
    if not url:
        yield ()
        return
    by_topic = topics.settings_by_topic(settings)
    async with open_session(settings, connections=4, per_host=4) as session:
        chat = ChatClient(
            session,
            url=url,
            model=chosen.model,
            api_key=chosen.api_key.get_secret_value(),
            timeout=chosen.timeout,
            user_agent=user_agent(settings),
        )
        yield [
            SecondReader(
                chat=chat,
                model=chosen.model,
                instructions=_instructions(topic),
                topic=name if len(by_topic) > 1 else "",
                scores=(chosen.lowest, chosen.highest),
                budget=chosen.budget,
                is_forced=chosen.force,
            )
            for name, topic in by_topic.items()
        ]


def _instructions(settings: Settings) -> str:
    """What the second reader is told of the first topic."""
    from monitor.classify.second_reading import reader_prompt

    title = topic_pack.read_card(settings).title
    return reader_prompt.instructions(title, topic_pack.label_rules(settings))
