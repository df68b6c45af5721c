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


@pytest.mark.parametrize(
    ("language", "title", "text", "expected"),
    [
        ("ko", "북한군 파병", "1만2천명이 배치됐다고 한다", [("deployed", 12_000)]),
        ("ko", "북한 노동자 파견", "1만5천명이 간다고 한다", [("workers", 15_000)]),
        ("ko", "병력 3천명 추가 파견 예정", "", [("planned", 3_000)]),
        ("ko", "포로 2명 생포", "", [("captured", 2)]),
        ("ko", "쌀값 2,500→2,600원", "", [("money", 2_500), ("money", 2_600)]),
        ("ko", "쌀 5천→6천t 지원", "", [("tonnes", 6_000)]),
        ("ko", "쌀 5천톤 지원", "", [("tonnes", 5_000)]),
        ("ko", "쌀 50톤 지원", "", []),
        ("ko", "5천톤 트럭", "", []),
        ("ko", "포탄 900만발", "", [("shells", 9e6)]),
        ("ko", "미사일 100기", "", [("missiles", 100)]),
        ("ko", "12인승 차량", "", []),
        ("ko", "한 명이 숨졌다", "", [("killed", 1)]),
        ("ko", "사망 600명 등 4천700명 사상", "", [("killed", 600), ("casualties", 4_700)]),
        ("ko", "북한군 전사자 600명", "", [("killed", 600)]),
        ("ko", "5천인 이상 참석", "", []),
        ("ko", "병력 3천명, 동부에 배치", "", [("deployed", 3_000)]),
        ("ko", "관광객 3천명이 도착했다", "", []),
        ("ja", "北朝鮮兵3000人を追加派遣する予定", "", [("planned", 3_000)]),
        ("ja", "死者600人、負傷者4000人", "", [("killed", 600), ("wounded", 4_000)]),
        ("ja", "工兵1000人", "", [("deminers", 1_000)]),
        ("ja", "5000トンの米", "", [("tonnes", 5_000)]),
        ("ja", "5000トン級の駆逐艦", "", []),
        ("ja", "ミサイル100発", "", [("missiles", 100)]),
        ("ja", "コンテナ2万個", "", [("containers", 20_000)]),
        ("ja", "捕虜2人", "", [("captured", 2)]),
        ("ja", "兵士12人中3人", "", []),
        ("zh", "朝鲜将派遣三千名士兵", "", [("planned", 3_000)]),
        ("zh", "朝鲜士兵抵达", "12000人已抵达", [("deployed", 12_000)]),
        ("zh", "朝鲜劳工1.5万人", "", [("workers", 15_000)]),
        ("zh", "5000吨级驱逐舰", "", []),
        ("zh", "集装箱2万个", "", [("containers", 20_000)]),
        ("zh", "俘虏2名朝鲜士兵", "", [("captured", 2)]),
        ("zh", "不是600人，而是300人死亡", "", [("killed", 300)]),
        ("zh", "200亿美元", "", [("money", 2e10)]),
    ],
)
def test_counter_clause_and_headline_give_the_kind(extract, language, title, text, expected):
    figures = extract(language, title, text)
    assert [(figure.kind, figure.value_min) for figure in figures] == expected
