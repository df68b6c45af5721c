"""Tests of the places and suggestions of wrong fields."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from monitor.web.api.conventions.api_models import ApiModel
from monitor.web.api.conventions.field_errors import MOST_ERRORS, field_errors, pointer, similar


class Body(ApiModel):
    themes: tuple[str, ...] = ()
    every: int = 1


def errors_of(content: object) -> list[dict[str, str]]:
    with pytest.raises(ValidationError) as raised:
        Body.model_validate(content)
    return [error.as_json() for error in field_errors(raised.value, Body, in_query=False)]


def test_the_pointer_leads_into_lists_and_escapes() -> None:
    assert pointer(("themes", 0)) == "/themes/0"
    assert pointer(("a/b~c",)) == "/a~1b~0c"
    assert pointer(()) == "/"


def test_a_field_like_another_is_suggested() -> None:
    [error] = errors_of({"theme": []})
    assert error == {
        "pointer": "/theme",
        "detail": "there is no 'theme' here",
        "suggestion": "themes",
    }


def test_a_field_like_none_has_no_suggestion() -> None:
    [error] = errors_of({"password": ""})
    assert "suggestion" not in error
    assert similar("password", ["themes"]) == ""


def test_a_thousand_errors_are_not_repeated() -> None:
    assert len(errors_of({f"x{number}": 1 for number in range(1_000)})) == MOST_ERRORS
