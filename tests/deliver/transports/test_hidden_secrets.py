"""Operators see a message without the links by which its receiver acts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.deliver.transports.hidden_secrets import without_secrets
from monitor.domain.message_contents import (
    FLAGGED,
    AlertContent,
    SubscriptionChanged,
    SubscriptionConfirm,
)

CHANGED = SubscriptionChanged(
    changes=("Paused.",),
    undo_url="https://alerts.example/undo/s3cret",
    manage_url="https://alerts.example/manage/s3cret",
)


@pytest.mark.parametrize(
    ("content", "hidden"),
    [
        (
            CHANGED,
            replace(
                CHANGED,
                undo_url="https://alerts.example/undo/(hidden)",
                manage_url="https://alerts.example/manage/(hidden)",
            ),
        ),
        (
            replace(CHANGED, undo_url=""),
            replace(CHANGED, undo_url="", manage_url="https://alerts.example/manage/(hidden)"),
        ),
        (
            SubscriptionConfirm(url="https://alerts.example/confirm/s3cret"),
            SubscriptionConfirm(url="https://alerts.example/confirm/(hidden)"),
        ),
        (FLAGGED, FLAGGED),
    ],
)
def test_the_end_of_a_link_that_acts_is_hidden(content: AlertContent, hidden: AlertContent):
    assert without_secrets(content) == hidden
