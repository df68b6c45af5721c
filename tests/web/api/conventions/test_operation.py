"""Tests of operations: what every one of them must have."""

from __future__ import annotations

import re

from monitor.web.api.api_routes import all_operations


def test_every_operation_says_what_it_does_in_a_sentence() -> None:
    for operation in all_operations():
        assert re.fullmatch(r"[A-Z].*\.", operation.summary), operation.path
        assert len(operation.summary) < 120, operation.path


def test_no_two_operations_have_one_name_or_one_place() -> None:
    operations = all_operations()
    names = [operation.run.__name__ for operation in operations]
    places = [(operation.method, operation.path) for operation in operations]
    assert len(set(names)) == len(names)
    assert len(set(places)) == len(places)


def test_only_problem_pages_are_open_to_everybody() -> None:
    is_open = {operation.path for operation in all_operations() if operation.act is None}
    assert is_open == {"/problems/{slug}"}


def test_only_methods_that_change_something_take_a_body() -> None:
    for operation in all_operations():
        has_body = bool(operation.body.model_fields) or bool(operation.upload)
        assert operation.changes or not has_body, operation.path
