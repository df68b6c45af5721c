"""What the lexicon says about an article: who is named, where, and together with what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.classify.features.lexicon import LexiconHit
    from monitor.classify.features.opening import OpeningText

# Countries with no more than this between them are listed: "Russia, Iran and North Korea".
_LIST_GAP = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicClasses:
    """The classes that a topic turns on; all may be empty."""

    first: frozenset[str] = frozenset()
    second: frozenset[str] = frozenset()
    gate: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()

    def opens(self, hits: Iterable[LexiconHit]) -> bool:
        """Does the text name what an article must name to belong?

        Either a class of the gate; or a weak one, which could mean something else, beside the
        second side or what stands for it.
        """
        named = {name for hit in hits for name in hit.classes}
        if not self.gate or named & self.gate:
            return True
        return bool(named & self.weak) and bool(named & (self.second | self.beside))

    def one_sided(self, hits: Iterable[LexiconHit]) -> bool:
        """Does the text name neither the second side nor what stands for it?"""
        named = {name for hit in hits for name in hit.classes}
        return not named & (self.second | self.beside)

    def both_sides(self, hits: Iterable[LexiconHit]) -> bool:
        """Does the text name the first side, and the second or what stands for it?"""
        named = {name for hit in hits for name in hit.classes}
        return bool(named & self.first) and bool(named & (self.second | self.beside))


def lexicon_features(
    text: OpeningText, hits: Sequence[LexiconHit], topic: TopicClasses
) -> dict[str, float]:
    """Features by name; `classes_of` tells which classes a name speaks of.

    `X` class X anywhere, `X.title` in the title, `X.count` how often beyond once; `both.…` the
    two sides together, `X&both.…` a class with them; `X+Y` two classes in one sentence, where
    `first` and `second` stand for any class of a side.
    """
    title = {name for hit in hits if hit.start < text.title_end for name in hit.classes}
    counts = Counter(name for hit in hits for name in hit.classes)
    features = dict.fromkeys(counts, 1.0)
    features |= {f"{name}.title": 1.0 for name in title}
    features |= {
        f"{name}.count": min(count - 1, 4) / 4 for name, count in counts.items() if count > 1
    }
    sentences = _sentences(text, hits)
    for named in sentences:
        sides = sorted({_side(name, topic) for name in named})
        features |= {f"{left}+{right}": 1.0 for left, right in combinations(sides, 2)}
    features |= _shares(sentences, topic, len(text.sentences) or 1)
    features |= _together(sentences, title, topic)
    features |= _company(text, hits, topic)
    return features


def _side(name: str, topic: TopicClasses) -> str:
    """The side that a class names; the class itself when that is none or both."""
    if (name in topic.first) == (name in topic.second):
        return name
    return "first" if name in topic.first else "second"


def _shares(sentences: Sequence[set[str]], topic: TopicClasses, total: int) -> dict[str, float]:
    """In how many of the sentences each side is named: in passing, or all along."""
    sides = (("first", topic.first), ("second", topic.second))
    named = {side: sum(bool(one & classes) for one in sentences) for side, classes in sides}
    return {f"{side}.share": min(1.0, count / total) for side, count in named.items() if count}


def _together(
    sentences: Sequence[set[str]], title: set[str], topic: TopicClasses
) -> dict[str, float]:
    """The two sides: anywhere, in the title, in a sentence; and what stands with them."""
    everywhere = set().union(*sentences)
    first, second = bool(everywhere & topic.first), bool(everywhere & topic.second)
    if not (first and second):
        return {"first.only": 1.0} if first else {"second.only": 1.0} if second else {}
    features = {"both": 1.0} | {f"{name}&both": 1.0 for name in everywhere}
    if title & topic.first and title & topic.second:
        features["both.title"] = 1.0
    elif (title & topic.first) or (title & topic.second):
        features["both.split"] = 1.0
    else:
        features["both.body"] = 1.0
    for named in sentences:
        if named & topic.first and named & topic.second:
            features |= {"both.sentence": 1.0} | {f"{name}&both.sentence": 1.0 for name in named}
    return features


def _sentences(text: OpeningText, hits: Sequence[LexiconHit]) -> list[set[str]]:
    """The classes that each sentence names."""
    named: list[set[str]] = [set()]
    bounds = iter((*text.sentences, len(text.shown)))
    bound = next(bounds)
    for hit in hits:
        while hit.start >= bound:
            bound = next(bounds)
            named.append(set())
        named[-1].update(hit.classes)
    return named


def _company(
    text: OpeningText, hits: Sequence[LexiconHit], topic: TopicClasses
) -> dict[str, float]:
    """How many other countries share the article, and whether they are listed."""
    countries = [hit for hit in hits if topic.countries.intersection(hit.classes)]
    if not countries:
        return {}
    sides = topic.first | topic.second
    others = [hit for hit in countries if not sides.intersection(hit.classes)]
    features = {"others": len(others) / len(countries)}
    listed = longest = 1
    for left, right in pairwise(countries):
        listed = listed + 1 if 0 < right.start - left.end <= _LIST_GAP else 1
        longest = max(longest, listed)
    if longest > 2:
        features["listed"] = min(longest, 5) / 5
        features[f"listed.{min(longest, 5)}"] = 1.0
    return features


def classes_of(feature: str, topic: TopicClasses) -> frozenset[str]:
    """The classes that a feature speaks of."""
    name = feature.partition(".")[0]
    named: frozenset[str] = frozenset()
    for part in name.replace("&", "+").split("+"):
        if part == "both":
            named |= topic.first | topic.second
        elif part == "first":
            named |= topic.first
        elif part == "second":
            named |= topic.second
        elif part == "others":
            named |= topic.countries - topic.first - topic.second
        elif part == "listed":
            named |= topic.countries
        else:
            named |= {part}
    return named
