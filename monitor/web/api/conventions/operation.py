"""Operations of the API: what an address takes, who may ask for it, and what it answers."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from fastapi import Request, Response

from monitor.access.caller import Caller
from monitor.access.permissions import Act
from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.as_json import JsonObject
from monitor.store.store import Store
from monitor.web.api.conventions.api_context import ApiContext
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery
from monitor.web.site.context import SiteContext

QueryT = TypeVar("QueryT", bound=ApiModel)
BodyT = TypeVar("BodyT", bound=ApiModel)
Result = TypeVar("Result")

ROOT = "/api/v1"


class Trait(enum.Enum):
    """What is special about an operation."""

    NEEDS_MATCH = "needs If-Match"  # so that a change of somebody else is not overwritten
    SHOWN_ONCE = "shown once"  # it has a secret: not kept for an idempotency key
    SENDS = "sends a message"  # has a limit of its own
    MAY_BE_THERE = "may be there already"  # then the status is 200 and not 201


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an operation answers: a JSON object with its status."""

    content: JsonObject | None = None  # None: there is no body
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    is_list: bool = False  # its entity tag is weak


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[QueryT, BodyT]):
    """One request for an operation, checked."""

    context: ApiContext
    request: Request
    caller: Caller
    now: datetime
    query: QueryT
    body: BodyT
    content: bytes = b""  # the body as it was sent

    @property
    def site(self) -> SiteContext:
        """The site with its stores and its clock."""
        return self.context.site

    @property
    def key(self) -> str:
        """The part `{key}` of the address."""
        return str(self.request.path_params["key"])

    async def read(self, question: Callable[[Store], Result]) -> Result:
        """Call `question` with the reading store, in its thread."""
        return await self.site.read(question)

    async def count(self, question: Callable[[Store], Result]) -> Result:
        """Call `question`, which takes long, with the store for counts, in its thread."""
        return await self.site.count(question)

    async def write(self, change: Callable[[Store], Result]) -> Result:
        """Call `change` with the store for changes, in its thread."""
        return await self.site.write(change)

    def record(
        self,
        store: Store,
        act: str,
        target: str,
        *,
        after: Mapping[str, object] | None = None,
        reason: str = "",
    ) -> None:
        """Write what was changed into the audit log; `after` may hold no secret."""
        changed = Changed(after=after, reason=reason)
        audit_log.record(store, self.caller, act, target, self.now, changed)


Run: TypeAlias = Callable[[Call[Any, Any]], Awaitable[Answer | Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address."""

    method: str
    path: str  # below the root of the API: "/articles/{key}"
    act: Act | None  # None: it is open to everybody
    summary: str
    description: str
    run: Run
    query: type[ApiModel] = NoQuery
    body: type[ApiModel] = NoBody
    answer: object = None  # the type of the JSON; None: there is none
    status: int = 200
    media_type: str = "application/json"  # of the answer
    upload: str = ""  # the media type of a body that is not JSON
    traits: frozenset[Trait] = frozenset()

    @property
    def changes(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET"
