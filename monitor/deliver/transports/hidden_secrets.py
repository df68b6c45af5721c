"""Secrets in messages: links that act for the receiver are hidden where operators look."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.message_contents import AlertContent, SubscriptionChanged, SubscriptionConfirm

HIDDEN = "(hidden)"  # in place of a secret


def without_secrets(content: AlertContent) -> AlertContent:
    """The content as operators may see it: without links that act for the receiver."""
    if isinstance(content, SubscriptionChanged):
        undo_url, manage_url = _without_token(content.undo_url), _without_token(content.manage_url)
        return replace(content, undo_url=undo_url, manage_url=manage_url)
    if isinstance(content, SubscriptionConfirm):
        return replace(content, url=_without_token(content.url))
    return content


def _without_token(url: str) -> str:
    """A link without its last part, which is secret: "https://…/manage/(hidden)"."""
    return f"{url.rpartition('/')[0]}/{HIDDEN}" if url else ""
