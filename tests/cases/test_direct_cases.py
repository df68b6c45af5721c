"""Replies of mail servers, domains, pages with feeds, and zones, as bug reports have them."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.actions.subscribing.time_zones import parse_zone
from monitor.collect.discovery import discover_feeds
from monitor.deliver.transports.address import check_email
from monitor.deliver.transports.smtp_replies import SmtpStage, smtp_outcome
from monitor.domain.errors import ConfigError, Refused, Unreachable
from tests.cases.serving import cases
from tests.cases.test_cases import names

PAGE = "https://news.example/x/"


@pytest.mark.parametrize("case", cases("mail"), ids=names)
def test_only_an_address_that_does_not_exist_is_given_up(case: dict[str, Any]) -> None:
    code, _, words = case["reply"].partition(" ")
    outcome = smtp_outcome(SmtpStage(case["stage"]), int(code), words)
    assert isinstance(outcome, Refused if case["final"] else Unreachable), case["right"]


@pytest.mark.parametrize("case", cases("domains"), ids=names)
def test_a_mail_goes_to_the_domain_that_was_written(case: dict[str, Any]) -> None:
    assert check_email(case["address"]).rpartition("@")[2] == case["domain"], case["right"]


@pytest.mark.parametrize("case", cases("discovery"), ids=names)
def test_the_feeds_of_a_page_are_found(case: dict[str, Any]) -> None:
    found = discover_feeds(
        case["page"].encode(),
        content_type="text/html; charset=utf-8",
        url=PAGE,
        link_headers=case.get("links", ()),
    )
    assert [feed.url for feed in found] == case["feeds"], case["right"]


@pytest.mark.parametrize("case", cases("zones"), ids=names)
def test_a_zone_that_people_write_gets_the_zone_that_they_mean(case: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_zone(case["zone"])
    assert repr(case["advice"]) in str(refused.value), case["right"]
