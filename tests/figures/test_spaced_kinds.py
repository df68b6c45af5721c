"""Kinds in languages with spaces: what the nearest verb and noun decide."""

from __future__ import annotations

import re

import pytest

from monitor.figures.spaced_kinds import nearest


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("70 people were killed or wounded", "casualties"),
        ("70 people were injured, including 9 killed near the bridge", "casualties"),
        ("70 people were rescued after the blast that killed nobody", None),
        ("70 prisoners of war died in the camp", "killed"),
        ("70 political prisoners were freed", None),
        ("700 soldiers will be sent to Bryansk", "planned"),
        ("700 soldiers defected", None),
        ("7 workers went home", None),
        ("700 workers went home", "workers"),
        ("One missile was fired", None),
        ("$700 was paid", "money"),
    ],
)
def test_a_number_of_people_has_the_kind_of_its_verb(extract, sentence, kind):
    figures = extract("en", sentence)
    assert (figures[0].kind if figures else None) == kind


HEADLINE = "North Korean soldiers reach Kursk"


@pytest.mark.parametrize(
    ("language", "title", "text", "expected"),
    [
        ("en", "70 civilians were injured", "", [("wounded", 70, 70)]),
        ("en", "70 people were seriously wounded", "", [("wounded", 70, 70)]),
        ("en", "70 people injured, including 9 dead", "",
         [("casualties", 70, 70), ("killed", 9, 9)]),
        ("en", "70 residents were evacuated", "", []),
        ("en", "70 soldiers were captured", "", [("captured", 70, 70)]),
        ("en", "70 soldiers were taken prisoner", "", [("captured", 70, 70)]),
        ("en", "Out of 700 soldiers, 12 are alive", "", [("deployed", 700, 700)]),
        ("en", "9 people face the death penalty", "", []),
        ("en", "70 people familiar with the matter spoke", "", []),
        ("en", "700 North Korean people builders arrived", "", [("workers", 700, 700)]),
        ("en", "700 Koreans soldiers deployed", "", [("deployed", 700, 700)]),
        ("en", "700 troops fled the front", "", []),
        ("en", "Prisoners of war freed", "40 soldiers came home", [("captured", 40, 40)]),
        ("en", HEADLINE, "12,000 people arrived", [("deployed", 12_000, 12_000)]),
        ("en", HEADLINE, "12,000 people will arrive", [("planned", 12_000, 12_000)]),
        ("en", HEADLINE, "12,000 people fled", []),
        ("en", HEADLINE, "12 people arrived", []),
        ("en", "Floods in the north", "12,000 people arrived", []),
        ("en", "40 killed and wounded", "", [("casualties", 40, 40)]),
        ("en", "5,000-ton destroyer launched", "", []),
        ("en", "5,000 tonnes of rice arrived", "", [("tonnes", 5_000, 5_000)]),
        ("en", "In 2024 dollars it cost more", "", []),
        ("en", "They paid 20,240 dollars", "", [("money", 20_240, 20_240)]),
        ("en", "1st soldier killed", "", []),
        ("en", "1 soldier killed", "", []),
        ("en", "0.5 tonnes of rice", "", []),
        ("en", "A blast killed 12 workers", "", [("killed", 12, 12)]),
        ("en", "700 people working at the site", "", [("workers", 700, 700)]),
        ("en", HEADLINE, "12,000 people in town", []),
        ("en", "20 political prisoners killed", "", []),
        ("en", "The 12-year-old and 3 soldiers were killed", "", [("killed", 3, 3)]),
        ("en", "Su-34 and 2 missiles were lost", "", []),
        ("en", "As many as 3,000 shells of 152 mm", "", [("shells", None, 3_000)]),
        ("en", "Between 3,000 and 4,000 troops deployed", "", [("deployed", 3_000, 4_000)]),
        ("en", "200 howitzers and 60 launchers delivered", "",
         [("launchers", 200, 200), ("launchers", 60, 60)]),
        ("en", "20,000 containers shipped", "", [("containers", 20_000, 20_000)]),
        ("en", "$20 billion for weapons", "", [("money", 2e10, 2e10)]),
        ("en", "Half a million shells", "", [("shells", 5e5, 5e5)]),
        ("en", "A further 6,000 soldiers to be sent", "", [("planned", 6_000, 6_000)]),
        ("en", "Ten thousand North Koreans trained", "", [("deployed", 10_000, 10_000)]),
        ("en", "Losses of 4,000 men", "", [("casualties", 4_000, 4_000)]),
        ("ru", "В плен попали 2 бойца", "", [("captured", 2, 2)]),
        ("ru", "70 раненых и убитых", "", [("casualties", 70, 70)]),
        ("ru", "Прибыли 10–12 тысяч военных", "", [("deployed", 10_000, 12_000)]),
        ("ru", "Солдаты КНДР под Курском", "Прибыли 12 тысяч человек",
         [("deployed", 12_000, 12_000)]),
        ("ru", "28 тысяч контейнеров", "", [("containers", 28_000, 28_000)]),
        ("uk", "30 поранених і загиблих", "", [("casualties", 30, 30)]),
        ("uk", "Понад сто снарядів", "", [("shells", 100, None)]),
        ("pl", "12 rannych i zabitych", "", [("casualties", 12, 12)]),
        ("pl", "Ponad 4 tysiące zabitych", "", [("killed", 4_000, None)]),
        ("de", "12 Tote und Verletzte", "", [("casualties", 12, 12)]),
        ("de", "2,5 Milliarden Dollar", "", [("money", 2.5e9, 2.5e9)]),
        ("fr", "12 morts et blessés", "", [("casualties", 12, 12)]),
        ("fr", "L'envoi de 6 000 démineurs", "", [("deminers", 6_000, 6_000)]),
        ("es", "12 muertos y heridos", "", [("casualties", 12, 12)]),
        ("es", "15.000 trabajadores", "", [("workers", 15_000, 15_000)]),
        ("vi", "12 người chết và bị thương", "", [("casualties", 12, 12)]),
        ("vi", "15.000 công nhân", "", [("workers", 15_000, 15_000)]),
    ],
)  # fmt: skip
def test_the_words_around_a_number_give_its_kind(extract, language, title, text, expected):
    figures = extract(language, title, text)
    assert [(figure.kind, figure.value_min, figure.value_max) for figure in figures] == expected


@pytest.mark.parametrize(
    ("pattern", "start", "end", "reach", "distance"),
    [
        ("b", 5, 6, (9, 9), 3), ("b", 5, 6, (2, 9), None), ("b", 5, 6, (3, 9), 3),
        ("z", 5, 6, (9, 9), 4), ("z", 5, 6, (9, 3), None), ("a|z", 5, 6, (9, 9), 4),
        ("c", 2, 4, (0, 0), 0), ("q", 5, 6, (9, 9), None),
    ],
)  # fmt: skip
def test_the_nearest_match_within_reach_counts(pattern, start, end, reach, distance):
    assert nearest(re.compile(pattern), "abc....def" + "z", start, end, reach) == distance
