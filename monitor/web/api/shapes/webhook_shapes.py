"""Shapes of the catalogue of webhook messages."""

from __future__ import annotations

from typing_extensions import TypedDict

from monitor.domain.messages import MessageType


class WebhookTypeShape(TypedDict):
    """A type of message, with the addresses of its JSON Schema and of a sample."""

    type: MessageType
    schema: str
    sample: str


class WebhookTypeListShape(TypedDict):
    """The types of messages that webhooks get."""

    items: list[WebhookTypeShape]
    next: None
