"""Story data is checked when it is loaded; the shipped model belongs to the shipped files."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from monitor.classify.encoder import sentence_encoder
from monitor.classify.packs.story_pack import (
    ENCODER_FILE,
    MODEL_FILE,
    load_agencies,
    load_story_pack,
    read_encoder_digest,
)
from monitor.domain.errors import PackError

SHIPPED = Path(__file__).parents[3] / "models" / "dprk-russia"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED / "stories", tmp_path / "stories")
    return tmp_path


def test_the_shipped_data_is_sound():
    story_pack = load_story_pack(SHIPPED)
    dictionary = story_pack.method.dictionary
    assert len(dictionary.concepts) > 1_200
    assert {"c.kp", "c.ru"} <= dictionary.keys_in("Пхеньян и Москва", "ru")
    assert len(story_pack.method.model.vetoes) == 4
    rarity = story_pack.rarities().concepts
    assert rarity.weight("p.shoigu") > rarity.weight("c.ru")


def test_the_model_was_trained_on_the_files_beside_it():
    """After a change of them run `tests.stories.training.train_pair_model`."""
    for file in (MODEL_FILE, ENCODER_FILE):
        model = json.loads((SHIPPED / "stories" / file).read_text(encoding="utf-8"))
        digests = {
            name: hashlib.sha256((SHIPPED / name).read_bytes()).hexdigest()
            for name in model["trained_on"]
        }
        assert digests == model["trained_on"]


def test_the_shipped_encoder_model_learned_with_the_model_that_is_installed():
    assert load_story_pack(SHIPPED).encoder_model == sentence_encoder.MODEL_DIGEST


def test_the_digest_of_the_encoder_is_read_without_the_rest_of_the_pack(pack: Path):
    (pack / "stories" / "concepts.jsonl").unlink()
    assert read_encoder_digest(pack) == sentence_encoder.MODEL_DIGEST


def test_a_pack_may_have_no_model_for_an_encoder(pack: Path):
    (pack / "stories" / ENCODER_FILE).unlink()
    assert read_encoder_digest(pack) is None
    story_pack = load_story_pack(pack)
    assert story_pack.encoder_model is None
    assert story_pack.method.encoder_model is None
    assert story_pack.rarities().means is None


def _edited(pack: Path, **changes: object) -> None:
    file = pack / "stories" / ENCODER_FILE
    table = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**table, **changes}), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"features": ["concepts"]}, "its features differ"),
        ({"format": 9}, "format 9"),
        ({"linear": {"horoscope": 1.0}}, "not in tuple"),
        ({"linear": {"embeddings": float("nan")}}, "not a finite number"),
        ({"means": {}}, "'' is missing"),
        ({"means": {"": "m1:"}}, "without components"),
        ({"means": {"": "m1:AAAA", "ko": "m1:AAA="}}, "another model than the mean"),
        ({"means": {"": "m1:AAAA", "ko": "m2:AAAA"}}, "another model than the mean"),
    ],
)
def test_a_faulty_model_for_the_encoder_is_refused_with_the_name_of_its_file(
    pack: Path, changes: dict[str, object], message: str
):
    _edited(pack, **changes)
    with pytest.raises(PackError, match=f"encoder-pair-model.json: .*{message}"):
        load_story_pack(pack)


@pytest.mark.parametrize(
    ("changes", "message"), [({"format": 9}, "format 9"), ({"means": {}}, "'' is missing")]
)
def test_so_is_one_of_which_the_digest_alone_is_read(
    pack: Path, changes: dict[str, object], message: str
):
    _edited(pack, **changes)
    with pytest.raises(PackError, match=f"encoder-pair-model.json: .*{message}"):
        read_encoder_digest(pack)


def test_a_pack_without_story_data_says_so(tmp_path: Path):
    with pytest.raises(PackError, match="no data for grouping"):
        load_story_pack(tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "Expecting property name"),
        ('{"key": "x"}', "exactly these keys"),
        ('{"key": "", "kind": "word", "entries": {}}', "key must be text"),
        ('{"key": "x", "kind": "verb", "entries": {}}', "kind 'verb'"),
        ('{"key": "x", "kind": "word", "entries": []}', "object of lists"),
        ('{"key": "x", "kind": "word", "entries": {"en": ["="]}}', "entries of en"),
        ('{"key": "c.kp", "kind": "country", "entries": {}}', "c.kp is there already"),
    ],
)
def test_a_faulty_concept_is_named_by_its_line(pack: Path, line: str, message: str):
    file = pack / "stories" / "concepts.jsonl"
    number = len(file.read_text(encoding="utf-8").splitlines()) + 1
    with file.open("a", encoding="utf-8") as out:
        out.write(line + "\n")
    with pytest.raises(PackError, match=message) as error:
        load_story_pack(pack)
    assert f"concepts.jsonl:{number}: " in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[person", "vetoes.toml: "),
        ("[people]", "unknown table"),
        ('[act]\nkeys = ["w.none"]\nlog_odds = -1', "w.none: no such concept"),
        ('[act]\nkeys = ["w.kill"]\nlog_odds = 1', "must not be above 0"),
        ('[act]\nkeys = ["w.kill"]', "'log_odds' is missing"),
        ("[routine]\nheadline_cosine = 2\nlog_odds = -1", "not between 0 and 1"),
    ],
)
def test_faulty_vetoes_are_refused(pack: Path, text: str, message: str):
    (pack / "stories" / "vetoes.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match=message):
        load_story_pack(pack)


def tree_of(leaves: int) -> list[list[float]]:
    """A tree in which each decision parts one leaf from the rest, as it is stored."""
    size = 2 * leaves - 1
    ways = [0 if node % 2 or node == size - 1 else node + 1 for node in range(size)]
    return [
        [0 if way else -1 for way in ways],
        [0.5] * size,
        ways,
        [way + 1 if way else 0 for way in ways],
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 9}, "format 9"),
        ({"features": ["words"]}, "features differ"),
        ({"threshold": 0}, "not between 0 and 1"),
        ({"base": "x"}, "not a finite number"),
        ({"trees": [[[0], [1.0], [0], [0]]]}, "leads to no later node"),
        ({"trees": [[[0, -1], [1.0, 1.0], [1, 0], [1, 0]]]}, "reached by one way"),
        ({"trees": [[[0, -1, -1, -1], [1.0] * 4, [1] + [0] * 3, [2] + [0] * 3]]}, "reached by one"),
        ({"trees": [tree_of(65)]}, "more than 64 leaves"),
        ({"trees": [[[99], [1.0], [0], [0]]]}, "feature 99"),
        ({"trees": [[[-1], [], [], []]]}, "four lists of one length"),
        ({"articles": -1}, "not a number of articles"),
        ({"counts": {}}, "'concepts' is missing"),
    ],
)
def test_a_faulty_model_is_refused(pack: Path, change: dict[str, object], message: str):
    file = pack / "stories" / "pair-model.json"
    model = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(model | change), encoding="utf-8")
    with pytest.raises(PackError, match=message) as error:
        load_story_pack(pack)
    assert str(file) in str(error.value)


def test_agencies_are_optional_and_a_faulty_one_is_named(tmp_path: Path):
    file = tmp_path / "agencies.toml"
    assert load_agencies(file) == ()
    file.write_text('[tass]\nnames = ["TASS"]\n', encoding="utf-8")
    (tass,) = load_agencies(file)
    assert tass.first_in("says TASS") == 5
    for text, fault in (
        ("[tass]\nnames = []\n", "has no names"),
        ("[tass]\nname = ['x']\n", "other keys"),
        ("[tass]\nnames = ['']\n", "not empty"),
        ("[tass\n", "agencies.toml"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(PackError, match=fault):
            load_agencies(file)
