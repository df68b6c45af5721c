"""Views of an article: its headline with a shorter, the usual and a longer opening of its text.

The same weights score each view, and the mean of the log-odds is the score: what only a long
opening mentions counts less, what headline and first sentence say counts more.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.classify.features.describe import TopicClasses
from monitor.classify.features.lexicon import Lexicon
from monitor.classify.features.opening import (
    BODY_CHARACTERS,
    LONG_BODY_CHARACTERS,
    SHORT_BODY_CHARACTERS,
)
from monitor.classify.features.vectors import ArticleFeatures, extract_features


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleViews:
    """The views of one article, shortest first, each with the features of its text.

    One view when the gate is closed or the text fits into the shortest; else three, of which the
    last two are the same when the text ends before.  The text of each begins the next one's.
    """

    views: tuple[ArticleFeatures, ...]
    usual: ArticleFeatures  # of the length that training reads; the gate depends on it

    @property
    def longest(self) -> ArticleFeatures:
        """The view with the longest opening."""
        return self.views[-1]

    @property
    def opens(self) -> bool:
        """Whether the article passes the gate of the topic."""
        return self.usual.opens


def extract_views(title: str, body: str, lexicon: Lexicon, topic: TopicClasses) -> ArticleViews:
    """Extract the views of an article.  Accepts any two strings."""
    usual = extract_features(title, body, lexicon, topic)
    if not usual.opens or usual.text.body_characters <= SHORT_BODY_CHARACTERS:
        return ArticleViews(views=(usual,), usual=usual)

    def view(characters: int) -> ArticleFeatures:
        return extract_features(title, body, lexicon, topic, characters=characters)

    is_cut = len(body) > BODY_CHARACTERS
    long = view(LONG_BODY_CHARACTERS) if is_cut else usual
    return ArticleViews(views=(view(SHORT_BODY_CHARACTERS), usual, long), usual=usual)
