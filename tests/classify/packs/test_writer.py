"""Packs are written whole, and judge as before."""

from __future__ import annotations

from monitor.classify.model.linear import LinearClassifier
from monitor.classify.packs import pack, writer
from monitor.domain.feeds import Entry
from tests.classify import toy_topic


def test_saved_and_loaded_it_judges_the_same(trained, tmp_path):
    original = pack.load_pack(trained)
    writer.write_pack(
        original.model, trained, tmp_path / "again",
        threshold=original.threshold,
        themes={slug: theme.threshold for slug, theme in original.themes.items()},
        training=original.training,
    )  # fmt: skip
    copy = pack.load_pack(tmp_path / "again")
    assert copy.id == original.id
    entries = [Entry(title=title) for title in (*toy_topic.ATTACKS, *toy_topic.NEAR_MISSES)]
    assert LinearClassifier(copy).judge(entries) == LinearClassifier(original).judge(entries)


def test_saving_again_removes_the_old_weights(folder):
    original = pack.load_pack(folder)
    (folder / "weights" / "stale.npy").write_bytes(b"")
    writer.write_pack(
        original.model,
        folder,
        folder,
        threshold=0.4,
        themes={"attack": 0.5, "law": 0.5},
        training={},
    )
    assert pack.load_pack(folder).threshold == 0.4
    assert sorted(path.name for path in folder.iterdir() if "weights" in path.name) == ["weights"]


def test_a_list_that_the_source_no_longer_has_is_not_kept(trained, tmp_path):
    original, out = pack.load_pack(trained), tmp_path / "again"
    (out / "lexicon").mkdir(parents=True)
    (out / "lexicon" / "9-old.toml").write_text('[OLD]\nen = ["old"]\n', encoding="utf-8")
    themes = {slug: theme.threshold for slug, theme in original.themes.items()}
    writer.write_pack(original.model, trained, out, threshold=0.5, themes=themes, training={})
    assert "OLD" not in pack.load_pack(out).lexicon.classes
