"""Evaluation of a pack: precision, recall, F1, intervals and more on labelled lines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from monitor.classify.training import intervals
from monitor.domain.articles import Verdict
from monitor.domain.errors import ConfigError

# "negative" is for lines whose nearness to the topic was not examined, as most of a day's news.
LABELS = ("positive", "hard_negative", "background", "negative")
BINS = 10  # for the calibration error
HIGH_RECALL = 0.95  # at which precision is given

Line = Mapping[str, Any]
Figures = dict[str, Any]
Judgements = list[tuple[Line, Verdict]]


def evaluate_verdicts(
    lines: Sequence[Line],
    verdicts: Sequence[Verdict],
    *,
    name: str,
    months: Collection[str] = (),
) -> Figures:
    """Compute precision, recall, F1, average precision and more, over all lines and over subsets.

    A line is `{"label": one of LABELS, "lang", "themes": [slug], "date", "event"}`; all but the
    label are optional.  Lines with `core`, `borderline` or `kind` add figures for these subsets,
    those with `event` the number of events of which a line is flagged; `months` ("2025-08") adds
    figures inside and outside of them; verdicts with a review threshold those of both tiers.  Raise
    ConfigError naming `name` and the number of the line when a label is not one of LABELS.
    """
    for number, line in enumerate(lines, 1):
        if line.get("label") not in LABELS:
            raise ConfigError(
                f"{name}: labelled line {number}: label {line.get('label')!r}; allowed are:"
                f" {', '.join(LABELS)}"
            )
    if not lines:
        raise ConfigError(f"{name}: no labelled lines")
    judgements = list(zip(lines, verdicts, strict=True))
    figures = {
        "n": len(lines),
        "threshold": verdicts[0].threshold,
        **_figures(judgements),
        "precision_at_recall_95": _precision_at_recall(judgements),
        "without_date": sum(not line.get("date") for line in lines),
        "intervals": intervals.as_figures(week_counts(lines, verdicts)),
        "calibration_error": _calibration_error(judgements),
        "confusion": _confusion(judgements),
        "by_language": _by(judgements, lambda line: str(line.get("lang") or "unknown")),
        "by_theme": _by_theme(judgements),
        "by_kind": {
            kind: {"n": part["n"], "false_alarms": part["flagged"]}
            for kind, part in _by(
                _where(judgements, lambda line: line["label"] == "hard_negative"),
                lambda line: str(line.get("kind") or "unknown"),
            ).items()
        },
    }
    macro = [theme["f1"] for theme in figures["by_theme"].values() if theme["n"]]
    figures["theme_macro_f1"] = sum(macro) / len(macro) if macro else None
    return figures | _subsets(judgements, months)


def _subsets(judgements: Judgements, months: Collection[str]) -> Figures:
    """The figures that need keys of the lines, or settings, that not all have."""
    figures: Figures = {}
    if any("core" in line for line, _ in judgements):
        figures["core"] = _part(judgements, lambda line: bool(line.get("core")))
    if any("borderline" in line for line, _ in judgements):
        figures["without_borderline"] = _part(judgements, lambda line: not line.get("borderline"))
    if any("event" in line for line, _ in judgements):
        figures["events"] = _events(judgements)
    if judgements[0][1].review_threshold is not None:
        figures["with_review"] = _with_review(judgements)
    if months:
        figures["inside_months"] = _part(judgements, lambda line: _month(line) in months)
        figures["outside_months"] = _part(judgements, lambda line: _month(line) not in months)
    return figures


def compare_verdicts(
    lines: Sequence[Line], verdicts: Sequence[Verdict], others: Sequence[Verdict]
) -> Figures:
    """Compute the figures of the other pack and the intervals of the difference (ours − theirs)."""
    judgements = list(zip(lines, others, strict=True))
    first, second = week_counts(lines, verdicts), week_counts(lines, others)
    return {**_figures(judgements), "difference": intervals.as_figures(first, second)}


def week_counts(lines: Sequence[Line], verdicts: Sequence[Verdict]) -> intervals.Counts:
    """Count hits, flagged and positive lines of each ISO week."""
    weeks = intervals.week_names([line.get("date") for line in lines])
    truth = [_truth(line) for line in lines]
    return intervals.week_counts(weeks, truth, [_flagged(verdict) for verdict in verdicts])


def _month(line: Line) -> str:
    return str(line.get("date") or "")[:7]


def _where(judgements: Judgements, condition: Callable[[Line], bool]) -> Judgements:
    return [(line, verdict) for line, verdict in judgements if condition(line)]


def _part(judgements: Judgements, condition: Callable[[Line], bool]) -> Figures:
    part = _where(judgements, condition)
    return {"n": len(part), **_figures(part)}


def _by(judgements: Judgements, key_of: Callable[[Line], str]) -> dict[str, Figures]:
    groups: dict[str, Judgements] = {}
    for line, verdict in judgements:
        groups.setdefault(key_of(line), []).append((line, verdict))
    return {key: {"n": len(groups[key]), **_figures(groups[key])} for key in sorted(groups)}


def _truth(line: Line) -> bool:
    return bool(line["label"] == "positive")


def _flagged(verdict: Verdict) -> bool:
    return verdict.score >= verdict.threshold


def _figures(judgements: Judgements) -> Figures:
    truth = [_truth(line) for line, _ in judgements]
    flagged = [_flagged(verdict) for _, verdict in judgements]
    return {
        "positives": sum(truth),
        "flagged": sum(flagged),
        **_scores(truth, flagged),
        "average_precision": _average_precision(
            truth, [verdict.score for _, verdict in judgements]
        ),
    }


def _scores(truth: Sequence[bool], flagged: Sequence[bool]) -> Figures:
    true_positives = sum(map(bool.__and__, truth, flagged))
    precision = true_positives / sum(flagged) if any(flagged) else 0.0
    recall = true_positives / sum(truth) if any(truth) else 0.0
    total = precision + recall
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / total if total else 0.0,
    }


def _average_precision(truth: Sequence[bool], scores: Sequence[float]) -> float | None:
    """The average precision; None without any positive line."""
    if not any(truth):
        return None
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(truth, scores))


def _precision_at_recall(judgements: Judgements) -> float | None:
    """The best precision with at least `HIGH_RECALL`; None without any positive line."""
    truth = [_truth(line) for line, _ in judgements]
    if not any(truth):
        return None
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(truth, [pair[1].score for pair in judgements])
    return float(precision[recall >= HIGH_RECALL].max())


def _with_review(judgements: Judgements) -> Figures:
    """The figures of both tiers together, and how many lines a day a person is asked about."""
    truth = [_truth(line) for line, _ in judgements]
    shown = [_flagged(verdict) or _in_review(verdict) for _, verdict in judgements]
    review_count = sum(_in_review(verdict) for _, verdict in judgements)
    days = {str(line["date"])[:10] for line, _ in judgements if line.get("date")}
    figures = {
        "review_threshold": judgements[0][1].review_threshold,
        "n": review_count,
        **_scores(truth, shown),
        "a_day": review_count / len(days) if days else None,
    }
    if any("event" in line for line, _ in judgements):
        figures["events"] = _events(judgements, is_shown=lambda v: _flagged(v) or _in_review(v))
    return figures


def _in_review(verdict: Verdict) -> bool:
    least = verdict.review_threshold
    return least is not None and least <= verdict.score < verdict.threshold


def _events(judgements: Judgements, is_shown: Callable[[Verdict], bool] = _flagged) -> Figures:
    """The events of positive lines, and those of which at least one line is shown."""
    events: dict[str, bool] = {}
    for line, verdict in judgements:
        if _truth(line) and line.get("event"):
            name = str(line["event"])
            events[name] = events.get(name, False) or is_shown(verdict)
    missed = sorted(name for name, is_recalled in events.items() if not is_recalled)
    return {"n": len(events), "recalled": len(events) - len(missed), "missed": missed}


def _confusion(judgements: Judgements) -> dict[str, int]:
    cells = {"true_positive": 0, "false_positive": 0, "false_negative": 0, "true_negative": 0}
    for line, verdict in judgements:
        is_correct = _truth(line) == _flagged(verdict)
        answer = "positive" if _flagged(verdict) else "negative"
        cells[f"{'true' if is_correct else 'false'}_{answer}"] += 1
    return cells


def _calibration_error(judgements: Judgements) -> float:
    """The expected calibration error, over `BINS` equal bins of the score."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for line, verdict in judgements:
        bins[min(BINS - 1, int(verdict.score * BINS))].append((verdict.score, _truth(line)))
    total = 0.0
    for pairs in bins:
        if pairs:
            mean_score = _mean(score for score, _ in pairs)
            share_positive = _mean(truth for _, truth in pairs)
            total += abs(mean_score - share_positive) * len(pairs)
    return total / len(judgements)


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)


def _by_theme(judgements: Judgements) -> dict[str, Figures]:
    """The figures of each theme, one against the rest, on the positive lines."""
    positives = _where(judgements, _truth)
    slugs = list(judgements[0][1].themes)
    figures = {}
    for slug in slugs:
        truth = [slug in (line.get("themes") or ()) for line, _ in positives]
        probabilities = [verdict.themes[slug] for _, verdict in positives]
        predicted = [
            verdict.themes[slug] >= verdict.theme_thresholds.get(slug, 0.5)
            for _, verdict in positives
        ]
        figures[slug] = {
            "n": sum(truth),
            **_scores(truth, predicted),
            "average_precision": _average_precision(truth, probabilities),
        }
    return figures
