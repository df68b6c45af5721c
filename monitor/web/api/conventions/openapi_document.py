"""The OpenAPI document (3.1) of the API, made from its operations.

It is committed as `docs/openapi.json` and served from that file: making it needs the schema of
every answer, which would cost a running service some megabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from monitor.access.permissions import PERMISSIONS
from monitor.web.api.conventions.api_models import NoBody
from monitor.web.api.conventions.operation import ROOT, Operation, Trait
from monitor.web.site.problems import MEDIA_TYPE

Schema = dict[str, Any]

_ABOUT = """What the console can do, for programs.  Every request needs an access token
(`monitor tokens add`) as `Authorization: Bearer wpt_…`; what it may do follows from its role and
its scopes.  Errors are problems (RFC 9457) whose `type` is the address of a page that says what to
do.  Fields are only added within v1."""
_KEY = {
    "name": "key",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "The key of the thing, or its beginning of at least 4 digits.",
}
_REF = "#/components/schemas/{model}"
_PROBLEM: Schema = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "The address of a page that says what to do."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong with this request."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "Into the body (RFC 6901)."},
                    "parameter": {"type": "string", "description": "Of the query."},
                    "header": {"type": "string"},
                    "detail": {"type": "string"},
                    "suggestion": {"type": "string", "description": "What was probably meant."},
                },
            },
        },
    },
}
_PROBLEM_RESPONSE = {
    "description": "A problem: `detail` and `errors` say what is wrong, `type` what to do.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_OTHERWISE: Schema = {"default": {"$ref": "#/components/responses/Problem"}}


def openapi_document(operations: Iterable[Operation], version: str) -> Schema:
    """The document, ready for `json.dumps`; the same for the same operations."""
    ordered = sorted(operations, key=lambda operation: (operation.path, operation.method))
    shapes, definitions = _shapes(ordered)
    paths: dict[str, Schema] = {}
    for operation in ordered:
        item = paths.setdefault(ROOT + operation.path, {})
        item[operation.method.lower()] = _operation(operation, shapes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Watchpost API",
            "version": version,
            "description": " ".join(_ABOUT.split()),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**definitions, "Problem": _PROBLEM},
            "responses": {"Problem": _PROBLEM_RESPONSE},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An access token: `monitor tokens add NAME --role ROLE`.",
                }
            },
        },
    }


def _shapes(operations: Sequence[Operation]) -> tuple[Mapping[tuple[int, str], Schema], Schema]:
    """A reference for each query, body and answer, by its identity; and all definitions."""
    inputs: list[tuple[tuple[int, str], JsonSchemaMode, TypeAdapter[Any]]] = []
    seen: set[tuple[int, str]] = set()
    for operation in operations:
        parts: tuple[tuple[Any, Literal["validation", "serialization"]], ...] = (
            (operation.query, "validation"),
            (operation.body, "validation"),
            (operation.answer, "serialization"),
        )
        for shape, mode in parts:
            key = (id(shape), mode)
            if shape is not None and key not in seen:
                seen.add(key)
                inputs.append((key, mode, TypeAdapter[Any](shape)))
    schemas, shared = TypeAdapter.json_schemas(inputs, ref_template=_REF)
    definitions = dict(sorted(shared.get("$defs", {}).items()))
    shapes = {key: schema for (key, _), schema in schemas.items()}
    for query in {operation.query for operation in operations}:
        # its fields are parameters: no name is needed for all of them together
        shapes[id(query), "validation"] = definitions.pop(query.__name__)
    return shapes, definitions


def _operation(operation: Operation, shapes: Mapping[tuple[int, str], Schema]) -> Schema:
    parameters = [_KEY] if "{key}" in operation.path else []
    parameters += _other_parts(operation.path)
    parameters += _query_parameters(shapes[id(operation.query), "validation"])
    parameters += _headers(operation)
    described = " ".join(filter(None, (operation.description, _who(operation))))
    operation_object: Schema = {
        "operationId": operation.run.__name__,
        "tags": [operation.path.strip("/").partition("/")[0].partition(".")[0]],
        "summary": operation.summary.rstrip("."),
        "description": described,
        "responses": _success(operation, shapes) | _OTHERWISE,
    }
    if parameters:
        operation_object["parameters"] = parameters
    if operation.upload:
        operation_object["requestBody"] = {
            "required": True,
            "content": {operation.upload: {"schema": {"type": "string"}}},
        }
    elif operation.body is not NoBody:
        schema = shapes[id(operation.body), "validation"]
        operation_object["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    if operation.act is None:
        operation_object["security"] = []
    return operation_object


def _who(operation: Operation) -> str:
    """The least role and the scope, as the table of permissions has them."""
    if operation.act is None:
        return "Open to everybody."
    permission = PERMISSIONS[operation.act]
    scope = f", with the scope `{permission.scope}`" if permission.scope else ""
    return f"For {permission.least_role}s and above{scope}."


def _other_parts(path: str) -> list[Schema]:
    parts = [part for part in re.findall(r"\{(\w+)\}", path) if part != "key"]
    return [
        {"name": part, "in": "path", "required": True, "schema": {"type": "string"}}
        for part in parts
    ]


def _query_parameters(schema: Schema) -> list[Schema]:
    """The fields of a query as parameters; a list is repeated."""
    properties = schema.get("properties", {})
    required = schema.get("required", ())
    parameters = []
    for name, field in properties.items():
        about = {key: value for key, value in field.items() if key not in ("title", "description")}
        parameter = {"name": name, "in": "query", "required": name in required, "schema": about}
        if "description" in field:
            parameter["description"] = field["description"]
        parameters.append(parameter)
    return parameters


def _headers(operation: Operation) -> list[Schema]:
    headers = []
    if operation.method == "POST":
        about = "The request is done once for each key in 24 hours; a random UUID is usual."
        headers.append(_header("Idempotency-Key", about))
    if Trait.NEEDS_MATCH in operation.traits:
        about = "The `ETag` of the thing as it was read; without it 428, with an older one 412."
        headers.append(_header("If-Match", about, required=True))
    return headers


def _header(name: str, about: str, *, required: bool = False) -> Schema:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "description": about,
    }


def _success(operation: Operation, shapes: Mapping[tuple[int, str], Schema]) -> Schema:
    if operation.answer is not None:
        schema = shapes[id(operation.answer), "serialization"]
        content: Schema = {"application/json": {"schema": schema}}
    elif operation.media_type != "application/json":
        kind = "object" if operation.media_type.endswith("json") else "string"
        content = {operation.media_type: {"schema": {"type": kind}}}
    else:
        return {str(operation.status): {"description": "Done."}}
    described = {"description": "The answer.", "content": content}
    statuses = [operation.status, *([200] if Trait.MAY_BE_THERE in operation.traits else ())]
    return {str(status): described for status in sorted(statuses)}
