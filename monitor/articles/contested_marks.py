"""Contested marks: people who disagree whether an article is relevant.

A contested article is used neither for training nor to count precision: to take the last word
would make it depend on who came last.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.domain.articles import Mark


def is_contested(marks: Sequence[Mark]) -> bool:
    """Whether the marks of one article say of a topic both that it is relevant and that it is not.

    An article that is relevant for one topic and not for another is not contested.
    """
    relevant_for = {mark.topic for mark in marks if mark.relevant}
    return any(mark.topic in relevant_for for mark in marks if not mark.relevant)
