"""Tests of what errors of actions and of the store are for a program."""

from __future__ import annotations

import pytest

from monitor.access.permissions import Act, Refusal
from monitor.actions.option_values import InvalidOption
from monitor.domain.errors import ConfigError, MonitorError, PackError, StoreBusy
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import as_problem, found
from monitor.web.api.resources import account_resource
from monitor.web.console.frame.place_router import ActRefusedError, SignInNeededError
from monitor.web.site.problems import ProblemError


def status(error: Exception) -> int:
    return as_problem(error, None).type.status


def test_each_error_has_its_status() -> None:
    assert status(SignInNeededError()) == 401
    assert status(ActRefusedError(Act.READ_PEOPLE, Refusal.ROLE)) == 403
    assert status(StoreBusy("locked")) == 503
    assert status(PackError("weights: wrong checksum")) == 503
    assert status(ConfigError("no")) == 400


def operation(api: ApiRouter, method: str):
    return next(operation for operation in api.operations if operation.method == method)


def test_a_refused_option_is_a_parameter_of_a_list_and_a_field_of_a_body() -> None:
    error = InvalidOption("days", "is from 1 to 90")
    listed = as_problem(error, operation(account_resource.api, "GET"))
    assert (listed.type.status, listed.errors[0].parameter) == (400, "days")
    changed = as_problem(error, operation(account_resource.api, "POST"))
    assert (changed.type.status, changed.errors[0].pointer) == (422, "/days")


def test_what_a_look_up_does_not_find_is_404() -> None:
    def find() -> None:
        raise ConfigError("no feed 'x'")

    with pytest.raises(ProblemError) as raised:
        found(find)
    assert raised.value.problem.type.status == 404
    assert raised.value.problem.detail == "no feed 'x'"
    assert found(lambda: 5) == 5


def test_a_store_that_fails_tells_nothing_of_itself() -> None:
    problem = as_problem(StoreBusy("postgresql://watchpost:secret@db: locked"), None)
    assert "secret" not in problem.detail
    assert problem.headers == {"retry-after": "60"}
    assert issubclass(StoreBusy, MonitorError)
