"""Trial of a second reader: how often it was right on labelled lines in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LEAST_SHARE = 0.9  # of right answers, before the service asks the reader
LEAST_ASKED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderTrial:
    """The result of `monitor model evaluate FILE --second-reader`."""

    at: datetime
    model: str
    prompt: str  # digest of the instructions
    asked: int
    correct: int  # an answer that could not be used is not

    @property
    def passed(self) -> bool:
        """Whether the reader is right often enough, on enough lines."""
        return self.asked >= LEAST_ASKED and self.correct >= LEAST_SHARE * self.asked

    @property
    def sentence(self) -> str:
        """ "gpt-oss:20b was right on 196 of 213 lines in doubt (92.0 %)." """
        share = self.correct / self.asked if self.asked else 0.0
        words = f"{self.model} was right on {self.correct} of {self.asked} lines in doubt"
        return f"{words} ({share:.1%})."
