"""Notices: the text is made safe, and the data is the content as it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.deliver.messages import notice
from monitor.deliver.messages.notice import Notice
from monitor.domain.alerts import Claim
from monitor.domain.message_contents import ServiceCondition, ServiceStateChanged
from monitor.domain.messages import MessageType

CONTENT = ServiceStateChanged(conditions=(ServiceCondition(name="mail", sentence="away"),))
NOTICE = Notice(
    tag="service", headline="The mail server is away", sentences=("It does not answer.",),
    facts=(("host", "mail.example"),), commands=("monitor doctor",),
)  # fmt: skip


@pytest.fixture
def about(claim: Callable[..., Claim]) -> Claim:
    """The claim of an alert about the service."""
    alert = claim()
    return replace(alert, alert=replace(alert.alert, content=CONTENT))


def test_a_notice_is_a_mail_with_everything_in_both_parts(about: Claim):
    message = notice.message(about, NOTICE, topic="dprk-russia")
    assert message.subject == "[dprk-russia][service] The mail server is away"
    for part in (message.text, message.html):
        for words in ("It does not answer.", "mail.example", "monitor doctor"):
            assert words in part


def test_the_data_is_the_content_with_the_keys_of_alert_and_subscription(about: Claim):
    message = notice.message(about, NOTICE, topic="t")
    assert message.type is MessageType.SERVICE
    assert message.data == {
        "alert": about.alert.key, "subscription": about.subscription.key, **CONTENT.to_json(),
    }  # fmt: skip


def test_a_notice_is_a_thread_of_its_own_or_belongs_to_another(about: Claim):
    assert notice.message(about, NOTICE, topic="t").thread_key == about.alert.key
    later = replace(NOTICE, thread_key="first")
    assert notice.message(about, later, topic="t").thread_key == "first"


def test_hostile_text_breaks_neither_header_nor_markup(about: Claim):
    hostile = "x\r\nBcc: a@b.example <script>alert(1)</script>\u202e"
    quoted = Notice(
        tag="service", headline=hostile, sentences=(hostile,), facts=((hostile, hostile),),
        commands=(hostile,),
    )  # fmt: skip
    message = notice.message(about, quoted, topic="t")
    assert "\n" not in message.subject
    assert "\r" not in message.subject + message.text
    assert "<script>" not in message.html
    assert "\u202e" not in message.subject + message.text + message.html


def test_long_text_is_cut(about: Claim):
    long = replace(NOTICE, headline="h" * 999, sentences=("s" * 9_999,))
    message = notice.message(about, long, topic="t")
    assert len(message.subject) <= 200
    assert max(map(len, message.text.splitlines())) <= 500
