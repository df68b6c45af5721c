"""The router of the API: operations by address, each of which names its act."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Response

from monitor.access.permissions import Act
from monitor.web.api.conventions.api_models import NoBody, NoQuery
from monitor.web.api.conventions.operation import Answer, BodyT, Call, Operation, QueryT, Trait

AnswerT = TypeVar("AnswerT", bound=Answer | Response, covariant=True)
Reading = Callable[[Call[QueryT, NoBody]], Awaitable[AnswerT]]
Changing = Callable[[Call[NoQuery, BodyT]], Awaitable[Answer]]
Removing = Callable[[Call[QueryT, NoBody]], Awaitable[Answer]]


class ApiRouter:
    """Collects operations; a method for each kind of them, used as a decorator.

    The first line of a function's docstring is the summary of its operation.
    """

    def __init__(self) -> None:
        self.operations: list[Operation] = []

    def get(
        self, path: str, act: Act, query: type[QueryT], answer: object
    ) -> Callable[[Reading[QueryT, Answer]], Reading[QueryT, Answer]]:
        """A thing or a list as JSON; `HEAD` is answered as well."""
        return self._register("GET", path, act, query=query, answer=answer)

    def download(
        self,
        path: str,
        act: Act | None,
        query: type[QueryT],
        media_type: str,
        answer: object = None,
    ) -> Callable[[Reading[QueryT, Response]], Reading[QueryT, Response]]:
        """A document that is sent in pieces, or is no JSON object."""
        return self._register("GET", path, act, query=query, media_type=media_type, answer=answer)

    def post(
        self, path: str, act: Act, body: type[BodyT], answer: object, *traits: Trait
    ) -> Callable[[Changing[BodyT]], Changing[BodyT]]:
        """Something is done; with an `Idempotency-Key` once."""
        return self._register("POST", path, act, body=body, answer=answer, traits=traits)

    def create(
        self, path: str, act: Act, body: type[BodyT], answer: object, *traits: Trait
    ) -> Callable[[Changing[BodyT]], Changing[BodyT]]:
        """Something new is stored: 201."""
        return self._register(
            "POST", path, act, body=body, answer=answer, status=201, traits=traits
        )

    def put(
        self, path: str, act: Act, body: type[BodyT], answer: object, *traits: Trait
    ) -> Callable[[Changing[BodyT]], Changing[BodyT]]:
        """A thing is as the body says, whatever was there."""
        return self._register("PUT", path, act, body=body, answer=answer, traits=traits)

    def patch(
        self, path: str, act: Act, body: type[BodyT], answer: object, *traits: Trait
    ) -> Callable[[Changing[BodyT]], Changing[BodyT]]:
        """The fields that the body has are changed."""
        return self._register("PATCH", path, act, body=body, answer=answer, traits=traits)

    def delete(
        self, path: str, act: Act, query: type[QueryT], answer: object = None
    ) -> Callable[[Removing[QueryT]], Removing[QueryT]]:
        """A thing is removed or ended."""
        status = 200 if answer else 204
        return self._register("DELETE", path, act, query=query, answer=answer, status=status)

    def upload(
        self,
        path: str,
        act: Act,
        query: type[QueryT],
        answer: object,
        media_type: str,
        *traits: Trait,
    ) -> Callable[[Reading[QueryT, Answer]], Reading[QueryT, Answer]]:
        """A document is taken that is no JSON; the function reads it from the request."""
        return self._register(
            "POST", path, act, query=query, answer=answer, upload=media_type, traits=traits
        )

    def _register(
        self, method: str, path: str, act: Act | None, **contract: Any
    ) -> Callable[..., Any]:
        def register(run: Callable[..., Any]) -> Callable[..., Any]:
            summary, _, description = (inspect.getdoc(run) or "").partition("\n\n")
            traits = frozenset(contract.pop("traits", ()))
            operation = Operation(
                method=method,
                path=path,
                act=act,
                summary=" ".join(summary.split()),
                description=" ".join(description.split()),
                run=run,
                traits=traits,
                **contract,
            )
            self.operations.append(operation)
            return run

        return register
