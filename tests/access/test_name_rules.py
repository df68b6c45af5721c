"""Names of people are printable and short; case and width make no difference."""

from __future__ import annotations

import pytest

from monitor.access.name_rules import clean_name, folded_name, name_fault


@pytest.mark.parametrize("name", ["ann", "Anna Kowalska", "김서연", "o.petrenko@desk", "night (2)"])
def test_names_of_people_can_be_used(name):
    assert name_fault(clean_name(f" {name} ")) == ""


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("a" * 61, "longer than 60"),
        ("a\nb", "letters, digits"),
        ("a\u202eb", "letters, digits"),
        ("<b>", "letters, digits"),
        ("a/b", "letters, digits"),
    ],
)
def test_other_names_are_refused_with_the_reason(name, fault):
    assert fault in name_fault(clean_name(name))


def test_two_spellings_of_a_name_are_one():
    assert folded_name(" Anna ") == folded_name("ANNA") == folded_name("ａｎｎａ")
    assert folded_name("e\u0301va") == folded_name("Éva")
    assert folded_name("anna") != folded_name("anne")
