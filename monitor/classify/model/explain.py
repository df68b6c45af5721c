"""Explanations of a decision: the decisive sentence, and changes that would reverse the outcome.

Every change that an explanation names was applied to the text or the rules and judged again.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, pairwise
from operator import attrgetter, itemgetter

from monitor.classify.features.lexicon import CJK
from monitor.classify.features.vectors import GATE, ArticleFeatures
from monitor.classify.features.views import extract_views
from monitor.classify.memory.score_shift import shifted
from monitor.classify.model.linear import LinearClassifier
from monitor.classify.model.marked_text import MarkedText, marked_pieces
from monitor.classify.model.term_weights import (
    FeatureWeights,
    WeightedSpan,
    merge_spans,
    weighted_spans,
)
from monitor.classify.model.view_scores import ViewScores, view_scores
from monitor.classify.packs.pack import Pack
from monitor.classify.rules.decision import decide
from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.articles import Decision, RuleAction, Verdict
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from monitor.domain.judged.similar_articles import SimilarArticles
from monitor.domain.ports import Classifier

MAX_REMOVED_WORDS = 3  # at once
_MAX_CANDIDATES = 8  # strongest words; 92 ways to remove up to three of them
_MIN_WEIGHT = 0.05  # log-odds; words below are not tried
_MIN_MARKED = 0.2  # log-odds; words from here on are marked in the sentence
_KEPT = 16  # explanations; each takes some ten milliseconds
_MAX_BOOST = 0.3  # a rule that would need a larger boost flags instead
_WORD = re.compile(r"\w{2,40}")
_JOINED = re.compile(
    rf"[^\W_{CJK}]{{2}}"
)  # two adjacent letters of one word, in scripts with spaces


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the sentence that moved the score."""

    start: int  # offset in the sentence
    end: int
    weight: float  # log-odds; negative: against relevance


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The sentence with the largest weight for the outcome."""

    text: str
    in_title: bool
    weight: float
    spans: tuple[Span, ...]  # from left to right

    def marked(self) -> str:
        """ "[+North Korean sappers] clear mines in [+Kursk] after [-talks]" """
        marked_text, position = "", 0
        for span in self.spans:
            sign = "+" if span.weight > 0 else "-"
            marked_text += (
                f"{self.text[position : span.start]}[{sign}{self.text[span.start : span.end]}]"
            )
            position = span.end
        return marked_text + self.text[position:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The gate that the text does not pass, and the score that it would have otherwise."""

    missing: tuple[str, ...]  # titles of the gate's classes; one of them would be enough
    score: float  # without the gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The explanation of one decision."""

    decision: Decision
    sentence: Sentence | None  # None: no word moved the score
    gate: Gate | None = None  # None: the text passes the gate
    rules: tuple[str, ...] = ()  # rules without which the outcome would be reversed
    without: tuple[str, ...] = ()  # the fewest words without which it would be reversed
    without_score: float = 0.0  # the score without them
    rule: str = ""  # TOML of a keyword rule that would reverse the outcome
    text: MarkedText  # the judged part of the article, with the weights of its words
    views: ViewScores

    @property
    def distance(self) -> float:
        """Score minus threshold."""
        return self.decision.score - self.decision.threshold

    def as_dict(self) -> dict[str, object]:
        """The explanation as JSON."""
        sentence, gate = self.sentence, self.gate
        return {
            "pack": self.decision.pack,
            "relevant": self.decision.relevant,
            "distance": round(self.distance, 4),
            "gate": {"wanted": gate.missing, "score": round(gate.score, 4)} if gate else None,
            "rules": self.rules,
            "without": self.without,
            "without_score": round(self.without_score, 4) if self.without else None,
            "rule": self.rule,
            "views": self.views.as_list(),
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
    """Explains the decisions of one pack and one set of rules."""

    def __init__(self, pack: Pack, classifier: Classifier, rules: KeywordRules) -> None:
        self._pack = pack
        self._classifier = classifier
        self._scores = LinearClassifier(pack, with_terms=False)  # of dozens of changed texts
        self._rules = rules
        # those of the classifier where it has them: a megabyte
        weights = classifier.weights if isinstance(classifier, LinearClassifier) else None
        self._weights = weights or FeatureWeights(pack.model, pack.metadata.topic)
        # an article is shown again after a mark, in the list beside it and on its own page
        self._kept = lru_cache(maxsize=_KEPT)(self._explain)

    @property
    def pack(self) -> Pack:
        """The pack that it explains."""
        return self._pack

    @property
    def theme_thresholds(self) -> dict[str, float]:
        """Slug → the probability from which an article counts for the theme."""
        return {slug: theme.threshold for slug, theme in self._pack.themes.items()}

    def explain(
        self, entry: Entry, *, config: str = "", similar: SimilarArticles | None = None
    ) -> Explanation:
        """Judge the entry and explain the decision; `similar` moved its score when it came."""
        return self._kept(entry, config, similar)

    def _explain(self, entry: Entry, config: str, similar: SimilarArticles | None) -> Explanation:
        pack = self._pack
        views = extract_views(entry.title, entry.text, pack.lexicon, pack.metadata.topic)
        article = views.longest
        pieces = weighted_spans(views, self._weights)
        verdict = shifted(self._classifier.judge([entry])[0], similar)
        hits = self._rules.hits(entry)
        decision = decide(verdict, hits, config=config)
        merged = merge_spans(article, pieces)
        explanation = Explanation(
            decision=decision,
            sentence=_sentence(article, merged, towards=1 if decision.relevant else -1),
            text=_marked_text(article, merged),
            views=view_scores(pack.model, views),
            gate=None if views.opens else self._gate(verdict.score),
        )
        without_rules = decide(verdict, (), config=config)
        if without_rules.relevant != decision.relevant:
            return replace(explanation, rules=tuple(hit.rule for hit in hits))
        words, score = self._decisive_words(article, pieces, entry, decision)
        explanation = replace(explanation, without=words, without_score=score)
        if words and decision.relevant:
            return explanation
        return replace(explanation, rule=self._rule(article, pieces, entry, verdict))

    def _gate(self, score: float) -> Gate:
        titles = self._pack.lexicon.titles
        classes = sorted(self._pack.metadata.topic.gate)
        return Gate(missing=tuple(titles.get(name, name) for name in classes), score=score / GATE)

    # ── removing words ─────────────────────────────────────────────────────────────────────

    def _decisive_words(
        self,
        article: ArticleFeatures,
        pieces: Sequence[WeightedSpan],
        entry: Entry,
        decision: Decision,
    ) -> tuple[tuple[str, ...], float]:
        """The fewest words without which the outcome is reversed, and the score then."""
        words = _strongest(article, pieces, sign=1 if decision.relevant else -1)
        for count in range(1, MAX_REMOVED_WORDS + 1):
            removals = list(combinations(words[:_MAX_CANDIDATES], count))
            reversals = self._reversals(article, removals, entry, decision)
            if reversals:
                _, removal, score = min(reversals)
                return removal, score
        return (), 0.0

    def _reversals(
        self,
        article: ArticleFeatures,
        removals: Sequence[tuple[str, ...]],
        entry: Entry,
        decision: Decision,
    ) -> list[tuple[float, tuple[str, ...], float]]:
        """The removals that reverse the outcome: rank (the lowest is best), words, new score."""
        changed = [_without_words(article, removal, entry) for removal in removals]
        verdicts = self._scores.judge(changed)
        reversals = []
        for removal, text, verdict in zip(removals, changed, verdicts, strict=True):
            moved = shifted(verdict, decision.similar)
            outcome = decide(moved, self._rules.hits(text), config="")
            if outcome.relevant != decision.relevant:
                rank = outcome.score if decision.relevant else -outcome.score
                reversals.append((rank, removal, outcome.score))
        return reversals

    # ── keyword rule ─────────────────────────────────────────────────────────────────────────

    def _rule(
        self,
        article: ArticleFeatures,
        pieces: Sequence[WeightedSpan],
        entry: Entry,
        verdict: Verdict,
    ) -> str:
        """TOML of a rule that reverses the outcome of this entry; "" when none does."""
        hits = self._rules.hits(entry)
        decision = decide(verdict, hits, config="")
        lift = math.ceil((decision.threshold - decision.score) * 20) / 20
        rule = _reversing_rule(
            _distinctive_terms(article, pieces), lift=lift, relevant=decision.relevant
        )
        try:
            rule_hits = KeywordRules([rule], themes=()).hits(entry)
        except ConfigError:  # no terms, or terms that are not allowed in a rule
            return ""
        outcome = decide(verdict, (*hits, *rule_hits), config="")
        is_reversed = bool(rule_hits) and outcome.relevant != decision.relevant
        return _toml(rule) if is_reversed else ""


def _marked_text(article: ArticleFeatures, pieces: Sequence[WeightedSpan]) -> MarkedText:
    """The judged text, with the words that have weight."""
    shown, title_end = article.text.shown, article.text.title_end
    spans = [
        (piece.start, piece.end, piece.weight)
        for piece in sorted(pieces, key=attrgetter("start"))
        if abs(piece.weight) >= _MIN_MARKED
    ]
    return MarkedText(
        title=marked_pieces(shown, spans, start=0, end=title_end),
        opening=marked_pieces(shown, spans, start=title_end + 1, end=len(shown)),
    )


def _sentence(
    article: ArticleFeatures, pieces: Sequence[WeightedSpan], *, towards: int
) -> Sentence | None:
    """The sentence with the largest weight towards the outcome; None when no word has weight."""
    shown = article.text.shown
    bounds = sorted({0, *article.text.sentences, len(shown)})
    candidates = []
    for start, end in pairwise(bounds):
        inside = [piece for piece in pieces if start <= piece.start < end]
        weight = sum(piece.weight for piece in inside)
        if any(abs(piece.weight) >= _MIN_WEIGHT for piece in inside):
            candidates.append((weight * towards, -start, end, weight, inside))
    if not candidates:
        return None
    _, negative_start, end, weight, inside = max(candidates, key=itemgetter(0, 1))
    start = -negative_start
    start += len(shown[start:end]) - len(shown[start:end].lstrip())
    text = shown[start:end].rstrip()
    return Sentence(
        text=text,
        in_title=start < article.text.title_end,
        weight=weight,
        spans=tuple(
            Span(piece.start - start, min(piece.end - start, len(text)), piece.weight)
            for piece in inside
            if abs(piece.weight) >= _MIN_MARKED
        ),
    )


def _strongest(article: ArticleFeatures, pieces: Sequence[WeightedSpan], *, sign: int) -> list[str]:
    """The words with weight of this sign, as written in the text, the strongest first."""
    weights: dict[str, float] = {}
    spelling: dict[str, str] = {}
    for piece in pieces:
        folded = article.text.folded[piece.start : piece.end]
        spelling.setdefault(folded, article.text.shown[piece.start : piece.end])
        weights[folded] = weights.get(folded, 0.0) + piece.weight * sign
    strong = [word for word, weight in weights.items() if weight >= _MIN_WEIGHT]
    strong.sort(key=lambda word: -weights[word])
    return [spelling[word] for word in strong]


def _distinctive_terms(article: ArticleFeatures, pieces: Sequence[WeightedSpan]) -> tuple[str, ...]:
    """Up to two words for a rule: lexicon words, else the longest of the headline.

    A rule on one word alone would match too much of the news.
    """
    hits = {(hit.start, hit.end) for hit in article.hits}
    in_lexicon = [piece for piece in pieces if (piece.start, piece.end) in hits]
    words = _strongest(article, in_lexicon, sign=1)
    headline = article.text.shown[: article.text.title_end]
    longest = sorted(dict.fromkeys(_WORD.findall(headline)), key=lambda word: -len(word))
    chosen: list[str] = []
    for word in (*words, *longest):
        if len(chosen) < 2 and not any(word in other or other in word for other in chosen):
            chosen.append(word)
    return tuple(chosen)


def _without_words(article: ArticleFeatures, words: Sequence[str], entry: Entry) -> Entry:
    """The judged part of the entry, with every occurrence of these words removed."""
    shown, folded = article.text.shown, article.text.folded
    keep = bytearray(b"\x01" * len(shown))
    for word in words:
        for start, end in _occurrences(_folded(article, word), folded):
            keep[start:end] = b"\x00" * (end - start)
    remaining = "".join(
        character if is_kept else " " for character, is_kept in zip(shown, keep, strict=True)
    )
    end = article.text.title_end
    return replace(entry, title=remaining[:end], text=remaining[end + 1 :])


def _occurrences(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each occurrence that is not part of a longer word ("a" in "Russia")."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not any(_JOINED.match(text, position - 1) for position in (start, end) if position):
            yield start, end
        start = text.find(word, end)


def _folded(article: ArticleFeatures, word: str) -> str:
    start = article.text.shown.find(word)
    return article.text.folded[start : start + len(word)]


def _reversing_rule(terms: tuple[str, ...], *, lift: float, relevant: bool) -> KeywordRule:
    """A rule on these terms: it drops a relevant article, boosts or flags another."""
    name = " and ".join(terms)
    if relevant:
        return KeywordRule(name=f"not {name}", all=terms, action=RuleAction.DROP)
    if lift > _MAX_BOOST:
        return KeywordRule(name=name, all=terms, action=RuleAction.FLAG)
    return KeywordRule(name=name, all=terms, action=RuleAction.BOOST, boost=max(lift, 0.05))


def _toml(rule: KeywordRule) -> str:
    """The rule in the syntax of monitor.toml."""
    quoted = [json.dumps(term, ensure_ascii=False) for term in rule.all]
    lines = [
        "[[keywords.rules]]",
        f"name = {json.dumps(rule.name, ensure_ascii=False)}",
        f"all = [{', '.join(quoted)}]",
        f'action = "{rule.action}"',
    ]
    return "\n".join([*lines, f"boost = {rule.boost}"] if rule.boost else lines)
