"""Numbers in Korean, Japanese and Chinese."""

from __future__ import annotations

import pytest

from monitor.figures.cjk_numbers import find_cjk_numbers, numeral_value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1만5천", 15_000), ("4천700", 4700), ("1.2億", 1.2e8), ("一万五千", 15_000),
        ("二百三十", 230), ("2兆", 2e12), ("3조5000억", 3.5e12), ("十二", 12), ("두", None),
        ("1.2.3만", None),
    ],
)  # fmt: skip
def test_mixed_numerals_have_a_value(written, value):
    assert numeral_value(written) == value


@pytest.mark.parametrize(
    ("language", "text", "bounds", "counter"),
    [
        ("ko", "최소 300명", (300, None), "명"),
        ("ko", "최대 300명", (None, 300), "명"),
        ("ko", "수천 명", (1000, None), "명"),
        ("ko", "300여 명", (300, None), "명"),
        ("ko", "약 8천여 명", (8000, 8000), "명"),
        ("ko", "8천명 이상", (8000, None), "명"),
        ("ko", "8천명 미만", (None, 8000), "명"),
        ("ko", "세 명", (3, 3), "명"),
        ("ja", "約300人", (300, 300), "人"),
        ("ja", "最大300人", (None, 300), "人"),
        ("ja", "少なくとも300人", (300, None), "人"),
        ("zh", "上千人", (1000, None), "人"),
        ("zh", "逾300人", (300, None), "人"),
        ("ja", "60人以上", (60, None), "人"),
        ("ja", "60人未満", (None, 60), "人"),
        ("zh", "三千多人", (3000, None), "人"),
        ("zh", "数百枚", (100, None), "枚"),
    ],
)
def test_hedges_open_an_end(language, text, bounds, counter):
    number = find_cjk_numbers(text, language)[0]
    assert (number.low, number.high) == bounds
    assert number.counter == counter


@pytest.mark.parametrize("text", ["1.2.3만명", "600명이 아니라", "不是600人"])
def test_what_is_no_number_or_denied_is_left_out(text):
    assert find_cjk_numbers(text, "zh" if "人" in text else "ko") == []
