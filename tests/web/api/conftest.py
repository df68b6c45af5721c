"""Programs with access tokens, which check each answer against the committed OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from monitor.access.accounts import AccessToken
from monitor.access.roles import PersonRole, Scope
from monitor.access.secret_text import digest, new_token
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from tests.fakes import NOW, article, decision, entry, feed
from tests.store.access.builders import DAY, ENTRY
from tests.web.conftest import Answer, Visitor

API = "/api/v1"
DOCUMENT = Path(__file__).parents[3] / "docs/openapi.json"
PROBLEM = "application/problem+json"


@pytest.fixture
def web_settings() -> dict[str, object]:
    return {"console": True, "public_url": "https://alerts.example"}


@cache
def document() -> dict[str, Any]:
    """The committed OpenAPI document."""
    return json.loads(DOCUMENT.read_text(encoding="utf-8"))


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """The documented operation of an address; a path without parts goes first."""
    templates = sorted(document()["paths"], key=lambda template: template.count("{"))
    for template in templates:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return document()["paths"][template].get(method.lower())
    return None


def check_answer(method: str, path: str, answer: Answer) -> None:
    """Fail for a JSON answer that is not as the document says."""
    operation = operation_of("GET" if method == "HEAD" else method, path)
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if answer.status >= 400:
        schema = document()["components"]["schemas"]["Problem"]
        assert media_type == PROBLEM, answer.text
    else:
        assert operation is not None, f"{method} {path} is not documented"
        responses = operation["responses"]
        assert str(answer.status) in responses or answer.status == 304, (path, answer.status)
        content = responses.get(str(answer.status), {}).get("content", {})
        assert not answer.body or media_type in content, (path, media_type)
        schema = content.get(media_type, {}).get("schema", {})
    if answer.body and media_type.endswith("json"):
        whole = {**schema, "components": document()["components"]}
        Draft202012Validator(whole).validate(answer.json())


@dataclass
class Program:
    """A program with an access token, or without one."""

    visitor: Visitor
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.ask("GET", path, **options)

    async def post(self, path: str, body: object = None, **options: Any) -> Answer:
        return await self.ask("POST", path, **_json(body), **options)

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        """Send a request to an address below the root of the API, and check the answer."""
        headers = {**self.headers, **options.pop("headers", {})}
        answer = await self.visitor.request(method, API + path, headers=headers, **options)
        check_answer(method, API + path.partition("?")[0], answer)
        return answer


def _json(body: object) -> dict[str, Any]:
    return {} if body is None else {"json": body}


def program(
    visitor: Visitor,
    role: PersonRole,
    scopes: Iterable[Scope] = frozenset(Scope),
    **changes: object,
) -> Program:
    """A program with a new token."""
    secret = new_token()
    fields = {"created_at": NOW, "until": NOW + 90 * DAY, "person_key": "", **changes}
    name = str(fields.pop("name", f"{role} {secret[4:12]}"))
    token = AccessToken(
        key=digest(secret), name=name, role=role, scopes=frozenset(scopes), **fields
    )
    assert visitor.store.access_tokens.add(token, ENTRY)
    return Program(visitor, {"authorization": f"Bearer {secret}"})


@pytest.fixture
def reader(visitor: Visitor) -> Program:
    return program(visitor, PersonRole.VIEWER)


@pytest.fixture
def analyst(visitor: Visitor) -> Program:
    return program(visitor, PersonRole.ANALYST, name="mina's script")


@pytest.fixture
def operator(visitor: Visitor) -> Program:
    return program(visitor, PersonRole.OPERATOR, name="importer")


@pytest.fixture
def admin(visitor: Visitor) -> Program:
    return program(visitor, PersonRole.ADMIN, name="provisioning")


KEYS = {name: name * 16 for name in ("aaaa", "bbbb", "cccc")}


@pytest.fixture
def articles(visitor: Visitor) -> Visitor:
    """Three articles: two are flagged, one of them is marked; one is not flagged."""
    visitor.store.feeds.add_all([feed("f" * 64, title="Harbour Wire")])
    stored = (
        article(KEYS["aaaa"], feed_key="f" * 64, entry=entry("Sappers leave", language="en")),
        article(
            KEYS["bbbb"],
            feed_key="f" * 64,
            entry=entry("러시아로", language="ko"),
            seen_at=NOW + DAY / 24,
        ),
        article(
            KEYS["cccc"],
            feed_key="f" * 64,
            entry=entry("Football"),
            decision=decision(relevant=False, score=0.01),
        ),
    )
    result = PollResult(feed_key="f" * 64, state=feed("f" * 64).poll, articles=stored)
    visitor.store.commit([result])
    mark = Mark(article_key=KEYS["bbbb"], relevant=True, marked_at=NOW, by="Ada")
    visitor.store.marks.add(mark)
    return visitor
