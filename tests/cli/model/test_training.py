"""Teaching from the first label to a rolled-back pack, on a topic of the operator's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from monitor.domain.articles import Article
from tests.classify import toy_topic
from tests.cli.conftest import Terminal
from tests.cli.test_marks import stored

TAUGHT = [f"Wolf {verb} at the circus farm" for verb in
          ("dances", "howls", "jumps", "sings", "waits", "plays")]  # fmt: skip


@pytest.fixture(scope="module")
def topic(tmp_path_factory) -> Path:
    return toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves")


@pytest.fixture
def taught(watch: Terminal, topic: Path) -> Terminal:
    """A service on wolves whose operator marked six articles."""
    shutil.copytree(topic, watch.folder / "wolves")
    (watch.folder / "monitor.toml").write_text("[topic]\npack = 'wolves'\n")
    label(watch, [toy_topic.article(title) for title in TAUGHT], "irrelevant")
    return watch


def label(watch: Terminal, articles: list[Article], word: str) -> None:
    stored(watch, articles)
    for article in articles:
        assert watch("marks", article.key, word).code == 0


def in_use(watch: Terminal) -> str:
    return watch("model", "show", "--json").json()["id"]


def test_a_candidate_is_compared_promoted_and_rolled_back(taught: Terminal):
    before = in_use(taught)
    made = taught("model", "train", "--with-marks", "--json").json()
    assert made["current"] == before != made["candidate"]
    assert made["labels"] + made["held_out"] == len(TAUGHT)
    assert made["says_little"]
    assert made["golden_lost"] == []
    assert in_use(taught) == before
    promoted = taught("model", "promote", "--json").json()
    assert promoted == {"before": before, "in_use": made["candidate"], "faults": []}
    assert in_use(taught) == made["candidate"]
    assert taught("model", "rollback").code == 0
    assert in_use(taught) == before
    assert taught("model", "promote").code == 0
    assert in_use(taught) == made["candidate"]


def test_the_table_counts_and_says_how_little_it_knows(taught: Terminal):
    said = taught("model", "train", "--with-marks")
    assert "golden events recalled" in said.out
    assert "2 of 2" in said.out
    assert "%" not in said.out.split("own examples")[0]
    assert "too few to tell the packs apart" in said.err
    assert "`monitor model promote`" in said.err


def test_the_same_labels_give_the_same_candidate(taught: Terminal):
    first = taught("model", "train", "--with-marks", "--json").json()
    assert taught("model", "train", "--with-marks", "--json").json() == first


def test_promotion_that_loses_a_golden_event_must_be_accepted(taught: Terminal):
    before = in_use(taught)
    wrong = [
        toy_topic.article(title)
        for _, _, _, _, wordings in toy_topic.GOLDEN
        for _, told in wordings
        for title in (told, f"{told} again", f"{told} today", f"Report: {told}")
    ]
    label(taught, wrong, "irrelevant")
    made = taught("model", "train", "--with-marks", "--json").json()
    assert made["golden_lost"]
    refused = taught.refused("model", "promote")
    assert "--accept-loss" in refused
    assert "Eleven sheep die at the mill." in refused or "Shooting is allowed." in refused
    assert in_use(taught) == before
    assert taught("model", "promote", "--accept-loss").code == 0
    assert in_use(taught) == made["candidate"]


def test_without_a_candidate_or_a_promotion_there_is_nothing_to_switch(taught: Terminal):
    assert "there is no candidate" in taught.refused("model", "promote")
    assert "nothing to go back to" in taught.refused("model", "rollback")


def test_without_labels_there_is_nothing_to_learn(watch: Terminal, topic: Path):
    shutil.copytree(topic, watch.folder / "wolves")
    (watch.folder / "monitor.toml").write_text("[topic]\npack = 'wolves'\n")
    said = watch.refused("model", "train", "--with-marks")
    assert "0 marks" in said
    assert "monitor marks next" in said


def test_a_pack_without_examples_is_taught_by_naming_a_folder(taught: Terminal, topic: Path):
    shutil.rmtree(taught.folder / "wolves" / "examples")
    assert "--pack" in taught.refused("model", "train", "--with-marks")
    made = taught("model", "train", "--with-marks", "--pack", str(topic), "--json").json()
    assert made["candidate"].startswith("wolves@")


def test_a_folder_of_another_topic_is_refused(taught: Terminal, topic: Path):
    other = shutil.copytree(topic, taught.folder / "other")
    card = other / "pack.toml"
    card.write_text(card.read_text().replace('name = "wolves"', 'name = "bears"'))
    said = taught.refused("model", "train", "--with-marks", "--pack", str(other))
    assert "is the topic 'bears', and 'wolves' is in use" in said


def test_a_pack_named_by_its_path_is_used_as_it_is(taught: Terminal):
    taught("model", "train", "--with-marks")
    taught("model", "promote")
    (taught.folder / "monitor.toml").write_text("[topic]\npack = './wolves'\n")
    assert taught("model", "show", "--json").json()["folder"].endswith("/wolves")
    assert "used as it is" in taught.refused("model", "promote")
    assert "used as it is" in taught.refused("model", "train", "--with-marks")
    said = taught("model", "train", "--with-marks", "--out", "better")
    assert 'topic.pack = "better"' in said.err
    (taught.folder / "monitor.toml").write_text("[topic]\npack = './better'\n")
    assert taught("model", "show", "--json").json()["training"]["labels"] > 0


def promoted(watch: Terminal, times: int = 1) -> list[Path]:
    """Promote so many different packs; where the last ones lie, the current one first."""
    places = []
    for time in range(times):
        titles = [f"Wolf {verb} at the circus farm, {time}" for verb in ("eats", "sits", "runs")]
        label(watch, [toy_topic.article(title) for title in titles], "irrelevant")
        made = watch("model", "train", "--with-marks", "--json").json()
        assert watch("model", "promote", "--accept-loss").code == 0
        places.insert(0, Path(made["folder"]))
    return places


def findings(watch: Terminal) -> list[tuple[str, str]]:
    """The doctor's, of the pack; the level and the sentence."""
    import json

    said = watch("doctor", "--json")
    return [(f["level"], f["finding"]) for f in json.loads(said.out) if f["subject"] == "pack"]


def spoil(place: Path) -> None:
    matrix = place / "weights" / "matrix.npy"
    content = bytearray(matrix.read_bytes())
    content[-1] ^= 1
    matrix.write_bytes(content)


def test_a_damaged_pack_leaves_the_last_good_one_working(taught: Terminal):
    current, previous = promoted(taught, times=2)
    spoil(current)
    shown = taught("model", "show", "--json").json()
    assert Path(shown["folder"]) == previous
    assert "altered since training" in shown["faults"][0]
    account = taught("explain", "--text", "Wolf kills sheep at the farm", "--json")
    assert account.json()["decision"]["pack"] == shown["id"]
    assert taught("poll", "--json").code == 0
    (fault, sentence), (fine, place) = findings(taught)
    assert (fault, fine) == ("fault", "ok")
    assert sentence.startswith(f"degraded: {current}/weights/matrix.npy: altered since training")
    assert f"working in its place from {previous}" in place
    assert taught("doctor").code == 1


def test_when_every_taught_pack_is_damaged_the_topics_own_works(taught: Terminal):
    for place in promoted(taught, times=2):
        spoil(place)
    shown = taught("model", "show", "--json").json()
    assert Path(shown["folder"]) == taught.folder / "wolves"
    assert len(shown["faults"]) == 2
    assert taught("model", "show").err.count("passed over:") == 2


def test_a_damaged_list_of_parts_leaves_the_topics_own_working(taught: Terminal):
    promoted(taught)
    (taught.folder / "packs" / "wolves" / "in-use.json").write_text("{")
    shown = taught("model", "show", "--json").json()
    assert Path(shown["folder"]) == taught.folder / "wolves"
    assert "in-use.json" in findings(taught)[0][1]


def test_a_damaged_candidate_is_not_promoted(taught: Terminal):
    made = taught("model", "train", "--with-marks", "--json").json()
    spoil(Path(made["folder"]))
    assert "altered since training" in taught.refused("model", "promote")
    assert in_use(taught) == made["current"]


def test_the_doctor_says_when_the_topics_own_pack_is_newer(taught: Terminal):
    promoted(taught)
    assert [level for level, _ in findings(taught)] == ["ok"]
    examples = taught.folder / "wolves" / "examples" / "all.jsonl"
    lines = examples.read_text().splitlines()
    examples.write_text("\n".join(lines[:-1]) + "\n")
    taught("model", "train", "--pack", str(taught.folder / "wolves"))
    assert findings(taught)[-1][0] == "warning"
    assert "train with marks again" in findings(taught)[-1][1]


def test_golden_events_are_scored(taught: Terminal):
    score = taught("model", "golden", "--json").json()
    assert (score["events"], score["recalled"], score["missed"]) == (2, 2, [])
    said = taught("model", "golden")
    assert "2 of 2 golden events recalled" in said.err
    (taught.folder / "mine.jsonl").write_text(
        '{"id": "x", "date": "2025-01-01", "event": "Rain fell.", "themes": [],'
        ' "wordings": [{"lang": "en", "title": "Rain fell", "text": ""}]}'
    )
    said = taught("model", "golden", "mine.jsonl")
    assert "missed: 2025-01-01 Rain fell. (best 0.0" in said.err


def test_a_topic_without_golden_events_can_be_promoted(taught: Terminal):
    (taught.folder / "wolves" / "golden.jsonl").unlink()
    assert "golden events can't be read" in taught.refused("model", "golden")
    made = taught("model", "train", "--with-marks", "--json").json()
    assert made["figures"]["candidate"]["golden"] is None
    assert taught("model", "promote").code == 0


def test_an_account_names_the_sentence_and_what_would_turn_it(taught: Terminal):
    flagged = toy_topic.article("Wolf kills nine sheep at the farm", 0.9)
    stored(taught, [flagged])
    account = taught("explain", flagged.key, "--json").json()
    assert account["sentence"]["in_title"]
    assert account["sentence"]["terms"]
    assert account["otherwise"]["without"] == ["Wolf"]
    said = taught("explain", "--text", "Striker of the Wolves sees a goal")
    assert "under the threshold" in said.out
    assert "[[keywords.rules]]" in said.out


def test_what_was_decided_is_shown_though_no_pack_can_be_used(taught: Terminal):
    article = toy_topic.article("Wolf kills nine sheep at the farm", 0.9)
    stored(taught, [article])
    spoil(taught.folder / "wolves")
    said = taught("explain", article.key, "--json")
    assert said.json()["otherwise"] is None
    assert said.json()["decision"]["relevant"]
    assert "altered since training" in said.err
