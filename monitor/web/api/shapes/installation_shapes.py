"""Shapes of the setup as code."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class SetupStepShape(TypedDict):
    """One step: `before` and `after` hold the fields that change."""

    act: Literal["add", "change", "remove"]
    kind: str
    name: str
    before: dict[str, object]
    after: dict[str, object]


class AppliedSetupShape(TypedDict):
    """The steps in their order, and the secrets of new webhooks by name of subscription."""

    steps: list[SetupStepShape]
    secrets: dict[str, str]
