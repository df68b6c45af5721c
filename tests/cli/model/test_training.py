"""From the first mark to a rolled-back pack, on a topic of the operator's own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from monitor.domain.articles import Article
from tests.classify import toy_topic
from tests.cli.conftest import Terminal
from tests.cli.test_marks import store_articles

TITLES = [f"Wolf {verb} at the circus farm" for verb in
          ("dances", "howls", "jumps", "sings", "waits", "plays")]  # fmt: skip


@pytest.fixture(scope="module")
def topic(tmp_path_factory) -> Path:
    return toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves")


@pytest.fixture
def wolves(watch: Terminal, topic: Path) -> Terminal:
    """A service on wolves whose operator marked six articles."""
    shutil.copytree(topic, watch.folder / "wolves")
    (watch.folder / "monitor.toml").write_text("[topic]\npack = 'wolves'\n")
    mark_all(watch, [toy_topic.article(title) for title in TITLES], "irrelevant")
    return watch


def mark_all(watch: Terminal, articles: list[Article], word: str) -> None:
    store_articles(watch, articles)
    for article in articles:
        assert watch("marks", article.key, word).code == 0


def in_use(watch: Terminal) -> str:
    return watch("model", "show", "--json").json()["id"]


def test_a_candidate_is_compared_promoted_and_rolled_back(wolves: Terminal):
    before = in_use(wolves)
    trained = wolves("model", "train", "--with-marks", "--json").json()
    assert trained["current"] == before != trained["candidate"]
    assert trained["labels"] + trained["held_out"] == len(TITLES)
    assert trained["says_little"]
    assert trained["golden_lost"] == []
    assert in_use(wolves) == before
    promoted = wolves("model", "promote", "--json").json()
    assert promoted == {"before": before, "in_use": trained["candidate"], "faults": []}
    assert in_use(wolves) == trained["candidate"]
    assert wolves("model", "rollback").code == 0
    assert in_use(wolves) == before
    assert wolves("model", "promote").code == 0
    assert in_use(wolves) == trained["candidate"]


def test_the_comparison_is_wrapped_in_a_narrow_terminal(
    wolves: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(os.environ, "COLUMNS", "60")
    shown = wolves("model", "train", "--with-marks").out
    assert "…" not in shown
    for word in ("precision", "recall", "right"):
        assert word in shown


def test_the_last_training_is_shown_with_its_comparison(wolves: Terminal):
    assert wolves("model", "show", "--json").json()["last_training"] is None
    trained = wolves("model", "train", "--with-marks", "--json").json()
    shown = wolves("model", "show", "--json").json()
    assert shown["last_training"]["candidate"] == trained["candidate"]
    assert shown["comparison"]["figures"] == trained["figures"]
    assert shown["comparison"]["changes"]["days"] == 7
    result = wolves("model", "show")
    assert "golden events recalled" in result.out
    assert "would be flagged newly" in result.err
    assert wolves("model", "promote", "--reason", "fewer circuses").code == 0
    entries = wolves("audit", "list", "--json").json()["entries"]
    assert [entry["act"] for entry in entries] == ["promote pack", "train candidate"]
    assert entries[0]["reason"] == "fewer circuses"


def test_few_held_out_marks_are_counted_without_percentages(wolves: Terminal):
    result = wolves("model", "train", "--with-marks")
    assert "golden events recalled" in result.out
    assert "2 of 2" in result.out
    assert "%" not in result.out.split("own examples")[0]
    assert "too few to tell the packs apart" in result.err
    assert "`monitor model promote`" in result.err


def test_the_same_marks_give_the_same_candidate(wolves: Terminal):
    first = wolves("model", "train", "--with-marks", "--json").json()
    assert wolves("model", "train", "--with-marks", "--json").json() == first


def test_promotion_that_loses_a_golden_event_must_be_accepted(wolves: Terminal):
    before = in_use(wolves)
    for *_, wordings in toy_topic.GOLDEN:
        for _, wording in wordings:
            titles = (wording, f"{wording} again", f"{wording} today", f"Report: {wording}")
            mark_all(wolves, [toy_topic.article(title) for title in titles], "irrelevant")
    trained = wolves("model", "train", "--with-marks", "--json").json()
    assert trained["golden_lost"]
    refused = wolves.refused("model", "promote")
    assert "--accept-loss" in refused
    assert "Eleven sheep die at the mill." in refused or "Shooting is allowed." in refused
    assert in_use(wolves) == before
    assert wolves("model", "promote", "--accept-loss").code == 0
    assert in_use(wolves) == trained["candidate"]


def test_without_a_candidate_or_a_promotion_there_is_nothing_to_switch(wolves: Terminal):
    assert "there is no candidate" in wolves.refused("model", "promote")
    assert "nothing to go back to" in wolves.refused("model", "rollback")


def test_without_marks_there_is_nothing_to_learn(watch: Terminal, topic: Path):
    shutil.copytree(topic, watch.folder / "wolves")
    (watch.folder / "monitor.toml").write_text("[topic]\npack = 'wolves'\n")
    result = watch.refused("model", "train", "--with-marks")
    assert "0 marks" in result
    assert "monitor marks next" in result


def test_a_pack_without_examples_is_trained_from_a_named_folder(wolves: Terminal, topic: Path):
    shutil.rmtree(wolves.folder / "wolves" / "examples")
    assert "--pack" in wolves.refused("model", "train", "--with-marks")
    trained = wolves("model", "train", "--with-marks", "--pack", str(topic), "--json").json()
    assert trained["candidate"].startswith("wolves@")


def test_a_folder_of_another_topic_is_refused(wolves: Terminal, topic: Path):
    other = shutil.copytree(topic, wolves.folder / "other")
    card = other / "pack.toml"
    card.write_text(card.read_text().replace('name = "wolves"', 'name = "bears"'))
    result = wolves.refused("model", "train", "--with-marks", "--pack", str(other))
    assert "is the topic 'bears', and 'wolves' is in use" in result


def test_a_pack_named_by_its_path_is_used_as_it_is(wolves: Terminal):
    wolves("model", "train", "--with-marks")
    wolves("model", "promote")
    (wolves.folder / "monitor.toml").write_text("[topic]\npack = './wolves'\n")
    assert wolves("model", "show", "--json").json()["folder"].endswith("/wolves")
    assert "used as it is" in wolves.refused("model", "promote")
    assert "used as it is" in wolves.refused("model", "train", "--with-marks")
    result = wolves("model", "train", "--with-marks", "--out", "better")
    assert 'topic.pack = "better"' in result.err
    (wolves.folder / "monitor.toml").write_text("[topic]\npack = './better'\n")
    assert wolves("model", "show", "--json").json()["training"]["labels"] > 0


def promoted(watch: Terminal, times: int = 1) -> list[Path]:
    """Promote so many different packs; where the last ones lie, the current one first."""
    places = []
    for time in range(times):
        titles = [f"Wolf {verb} at the circus farm, {time}" for verb in ("eats", "sits", "runs")]
        mark_all(watch, [toy_topic.article(title) for title in titles], "irrelevant")
        trained = watch("model", "train", "--with-marks", "--json").json()
        assert watch("model", "promote", "--accept-loss").code == 0
        places.insert(0, Path(trained["folder"]))
    return places


def findings(watch: Terminal) -> list[tuple[str, str]]:
    """The doctor's, of the pack; the level and the sentence."""
    import json

    result = watch("doctor", "--json")
    return [(f["level"], f["finding"]) for f in json.loads(result.out) if f["subject"] == "pack"]


def spoil(place: Path) -> None:
    matrix = place / "weights" / "matrix.npy"
    content = bytearray(matrix.read_bytes())
    content[-1] ^= 1
    matrix.write_bytes(content)


def test_a_damaged_pack_leaves_the_last_good_one_working(wolves: Terminal):
    current, previous = promoted(wolves, times=2)
    spoil(current)
    shown = wolves("model", "show", "--json").json()
    assert Path(shown["folder"]) == previous
    assert "altered since training" in shown["faults"][0]
    account = wolves("explain", "--text", "Wolf kills sheep at the farm", "--json")
    assert account.json()["decision"]["pack"] == shown["id"]
    assert wolves("poll", "--json").code == 0
    (fault, sentence), (fine, place) = findings(wolves)
    assert (fault, fine) == ("fault", "ok")
    assert sentence.startswith(f"degraded: {current}/weights/matrix.npy: altered since training")
    assert f"working in its place from {previous}" in place
    assert wolves("doctor").code == 1


def test_when_every_trained_pack_is_damaged_the_topics_own_works(wolves: Terminal):
    for place in promoted(wolves, times=2):
        spoil(place)
    shown = wolves("model", "show", "--json").json()
    assert Path(shown["folder"]) == wolves.folder / "wolves"
    assert len(shown["faults"]) == 2
    assert wolves("model", "show").err.count("passed over:") == 2


def test_a_damaged_list_of_roles_leaves_the_topics_own_working(wolves: Terminal):
    promoted(wolves)
    (wolves.folder / "packs" / "wolves" / "in-use.json").write_text("{")
    shown = wolves("model", "show", "--json").json()
    assert Path(shown["folder"]) == wolves.folder / "wolves"
    assert "in-use.json" in findings(wolves)[0][1]


def test_a_damaged_candidate_is_not_promoted(wolves: Terminal):
    trained = wolves("model", "train", "--with-marks", "--json").json()
    spoil(Path(trained["folder"]))
    assert "altered since training" in wolves.refused("model", "promote")
    assert in_use(wolves) == trained["current"]


def test_the_doctor_says_when_the_topics_own_pack_is_newer(wolves: Terminal):
    promoted(wolves)
    assert [level for level, _ in findings(wolves)] == ["ok"]
    examples = wolves.folder / "wolves" / "examples" / "all.jsonl"
    lines = examples.read_text().splitlines()
    examples.write_text("\n".join(lines[:-1]) + "\n")
    wolves("model", "train", "--pack", str(wolves.folder / "wolves"))
    assert findings(wolves)[-1][0] == "warning"
    assert "train with marks again" in findings(wolves)[-1][1]


def test_golden_events_are_scored(wolves: Terminal):
    score = wolves("model", "golden", "--json").json()
    assert (score["events"], score["recalled"], score["missed"]) == (2, 2, [])
    result = wolves("model", "golden")
    assert "2 of 2 golden events recalled" in result.err
    (wolves.folder / "mine.jsonl").write_text(
        '{"id": "x", "date": "2025-01-01", "event": "Rain fell.", "themes": [],'
        ' "wordings": [{"lang": "en", "title": "Rain fell", "text": ""}]}'
    )
    result = wolves("model", "golden", "mine.jsonl")
    assert "missed: 2025-01-01 Rain fell. (best 0.0" in result.err


def test_a_topic_without_golden_events_can_be_promoted(wolves: Terminal):
    (wolves.folder / "wolves" / "golden.jsonl").unlink()
    assert "golden events can't be read" in wolves.refused("model", "golden")
    trained = wolves("model", "train", "--with-marks", "--json").json()
    assert trained["figures"]["candidate"]["golden"] is None
    assert wolves("model", "promote").code == 0


def test_an_explanation_names_the_sentence_and_what_would_change_the_outcome(wolves: Terminal):
    flagged = toy_topic.article("Wolf kills nine sheep at the farm", 0.9)
    store_articles(wolves, [flagged])
    account = wolves("explain", flagged.key, "--json").json()
    assert account["sentence"]["in_title"]
    assert account["sentence"]["terms"]
    assert account["otherwise"]["without"] == ["Wolf"]
    result = wolves("explain", "--text", "Striker of the Wolves sees a goal")
    assert "under the threshold" in result.out
    assert "[[keywords.rules]]" in result.out


def test_the_stored_decision_is_shown_without_a_usable_pack(wolves: Terminal):
    article = toy_topic.article("Wolf kills nine sheep at the farm", 0.9)
    store_articles(wolves, [article])
    spoil(wolves.folder / "wolves")
    result = wolves("explain", article.key, "--json")
    assert result.json()["otherwise"] is None
    assert result.json()["decision"]["relevant"]
    assert "altered since training" in result.err


def test_a_named_pack_is_trained_without_any_settings(
    terminal: Terminal, topic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MONITOR_CONFIG", str(tmp_path / "missing.toml"))
    trained = terminal("model", "train", "--pack", str(topic), "--out", str(tmp_path / "out"))
    assert trained.code == 0, trained.err
    assert (tmp_path / "out" / "weights").is_dir()
