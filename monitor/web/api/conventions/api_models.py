"""Models of what a request of the API may hold: its query and its JSON body, without extras."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

LONGEST_PAGE, USUAL_PAGE = 200, 50
_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_FLAGS = {"true": True, "false": False}


class ApiModel(BaseModel):
    """A model that refuses what it does not know, and is built when it is first used."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, defer_build=True, allow_inf_nan=False, populate_by_name=True
    )


def _integer(value: object) -> object:
    """Digits only: pydantic would also take "1_000" and "5.0"."""
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if isinstance(value, int):
        return value
    raise PydanticCustomError("whole_number", "must be a whole number, such as 50")


def _flag(value: object) -> object:
    """The two words only: pydantic would also take "on" and "1"."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _FLAGS:
        return _FLAGS[value]
    raise PydanticCustomError("flag", "must be true or false")


# Types of query parameters, which arrive as text.
Whole = Annotated[int, BeforeValidator(_integer)]
Flag = Annotated[bool, BeforeValidator(_flag)]


class NoQuery(ApiModel):
    """An address without a query."""


class NoBody(ApiModel):
    """A request without a body, or with an empty object."""


class LimitQuery(ApiModel):
    """How long a page of a list is."""

    limit: Whole = Field(
        USUAL_PAGE, ge=1, le=LONGEST_PAGE, description="How many items a page has at most."
    )


class PageQuery(LimitQuery):
    """Which page of a list."""

    after: str = Field(
        "", max_length=200, description="The cursor `next` of the page before; empty: the first."
    )
