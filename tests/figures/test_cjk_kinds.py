"""Kinds in Korean, Japanese and Chinese: the verb follows the number."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("language", "sentence", "kinds"),
    [
        ("ko", "3명이 숨지고 12명이 다쳤다", ["killed", "wounded"]),
        ("ja", "3人が死亡し、12人が負傷した", ["killed", "wounded"]),
        ("zh", "3人死亡，12人受伤", ["killed", "wounded"]),
        ("ko", "사상 15명", ["casualties"]),
        ("ko", "컨테이너 1만2천 개를 옮겼다", ["containers"]),
        ("ko", "관광객 300명이 도착했다", []),
        ("zh", "工兵八百名出发", ["deminers"]),
        ("ja", "12人目の大臣", []),
    ],
)
def test_each_number_has_the_kind_of_its_clause(extract, language, sentence, kinds):
    assert [figure.kind for figure in extract(language, sentence)] == kinds
