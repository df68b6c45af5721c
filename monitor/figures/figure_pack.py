"""Figure pack: the kinds and parties of a topic, compiled from `figures/*.toml` of its pack.

An entry is a word or several; a star stands for any ending; `|` closes a word of a script without
spaces.  A capital in a party's name matches a capital only; kinds are read without regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.figures.figure import UNSPACED_LANGUAGES

_NOTHING = re.compile(r"(?!)")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


class KindGroup(StrEnum):
    """The rule by which a kind is recognised."""

    PEOPLE = "people"  # counted, but no kind without a verb
    SOLDIERS = "soldiers"  # the same, and they may be deployed
    LOSS = "loss"  # by its noun, or by a verb near people
    MOVEMENT = "movement"  # by a verb near soldiers
    LABOUR = "labour"  # by its noun, or by a verb near people
    THING = "thing"  # by its noun
    AMOUNT = "amount"  # by its unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of figure; patterns by language."""

    slug: str
    title: str
    group: KindGroup
    least: float = 0  # smaller numbers do not count
    counters: frozenset[str] = frozenset()
    nouns: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    verbs: Mapping[str, re.Pattern[str]] = field(default_factory=dict)

    def noun(self, language: str) -> re.Pattern[str]:
        """Matches a noun of this kind."""
        return self.nouns.get(language, _NOTHING)

    def verb(self, language: str) -> re.Pattern[str]:
        """Matches a verb of this kind."""
        return self.verbs.get(language, _NOTHING)


@dataclass(frozen=True, slots=True)
class PartyName:
    """One way to write a party."""

    pattern: re.Pattern[str]
    party: str


@dataclass(frozen=True, slots=True)
class FigurePack:
    """The kinds by slug, and the names of parties."""

    kinds: Mapping[str, Kind]
    parties: Mapping[str, str]  # slug → title
    party_names: tuple[PartyName, ...]
    media: tuple[re.Pattern[str], ...] = ()
    # each party that is expected to speak of every story → the hosts of its own outlets
    outlets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def party_of(self, claimant: str | None) -> str | None:
        """The slug of the party behind a claimant: by the longest name, of two the later one."""
        best: tuple[int, int] | None = None
        party = None
        for name in self.party_names:
            for match in name.pattern.finditer(claimant or ""):
                rank = (match.end() - match.start(), match.start())
                if best is None or rank > best:
                    best, party = rank, name.party
        return party

    def medium_in(self, text: str) -> str | None:
        """The first medium that the text names, as written."""
        matches = [match for pattern in self.media if (match := pattern.search(text))]
        return min(matches, key=lambda match: match.start()).group() if matches else None


def compile_words(
    entries: Iterable[str], language: str, exceptions: Iterable[str] = ()
) -> re.Pattern[str]:
    """One pattern for the entries of a kind; the longest entry first.

    An exception begins like an entry and is none of this kind: "death penalty" beside "death".
    """
    unspaced = language in UNSPACED_LANGUAGES
    longest_first = sorted(entries, key=len, reverse=True)
    parts = "|".join(_entry_pattern(entry, unspaced) for entry in longest_first)
    excluded = "|".join(_entry_pattern(entry, unspaced) for entry in exceptions)
    ahead = f"(?!{excluded})" if excluded else ""
    return re.compile(f"{ahead}(?:{parts})" if parts else "(?!)", re.IGNORECASE)


def compile_name(entry: str) -> re.Pattern[str]:
    """The pattern of a party's name; one with capitals matches as it is written."""
    flags = 0 if any(letter.isupper() for letter in entry) else re.IGNORECASE
    return re.compile(_entry_pattern(entry, bool(_UNSPACED.search(entry))), flags)


def _entry_pattern(entry: str, unspaced: bool) -> str:
    body = re.escape(entry.strip("|")).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
    if unspaced:
        left = r"(?<!\w)" if entry.startswith("|") else ""
        return f"{left}{body}"
    return rf"(?<!\w){body}(?!\w)"
