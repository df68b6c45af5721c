"""Kinds in languages with spaces: what the nearest verb and noun decide."""

from __future__ import annotations

import pytest


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
