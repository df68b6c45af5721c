"""The check of an installation says whether anybody can sign in, and which tokens end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.roles import PersonRole
from monitor.actions.operations.console_findings import console_findings
from monitor.actions.operations.findings import FindingLevel
from monitor.store.store import Store
from tests.fakes import NOW
from tests.store.access.builders import ENTRY, a_person, a_token

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("web", "roles", "level", "words"),
    [
        ({"console": False}, [], "ok", "off; see web.console"),
        ({"listen": ""}, [PersonRole.ADMIN], "warning", "web.listen is empty"),
        ({}, [], "warning", "`monitor console` prints a link"),
        ({}, [PersonRole.OPERATOR], "warning", "no person is admin"),
        ({}, [PersonRole.ADMIN], "ok", "at 127.0.0.1:8080; 1 person may sign in"),
        ({}, [PersonRole.ADMIN, PersonRole.VIEWER], "ok", "2 people may sign in"),
    ],
)
def test_the_console_is_judged_by_who_can_sign_in(
    empty_store: Store, settings, web, roles, level, words
):
    for number, role in enumerate(roles):
        empty_store.people.add(a_person(f"p{number}", role=role), ENTRY)
    chosen = {"console": True, "listen": "127.0.0.1:8080", **web}
    (finding,) = console_findings(empty_store, settings.web.model_copy(update=chosen), NOW)
    assert (finding.level, finding.subject) == (FindingLevel(level), "console")
    assert words in finding.sentence


def test_tokens_that_are_over_or_end_soon_are_named(empty_store: Store, settings):
    for name, until in (("old", NOW), ("soon", NOW + 3 * DAY), ("long", NOW + 30 * DAY)):
        empty_store.access_tokens.add(a_token(name, until=until), ENTRY)
    _, *findings = console_findings(empty_store, settings.web, NOW)
    sentences = [finding.sentence for finding in findings]
    assert len(sentences) == 2
    assert sentences[0].startswith("old is over, its program is refused")
    assert sentences[1].startswith("soon ends in 3 days")
