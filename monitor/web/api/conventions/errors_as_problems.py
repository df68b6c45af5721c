"""Errors as problems: what an action or the store raises, in the words of the API."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from fastapi import HTTPException

from monitor.access.permissions import refusal_text
from monitor.actions.option_values import InvalidOption
from monitor.domain.errors import ConfigError, MonitorError, PackError, StoreError
from monitor.search.question import QuestionError
from monitor.web.api.conventions.operation import Operation
from monitor.web.console.frame.place_router import ActRefusedError, SignInNeededError
from monitor.web.site import problems
from monitor.web.site.problems import FieldError, Problem, ProblemError

log = logging.getLogger(__name__)

Found = TypeVar("Found")

_NOBODY = "Nobody is signed in: send `Authorization: Bearer wpt_…` with a valid access token."
_UNAVAILABLE = "The database can't be used now; nothing was changed."
# Everything that is answered with a problem; other errors are faults of ours.
ANSWERED = (ProblemError, SignInNeededError, ActRefusedError, HTTPException, MonitorError)


def as_problem(error: Exception, operation: Operation | None) -> Problem:
    """The problem that an error of `ANSWERED` is for whoever sent the request."""
    match error:
        case ProblemError():
            return error.problem
        case SignInNeededError():
            headers = {"www-authenticate": 'Bearer realm="watchpost"'}
            return Problem(type=problems.SIGN_IN, detail=_NOBODY, headers=headers)
        case ActRefusedError():
            return Problem(type=problems.REFUSED, detail=refusal_text(error.act, error.reason))
        case HTTPException():
            problem_type = problems.BY_STATUS.get(error.status_code, problems.BAD_REQUEST)
            return Problem(type=problem_type, detail=str(error.detail))
        case StoreError():
            log.error("web.store_unavailable", extra={"error": str(error)})
            headers = {"retry-after": "60"}
            return Problem(type=problems.UNAVAILABLE, detail=_UNAVAILABLE, headers=headers)
        case PackError():
            return Problem(type=problems.UNAVAILABLE, detail=str(error))
    return _refused_values(error, operation)


def _refused_values(error: Exception, operation: Operation | None) -> Problem:
    """A value that an action refuses; its place where the error names an option."""
    in_query = operation is None or not operation.changes
    errors: tuple[FieldError, ...] = ()
    named = _named_part(error)
    if named is not None:
        name, fault = named
        errors = (
            FieldError(
                parameter=name if in_query else "",
                pointer="" if in_query else f"/{name}",
                detail=fault,
            ),
        )
    problem_type = problems.BAD_QUERY if in_query else problems.BAD_BODY
    return Problem(type=problem_type, detail=str(error), errors=errors)


def _named_part(error: Exception) -> tuple[str, str] | None:
    """The part of the request that an error is about, and what is wrong with it."""
    if isinstance(error, InvalidOption):
        return error.option, error.problem
    if isinstance(error, QuestionError):
        return "q", f"character {error.place + 1}: {error.fault}"
    return None


def found(find: Callable[[], Found]) -> Found:
    """What `find` returns.  Raise ProblemError (404) when it finds nothing, or several things."""
    try:
        return find()
    except ConfigError as error:
        raise ProblemError(problems.NOT_FOUND, str(error)) from None
