"""Word lists: what is read, what an operator adds, and what is said of a faulty line."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.classify.features import word_lists
from monitor.classify.features.lexicon import Lexicon
from monitor.domain.errors import PackError
from tests.classify.features.test_lexicon import found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[WOLF", r"words\.toml: can't be read as a lexicon"),
        ("[wolf]\nen = []", r"words\.toml: \[wolf\]: a class is a table named in capital letters"),
        ("WOLF = 3", r"words\.toml: \[WOLF\]: a class is a table"),
        ("[WOLF]\nen = 'wolf'", r"words\.toml: \[WOLF\] en: expected a list of quoted words"),
        ("[WOLF]\nen = [3]", r"words\.toml: \[WOLF\] en: expected a list of quoted words"),
        ("[WOLF]\nen = ['…']", r'words\.toml: \[WOLF\] en: "…" is not valid'),
        (f"[WOLF]\nde = ['{'x' * 81}']", r"words\.toml: \[WOLF\] de: .*at most 80"),
        (
            "[WOLF]\nen = ['wo*lf']",
            r'words\.toml: \[WOLF\] en: "wo\*lf": a star is allowed only at the end',
        ),
        ("[WOLF]\nen = ['*wolf']", r'"\*wolf": a star is allowed only at the end'),
        ("silent = 3", r"words\.toml: silent: expected a list"),
        ("compounds = 3", r"words\.toml: \[compounds\] is a table"),
        ('[compounds]\n"ab" = ["BEAR"]', r'words\.toml: \[compounds\] "ab": no such class: BEAR'),
        ('[compounds]\n"ab" = []', r'\[compounds\] "ab": no such class: none given'),
    ],
)
def test_a_faulty_file_is_named_with_class_and_entry(tmp_path, text, message):
    (tmp_path / "words.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match=message):
        word_lists.load_lexicon(tmp_path)


def test_a_class_in_two_files_is_refused(tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text("[WOLF]\nen = ['wolf']", encoding="utf-8")
    with pytest.raises(PackError, match=r"b\.toml: \[WOLF\]: this class is already in another"):
        word_lists.load_lexicon(tmp_path)


def test_a_file_that_is_not_text_is_named(tmp_path):
    (tmp_path / "words.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PackError, match=r"words\.toml: can't be read as a lexicon"):
        word_lists.load_lexicon(tmp_path)


def test_a_folder_without_lists_is_named(tmp_path):
    with pytest.raises(PackError, match="no lexicon files"):
        word_lists.load_lexicon(tmp_path)


def test_more_entries_than_are_taken_are_refused(tmp_path):
    entries = ", ".join(f'"w{number}"' for number in range(100_001))
    (tmp_path / "words.toml").write_text(f"[WOLF]\nen = [{entries}]", encoding="utf-8")
    with pytest.raises(PackError, match="100001 entries; at most 100000"):
        word_lists.load_lexicon(tmp_path)


def test_lists_compounds_and_silent_entries_are_read(tmp_path):
    (tmp_path / "a.toml").write_text(
        'silent = ["wolf whistle*"]\n[WOLF]\ntitle = "wolves"\nen = ["wolf*"]\nde = ["wolf*"]\n'
        '[FARM]\nen = ["farm*"]\n[compounds]\n"wolffarm" = ["WOLF", "FARM"]\n',
        encoding="utf-8",
    )
    words = word_lists.load_lexicon(tmp_path)
    assert words.titles == {"WOLF": "wolves", "FARM": "FARM"}
    assert found(words, "A wolf whistle at the wolffarm") == [("wolffarm", "WOLF", "FARM")]


def test_a_word_in_two_classes_has_both(tmp_path):
    (tmp_path / "a.toml").write_text("[A]\nen = ['kid']\n[B]\nen = ['kid']", encoding="utf-8")
    assert found(word_lists.load_lexicon(tmp_path), "kid") == [("kid", "A", "B")]


def test_a_match_has_the_also_classes_of_its_class(tmp_path):
    text = "[PACK]\nalso = ['WOLF']\nen = ['wolf pack']\n[WOLF]\nen = ['wolf']"
    (tmp_path / "words.toml").write_text(text, encoding="utf-8")
    words = word_lists.load_lexicon(tmp_path)
    assert words.entries == {"wolf pack": ("PACK", "WOLF"), "wolf": ("WOLF",)}


def test_a_class_that_also_says_an_unknown_one_is_refused(tmp_path):
    (tmp_path / "words.toml").write_text("[PACK]\nalso = ['BEAR']", encoding="utf-8")
    with pytest.raises(PackError, match=r"\[PACK\] also: no such class: BEAR"):
        word_lists.load_lexicon(tmp_path)


# ── an operator's own entries ────────────────────────────────────────────────────────────────────

FARM = Lexicon(
    {"wol*": ("WOLF",), "sheep": ("FARM",), "grey wolf pack": ("PACK",)},
    titles={"WOLF": "wolves", "FARM": "farms", "PACK": "packs"},
    also={"PACK": ("WOLF",)},
)


@pytest.mark.parametrize(
    ("additions", "sentence", "expected"),
    [
        ({"WOLF": ["vlk*"]}, "Vlkodav and wolves", [("Vlkodav", "WOLF"), ("wolves", "WOLF")]),
        ({"PACK": ["horde"]}, "A horde", [("horde", "PACK", "WOLF")]),
        ({"FARM": ["wol*"]}, "wolves", [("wolves", "WOLF", "FARM")]),
        ({"FARM": ["barn"], "WOLF": ["barn"]}, "a barn", [("barn", "FARM", "WOLF")]),
        ({"silent": ["sheep"]}, "sheep and wolf", [("wolf", "WOLF")]),
        ({"silent": ["wolf whistle*"]}, "a wolf whistle, a wolf", [("wolf", "WOLF")]),
        ({"FARM": ["wolves"]}, "wolves and wolf", [("wolves", "FARM"), ("wolf", "WOLF")]),
        ({"WOLF": ["늑대"]}, "늑대가 온다", [("늑대", "WOLF")]),
    ],
)
def test_an_operators_entries_stand_beside_the_packs(additions, sentence, expected):
    assert found(word_lists.extend_lexicon(FARM, additions), sentence) == expected


def test_without_any_the_lexicon_is_the_packs_own():
    assert word_lists.extend_lexicon(FARM, {}) is FARM
    assert word_lists.extend_lexicon(FARM, {"WOLF": []}) is FARM


def test_the_packs_own_lexicon_stays_as_it_was():
    word_lists.extend_lexicon(FARM, {"silent": ["sheep"], "FARM": ["barn"]})
    assert found(FARM, "sheep in a barn") == [("sheep", "FARM")]


@pytest.mark.parametrize(
    ("additions", "message"),
    [
        ({"WOLFF": ["wolf"]}, "^WOLFF: no such class; did you mean WOLF?"),
        ({"bear": ["bear"]}, "^bear: no such class; there are: WOLF, FARM, PACK, silent"),
        ({"WOLF": ["wo*lf"]}, r'^WOLF: "wo\*lf": a star is allowed only at the end'),
        ({"WOLF": [""]}, '^WOLF: "" is not valid'),
        ({"WOLF": ["w" * 81]}, "^WOLF: .*at most 80"),
        ({"silent": ["!?"]}, '^silent: "!\\?" is not valid'),
        ({"silent": ["lamb"], "FARM": ["lamb"]}, '^silent: "lamb" is also listed under FARM'),
        ({"WOLF": [f"w{n}" for n in range(10_001)]}, "^10001 entries; at most 10000 are allowed"),
    ],
)
def test_an_entry_that_cannot_be_taken_is_named_with_its_class(additions, message):
    with pytest.raises(PackError, match=message):
        word_lists.extend_lexicon(FARM, additions)


@given(st.dictionaries(st.sampled_from(["WOLF", "FARM", "silent"]), st.lists(st.text(max_size=9))))
def test_any_table_is_taken_or_refused(additions):
    with suppress(PackError):
        lexicon = word_lists.extend_lexicon(FARM, additions)
        assert set(FARM.entries) <= set(lexicon.entries)
        assert lexicon.classes == FARM.classes
        assert all(lexicon.hits(entry, entry) is not None for entry in lexicon.entries)
