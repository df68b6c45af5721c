"""Operators' keyword rules: what they find in an entry, as it stands there.

Patterns run on RE2, whose time grows with the text and never explodes, whatever is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from monitor.domain.articles import RuleAction, RuleHit
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry

MAX_PATTERN = 1_000  # characters; a literal of 100,000 would make RE2 complain of its memory
MAX_MEMORY = 8 * 2**20  # bytes that one pattern may take
MAX_TEXT = 20_000  # characters of an entry that are looked at

_LETTERS = r"[\p{L}\p{M}\p{N}_]"
_LEFT, _RIGHT = r"(?:^|[^\p{L}\p{M}\p{N}_])", r"(?:$|[^\p{L}\p{M}\p{N}_])"
# Written without spaces between words (Han, kana, Thai), or with particles grown on to them
# (Hangul): a term of these is found inside a longer run, too.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordRule:
    """One rule, as the operator wrote it; see `config/defaults.toml`.

    It applies when one of `any` (if there are some), every one of `all`, none of `none`, and the
    `regex` (if there is one) are found in `where`.
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
    """Every rule, checked and compiled."""

    def __init__(self, rules: Sequence[KeywordRule], *, themes: Sequence[str]) -> None:
        """Raise ConfigError naming the rule, what is wrong with it and what to do."""
        doubled = [name for name, n in Counter(rule.name for rule in rules).items() if n > 1]
        if doubled:
            raise ConfigError(f"keyword rule {doubled[0]!r} is there twice: rename one of them")
        for rule in rules:
            _check(rule, themes)
        self._rules = [_Compiled(rule) for rule in rules]
        self._places = {rule.where for rule in rules}

    def hits(self, entry: Entry) -> tuple[RuleHit, ...]:
        """The rules that apply to an entry, in the order written, with the terms they found."""
        if not self._rules:
            return ()
        texts = _texts(entry, self._places)
        hits = (rule.hit(texts[rule.where]) for rule in self._rules)
        return tuple(hit for hit in hits if hit is not None)


@dataclass(frozen=True, slots=True)
class _Text:
    plain: str
    folded: str  # to look for a term's letters before RE2 is asked for its edges


def _texts(entry: Entry, places: Iterable[str]) -> dict[str, _Text]:
    """What stands at these places of an entry."""
    title = unicodedata.normalize("NFC", entry.title)
    text = unicodedata.normalize("NFC", entry.text[:MAX_TEXT])
    plain = {"title": title, "text": text, "anywhere": f"{title}\n{text}"}
    return {where: _Text(plain[where], plain[where].casefold()) for where in places}


class _Compiled:
    """A rule ready to be asked."""

    def __init__(self, rule: KeywordRule) -> None:
        self.where = rule.where
        self._rule = rule
        self._any = [_Term(term, rule.name) for term in rule.any]
        self._all = [_Term(term, rule.name) for term in rule.all]
        self._none = [_Term(term, rule.name) for term in rule.none]
        self._regex = _pattern(rule.regex, rule.name) if rule.regex else None
        self._any_letters = [term.letters for term in self._any]
        self._all_letters = [term.letters for term in self._all]

    def hit(self, text: _Text) -> RuleHit | None:
        if not self._may_apply(text.folded) or any(term.find(text) for term in self._none):
            return None
        one_of = [term.find(text) for term in self._any]
        every = [term.find(text) for term in self._all]
        pattern = self._regex.search(text.plain) if self._regex else None
        lacks_any = bool(one_of) and not any(one_of)
        if lacks_any or None in every or (self._regex and not pattern):
            return None
        found = [term for term in (*one_of, *every) if term]
        if pattern:
            found.append(pattern.group()[:100])
        return self._hit(found)

    def _may_apply(self, folded: str) -> bool:
        """False where letters that it asks for are missing: so for nearly every entry, at once."""
        for letters in self._all_letters:
            if letters not in folded:
                return False
        for letters in self._any_letters:
            if letters in folded:
                return True
        return not self._any_letters

    def _hit(self, found: Sequence[str]) -> RuleHit:
        rule = self._rule
        return RuleHit(
            rule=rule.name,
            action=RuleAction(rule.action),
            terms=tuple(dict.fromkeys(found)),
            boost=rule.boost,
            theme=rule.theme,
        )


class _Term:
    """A word, a phrase, or a stem with its star."""

    def __init__(self, term: str, rule: str) -> None:
        words = unicodedata.normalize("NFC", term).split()
        bare = [word.removesuffix("*") for word in words]
        if not words or not all(bare) or any("*" in word for word in bare):
            raise ConfigError(
                f"keyword rule {rule!r}: {term!r} is no term: write words, each with at most one"
                " star, at its end"
            )
        self.letters = max(bare, key=len).casefold()  # of its longest word: no match without them
        self._pattern = _pattern(_edged(words), rule)

    def find(self, text: _Text) -> str | None:
        """The term as it stands in the text, or None."""
        if self.letters not in text.folded:
            return None
        match = self._pattern.search(text.plain)
        return " ".join(match.group(1).split()) if match else None


def _edged(words: Sequence[str]) -> str:
    """The pattern of a term: whole words, any white space between them, a star as any ending."""
    body = r"\s+".join(
        re2.escape(word.removesuffix("*")) + (f"{_LETTERS}*" if word.endswith("*") else "")
        for word in words
    )
    first, last = words[0], words[-1]
    alone = len(words) == 1 and len(first.removesuffix("*")) == 1  # "北" is in too many words
    left = _LEFT if alone or not _UNSPACED.match(first[0]) else ""
    right = _RIGHT if alone or not _UNSPACED.match(last.removesuffix("*")[-1]) else ""
    return f"{left}({body}){'' if last.endswith('*') else right}"


def _pattern(pattern: str, rule: str) -> Any:
    if len(pattern) > MAX_PATTERN:
        raise ConfigError(f"keyword rule {rule!r}: longer than {MAX_PATTERN} characters; split it")
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise ConfigError(
            f"keyword rule {rule!r}: {pattern!r} is no RE2 pattern: {said} (RE2 has no look-around"
            " and no back-references)"
        ) from None


def _check(rule: KeywordRule, themes: Sequence[str]) -> None:
    """What a rule must be; each fault in the operator's words."""
    asked = {term.casefold() for term in (*rule.any, *rule.all)}
    both = sorted(asked & {term.casefold() for term in rule.none})
    boosts = rule.action == RuleAction.BOOST
    faults = (
        (not asked and not rule.regex, "would apply to everything: give it any, all or regex"),
        (both, f"can never apply: {', '.join(both)} is both asked for and ruled out"),
        (boosts and not rule.boost, "boosts by nothing: set boost, for example boost = 0.2"),
        (rule.boost and not boosts, f'has a boost but its action is "{rule.action}"'),
        (
            rule.theme is not None and rule.theme not in themes,
            f"names the theme {rule.theme!r}; there are: {', '.join(themes)}",
        ),
    )
    for wrong, says in faults:
        if wrong:
            raise ConfigError(f"keyword rule {rule.name!r} {says}")
