"""Second reading: what a language model answered about an article in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

_NAME = "the second reader ("


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """One answer of the second reader, or why there is none."""

    article_key: str
    topic: str = ""  # that it was asked about; empty: the only one
    at: datetime
    relevant: bool | None  # None: no usable answer
    reason: str = ""  # in the model's words
    fault: str = ""  # why there is no usable answer
    model: str
    prompt: str  # digest of the instructions
    text_digest: str  # of what it read
    reused: bool = False  # its answer to the same text, not asked again

    @property
    def sentence(self) -> str:
        """ "qwen3 (prompt 1a2b3c): relevant: soldiers are sent" """
        reader = f"{self.model} (prompt {self.prompt})"
        if self.relevant is None:
            return f"{reader}: no answer: {self.fault}"
        word = "relevant" if self.relevant else "not relevant"
        return f"{reader}: {word}" + (f": {self.reason}" if self.reason else "")


def second_reader(model: str) -> str:
    """How a confirmation names the second reader that gave it."""
    return f"{_NAME}{model})"


def is_second_reader(confirmed_by: str) -> bool:
    """Whether a second reader gave the confirmation, and no person."""
    return confirmed_by.startswith(_NAME)
