"""Contested marks: people who disagree whether an article is relevant.

A contested article is used neither for training nor to count precision: to take the last word
would make it depend on who came last.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.domain.articles import Mark


def is_contested(marks: Iterable[Mark]) -> bool:
    """Whether the marks of one article say both that it is relevant and that it is not."""
    return len({mark.relevant for mark in marks}) > 1
