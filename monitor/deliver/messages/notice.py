"""Notices about the service or about stories: a headline, sentences, facts, commands to type."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.deliver.messages import mail_templates
from monitor.domain.alerts import Claim
from monitor.domain.messages import Message
from monitor.text import sanitize

_LONGEST_SUBJECT = 200
_LONGEST_LINE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The text of a notice, not yet sanitized: it may quote publishers and receivers."""

    tag: str  # second in the subject: "[dprk-russia][service]"
    headline: str
    sentences: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()  # name and value
    commands: tuple[str, ...] = ()  # to type
    thread_key: str = ""  # equal for mails that belong together
    about: str = "the service"  # what the subscriber asked for: "messages about the service"


def message(claim: Claim, notice: Notice, *, topic: str) -> Message:
    """The notice as a message; its webhook `data` is the alert's content as stored."""
    alert = claim.alert
    headline = sanitize.line(notice.headline, _LONGEST_SUBJECT)
    subject = sanitize.header(f"[{topic}][{notice.tag}] {headline}", _LONGEST_SUBJECT)
    text, html = mail_templates.rendered(
        "notice",
        subject=subject,
        topic=sanitize.name(topic),
        subscription=sanitize.name(claim.subscription.name),
        about=notice.about,
        alert_key=alert.key,
        headline=headline,
        sentences=[sanitize.line(sentence, _LONGEST_LINE) for sentence in notice.sentences],
        facts=[
            (sanitize.name(name), sanitize.line(value, _LONGEST_LINE))
            for name, value in notice.facts
        ],
        commands=[sanitize.line(command, _LONGEST_LINE) for command in notice.commands],
    )
    data = {"alert": alert.key, "subscription": claim.subscription.key, **alert.content.to_json()}
    return Message(
        key=alert.key,
        subject=subject,
        text=text,
        html=html,
        type=alert.type,
        data=data,
        topic=topic,
        thread_key=notice.thread_key or alert.key,
        created_at=alert.created_at,
    )
