"""Training: fits a pack's weights to its examples and lexicon, deterministically."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy
import sklearn
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from monitor.classify.features import ngrams, word_lists
from monitor.classify.features.lexicon import Lexicon
from monitor.classify.features.vectors import ArticleFeatures, Vectoriser, extract_features
from monitor.classify.packs import pack, writer
from monitor.classify.packs.pack import ModelWeights, PackMetadata
from monitor.classify.training import examples as example_files
from monitor.classify.training.examples import Example
from monitor.domain.errors import ConfigError

Truth = NDArray[np.bool_]
Weights = NDArray[np.float64]

THRESHOLD = 0.5  # a threshold tuned on written near misses is worse on real ones (decision 007)
FOLDS = 5
LEXICON_SCALE = 0.3  # factor of the lexicon block; the other two blocks have unit length
_STRENGTH = 4.0  # C of every logistic regression
# Real relevant news names both sides, mostly in the headline; most near misses name one.  Written
# examples do the opposite, because they are hard cases on purpose: without these weights
# every article that names one side would score too high (decision 007).
_ONE_SIDED, _LATE, _ONE_SIDED_NEAR_MISS = 0.1, 0.3, 2.0
_WORD_AT_LEAST, _RUN_AT_LEAST = 2, 3  # number of examples in which an n-gram must occur


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedModel:
    """The result of training: everything that `write_pack` needs."""

    model: ModelWeights
    themes: Mapping[str, float]  # thresholds
    report: dict[str, object]


def train_pack(folder: Path, *, out: Path | None = None) -> dict[str, object]:
    """Train the pack in `folder`, write it to `out` or in place, and return the report.

    Raise PackError for a bad pack.toml or lexicon, ConfigError for bad examples.
    """
    metadata = pack.read_metadata(folder)
    lexicon = word_lists.load_lexicon(folder / "lexicon")
    pack.check_topic(folder, metadata, lexicon)
    examples = example_files.load_examples(folder / "examples", themes=tuple(metadata.themes))
    trained = train_model(examples, lexicon, metadata)
    out = out or folder
    writer.write_pack(
        trained.model,
        folder,
        out,
        threshold=THRESHOLD,
        themes=trained.themes,
        training=trained.report,
    )
    return {"pack": pack.load_pack(out).id, **trained.report}


def train_model(
    examples: Sequence[Example], lexicon: Lexicon, metadata: PackMetadata
) -> TrainedModel:
    """Fit the vocabularies and all regressions.  Deterministic: one thread, no randomness."""
    _check(examples)
    articles = [
        extract_features(example.title, example.text, lexicon, metadata.topic)
        for example in examples
    ]
    vectoriser = fit_vectoriser(articles)
    with threadpool_limits(limits=1):
        matrix = as_matrix(vectoriser, articles)
        groups = near_groups(articles)
        relevance = _training_rows(examples, articles, lexicon, metadata)
        rows = vstack([matrix, as_matrix(vectoriser, relevance.headlines)], format="csr")
        truth = np.array([example.relevant for example in examples])
        relevance_truth = truth[relevance.examples]
        logits = cross_validated(
            rows, relevance_truth, groups[relevance.examples], vectoriser, relevance.weights
        )
        temperature = _temperature(logits[: len(examples)], truth)
        columns = [
            _fit_all(rows, relevance_truth, relevance.weights),
            _fit_characters(rows, relevance_truth, vectoriser, relevance.weights),
        ]
        thresholds = {}
        for slug, theme in metadata.themes.items():
            column, fitted = _theme(slug, examples, matrix, groups)
            columns.append(column)
            thresholds[slug] = fitted if theme.stated_threshold is None else theme.stated_threshold
    model = ModelWeights(
        vectoriser=vectoriser,
        matrix=np.stack([weights for weights, _ in columns], axis=1).astype(np.float32),
        intercepts=np.array([intercept for _, intercept in columns], dtype=np.float32),
        temperature=temperature,
    )
    return TrainedModel(
        model=model, themes=thresholds, report=_training_report(examples, lexicon, vectoriser)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrainingRows:
    """The training rows for relevance: every example, then the headlines of some."""

    headlines: Sequence[ArticleFeatures]
    examples: NDArray[np.int64]  # for each row the index of its example
    weights: Weights


def _training_rows(
    examples: Sequence[Example],
    articles: Sequence[ArticleFeatures],
    lexicon: Lexicon,
    metadata: PackMetadata,
) -> _TrainingRows:
    """Add the headline alone of each relevant example whose headline names both sides.

    Written relevant examples have a text more often than near misses have.  Without these rows the
    length of a text alone would count for relevance.  Both rows get half the weight.
    """
    weights = _weights(examples, articles, metadata)
    headlines, numbers = [], list(range(len(examples)))
    for number, (example, article) in enumerate(zip(examples, articles, strict=True)):
        if example.relevant and example.text and metadata.topic.both_sides(article.title_hits):
            headlines.append(extract_features(example.title, "", lexicon, metadata.topic))
            numbers.append(number)
            weights[number] /= 2
    order = np.array(numbers)
    return _TrainingRows(headlines=headlines, examples=order, weights=weights[order])


def _weights(
    examples: Sequence[Example], articles: Sequence[ArticleFeatures], metadata: PackMetadata
) -> Weights:
    """The weight of each example in the training for relevance.

    A relevant example that does not pass the gate could never be flagged: its weight is zero here
    (it still trains the themes).  An example that passes and names only one side gets less weight
    when relevant and more when not; one that names both, but not in the headline, gets less too.
    """
    weights = np.array([example.weight for example in examples])
    for number, (example, article) in enumerate(zip(examples, articles, strict=True)):
        if not article.opens:
            weights[number] *= 0.0 if example.relevant else 1.0
        elif not metadata.topic.second:
            continue  # the topic has only one side
        elif metadata.topic.one_sided(article.hits):
            weights[number] *= _ONE_SIDED if example.relevant else _ONE_SIDED_NEAR_MISS
        elif example.relevant and not metadata.topic.both_sides(article.title_hits):
            weights[number] *= _LATE
    return weights


def _check(examples: Sequence[Example]) -> None:
    labels = Counter(example.label for example in examples)
    relevant = labels[example_files.POSITIVE]
    if relevant < FOLDS or len(examples) - relevant < FOLDS:
        raise ConfigError(
            f"{relevant} positive and {len(examples) - relevant} other examples:"
            f" training needs at least {FOLDS} of each"
        )


def fit_vectoriser(articles: Sequence[ArticleFeatures]) -> Vectoriser:
    """Build the vocabularies of these articles, and the scale of every lexicon feature."""
    words = ngrams.fit_vocabulary(
        (ngrams.word_ngrams(article.text.folded) for article in articles),
        min_documents=_WORD_AT_LEAST,
    )
    characters = ngrams.fit_vocabulary(
        (ngrams.character_ngrams(article.text.folded) for article in articles),
        min_documents=_RUN_AT_LEAST,
    )
    counts: Counter[str] = Counter()
    for article in articles:
        counts.update(article.features.keys())
    names = sorted(name for name, count in counts.items() if count >= _WORD_AT_LEAST)
    # Every lexicon feature ranges from 0 to 1: one scale for all.
    scale = np.full(len(names), LEXICON_SCALE, dtype=np.float32)
    return Vectoriser(words, characters, names, scale)


def as_matrix(vectoriser: Vectoriser, articles: Sequence[ArticleFeatures]) -> csr_matrix:
    """Return the features of the articles, one row each."""
    rows = vectoriser.rows(articles)
    return csr_matrix(
        (rows.value.astype(np.float64), (rows.row, rows.column)),
        shape=(rows.size, len(vectoriser)),
    )


def near_groups(articles: Sequence[ArticleFeatures]) -> NDArray[np.int64]:
    """Return a group number for each article; near-copies share one and thus the same fold."""
    group: dict[frozenset[str], int] = {}
    numbers = []
    for article in articles:
        words = frozenset(ngrams.word_ngrams(article.text.folded[: article.text.title_end])[:8])
        numbers.append(group.setdefault(words, len(group)))
    return np.array(numbers)


def folds(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the fold of each article; groups are assigned in turn."""
    return groups % FOLDS


Column = tuple[NDArray[np.float64], float]


def _fit_all(matrix: csr_matrix, truth: Truth, weights: Weights) -> Column:
    learner = LogisticRegression(C=_STRENGTH, max_iter=1_000, tol=1e-5)
    learner.fit(matrix, truth, sample_weight=weights)
    return learner.coef_[0], float(learner.intercept_[0])


def _fit_characters(
    matrix: csr_matrix, truth: Truth, vectoriser: Vectoriser, sample: Weights
) -> Column:
    """Fit character n-grams alone, without the lexicon; the mean of both models is the best."""
    _, characters, lexicon = vectoriser.starts
    weights = np.zeros(matrix.shape[1])
    weights[characters:lexicon], intercept = _fit_all(matrix[:, characters:lexicon], truth, sample)
    return weights, intercept


def cross_validated(
    matrix: csr_matrix,
    truth: Truth,
    groups: NDArray[np.int64],
    vectoriser: Vectoriser,
    sample: Weights,
) -> NDArray[np.float64]:
    """Return the mean log-odds of each article, by models that were not trained on it."""
    logits = np.zeros(len(truth))
    fold = folds(groups)
    for number in range(FOLDS):
        inside, outside = fold != number, fold == number
        for weights, intercept in (
            _fit_all(matrix[inside], truth[inside], sample[inside]),
            _fit_characters(matrix[inside], truth[inside], vectoriser, sample[inside]),
        ):
            logits[outside] += (matrix[outside] @ weights + intercept) / 2
    return logits


def _temperature(logits: NDArray[np.float64], truth: Truth) -> float:
    """The factor that calibrates cross-validated log-odds; a probability of 0.5 does not change."""
    factors = np.arange(0.5, 4.01, 0.05)
    losses = [
        np.logaddexp(0, np.where(truth, -1, 1) * factor * logits).mean() for factor in factors
    ]
    return float(factors[int(np.argmin(losses))])


def _theme(
    slug: str, examples: Sequence[Example], matrix: csr_matrix, groups: NDArray[np.int64]
) -> tuple[Column, float]:
    """Fit one theme against the others on relevant articles; return weights and threshold.

    Relevant articles without any named theme are left out.
    """
    relevant = np.array([example.relevant and bool(example.themes) for example in examples])
    sample = np.array([example.weight for example in examples])[relevant]
    truth = np.array([slug in example.themes for example in examples])[relevant]
    rows, fold = matrix[relevant], folds(groups)[relevant]
    if truth.all() or not truth.any():
        return (np.zeros(matrix.shape[1]), 6.0 if truth.all() else -6.0), 0.5
    probabilities = np.zeros(len(truth))
    for number in range(FOLDS):
        inside, outside = fold != number, fold == number
        if outside.any() and truth[inside].any() and not truth[inside].all():
            weights, intercept = _fit_all(rows[inside], truth[inside], sample[inside])
            probabilities[outside] = 1 / (1 + np.exp(-(rows[outside] @ weights + intercept)))
    return _fit_all(rows, truth, sample), _best_threshold(probabilities, truth)


def _best_threshold(probabilities: NDArray[np.float64], truth: Truth) -> float:
    """The threshold with the best F1 on cross-validated probabilities."""
    candidates = np.arange(0.15, 0.61, 0.05)
    scores = []
    for candidate in candidates:
        predicted = probabilities >= candidate
        scores.append(2 * (predicted & truth).sum() / max(predicted.sum() + truth.sum(), 1))
    return round(float(candidates[int(np.argmax(scores))]), 2)


def _training_report(
    examples: Sequence[Example], lexicon: Lexicon, vectoriser: Vectoriser
) -> dict[str, object]:
    labels = Counter(example.label for example in examples)
    return {
        "examples": len(examples),
        **{label: labels[label] for label in example_files.LABELS},
        "languages": len({example.language for example in examples}),
        "lexicon_entries": len(lexicon.entries),
        "features": len(vectoriser),
        "scikit_learn": sklearn.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }
