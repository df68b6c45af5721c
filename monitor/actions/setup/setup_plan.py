"""Plan a setup file against the database, and apply the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.setup.feed_setup import plan_feeds
from monitor.actions.setup.setup_file import SetupFile
from monitor.actions.setup.setup_step import SetupStep, StepKind
from monitor.actions.setup.silence_setup import plan_silences
from monitor.actions.setup.subscription_setup import SetupContext, plan_subscriptions

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupPlan:
    """The steps in their order: additions and changes, then removals."""

    steps: tuple[SetupStep, ...]

    @property
    def sentence(self) -> str:
        """ "2 to add, 1 to change, none to remove" """
        numbers = Counter(step.kind for step in self.steps)
        return ", ".join(f"{numbers[kind] or 'none'} to {kind}" for kind in StepKind)

    def as_json(self) -> JsonObject:
        """The plan as `apply --json` prints it."""
        return {"steps": [step.as_json() for step in self.steps]}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedSetup:
    """The plan that was carried out, and the signing secrets that are shown only now."""

    plan: SetupPlan
    secrets: Mapping[str, str]  # name of a subscription → secret

    def as_json(self) -> JsonObject:
        """What was done, as `apply --json` prints it."""
        return {**self.plan.as_json(), "secrets": dict(self.secrets)}


def plan_setup(
    store: Store,
    setup: SetupFile,
    context: SetupContext,
    *,
    prune: bool = False,
) -> SetupPlan:
    """Compare the file with the database; nothing is changed.

    What the file does not name stays.  With `prune` it is removed, of the kinds that the file
    lists.  Raise ConfigError for an entry that can't be used.
    """
    steps: list[SetupStep] = []
    if setup.feeds is not None:
        steps += plan_feeds(store, setup.feeds, context.allow, prune=prune)
    new_feeds = frozenset(step.name for step in steps if step.kind is StepKind.ADD)
    context = replace(context, new_feeds=new_feeds)
    if setup.subscriptions is not None:
        steps += plan_subscriptions(store, setup.subscriptions, context, prune=prune)
    if setup.silences is not None:
        steps += plan_silences(
            store, setup.silences, context.topic_themes, context.now, prune=prune
        )
    # a subscription may be changed so that it needs a feed no more that is removed
    return SetupPlan(steps=tuple(sorted(steps, key=lambda step: step.kind is StepKind.REMOVE)))


def apply_setup(store: Store, plan: SetupPlan, caller: Caller, now: datetime) -> AppliedSetup:
    """Carry out the plan; each step is a transaction with its entry in the audit log.

    When a step fails, those before it are done; the file can be applied again.
    """
    secrets = {step.name: step.perform(store, caller, now) for step in plan.steps}
    return AppliedSetup(
        plan=plan, secrets={name: secret for name, secret in secrets.items() if secret}
    )
