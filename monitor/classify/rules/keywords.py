"""Keyword rules of operators: matching of words, phrases and RE2 patterns in entries.

Terms are compared in search form: apostrophes, hyphens, ё, ß and the like are one spelling.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import re2

from monitor.classify.rules.patterns import (
    LEFT_EDGE,
    RIGHT_EDGE,
    WORD,
    Pattern,
    check_printable,
    compiled,
)
from monitor.domain.articles import RuleAction, RuleHit
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from monitor.text.search_form import as_written, search_form

MAX_TEXT = 20_000  # characters of an entry that are searched

# Between the words of a term: "Jong-un" and "Jong Un" are one name.
_GAP = r"(?:\s+|-)"
_GAP_IN_TERM = re.compile(r"\s+|(?<=[\w*])-(?=\w)")
# Scripts without spaces between words (Han, kana, Thai) or with attached particles (Hangul): a term
# in these also matches inside a longer run.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordRule:
    """One rule as written by the operator; see `config/defaults.toml`.

    It applies when `where` contains one of `any` (unless empty), all of `all`, none of `none`, and
    a match of `regex` (unless empty).
    """

    name: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    regex: str = ""
    where: str = "anywhere"  # "anywhere" | "title" | "text"
    theme: str | None = None
    action: str = "flag"  # "flag" | "boost" | "drop"
    boost: float = 0.0


class KeywordRules:
    """A set of rules, checked and compiled."""

    def __init__(self, rules: Sequence[KeywordRule], *, themes: Sequence[str]) -> None:
        """Raise ConfigError naming the rule, the fault and the remedy."""
        counts = Counter(rule.name for rule in rules)
        duplicates = [name for name, count in counts.items() if count > 1]
        if duplicates:
            raise ConfigError(f"keyword rule {duplicates[0]!r} exists twice: rename one of them")
        for rule in rules:
            _check(rule, themes)
        self._rules = [_Compiled(rule) for rule in rules]
        self._places = {rule.where for rule in rules}

    def hits(self, entry: Entry) -> tuple[RuleHit, ...]:
        """Return the rules that apply to an entry, in the order written, with the matched terms."""
        return tuple(rule.hit(text) for rule, text in self._applying(entry))

    def hits_without_terms(self, entry: Entry) -> tuple[RuleHit, ...]:
        """As `hits`, without the matched terms, which cost more than to know that rules apply."""
        return tuple(rule.hit_without_terms for rule, _text in self._applying(entry))

    def _applying(self, entry: Entry) -> Iterator[tuple[_Compiled, _Text]]:
        """Each rule that applies, with the text where it looks."""
        if not self._rules:
            return
        texts = _texts(entry, self._places)
        for rule in self._rules:
            text = texts[rule.where]
            if rule.applies(text):
                yield rule, text


@dataclass(frozen=True)
class _Text:
    plain: str
    folded: str  # the search form

    @cached_property
    def encoded(self) -> bytes:
        """The search form in UTF-8, as RE2 reads it; else each term would encode it anew."""
        return self.folded.encode()


def _texts(entry: Entry, places: Iterable[str]) -> dict[str, _Text]:
    """The texts of an entry to search, by `where`."""
    title = unicodedata.normalize("NFC", entry.title)
    text = unicodedata.normalize("NFC", entry.text[:MAX_TEXT])
    plain = {"title": title, "text": text, "anywhere": f"{title}\n{text}"}
    return {where: _Text(plain[where], search_form(plain[where])) for where in places}


class _Compiled:
    """A compiled rule."""

    def __init__(self, rule: KeywordRule) -> None:
        self.where = rule.where
        self._any = [_Term(term, rule.name) for term in rule.any]
        self._all = [_Term(term, rule.name) for term in rule.all]
        self._none = [_Term(term, rule.name) for term in rule.none]
        self._regex = Pattern(rule.regex, rule.name) if rule.regex else None
        self._any_letters = [term.letters for term in self._any]
        self._all_letters = [term.letters for term in self._all]
        self.hit_without_terms = RuleHit(
            rule=rule.name,
            action=RuleAction(rule.action),
            terms=(),
            boost=rule.boost,
            theme=rule.theme,
        )

    def applies(self, text: _Text) -> bool:
        """Whether the rule applies; it looks no further than it must."""
        return (
            self._may_apply(text.folded)
            and not any(term.occurs(text) for term in self._none)
            and all(term.occurs(text) for term in self._all)
            and (not self._any or any(term.occurs(text) for term in self._any))
            and (self._regex is None or self._regex.find(text.plain) is not None)
        )

    def hit(self, text: _Text) -> RuleHit:
        """The hit in a text to which the rule applies."""
        matches = [term.find(text) for term in (*self._any, *self._all)]
        terms = [match for match in matches if match]
        if self._regex and (words := self._regex.find(text.plain)) is not None:
            terms.append(words[:100])
        return replace(self.hit_without_terms, terms=tuple(dict.fromkeys(terms)))

    def _may_apply(self, folded: str) -> bool:
        """Whether the letters of the terms occur: a fast test that excludes nearly every entry."""
        for letters in self._all_letters:
            if letters not in folded:
                return False
        for letters in self._any_letters:
            if letters in folded:
                return True
        return not self._any_letters


def term_words(term: str) -> list[str]:
    """The words of a term in search form; a word may end with a star."""
    return [word for word in _GAP_IN_TERM.split(search_form(term).strip()) if word]


class _Term:
    """A word, a phrase, or a stem that ends with a star."""

    def __init__(self, term: str, rule: str) -> None:
        check_printable(term, rule)
        words = term_words(term)
        bare = [word.removesuffix("*") for word in words]
        if not words or not all(bare) or any("*" in word for word in bare):
            raise ConfigError(
                f"keyword rule {rule!r}: {term!r} is not a term: write words, each with at most one"
                " star, at its end"
            )
        self.letters = max(bare, key=len)  # the longest word; every match contains it
        self._pattern = compiled(_edged(words), rule, case_sensitive=True)

    def occurs(self, text: _Text) -> bool:
        """Whether the term is in the text."""
        return self.letters in text.folded and self._pattern.search(text.encoded) is not None

    def find(self, text: _Text) -> str | None:
        """Return the term as written in the text, or None."""
        if self.letters not in text.folded:
            return None
        match = self._pattern.search(text.encoded)
        if match is None:
            return None
        start = len(text.encoded[: match.start(1)].decode())
        end = start + len(match[1].decode())
        return " ".join(as_written(text.plain, start, end).split())


def _edged(words: Sequence[str]) -> str:
    """The RE2 pattern of a term: whole words, white space or hyphens between, a star as any ending.

    The words are in search form.
    """
    body = _GAP.join(
        re2.escape(word.removesuffix("*")) + (f"[{WORD}]*" if word.endswith("*") else "")
        for word in words
    )
    first, last = words[0], words[-1]
    alone = (
        len(words) == 1 and len(first.removesuffix("*")) == 1
    )  # single characters such as "北" occur in too many words
    left = LEFT_EDGE if alone or not _UNSPACED.match(first[0]) else ""
    right = RIGHT_EDGE if alone or not _UNSPACED.match(last.removesuffix("*")[-1]) else ""
    return f"{left}({body}){'' if last.endswith('*') else right}"


def _check(rule: KeywordRule, themes: Sequence[str]) -> None:
    """Raise ConfigError for the first fault of a rule."""
    required = {search_form(term) for term in (*rule.any, *rule.all)}
    contradictory = sorted(required & {search_form(term) for term in rule.none})
    is_boost = rule.action == RuleAction.BOOST
    faults = (
        (not required and not rule.regex, "would apply to everything: set any, all or regex"),
        (
            contradictory,
            f"can never apply: {', '.join(contradictory)} is both required and excluded",
        ),
        (is_boost and not rule.boost, "has no boost value: set boost, for example boost = 0.2"),
        (rule.boost and not is_boost, f'has a boost but its action is "{rule.action}"'),
        (
            rule.theme is not None and rule.theme not in themes,
            f"names the theme {rule.theme!r}; there are: {', '.join(themes)}",
        ),
    )
    for is_faulty, message in faults:
        if is_faulty:
            raise ConfigError(f"keyword rule {rule.name!r} {message}")
