"""Filter of a subscription as matching knows it: asked of each article when it arrives."""

from __future__ import annotations

from typing import Protocol

from monitor.domain.articles import Article


class ArticleFilter(Protocol):
    """A question that an article must meet."""

    @property
    def text(self) -> str:
        """The question as it is stored."""

    @property
    def fault(self) -> str:
        """Why it can't be read by this version; empty where it can."""

    def admits(self, article: Article) -> bool:
        """Whether the article meets it; one that can't be read admits every article."""

    def unmet(self, article: Article) -> tuple[str, ...]:
        """The conditions that the article does not meet, in words."""
