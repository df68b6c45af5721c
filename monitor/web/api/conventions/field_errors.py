"""Errors of a request's fields, each with its place and what was probably meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from monitor.web.api.conventions.api_models import ApiModel
from monitor.web.site.problems import FieldError

MOST_ERRORS = 20
_LONGEST_SHOWN = 60


def field_errors(
    error: ValidationError, model: type[ApiModel], *, in_query: bool
) -> list[FieldError]:
    """What is wrong with each field, at most 20 of them."""
    names = field_names(model)
    return [
        FieldError(
            parameter=str(detail["loc"][0]) if in_query and detail["loc"] else "",
            pointer="" if in_query else pointer(detail["loc"]),
            detail=_sentence(detail),
            suggestion=_suggestion(detail, names),
        )
        for detail in error.errors(include_url=False)[:MOST_ERRORS]
    ]


def field_names(model: type[ApiModel]) -> tuple[str, ...]:
    """The names of a model's fields as requests have them."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def pointer(location: Sequence[int | str]) -> str:
    """The JSON pointer (RFC 6901) to a part of the body: "/themes/0"; the whole body is "/"."""
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location]
    return "/" + "/".join(parts)


def similar(word: str, words: Collection[str]) -> str:
    """The word that was probably meant; empty when none is like it."""
    matches = get_close_matches(word.lower(), list(words), n=1, cutoff=0.6)
    return matches[0] if matches else ""


def _sentence(detail: Mapping[str, Any]) -> str:
    kind, message = detail["type"], str(detail["msg"])
    if kind == "extra_forbidden":
        return f"there is no {str(detail['loc'][-1])[:_LONGEST_SHOWN]!r} here"
    if kind == "missing":
        return "is missing"
    return message[:1].lower() + message[1:]


def _suggestion(detail: Mapping[str, Any], names: Collection[str]) -> str:
    if detail["type"] == "extra_forbidden":
        return similar(str(detail["loc"][-1]), names) if len(detail["loc"]) == 1 else ""
    if detail["type"] in ("enum", "literal_error") and isinstance(detail["input"], str):
        return similar(detail["input"], list(_quoted(detail["ctx"]["expected"])))
    return ""


def _quoted(text: str) -> Iterator[str]:
    """The words between quotation marks: "'a', 'b' or 'c'" → a, b, c."""
    yield from text.split("'")[1::2]
