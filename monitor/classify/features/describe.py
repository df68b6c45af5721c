"""Lexicon features of an article: which classes it names, where, and in which combinations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.classify.features.lexicon import LexiconHit
    from monitor.classify.features.opening import OpeningText

# Countries at most this many characters apart form a list: "Russia, Iran and North Korea".
_LIST_GAP = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicClasses:
    """The lexicon classes that define a topic; each set may be empty.

    `first` and `second` are its two sides, `gate` the classes of which a relevant article names at
    least one.  `weak` classes, which are ambiguous, open the gate only together with the second
    side or with `beside`, which may stand in for it.  Those of them in `in_context`, which mostly
    mean something else, need a class of `context` as well.  `countries` is counted by `others`.
    """

    first: frozenset[str] = frozenset()
    second: frozenset[str] = frozenset()
    gate: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    in_context: frozenset[str] = frozenset()
    context: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()

    def opens(self, hits: Iterable[LexiconHit]) -> bool:
        """Whether the text names a class of the gate, or a weak class beside the second side."""
        classes = _classes(hits)
        if not self.gate or classes & self.gate:
            return True
        weak = classes & self.weak
        if not classes & self.context:
            weak -= self.in_context
        return bool(weak) and bool(classes & (self.second | self.beside))

    def one_sided(self, hits: Iterable[LexiconHit]) -> bool:
        """Whether the text names neither the second side nor a class of `beside`."""
        return not _classes(hits) & (self.second | self.beside)

    def both_sides(self, hits: Iterable[LexiconHit]) -> bool:
        """Whether the text names the first side, and the second side or a class of `beside`."""
        classes = _classes(hits)
        return bool(classes & self.first) and bool(classes & (self.second | self.beside))


def _classes(hits: Iterable[LexiconHit]) -> set[str]:
    return set().union(*(hit.classes for hit in hits))


def lexicon_features(
    text: OpeningText, hits: Sequence[LexiconHit], topic: TopicClasses
) -> dict[str, float]:
    """Return the features, name → value from 0 to 1; `classes_of` gives the classes of a name.

    `X` is class X anywhere, `X.title` in the title, `X.count` how often beyond once; `both.…` the
    two sides together, `X&both.…` a class with them; `X+Y` two classes in one sentence, where
    `first` and `second` stand for any class of a side.
    """
    title = _classes(hit for hit in hits if hit.start < text.title_end)
    counts = Counter(chain.from_iterable(hit.classes for hit in hits))
    features = dict.fromkeys(counts, 1.0)
    features |= {f"{name}.title": 1.0 for name in title}
    features |= {
        f"{name}.count": min(count - 1, 4) / 4 for name, count in counts.items() if count > 1
    }
    sentences = _sentences(text, hits)
    for classes in sentences:
        sides = sorted({_side(name, topic) for name in classes})
        features |= {f"{left}+{right}": 1.0 for left, right in combinations(sides, 2)}
    features |= _shares(sentences, topic, len(text.sentences) or 1)
    features |= _both_sides(sentences, title, topic)
    features |= _other_countries(text, hits, topic)
    return features


def _side(name: str, topic: TopicClasses) -> str:
    """The side of a class; the class itself when it belongs to neither side or to both."""
    if (name in topic.first) == (name in topic.second):
        return name
    return "first" if name in topic.first else "second"


def _shares(sentences: Sequence[set[str]], topic: TopicClasses, total: int) -> dict[str, float]:
    """The share of sentences that name each side."""
    sides = (("first", topic.first), ("second", topic.second))
    shares: dict[str, float] = {}
    for side, classes in sides:
        count = sum(not classes.isdisjoint(sentence) for sentence in sentences)
        if count:
            shares[f"{side}.share"] = min(1.0, count / total)
    return shares


def _both_sides(
    sentences: Sequence[set[str]], title: set[str], topic: TopicClasses
) -> dict[str, float]:
    """Features of the two sides together: anywhere, in the title, in a sentence, with others."""
    everywhere = set().union(*sentences)
    first, second = bool(everywhere & topic.first), bool(everywhere & topic.second)
    if not (first and second):
        if not (first or second):
            return {}
        return {"first.only" if first else "second.only": 1.0}
    features = {"both": 1.0} | {f"{name}&both": 1.0 for name in everywhere}
    if title & topic.first and title & topic.second:
        features["both.title"] = 1.0
    elif (title & topic.first) or (title & topic.second):
        features["both.split"] = 1.0
    else:
        features["both.body"] = 1.0
    for classes in sentences:
        if classes & topic.first and classes & topic.second:
            features["both.sentence"] = 1.0
            features |= {f"{name}&both.sentence": 1.0 for name in classes}
    return features


def _sentences(text: OpeningText, hits: Sequence[LexiconHit]) -> list[set[str]]:
    """The classes that each sentence names, up to the last sentence with a hit."""
    sentences: list[set[str]] = [set()]
    bounds = (*text.sentences, len(text.shown))
    for hit in hits:
        while hit.start >= bounds[len(sentences) - 1]:
            sentences.append(set())
        sentences[-1].update(hit.classes)
    return sentences


def _other_countries(
    text: OpeningText, hits: Sequence[LexiconHit], topic: TopicClasses
) -> dict[str, float]:
    """The share of countries other than the two sides, and the length of lists of countries."""
    countries = [hit for hit in hits if topic.countries.intersection(hit.classes)]
    if not countries:
        return {}
    sides = topic.first | topic.second
    foreign = [hit for hit in countries if not sides.intersection(hit.classes)]
    features = {"others": len(foreign) / len(countries)}
    run = longest_run = 1
    for left, right in pairwise(countries):
        run = run + 1 if 0 < right.start - left.end <= _LIST_GAP else 1
        longest_run = max(longest_run, run)
    if longest_run > 2:
        features["listed"] = min(longest_run, 5) / 5
        features[f"listed.{min(longest_run, 5)}"] = 1.0
    return features


def classes_of(feature: str, topic: TopicClasses) -> frozenset[str]:
    """Return the classes to which a feature belongs."""
    name = feature.partition(".")[0]
    classes: frozenset[str] = frozenset()
    for part in name.replace("&", "+").split("+"):
        if part == "both":
            classes |= topic.first | topic.second
        elif part == "first":
            classes |= topic.first
        elif part == "second":
            classes |= topic.second
        elif part == "others":
            classes |= topic.countries - topic.first - topic.second
        elif part == "listed":
            classes |= topic.countries
        else:
            classes |= {part}
    return classes
