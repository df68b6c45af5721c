"""Tests of the models of requests: text of a query becomes numbers and flags, strictly."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from monitor.web.api.conventions.api_models import ApiModel, Flag, PageQuery, Whole


class Options(ApiModel):
    number: Whole = 0
    flag: Flag = False


def test_numbers_and_flags_are_read_from_text() -> None:
    options = Options.model_validate({"number": "-12", "flag": "true"})
    assert (options.number, options.flag) == (-12, True)
    assert Options.model_validate({"flag": "false", "number": 5}) == Options(number=5)


@pytest.mark.parametrize("text", ["1.0", "1_000", " 1", "", "one", "1e3", "٣", None, 1.5])
def test_other_texts_are_no_numbers(text: object) -> None:
    with pytest.raises(ValidationError, match="must be a whole number"):
        Options.model_validate({"number": text})


@pytest.mark.parametrize("text", ["1", "yes", "on", "True", "", None, 1])
def test_other_texts_are_no_flags(text: object) -> None:
    with pytest.raises(ValidationError, match="must be true or false"):
        Options.model_validate({"flag": text})


def test_a_page_has_50_items_unless_the_query_says_otherwise() -> None:
    assert PageQuery().limit == 50
