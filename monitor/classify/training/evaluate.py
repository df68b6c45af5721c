"""How good is a pack?  Its verdicts against labelled lines, in the field's usual figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from monitor.domain.articles import Verdict
from monitor.domain.errors import ConfigError

# The last of who did not look how near a miss is: a day's news is mostly labelled so.
LABELS = ("positive", "hard_negative", "background", "negative")
BINS = 10  # of the calibration error

Line = Mapping[str, Any]
Figures = dict[str, Any]


def evaluate_verdicts(lines: Sequence[Line], verdicts: Sequence[Verdict], *, name: str) -> Figures:
    """Precision, recall, F1, average precision and more, over all lines and over parts of them.

    A line is `{"label": one of LABELS, "lang", "themes": [slug]}`, the last two where they are
    known; where lines carry `core`, `borderline` or `kind`, those parts are figured too.  Raise
    ConfigError naming `name` and the number of a line without a known label.
    """
    for number, line in enumerate(lines, 1):
        if line.get("label") not in LABELS:
            raise ConfigError(
                f"{name}: labelled line {number}: label {line.get('label')!r}; there are:"
                f" {', '.join(LABELS)}"
            )
    if not lines:
        raise ConfigError(f"{name}: no labelled lines")
    judged = list(zip(lines, verdicts, strict=True))
    figures = {
        "n": len(lines),
        "threshold": verdicts[0].threshold,
        **_figures(judged),
        "calibration_error": _calibration_error(judged),
        "confusion": _confusion(judged),
        "by_language": _by(judged, lambda line: str(line.get("lang") or "unknown")),
        "by_theme": _by_theme(judged),
        "by_kind": {
            kind: {"n": part["n"], "false_alarms": part["flagged"]}
            for kind, part in _by(
                _where(judged, lambda line: line["label"] == "hard_negative"),
                lambda line: str(line.get("kind") or "unknown"),
            ).items()
        },
    }
    macro = [theme["f1"] for theme in figures["by_theme"].values() if theme["n"]]
    figures["theme_macro_f1"] = sum(macro) / len(macro) if macro else None
    if any("core" in line for line in lines):
        figures["core"] = _part(judged, lambda line: bool(line.get("core")))
    if any("borderline" in line for line in lines):
        figures["without_borderline"] = _part(judged, lambda line: not line.get("borderline"))
    return figures


Judged = list[tuple[Line, Verdict]]


def _where(judged: Judged, wanted: Callable[[Line], bool]) -> Judged:
    return [(line, verdict) for line, verdict in judged if wanted(line)]


def _part(judged: Judged, wanted: Callable[[Line], bool]) -> Figures:
    part = _where(judged, wanted)
    return {"n": len(part), **_figures(part)}


def _by(judged: Judged, name: Callable[[Line], str]) -> dict[str, Figures]:
    groups: dict[str, Judged] = {}
    for line, verdict in judged:
        groups.setdefault(name(line), []).append((line, verdict))
    return {one: {"n": len(groups[one]), **_figures(groups[one])} for one in sorted(groups)}


def _truth(line: Line) -> bool:
    return bool(line["label"] == "positive")


def _flagged(verdict: Verdict) -> bool:
    return verdict.score >= verdict.threshold


def _figures(judged: Judged) -> Figures:
    truth = [_truth(line) for line, _ in judged]
    flagged = [_flagged(verdict) for _, verdict in judged]
    return {
        "positives": sum(truth),
        "flagged": sum(flagged),
        **_scores(truth, flagged),
        "average_precision": _average_precision(truth, [v.score for _, v in judged]),
    }


def _scores(truth: Sequence[bool], said: Sequence[bool]) -> Figures:
    right = sum(t and s for t, s in zip(truth, said, strict=True))
    precision = right / sum(said) if any(said) else 0.0
    recall = right / sum(truth) if any(truth) else 0.0
    both = precision + recall
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / both if both else 0.0,
    }


def _average_precision(truth: Sequence[bool], scores: Sequence[float]) -> float | None:
    """None where there is nothing to find."""
    if not any(truth):
        return None
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(truth, scores))


def _confusion(judged: Judged) -> dict[str, int]:
    cells = {"true_positive": 0, "false_positive": 0, "false_negative": 0, "true_negative": 0}
    for line, verdict in judged:
        right = _truth(line) == _flagged(verdict)
        said = "positive" if _flagged(verdict) else "negative"
        cells[f"{'true' if right else 'false'}_{said}"] += 1
    return cells


def _calibration_error(judged: Judged) -> float:
    """Expected calibration error over ten equal bins of the score."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for line, verdict in judged:
        bins[min(BINS - 1, int(verdict.score * BINS))].append((verdict.score, _truth(line)))
    return sum(
        abs(_mean(score for score, _ in one) - _mean(truth for _, truth in one)) * len(one)
        for one in bins
        if one
    ) / len(judged)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _by_theme(judged: Judged) -> dict[str, Figures]:
    """Each theme, one against the rest, on the lines that are positive."""
    positives = _where(judged, _truth)
    slugs = list(judged[0][1].themes)
    figures = {}
    for slug in slugs:
        truth = [slug in (line.get("themes") or ()) for line, _ in positives]
        chances = [verdict.themes[slug] for _, verdict in positives]
        said = [
            verdict.themes[slug] >= verdict.theme_thresholds.get(slug, 0.5)
            for _, verdict in positives
        ]
        figures[slug] = {
            "n": sum(truth),
            **_scores(truth, said),
            "average_precision": _average_precision(truth, chances),
        }
    return figures
