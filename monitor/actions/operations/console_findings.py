"""Findings about the console: whether anybody can sign in, and tokens that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.access.roles import PersonRole
from monitor.actions.operations.findings import Finding, ok, warning
from monitor.text.formats import readable_duration

if TYPE_CHECKING:
    from monitor.settings.sections import WebSettings
    from monitor.store.store import Store

_SOON = timedelta(days=7)


def console_findings(store: Store, web: WebSettings, now: datetime) -> Iterator[Finding]:
    """What an operator should know about people and tokens, whether the console is on or off."""
    people = store.people.list()
    admins = sum(person.role is PersonRole.ADMIN for person in people)
    if not web.console:
        yield ok("console", "off; see web.console")
    elif not web.listen:
        yield warning("console", "web.listen is empty: unless another process serves it, it is off")
    elif not people:
        yield warning("console", "nobody may sign in yet: `monitor console` prints a link for you")
    elif not admins:
        yield warning(
            "console", "no person is admin: `monitor people role NAME admin` makes somebody one"
        )
    else:
        count = f"{len(people)} people" if len(people) > 1 else "1 person"
        yield ok("console", f"at {web.listen}; {count} may sign in")
    yield from _token_findings(store, now)


def _token_findings(store: Store, now: datetime) -> Iterator[Finding]:
    """Tokens that are over or end within a week: their programs are refused."""
    for token in store.access_tokens.list():
        remedy = "`monitor tokens add` makes another, `monitor tokens remove` removes it"
        if token.until <= now:
            yield warning("tokens", f"{token.name} is over, its program is refused: {remedy}")
        elif token.until - now <= _SOON:
            rest = readable_duration(token.until - now)
            yield warning("tokens", f"{token.name} ends in {rest}: {remedy}")
