"""Similar articles: the memory of a topic, as it moved one score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

SPAN = timedelta(hours=72)  # before an article, in which similar ones count


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarArticles:
    """The articles of the three days before with like wording, and how far they moved the score.

    Each origin counts once, with the score of the pack alone.
    """

    count: int
    flagged: int  # of these, how many reach the threshold by the pack alone
    log_odds: float  # the mean of their scores' log-odds, weighted by likeness
    shift: float  # what they added to the score, in log-odds

    def sentence(self, own_score: float, score: float) -> str:
        """What they did to the score.

        "12 articles like this one came in the three days before, 9 of them at or above the
        threshold: they raised its score from 0.48 to 0.58"
        """
        noun = "article like this one" if self.count == 1 else "articles like this one"
        arrivals = (
            f"{self.count} {noun} came in the three days before,"
            f" {self.flagged} of them at or above the threshold"
        )
        before, after = f"{own_score:.2f}", f"{score:.2f}"
        if before == after:
            return f"{arrivals}: its score stays {after}"
        pronoun = "it" if self.count == 1 else "they"
        verb = "raised" if self.shift > 0 else "lowered"
        return f"{arrivals}: {pronoun} {verb} its score from {before} to {after}"
