"""Which sentence settled it, and what would have to change for the other outcome?

Nothing here is guessed: every change that is named was made to the text, or to the rules, and
judged again.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from monitor.classify.features.lexicon import CJK
from monitor.classify.features.vectors import GATE, ArticleFeatures, extract_features
from monitor.classify.model.term_weights import (
    FeatureWeights,
    WeightedSpan,
    merge_spans,
    weighted_spans,
)
from monitor.classify.packs.pack import Pack
from monitor.classify.rules import decision as decide
from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.articles import Decision, RuleAction, Verdict
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from monitor.domain.ports import Classifier

MAX_REMOVED_WORDS = 3  # that are taken out together
_TRIED = 8  # strongest words: 92 ways to take out up to three of them
_LEAST = 0.05  # log-odds below which a word is not worth trying
_MARKED = 0.2  # from which it is marked in the sentence
_MOST_BOOST = 0.3  # a rule that has to lift further says so: it flags
_WORD = re.compile(r"\w{2,40}")
_JOINED = re.compile(rf"[^\W_{CJK}]{{2}}")  # two letters of one word, in scripts with spaces


@dataclass(frozen=True, slots=True)
class Span:
    """A word or words of the sentence that moved the score."""

    start: int  # in the sentence
    end: int
    weight: float  # log-odds; below zero: against


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The sentence that carries most weight for the outcome."""

    text: str
    in_title: bool
    weight: float
    spans: tuple[Span, ...]  # left to right

    def marked(self) -> str:
        """ "[+North Korean sappers] clear mines in [+Kursk] after [-talks]" """
        out, at = "", 0
        for span in self.spans:
            sign = "+" if span.weight > 0 else "-"
            out += f"{self.text[at : span.start]}[{sign}{self.text[span.start : span.end]}]"
            at = span.end
        return out + self.text[at:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What the text does not name, and what that cost."""

    wanted: tuple[str, ...]  # in words, by the lexicon's titles; one of them would do
    score: float  # what it would be with the gate open


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The account of one decision of this pack and these rules."""

    decision: Decision
    sentence: Sentence | None  # None: nothing in the text moved the score
    gate: Gate | None = None  # None: the text names what it must
    rules: tuple[str, ...] = ()  # those whose absence would turn the outcome
    without: tuple[str, ...] = ()  # the fewest words whose absence would
    without_score: float = 0.0  # the score then
    rule: str = ""  # TOML, ready to be pasted: a rule that would turn the outcome

    @property
    def distance(self) -> float:
        """How far the score is from the threshold; below zero: under it."""
        return self.decision.score - self.decision.threshold

    def as_dict(self) -> dict[str, object]:
        """JSON-ready."""
        sentence, gate = self.sentence, self.gate
        return {
            "pack": self.decision.pack,
            "relevant": self.decision.relevant,
            "distance": round(self.distance, 4),
            "gate": {"wanted": gate.wanted, "score": round(gate.score, 4)} if gate else None,
            "rules": self.rules,
            "without": self.without,
            "without_score": round(self.without_score, 4) if self.without else None,
            "rule": self.rule,
            "sentence": {
                "text": sentence.text,
                "in_title": sentence.in_title,
                "weight": round(sentence.weight, 3),
                "terms": [
                    {
                        "text": sentence.text[span.start : span.end],
                        "start": span.start,
                        "weight": round(span.weight, 3),
                    }
                    for span in sentence.spans
                ],
            }
            if sentence
            else None,
        }


class Explainer:
    """One pack and one set of rules, ready to account for entries."""

    def __init__(self, pack: Pack, classifier: Classifier, rules: KeywordRules) -> None:
        self._pack = pack
        self._classifier = classifier
        self._rules = rules
        self._pull = FeatureWeights(pack.model, pack.metadata.topic)

    def explain(self, entry: Entry, *, config: str = "") -> Explanation:
        """Judge the entry and say what settled it.  Any entry gets an account."""
        pack = self._pack
        article = extract_features(entry.title, entry.text, pack.lexicon, pack.metadata.topic)
        pieces = weighted_spans(article, self._pull)
        verdict = self._classifier.judge([entry])[0]
        hits = self._rules.hits(entry)
        decision = decide.decide(verdict, hits, config=config)
        account = Explanation(
            decision=decision,
            sentence=_sentence(
                article, merge_spans(article, pieces), towards=1 if decision.relevant else -1
            ),
            gate=None if article.opens else self._gate(verdict.score),
        )
        bare = decide.decide(verdict, (), config=config)
        if bare.relevant != decision.relevant:
            return replace(account, rules=tuple(hit.rule for hit in hits))
        without, score = self._without(article, pieces, entry, decision)
        account = replace(account, without=without, without_score=score)
        if without and decision.relevant:
            return account
        return replace(account, rule=self._rule(article, pieces, entry, verdict))

    def _gate(self, score: float) -> Gate:
        titles = self._pack.lexicon.titles
        wanted = sorted(self._pack.metadata.topic.gate)
        return Gate(wanted=tuple(titles.get(name, name) for name in wanted), score=score / GATE)

    # ── taking words out ─────────────────────────────────────────────────────────────────────

    def _without(
        self,
        article: ArticleFeatures,
        pieces: Sequence[WeightedSpan],
        entry: Entry,
        decision: Decision,
    ) -> tuple[tuple[str, ...], float]:
        """The fewest words without which the outcome is the other, and the score then; or none."""
        words = _strongest(article, pieces, sign=1 if decision.relevant else -1)
        changes = [
            chosen
            for count in range(1, MAX_REMOVED_WORDS + 1)
            for chosen in combinations(words[:_TRIED], count)
        ]
        changed = [_cut_out(article, chosen, entry) for chosen in changes]
        found = []
        for chosen, text, verdict in zip(
            changes, changed, self._classifier.judge(changed), strict=True
        ):
            settled = decide.decide(verdict, self._rules.hits(text), config="")
            if settled.relevant != decision.relevant:
                far = settled.score if decision.relevant else -settled.score
                found.append((len(chosen), far, chosen, settled.score))
        if not found:
            return (), 0.0
        _, _, chosen, score = min(found)
        return chosen, score

    # ── a rule ───────────────────────────────────────────────────────────────────────────────

    def _rule(
        self,
        article: ArticleFeatures,
        pieces: Sequence[WeightedSpan],
        entry: Entry,
        verdict: Verdict,
    ) -> str:
        """A keyword rule that turns the outcome, tried on this entry; "" when none is found."""
        hits = self._rules.hits(entry)
        decision = decide.decide(verdict, hits, config="")
        lift = math.ceil((decision.threshold - decision.score) * 20) / 20
        rule = _turning(_telling(article, pieces), lift=lift, relevant=decision.relevant)
        try:
            more = KeywordRules([rule], themes=()).hits(entry)
        except ConfigError:  # no words, or such as no rule can be made of
            return ""
        then = decide.decide(verdict, (*hits, *more), config="")
        return _toml(rule) if more and then.relevant != decision.relevant else ""


def _sentence(
    article: ArticleFeatures, pieces: Sequence[WeightedSpan], *, towards: int
) -> Sentence | None:
    """The one with the most weight towards the outcome; where none pulls so, with the most."""
    shown = article.text.shown
    bounds = sorted({0, *article.text.sentences, len(shown)})
    found = []
    for start, end in pairwise(bounds):
        inside = [piece for piece in pieces if start <= piece.start < end]
        weight = sum(piece.weight for piece in inside)
        if any(abs(piece.weight) >= _LEAST for piece in inside):
            found.append((weight * towards, start, end, weight, inside))
    if not found:
        return None
    _, start, end, weight, inside = max(found, key=lambda one: (one[0], -one[1]))
    start += len(shown[start:end]) - len(shown[start:end].lstrip())
    text = shown[start:end].rstrip()
    return Sentence(
        text=text,
        in_title=start < article.text.title_end,
        weight=weight,
        spans=tuple(
            Span(piece.start - start, min(piece.end - start, len(text)), piece.weight)
            for piece in inside
            if abs(piece.weight) >= _MARKED
        ),
    )


def _strongest(article: ArticleFeatures, pieces: Sequence[WeightedSpan], *, sign: int) -> list[str]:
    """The words that pull this way, as they stand in the text, the strongest first."""
    weights: dict[str, float] = {}
    spelling: dict[str, str] = {}
    for piece in pieces:
        folded = article.text.folded[piece.start : piece.end]
        spelling.setdefault(folded, article.text.shown[piece.start : piece.end])
        weights[folded] = weights.get(folded, 0.0) + piece.weight * sign
    strong = sorted((one for one in weights if weights[one] >= _LEAST), key=lambda w: -weights[w])
    return [spelling[word] for word in strong]


def _telling(article: ArticleFeatures, pieces: Sequence[WeightedSpan]) -> tuple[str, ...]:
    """Up to two words that tell this article from others: known ones, else the headline's longest.

    A rule on one word alone would take in half the news.
    """
    known = {(hit.start, hit.end) for hit in article.hits}
    words = _strongest(article, [p for p in pieces if (p.start, p.end) in known], sign=1)
    headline = article.text.shown[: article.text.title_end]
    longest = sorted(dict.fromkeys(_WORD.findall(headline)), key=lambda word: -len(word))
    chosen: list[str] = []
    for word in (*words, *longest):
        if len(chosen) < 2 and not any(word in one or one in word for one in chosen):
            chosen.append(word)
    return tuple(chosen)


def _cut_out(article: ArticleFeatures, words: Sequence[str], entry: Entry) -> Entry:
    """The part of the entry that is judged, without these words wherever they stand."""
    shown, folded = article.text.shown, article.text.folded
    keep = bytearray(b"\x01" * len(shown))
    for word in words:
        for start, end in _standing(_folded(article, word), folded):
            keep[start:end] = b"\x00" * (end - start)
    left = "".join(sign if kept else " " for sign, kept in zip(shown, keep, strict=True))
    end = article.text.title_end
    return replace(entry, title=left[:end], text=left[end + 1 :])


def _standing(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the word stands, and is not a part of a longer one ("a" in "Russia")."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not any(_JOINED.match(text, place - 1) for place in (at, end) if place):
            yield at, end
        at = text.find(word, end)


def _folded(article: ArticleFeatures, word: str) -> str:
    at = article.text.shown.find(word)
    return article.text.folded[at : at + len(word)]


def _turning(terms: tuple[str, ...], *, lift: float, relevant: bool) -> KeywordRule:
    """A rule about these terms: drop what is relevant, lift or flag what is not."""
    name = " and ".join(terms)
    if relevant:
        return KeywordRule(name=f"not {name}", all=terms, action=RuleAction.DROP)
    if lift > _MOST_BOOST:
        return KeywordRule(name=name, all=terms, action=RuleAction.FLAG)
    return KeywordRule(name=name, all=terms, action=RuleAction.BOOST, boost=max(lift, 0.05))


def _toml(rule: KeywordRule) -> str:
    """The rule as it is written into monitor.toml."""
    quoted = [json.dumps(term, ensure_ascii=False) for term in rule.all]
    lines = [
        "[[keywords.rules]]",
        f"name = {json.dumps(rule.name, ensure_ascii=False)}",
        f"all = [{', '.join(quoted)}]",
        f'action = "{rule.action}"',
    ]
    return "\n".join([*lines, f"boost = {rule.boost}"] if rule.boost else lines)
