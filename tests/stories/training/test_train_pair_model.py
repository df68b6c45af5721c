"""The trainer of pair models: the same files give the same bytes, and stories are told apart."""

from __future__ import annotations

import json
import math
import shutil
import statistics
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest

from monitor.classify.packs.story_pack import ENCODER_FILE, MODEL_FILE, StoryPack, load_story_pack
from monitor.stories.anchors import Anchors, Rarities, anchors_of
from monitor.stories.pair_features import FEATURES
from monitor.stories.rarity import Rarity
from tests.stories.training import train_pair_model
from tests.stories.training.train_pair_model import Material, Pair, Wording, balanced, wordings

SHIPPED = Path(__file__).parents[3] / "models" / "dprk-russia"
FAMILIES = 12
BACKGROUND = 60
ONE_EVENT = 0.65  # cosine of two events' concepts from which they may be one
DIFFERENT = {  # events of two families that share their actors and act
    ("pow-swap", "swap-swap"): "150 prisoners each, and 84",
    ("pow-swap", "swap-swap2"): "150 prisoners each, and 146",
    ("nis-brief", "2025-09-02-nis-2000-dead"): "1,500 killed, and 2,000",
    ("nis-brief", "2025-01-13-nis-300-2700"): "1,500 killed, and 300",
    ("tariff-court", "rulings-duty"): "the ruling, and the appeal against it",
    ("shrine-visit", "aug15-temple"): "an offering in autumn, and a visit in August",
    ("workersprobe-arrivebus", "2025-06-19-nhk-25000"): "the arrival, and the plan",
    ("kyiv-night1", "strikes-ckyiv"): "two nights: seven killed, and 18",
    ("nisbrief-homes", "2026-02-15-saeppyol-street"): "the promise, and the opening",
    ("2025-10-23-museum-ground", "2026-01-05-museum-trees"): "the first spade, and a visit",
    ("aug15-theirs", "2025-08-15-volodin-pyongyang"): "Kim's speech, and Volodin's",
    ("han-warrant", "affair2-ask"): "warrants for two people",
    ("trump-zel", "callfamily-next"): "two journeys to the White House",
    ("moscow-drone", "saratov-drone"): "refineries of two regions",
    ("peskov-ukr2", "peskovdays-p1"): "meetings with two presidents",
    **{
        (f"weather-{first}", f"nkw-{second}"): "the weather of two days"
        for first, second in (
            ("mon", "a"),
            ("wed", "a"),
            ("a", "b"),
            ("b", "b"),
            ("c", "b"),
            ("mon", "b"),
            ("tue", "b"),
            ("wed", "b"),
        )
    },
}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dozen families of the shipped pack, and no encoder."""
    folder = tmp_path_factory.mktemp("pack")
    shutil.copytree(SHIPPED / "stories", folder / "stories")
    (folder / "stories" / MODEL_FILE).unlink()
    (folder / "stories" / ENCODER_FILE).unlink()
    for name in train_pair_model.WRITTEN:
        lines = train_pair_model.lines_of(SHIPPED / name)
        families = list(dict.fromkeys(line["family"] for line in lines))[:FAMILIES]
        write_lines(folder / name, [line for line in lines if line["family"] in families])
    write_lines(
        folder / "golden.jsonl", train_pair_model.lines_of(SHIPPED / "golden.jsonl")[:FAMILIES]
    )
    (folder / "examples").mkdir()
    examples = train_pair_model.lines_of(SHIPPED / "examples" / "en.jsonl")
    background = [line for line in examples if line["label"] == "background"]
    write_lines(folder / "examples" / "en.jsonl", background[:BACKGROUND])
    return folder


def write_lines(file: Path, lines: list[train_pair_model.Line]) -> None:
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")


@pytest.fixture(scope="module")
def trained(pack: Path) -> StoryPack:
    train_pair_model.write(train_pair_model.train(Material.of(pack)), pack / "stories" / MODEL_FILE)
    return load_story_pack(pack)


def test_the_same_files_give_the_same_bytes(pack: Path, trained: StoryPack, tmp_path: Path):
    again = tmp_path / MODEL_FILE
    train_pair_model.write(train_pair_model.train(Material.of(pack)), again)
    assert again.read_bytes() == (pack / "stories" / MODEL_FILE).read_bytes()


def test_the_model_says_what_it_learned_from(pack: Path, trained: StoryPack):
    stored = json.loads((pack / "stories" / MODEL_FILE).read_text(encoding="utf-8"))
    assert stored["features"] == list(FEATURES)
    assert len(stored["trees"]) == train_pair_model.MODELS * train_pair_model.TREES
    assert set(stored["trained_on"]) == {
        "stories/concepts.jsonl", *train_pair_model.WRITTEN, "golden.jsonl"
    }  # fmt: skip


def test_wordings_of_one_event_are_likelier_than_those_of_look_alikes(
    pack: Path, trained: StoryPack
):
    method, rarities = trained.method, trained.rarities()
    rows = [row for row in wordings(pack, []) if row.family != row.story and not row.is_golden]
    anchors = [anchors_of(row.article, method.dictionary, rarities) for row in rows]
    same = probabilities(trained, rows, anchors, is_one_story=True)
    look_alikes = probabilities(trained, rows, anchors, is_one_story=False)
    assert statistics.mean(same) > train_pair_model.THRESHOLD > statistics.mean(look_alikes)


def probabilities(
    trained: StoryPack, rows: list[Wording], anchors: list[Anchors], *, is_one_story: bool
) -> list[float]:
    """Of the pairs of one family that are of one event, or of two."""
    every_pair = [
        (place, before)
        for place, newer in enumerate(rows)
        for before in range(place)
        if newer.family == rows[before].family
        and (newer.story == rows[before].story) is is_one_story
    ]
    return [
        probability
        for place, before in every_pair
        for probability in trained.method.probabilities(anchors[place], [anchors[before]]).values()
    ]


def test_no_event_is_written_twice_under_two_names():
    """Its wordings would be learned as two events; those of one family are different on purpose."""
    material = Material.of(SHIPPED)
    rarities = Rarities(
        **{
            group: Rarity(counts, len(material.counted))
            for group, counts in material.counts.items()
        }
    )
    families: dict[str, str] = {}
    concepts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in wordings(SHIPPED, []):
        anchors = anchors_of(row.article, material.dictionary, rarities)
        families[row.story] = row.family
        for key in anchors.concepts:
            concepts[row.story][key] += anchors.weights[key]
    alike = {
        frozenset(pair)
        for pair in combinations(concepts, 2)
        if families[pair[0]] != families[pair[1]]
        and _cosine(*(concepts[event] for event in pair)) >= ONE_EVENT
    }
    assert alike == {frozenset(pair) for pair in DIFFERENT}


def _cosine(first: Counter[str], second: Counter[str]) -> float:
    product = math.fsum(first[key] * second[key] for key in first.keys() & second.keys())
    return product / (math.hypot(*first.values()) * math.hypot(*second.values()) or 1.0)


def test_a_golden_event_that_is_written_too_is_one_event_at_one_time():
    rows = [row for row in wordings(SHIPPED, []) if row.story == "2023-09-13-vostochny-summit"]
    hours = [row.article.hours for row in rows]
    assert {row.is_golden for row in rows} == {True, False}
    assert {row.family for row in rows} == {"kim"}
    assert max(hours) - min(hours) < 24


def test_true_pairs_weigh_as_much_in_one_language_as_across_languages():
    learned = [
        Pair(
            features=[], events=("a", "b"), is_one_story=is_one_story,
            is_one_language=is_one_language, weight=1.0, stands_for=1.0,
        )
        for is_one_story, is_one_language, count in (
            (True, True, 1), (False, True, 8), (True, False, 6), (False, False, 12),
        )
        for _ in range(count)
    ]  # fmt: skip
    weights = balanced(learned, [pair.weight for pair in learned])
    ratio = 7 / 20
    assert weights[0] == pytest.approx(8 * ratio)
    assert weights[9:15].sum() == pytest.approx(12 * ratio)
    assert weights[1:9].sum() == 8
