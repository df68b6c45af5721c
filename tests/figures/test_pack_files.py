"""Figure pack files: what is wrong is refused with the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.domain.errors import PackError
from monitor.figures.pack_files import load_figure_pack, load_outlets

KIND = '[killed]\ntitle = "killed"\ngroup = "loss"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[killed\n", r"kinds.toml: not TOML: .*line 1"),
        (
            '[killed]\ntitle = "k"\ngroup = "lost"\n',
            r"kinds.toml:3: \[killed\] group: expected one",
        ),
        ('[killed]\ngroup = "loss"\n', r"kinds.toml:1: \[killed\] title"),
        (KIND + "least = -1\n", r"kinds.toml:4: \[killed\] least"),
        (KIND + "colour = 1\n", r"kinds.toml:4: \[killed\] colour: unknown"),
        (KIND + "[killed.nouns]\nxx = ['a']\n", r"kinds.toml:5: \[killed.nouns\] xx: no such"),
        (KIND + "[killed.nouns]\nen = 'dead'\n", r"kinds.toml:5: \[killed.nouns\] en: expected"),
        (KIND + "[killed.verbs]\nen = ['di*e']\n", r'kinds.toml:5: .*"di\*e"'),
        (KIND + "[killed.verbs]\nen = ['']\n", "kinds.toml:5: "),
        (KIND + "nouns = 3\n", r"kinds.toml:4: \[killed\] nouns: expected a table"),
        (KIND + "except = 3\n", r"kinds.toml:4: \[killed\] except: expected a table"),
        (KIND + "counters = [3]\n", r"kinds.toml:4: \[killed\] counters: expected a list"),
        (KIND + "least = true\n", r"kinds.toml:4: \[killed\] least"),
        (KIND + f"[killed.nouns]\nen = ['{'a' * 81}']\n", "kinds.toml:5: .*at most 80"),
        (KIND + f"[killed.nouns]\nen = {['a'] * 2001}\n", "kinds.toml:5: .*2001 entries"),
        (
            '[killed]\ngroup = "loss"\n[wounded]\ntitle = "w"\n',
            r"kinds.toml:1: \[killed\] title: expected a text",
        ),
        ("[Killed]\n", r"kinds.toml:1: \[Killed\]: expected a table named in small"),
        ("killed = 1\n", r"kinds.toml:1: \[killed\]"),
        ('[seoul]\ntitle = "Seoul"\nnames = ["NIS", 3]\n', r"kinds.toml:3: \[seoul\] names"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text, message):
    (tmp_path / "kinds.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match=message):
        load_figure_pack(tmp_path)


def test_a_table_in_two_files_is_refused(tmp_path: Path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(KIND)
    with pytest.raises(PackError, match=r"b.toml:1: .*already"):
        load_figure_pack(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path):
    with pytest.raises(PackError, match="no files of figures"):
        load_figure_pack(tmp_path)


def test_every_kind_of_the_shipped_pack_can_be_found(pack):
    assert {kind.slug for kind in pack.kinds.values()} >= {"killed", "deployed", "money"}
    for kind in pack.kinds.values():
        assert kind.title
        assert kind.nouns or kind.verbs


@pytest.mark.parametrize(
    ("claimant", "party"),
    [
        ("South Korea's spy agency", "seoul"),
        ("국방부 국방정보본부", "seoul"),
        ("North Korean state media", "pyongyang"),
        ("КНДР", "pyongyang"),
        ("White House", "washington"),
        ("us", None),
        ("a farmer", None),
        (None, None),
    ],
)
def test_a_claimant_belongs_to_a_party(pack, claimant, party):
    assert pack.party_of(claimant) == party


def test_a_file_that_is_no_text_is_named(tmp_path: Path):
    (tmp_path / "kinds.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PackError, match=r"kinds.toml: can't be read"):
        load_figure_pack(tmp_path)


def test_the_outlets_of_expected_parties_are_read_and_checked(tmp_path):
    party = '[moscow]\ntitle = "Moscow"\nnames = ["kremlin"]\noutlets = ["tass.ru"]\n'
    (tmp_path / "parties.toml").write_text(party)
    assert load_outlets(tmp_path) == {"moscow": ("tass.ru",)}
    assert load_figure_pack(tmp_path).outlets == {"moscow": ("tass.ru",)}
    (tmp_path / "parties.toml").write_text(party.replace("tass.ru", "https://tass.ru/rss"))
    with pytest.raises(PackError, match=r"parties.toml:4: \[moscow\] outlets: expected a list"):
        load_outlets(tmp_path)
