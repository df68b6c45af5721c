"""Tests of the reference's words and curl lines."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from monitor.web.console.reference.operation_text import (
    OperationText,
    example,
    resources_of,
    type_text,
)
from tests.web.api.conftest import document

ORIGIN = "https://watch.example"


def operations() -> dict[str, OperationText]:
    return {
        operation.name: operation
        for resource in resources_of(document(), ORIGIN)
        for operation in resource.operations
    }


def test_every_operation_of_the_document_is_there_once() -> None:
    documented = [item[method]["operationId"] for item in document()["paths"].values()
                  for method in item]  # fmt: skip
    assert sorted(operations()) == sorted(documented)


def test_a_curl_line_can_be_typed_as_it_is() -> None:
    for operation in operations().values():
        words = shlex.split(operation.curl)
        assert words[0] == "curl"
        assert words[-1].startswith(f"{ORIGIN}/api/v1/")
        assert "{" not in words[-1]


def test_a_change_has_its_method_body_and_headers() -> None:
    curl = operations()["add_person"].curl
    assert "-X POST" in curl
    assert """-d '{"name": "NAME", "role": "viewer"}'""" in curl
    assert "If-Match: $ETAG" in operations()["change_feed"].curl
    assert "--data-binary @FILE" in operations()["import_feeds"].curl


def test_only_what_a_browser_may_open_can_be_tried() -> None:
    shown = operations()
    assert shown["list_feeds"].try_address == "/api/v1/feeds"
    assert shown["read_feed"].try_address == ""
    assert shown["parse_question"].try_address == ""
    assert shown["add_feed"].try_address == ""


def test_fields_name_their_place_and_whether_they_are_needed() -> None:
    fields = {field.name: field for field in operations()["add_person"].fields}
    assert (fields["name"].place, fields["name"].is_required) == ("body", True)
    assert fields["role"].type == "viewer | analyst | operator | admin"
    assert fields["Idempotency-Key"].place == "header"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 200}, "integer from 1 to 200"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"type": "array", "items": {"type": "string"}}, "list of string"),
        ({"const": "relevant"}, "relevant"),
        ({}, "any"),
    ],
)
def test_a_type_is_put_in_words(schema: dict[str, Any], words: str) -> None:
    assert type_text({}, schema) == words


def test_an_example_has_the_needed_fields() -> None:
    schema = {
        "properties": {"title": {"type": "string"}, "note": {"type": "string"}},
        "required": ["title"],
    }
    assert example({}, schema) == {"title": "TITLE"}
    assert example({}, {"type": "array", "items": {"type": "integer"}}) == [1]
