"""A database of either kind, and setups to apply to it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from monitor.access.caller import local_caller
from monitor.actions.setup.setup_file import parse_setup
from monitor.actions.setup.setup_plan import AppliedSetup, SetupPlan, apply_setup, plan_setup
from monitor.actions.setup.subscription_setup import SetupContext
from monitor.store.store import Store
from tests.store.builders import NOW

THEMES = {"arms": "Arms", "labour": "Labour"}
ALLOW = (ip_network("10.1.0.0/16"),)

TOPICS = ("dprk-russia", "undersea-cables")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with Store.open(database_url) as opened:
        yield opened


def planned(store: Store, setup: str | dict[str, Any], *, prune: bool = False) -> SetupPlan:
    """The plan of a setup, given as TOML or as a table."""
    table = tomllib.loads(setup) if isinstance(setup, str) else setup
    context = SetupContext(allow=ALLOW, topics=TOPICS, topic_themes=THEMES, now=NOW)
    return plan_setup(store, parse_setup(table), context, prune=prune)


def applied(store: Store, setup: str | dict[str, Any], *, prune: bool = False) -> AppliedSetup:
    """Apply a setup, and check that nothing is left to do."""
    plan = planned(store, setup, prune=prune)
    result = apply_setup(store, plan, local_caller("anna", NOW), NOW)
    assert planned(store, setup, prune=prune).steps == ()
    return result


def sentences(plan: SetupPlan) -> list[str]:
    return [step.sentence for step in plan.steps]
