"""Operations of the API's reference for people: from the OpenAPI document, with curl lines."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

Schema = Mapping[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_SIGN_IN = '"Authorization: Bearer $TOKEN"'  # the shell puts the token in
_EXAMPLES = {"key": "KEY", "name": "NAME", "type": "article.flagged", "slug": "not-found"}
_QUERY_EXAMPLES = {"q": "is:flagged since:7d"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldText:
    """A parameter or a field of a body or an answer."""

    name: str
    place: str  # "query", "body", "header", "path"
    type: str  # "string", "integer from 1 to 200", "viewer | analyst"
    is_required: bool
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationText:
    """One operation as the page shows it."""

    name: str  # unique, for the address of its place on the page
    method: str
    path: str
    summary: str
    about: str
    fields: Sequence[FieldText]
    answers: Sequence[FieldText]  # the fields of the answer
    curl: str
    try_address: str  # that a browser may open; empty: it changes something, or needs a key


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceText:
    """The operations of one resource."""

    name: str
    operations: Sequence[OperationText]


def resources_of(document: Schema, origin: str) -> list[ResourceText]:
    """Every resource of the document by name; `origin` is that of the curl lines."""
    by_name: dict[str, list[OperationText]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                text = _operation(document, origin, path, method)
                by_name.setdefault(item[method]["tags"][0], []).append(text)
    return [
        ResourceText(name=name, operations=operations)
        for name, operations in sorted(by_name.items())
    ]


def _operation(document: Schema, origin: str, path: str, method: str) -> OperationText:
    operation = document["paths"][path][method]
    fields = [*_parameters(document, operation), *_body_fields(document, operation)]
    is_plain = method == "get" and "{" not in path
    needs_query = any(field.is_required and field.place == "query" for field in fields)
    return OperationText(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        about=operation["description"],
        fields=fields,
        answers=list(_answer_fields(document, operation)),
        curl=_curl(document, origin, path, method),
        try_address=path if is_plain and not needs_query else "",
    )


def _parameters(document: Schema, operation: Schema) -> Iterator[FieldText]:
    for parameter in operation.get("parameters", ()):
        yield FieldText(
            name=parameter["name"],
            place=parameter["in"],
            type=type_text(document, parameter["schema"]),
            is_required=parameter["required"],
            about=parameter.get("description", ""),
        )


def _body_fields(document: Schema, operation: Schema) -> Iterator[FieldText]:
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = _resolved(document, content["schema"])
        if "properties" not in schema:
            yield FieldText(
                name=media_type, place="body", type="document", is_required=True, about=""
            )
        yield from _properties(document, schema, "body")


def _answer_fields(document: Schema, operation: Schema) -> Iterator[FieldText]:
    for status in ("200", "201"):
        content = operation["responses"].get(status, {}).get("content", {})
        for described in content.values():
            yield from _properties(document, _resolved(document, described["schema"]), "answer")
        if content:
            return


def _properties(document: Schema, schema: Schema, place: str) -> Iterator[FieldText]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        yield FieldText(
            name=name,
            place=place,
            type=type_text(document, field),
            is_required=name in required,
            about=field.get("description", ""),
        )


def type_text(document: Schema, schema: Schema) -> str:
    """The type in a few words: "integer from 1 to 200", "viewer | analyst", "list of string"."""
    schema = _resolved(document, schema)
    if "anyOf" in schema:
        return " | ".join(type_text(document, option) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"list of {type_text(document, schema.get('items', {}))}"
    if kind == "object" and "title" in schema and "properties" in schema:
        return str(schema["title"]).removesuffix("Shape").removesuffix("Body")
    bounds = [f"from {schema['minimum']:g}"] if "minimum" in schema else []
    bounds += [f"to {schema['maximum']:g}"] if "maximum" in schema else []
    return " ".join([kind, *bounds])


def _curl(document: Schema, origin: str, path: str, method: str) -> str:
    operation = document["paths"][path][method]
    for name, stand_in in _EXAMPLES.items():
        path = path.replace(f"{{{name}}}", stand_in)
    query = {
        parameter["name"]: _QUERY_EXAMPLES[parameter["name"]]
        for parameter in operation.get("parameters", ())
        if parameter["name"] in _QUERY_EXAMPLES
    }
    address = f"{origin}{path}" + (f"?{urlencode(query)}" if query else "")
    words = ["curl"]
    if method != "get":
        words += ["-X", method.upper()]
    words += ["-H", _SIGN_IN]
    if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", ())):
        words += ["-H", '"If-Match: $ETAG"']
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        words += ["-H", shlex.quote(f"Content-Type: {media_type}")]
        body = json.dumps(example(document, content["schema"]), ensure_ascii=False)
        is_json = media_type == "application/json"
        words += ["-d", shlex.quote(body)] if is_json else ["--data-binary", "@FILE"]
    return " ".join([*words, shlex.quote(address)])


def example(document: Schema, schema: Schema) -> object:
    """A value of this schema: of an object its required fields, or else its first one."""
    schema = _resolved(document, schema)
    if "properties" in schema:
        names = list(schema.get("required", ())) or list(schema["properties"])[:1]
        return {name: _field_example(document, schema, name) for name in names}
    if "anyOf" in schema:
        return example(document, schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [example(document, schema.get("items", {}))]
    values: dict[str, object] = {"integer": 1, "number": 0.5, "boolean": True, "string": "…"}
    return values.get(str(schema.get("type")), {})


def _field_example(document: Schema, schema: Schema, name: str) -> object:
    value = example(document, schema["properties"][name])
    return name.upper() if value == "…" else value


def _resolved(document: Schema, schema: Schema) -> Schema:
    """The schema itself, where it is a reference to one."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    target: Any = document
    for step in str(reference).removeprefix("#/").split("/"):
        target = target[step]
    resolved: Schema = target
    return resolved
