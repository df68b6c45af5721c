"""Figure: one number of one kind that a text states, with the words that state it."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.domain.stated_figures import value_text

#: Languages with a number grammar; a text in another one is read as English.
SPACED_LANGUAGES = ("en", "ru", "uk", "pl", "de", "fr", "es", "vi")
UNSPACED_LANGUAGES = ("ko", "ja", "zh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who states a figure.  `claimant` is None where nobody is named."""

    claimant: str | None = None  # as written
    party: str | None = None  # the slug of the pack's party; None where the pack knows none
    through: str | None = None  # the medium that passes the claim on


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value or a range of a kind.  An open end is None: "more than 600" has no `value_max`."""

    value_min: float | None
    value_max: float | None
    approx: bool  # "about", "nearly", or a vague plural such as "thousands"
    kind: str  # a kind of the pack: "killed", "shells" …
    attribution: Attribution
    claimed_on: str | None  # the article's date, ISO 8601, as the article gives it
    quote: str  # the words of the number and of what it counts, exactly as in the text
    sentence: str  # the sentence around them

    @property
    def value_text(self) -> str:
        """For people: "about 3,000", "1,000 or more", "up to 5,000", "10,000 to 12,000"."""
        return value_text(self.value_min, self.value_max, approx=self.approx)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberMatch:
    """A number in a sentence; positions count characters from the start of the sentence."""

    start: int  # of the number
    end: int  # of the number
    phrase_start: int  # of its hedge: "more than", "about", 최소
    phrase_end: int  # of what belongs to it: a counter, 이상
    low: float | None
    high: float | None
    approx: bool = False
    vague: bool = False  # "thousands of", 수천
    currency: bool = False
    in_words: bool = False  # without a digit
    counter: str = ""  # Korean, Japanese and Chinese: 명, 人, 枚

    @property
    def size(self) -> float:
        """The bound that is known; of two, the lower."""
        return next((bound for bound in (self.low, self.high) if bound is not None), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A number with its kind, in its sentence of the whole text."""

    number: NumberMatch
    kind: str
    quote_start: int  # positions in the sentence
    quote_end: int
    sentence_start: int  # positions in the text
    sentence_end: int
