"""Examples: faulty lines are named with their place; the shipped ones keep the corpus rules."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from monitor.classify.packs import pack
from monitor.classify.training import examples
from monitor.classify.training.examples import Example
from monitor.domain.errors import ConfigError

TOPIC = Path(__file__).parents[3] / "models" / "dprk-russia"
EVALUATION = (Path(__file__).parents[3] / "../shared/eval").resolve()
THEMES = ("attack", "law")
GOOD = {
    "title": "Wolf kills sheep", "text": "", "lang": "en", "label": "positive",
    "themes": ["attack"], "kind": "",
}  # fmt: skip


def written(folder: Path, *lines: str) -> Path:
    (folder / "en.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def changed(**changes: object) -> str:
    return json.dumps({**GOOD, **changes})


def test_lines_are_read_in_the_order_of_files_and_lines(tmp_path):
    written(tmp_path, changed(title="second"), "", changed(title="third", weight=2))
    (tmp_path / "de.jsonl").write_text(changed(title="first"), encoding="utf-8")
    loaded = examples.load_examples(tmp_path, themes=THEMES)
    assert [(example.title, example.place, example.weight) for example in loaded] == [
        ("first", "de.jsonl:1", 1.0),
        ("second", "en.jsonl:1", 1.0),
        ("third", "en.jsonl:3", 2.0),
    ]
    assert all(example.relevant for example in loaded)


NEAR_MISS = {"label": "hard_negative", "themes": []}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[]", "exactly these keys"),
        ('{"title": "x"}', "exactly these keys"),
        (changed(extra=1), "exactly these keys"),
        (changed(title=3), "title must be text"),
        (changed(text=None), "text must be text"),
        (changed(title=" "), "the title is empty"),
        (changed(lang="english"), "expected two letters"),
        (changed(lang="e1"), "expected two letters"),
        (changed(label="maybe"), "label 'maybe': allowed are positive, hard_negative, background"),
        (changed(themes="attack"), "themes must be a list of slugs"),
        (changed(themes=[3]), "themes must be a list of slugs"),
        (changed(themes=["zoo"]), "no such theme: zoo; there are attack, law"),
        (changed(themes=[]), "positive examples, and no others"),
        (changed(**{**NEAR_MISS, "themes": ["law"], "kind": "zoo"}), "and no others, must name"),
        (changed(**NEAR_MISS), "near misses .* name their kind"),
        (changed(kind="zoo"), "near misses .* name their kind"),
        (changed(weight=0), "weight"),
        (changed(weight=11), "weight"),
        (changed(weight=True), "weight"),
        (changed(weight="3"), "weight"),
        (changed(weight=float("nan")), "weight"),
    ],
)
def test_a_faulty_line_is_named_with_its_file_line_and_fault(tmp_path, line, message):
    written(tmp_path, json.dumps(GOOD), line)
    with pytest.raises(ConfigError, match=rf"en\.jsonl:2: .*{message}"):
        examples.load_examples(tmp_path, themes=THEMES)


def test_twenty_faults_are_listed_and_the_rest_counted(tmp_path):
    written(tmp_path, *["{"] * 23)
    with pytest.raises(ConfigError) as caught:
        examples.load_examples(tmp_path, themes=THEMES)
    assert str(caught.value).count("en.jsonl:") == 20
    assert str(caught.value).endswith("…and 3 more")


def test_a_folder_without_examples_is_named(tmp_path):
    with pytest.raises(ConfigError, match="no example files"):
        examples.load_examples(tmp_path, themes=THEMES)


def test_a_file_that_is_not_text_is_named(tmp_path):
    (tmp_path / "en.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"en\.jsonl: can't be read"):
        examples.load_examples(tmp_path, themes=THEMES)


# ── the shipped ones ─────────────────────────────────────────────────────────────────────────────

LANGUAGES = {"en", "ko", "ru", "zh", "ja", "uk", "pl", "de", "vi", "fr", "es"}
KINDS = {
    "nk_only", "ukraine_war", "nk_russia_mention", "nk_russia_civil", "sk_politics",
    "other_alliances", "threat_lists", "nk_russia_political", "nk_russia_other",
    "nk_statement_mentions_russia", "sanctions_other", "cyber", "kpop_sport", "russia_other",
}  # fmt: skip
_ONE_BY_ONE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")  # kana and Han


@pytest.fixture(scope="module")
def shipped() -> list[Example]:
    return examples.load_examples(
        TOPIC / "examples", themes=tuple(pack.read_metadata(TOPIC).themes)
    )


class TestTheShippedExamples:
    def test_are_many_in_every_language(self, shipped):
        assert len(shipped) >= 5_000
        counts = Counter(example.language for example in shipped)
        assert set(counts) == LANGUAGES
        assert min(counts.values()) >= 50

    def test_stand_in_the_file_of_their_language(self, shipped):
        assert {
            example.place[:2] for example in shipped if example.place[:2] != example.language
        } == set()

    def test_show_every_theme_and_every_kind_of_near_miss(self, shipped):
        themes = Counter(slug for example in shipped for slug in example.themes)
        assert set(themes) == set(pack.read_metadata(TOPIC).themes)
        assert min(themes.values()) >= 100
        assert set(Counter(example.kind for example in shipped)) >= KINDS

    def test_hold_more_near_misses_than_what_belongs(self, shipped):
        labels = Counter(example.label for example in shipped)
        assert labels["hard_negative"] >= 1.7 * labels["positive"]
        assert labels["positive"] >= 1_500
        assert labels["background"] >= 500

    def test_hold_no_two_that_say_the_same(self, shipped):
        assert _near_pairs(shipped) == []

    def test_mirror_no_headline_that_they_are_scored_on(self, shipped):
        if not EVALUATION.is_dir():
            pytest.skip("no ../shared/eval beside the checkout")
        runs = TfidfVectorizer(analyzer="char", ngram_range=(3, 4), use_idf=False, dtype=np.float32)
        right = runs.fit_transform(_published()).T.tocsr()
        left = runs.transform([example.title for example in shipped])
        near = []
        for start in range(0, len(shipped), 500):
            nearest = (left[start : start + 500] @ right).max(axis=1).toarray().ravel()
            near += [shipped[start + row].place for row in (nearest >= 0.5).nonzero()[0]]
        assert near == []


def _near_pairs(shipped: list[Example]) -> list[tuple[str, str]]:
    """Pairs whose word 3-grams overlap by more than half (Jaccard)."""
    grams = [_threes(f"{example.title} {example.text}") for example in shipped]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    near = []
    for number, own_grams in enumerate(grams):
        shared = Counter(other for gram in own_grams for other in holders[gram])
        near += [
            (shipped[other].place, shipped[number].place)
            for other, count in shared.items()
            if count / (len(own_grams) + len(grams[other]) - count) > 0.5
        ]
        for gram in own_grams:
            holders[gram].append(number)
    return near


def _threes(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", _ONE_BY_ONE.sub(lambda sign: f" {sign.group()} ", text.lower()))
    return {tuple(words[place : place + 3]) for place in range(max(1, len(words) - 2))}


def _published() -> list[str]:
    lines = (EVALUATION / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    with gzip.open(EVALUATION / "stream.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line)["title"] for line in [*lines, *stream]]
