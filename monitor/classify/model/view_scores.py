"""Scores of the views of an article, and which view moved the score of the article."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from monitor.classify.features.views import ArticleViews
from monitor.classify.model.linear import sigmoid, view_logits
from monitor.classify.packs.pack import ModelWeights

_LEAST_MOVE = 0.1  # log-odds; a view that differs less from the usual one is not named


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewScore:
    """The score that one view alone would give."""

    characters: int  # of the text, after the headline
    score: float  # 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewScores:
    """The scores of the views, shortest first; empty for an article with one view."""

    scores: tuple[ViewScore, ...] = ()
    moved_by: ViewScore | None = None  # None: no view differs much from the usual one
    raised: bool = False  # whether that view raised the score; else it lowered it

    def sentence(self) -> str:
        """The scores in words; "" for an article with one view."""
        if not self.scores:
            return ""
        parts = [
            f"{view.characters} ({view.score:.2f}{', twice' if count == 2 else ''})"
            for view, count in Counter(self.scores).items()
        ]
        words = f"mean of the scores with the first {', '.join(parts)} characters of the text"
        if self.moved_by is None:
            return words
        verb = "raise" if self.raised else "lower"
        return f"{words}; the first {self.moved_by.characters} {verb} it most"

    def as_list(self) -> list[dict[str, object]]:
        """The scores as JSON."""
        return [
            {
                "characters": view.characters,
                "score": round(view.score, 4),
                "moved": view == self.moved_by,
            }
            for view in self.scores
        ]


def view_scores(model: ModelWeights, article: ArticleViews) -> ViewScores:
    """Score each view alone, without the gate."""
    if len(article.views) == 1:
        return ViewScores()
    logits = model.temperature * view_logits(model, article.views)[:, :2].mean(axis=1)
    scores = tuple(
        ViewScore(characters=view.text.body_characters, score=score)
        for view, score in zip(article.views, sigmoid(logits).tolist(), strict=True)
    )
    usual = article.views.index(article.usual)
    moves = (logits - logits[usual]).tolist()
    strongest = max(range(len(moves)), key=lambda index: abs(moves[index]))
    if abs(moves[strongest]) < _LEAST_MOVE:
        return ViewScores(scores=scores)
    return ViewScores(scores=scores, moved_by=scores[strongest], raised=moves[strongest] > 0)
