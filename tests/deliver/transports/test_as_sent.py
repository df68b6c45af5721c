"""Messages as they are sent: the same headers and body as on the wire, secrets hidden."""

from __future__ import annotations

from monitor.deliver.messages import render
from monitor.deliver.transports import as_sent
from monitor.deliver.transports.mime import Unsubscribe
from monitor.domain.alerts import ChannelKind
from tests.fakes import NOW, subscription

SECRET = "whsec_" + "c2VjcmV0" * 4


def test_a_webhook_call_shows_the_signature_and_no_value_of_own_headers():
    hook = subscription(
        address="https://hooks.example/in",
        signing_secret=SECRET,
        headers=(("Authorization", "Bearer t0ken"),),
    )
    message = render.test_message(hook, topic="t", now=NOW)
    sent = as_sent.webhook_as_sent(message, hook, NOW, user_agent="us")
    headers = dict(sent.headers)
    assert sent.to == "POST https://hooks.example/in"
    assert headers["Authorization"] == "(hidden)"
    assert headers["webhook-id"] == message.key
    assert headers["webhook-signature"].startswith("v1,")
    assert '"type":"subscription.test"' in sent.body
    assert "t0ken" not in f"{sent}"
    assert SECRET not in f"{sent}"


def test_a_mail_shows_its_headers_and_its_text():
    reader = subscription(channel=ChannelKind.EMAIL, address="me@watch.example")
    message = render.test_message(reader, topic="t", now=NOW)
    unsubscribe = Unsubscribe(url="https://alerts.example/unsubscribe/(hidden)")
    sent = as_sent.mail_as_sent(
        message, reader, sender="Watch <watch@watch.example>", unsubscribe=unsubscribe
    )
    assert dict(sent.headers)["To"] == "me@watch.example"
    assert sent.to == "me@watch.example"
    assert "Unsubscribe: https://alerts.example/unsubscribe/(hidden)" in sent.body


def test_a_chat_shows_title_and_text_without_the_tokens_of_its_address():
    chat = subscription(
        channel=ChannelKind.APPRISE, address="slack://…", private_url="slack://tokenA/tokenB"
    )
    message = render.test_message(chat, topic="t", now=NOW)
    sent = as_sent.chat_as_sent(message, chat)
    assert sent.headers == (("title", message.subject),)
    assert "tokenA" not in f"{sent}"
