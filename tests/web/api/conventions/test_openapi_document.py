"""Tests of the OpenAPI document: valid, complete, and the same for the same operations."""

from __future__ import annotations

import json

from monitor.web.api.api_routes import all_operations
from monitor.web.api.conventions.field_errors import field_names
from monitor.web.api.conventions.openapi_document import openapi_document
from tests.web.api.conftest import document


def test_every_operation_is_in_the_document_with_who_may_ask() -> None:
    paths = document()["paths"]
    for operation in all_operations():
        described = paths[f"/api/v1{operation.path}"][operation.method.lower()]
        assert described["summary"] + "." == operation.summary
        assert operation.act is None or "and above" in described["description"]


def test_every_field_of_a_query_is_a_parameter() -> None:
    paths = document()["paths"]
    for operation in all_operations():
        described = paths[f"/api/v1{operation.path}"][operation.method.lower()]
        parameters = described.get("parameters", ())
        names = [parameter["name"] for parameter in parameters if parameter["in"] == "query"]
        assert tuple(names) == field_names(operation.query), operation.path


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(document())
    for reference in {part.partition('"')[0] for part in text.split('"$ref": "#/')[1:]}:
        place = document()
        for step in reference.split("/"):
            place = place[step]
        assert place


def test_a_body_that_has_required_fields_refuses_others() -> None:
    schema = document()["components"]["schemas"]["PersonBody"]
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["name", "role"]


def test_the_document_is_made_the_same_again() -> None:
    first = openapi_document(all_operations(), "1")
    again = openapi_document(reversed(all_operations()), "1")
    assert json.dumps(first) == json.dumps(again)
