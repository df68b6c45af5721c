"""Requests of the API: their query and their JSON body are read strictly, or refused."""

from __future__ import annotations

import re
from typing import TypeVar, cast, get_origin
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request
from pydantic import ValidationError

from monitor.web.api.conventions.api_models import ApiModel, NoBody
from monitor.web.api.conventions.field_errors import field_errors, field_names, similar
from monitor.web.site import problems
from monitor.web.site.problems import FieldError, ProblemError
from monitor.web.site.templating import read_body

Model = TypeVar("Model", bound=ApiModel)

LARGEST_BODY, LARGEST_DOCUMENT = 65_536, 2_097_152
_MOST_PARAMETERS = 100
_JSON = re.compile(r"application/(?:json|[\w.+-]+\+json)", re.IGNORECASE)
_REFUSED_BODY = "The body can't be used; nothing was changed."


def read_query(request: Request, model: type[Model]) -> Model:
    """The query of the address.  Raise ProblemError (400) for a part that can't be used."""
    values: dict[str, object] = {}
    faults = []
    names = field_names(model)
    for name, value in _pairs(request):
        if name not in names:
            faults.append(_unknown(name, names))
        elif "\0" in value:
            faults.append(FieldError(parameter=name, detail="has a NUL character"))
        elif _takes_several(model, name):
            values[name] = (*cast("tuple[str, ...]", values.get(name, ())), value)
        elif name in values:
            faults.append(FieldError(parameter=name, detail="was given several times"))
        else:
            values[name] = value
    if not faults:
        try:
            return model.model_validate(values)
        except ValidationError as error:
            faults = field_errors(error, model, in_query=True)
    raise ProblemError(problems.BAD_QUERY, _of_query(faults), *faults)


def _pairs(request: Request) -> list[tuple[str, str]]:
    """Names and values of the query in their order.  Raise ProblemError."""
    try:
        return parse_qsl(
            request.scope["query_string"].decode("ascii"),
            keep_blank_values=True,
            max_num_fields=_MOST_PARAMETERS,
            errors="strict",
        )
    except ValueError:
        raise ProblemError(
            problems.BAD_QUERY, "The query is no UTF-8, or has too many parts."
        ) from None


def _unknown(name: str, names: tuple[str, ...]) -> FieldError:
    there_are = f"; there are: {', '.join(names)}" if names else ": the address has no query"
    return FieldError(
        parameter=name[:60],
        detail=f"there is no such parameter{there_are}",
        suggestion=similar(name, names),
    )


def _takes_several(model: type[ApiModel], name: str) -> bool:
    return get_origin(model.model_fields[name].annotation) is tuple


def _of_query(faults: list[FieldError]) -> str:
    """The first error in a sentence."""
    first = faults[0]
    meant = f"; {first.suggestion!r} was probably meant" if first.suggestion else ""
    return f"{first.parameter}: {first.detail}{meant}."


async def read_json(request: Request, model: type[Model]) -> tuple[Model, bytes]:
    """The JSON body, and its bytes.

    Raise ProblemError (413, 415, 422) for one that can't be used.
    """
    body = await _read_bytes(request, LARGEST_BODY)
    if not body.strip() and model is NoBody:
        return model(), b""
    declared = _media_type(request)
    if not _JSON.fullmatch(declared):
        raise ProblemError(
            problems.MEDIA, f"The body has the type {declared[:60]!r}: send application/json."
        )
    if b"\\u0000" in body or b"\0" in body:
        raise ProblemError(problems.BAD_BODY, "The body has a NUL character; nothing was changed.")
    try:
        return model.model_validate_json(body, strict=True), body
    except ValidationError as error:
        wrong = field_errors(error, model, in_query=False)
        raise ProblemError(problems.BAD_BODY, _REFUSED_BODY, *wrong) from None


async def read_document(request: Request, media_type: str) -> bytes:
    """A body that is no JSON.  Raise ProblemError (413, 415) for one that can't be used."""
    declared = _media_type(request)
    if declared.lower() not in (media_type, "application/xml", "text/xml"):
        raise ProblemError(
            problems.MEDIA, f"The body has the type {declared[:60]!r}: send {media_type}."
        )
    return await _read_bytes(request, LARGEST_DOCUMENT)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip()


async def _read_bytes(request: Request, limit: int) -> bytes:
    """The body as it was sent.  Raise ProblemError (413) when it is larger than `limit` bytes."""
    try:
        return await read_body(request, limit)
    except HTTPException:
        raise ProblemError(problems.TOO_LARGE, f"The body has more than {limit:,} bytes.") from None
