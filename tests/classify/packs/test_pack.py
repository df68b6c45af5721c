"""A pack is whole, ours and small enough, or it is refused with the file and the cause."""

from __future__ import annotations

import gc
import hashlib
import io
import json
import pickle
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from monitor.classify.features import word_lists
from monitor.classify.packs import pack
from monitor.domain.errors import PackError

NAMES = [
    "pack.toml",
    "lexicon/words.toml",
    "weights/manifest.json",
    *(f"weights/{name}.npy" for name in ("words", "characters", "lexicon", "matrix", "intercepts")),
    *(f"weights/{name}.txt" for name in ("words", "characters", "lexicon")),
]


def manifest(folder: Path, change: Callable[[dict], object]) -> None:
    """Change the manifest."""
    file = folder / pack.MANIFEST
    table = json.loads(file.read_bytes())
    change(table)
    file.write_text(json.dumps(table), encoding="utf-8")


def forge(folder: Path, name: str, content: bytes) -> None:
    """Put something else in a file's place, with a manifest that agrees."""
    (folder / name).write_bytes(content)
    sum_of = hashlib.sha256(content).hexdigest()
    manifest(folder, lambda table: table["files"].update({name: sum_of}))


def npy(values: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values, allow_pickle=True)
    return stream.getvalue()


def refused(folder: Path, *message: str) -> None:
    with pytest.raises(PackError) as caught:
        pack.load_pack(folder)
    assert all(part in str(caught.value) for part in message), str(caught.value)


def test_one_pack_is_once_in_memory_and_only_while_it_is_used(folder):
    manifest(folder, lambda table: table.update(temperature=0.75))  # no other test has this pack
    first, second = pack.load_pack(folder), pack.load_pack(folder)
    assert first.model is second.model
    assert first.lexicon is second.lexicon
    weights, lexicon = weakref.ref(first.model), weakref.ref(first.lexicon)
    del first, second
    gc.collect()
    assert (weights(), lexicon()) == (None, None)


def test_another_manifest_has_weights_of_its_own(folder):
    before = pack.load_pack(folder)
    manifest(folder, lambda table: table.update(temperature=0.5))
    assert pack.load_pack(folder).model is not before.model
    assert pack.load_pack(folder).model.temperature == 0.5


def test_the_listed_files_are_all_that_decide(folder):
    assert sorted(NAMES) == sorted([*pack.deciding_files(folder), pack.MANIFEST])


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    refused(folder, str(folder / name), "missing from the pack")


@pytest.mark.parametrize("name", [name for name in NAMES if name != pack.MANIFEST])
def test_a_flipped_byte_is_noticed(folder, name):
    raw = bytearray((folder / name).read_bytes())
    raw[len(raw) // 2] ^= 1
    (folder / name).write_bytes(raw)
    refused(folder, str(folder / name), "altered since training", "monitor model train")


def test_a_flipped_byte_of_the_manifest_is_refused_or_changes_the_packs_name(folder):
    before = pack.load_pack(folder).id
    file = folder / pack.MANIFEST
    raw = file.read_bytes()
    for place in range(0, len(raw), max(1, len(raw) // 60)):
        changed = bytearray(raw)
        changed[place] ^= 1
        file.write_bytes(changed)
        assert _loaded(folder) != before


def _loaded(folder: Path) -> str:
    """The pack's name, or why there is none."""
    try:
        return pack.load_pack(folder).id
    except PackError as error:
        return f"refused: {error}"


@pytest.mark.parametrize("name", [name for name in NAMES if name != pack.MANIFEST])
def test_a_pickle_in_a_files_place_is_refused(folder, name):
    (folder / name).write_bytes(pickle.dumps({"a": 1}))
    refused(folder, str(folder / name), "altered since training")


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".npy")])
@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps([1.0]),
        npy(np.array([{"a": 1}], dtype=object)),
        npy(np.zeros(3, dtype=np.float64)),
        npy(np.asfortranarray(np.zeros((2, 3), dtype=np.float32))),
        npy(np.zeros(3, dtype=">f4")),
        b"",
        b"\x93NUMPY\x03\x00" + bytes(64),
        b"\x93NUMPY\x01\x00\x10\x00" + b"{'descr': 1}    ",
    ],
    ids=["pickle", "objects", "doubles", "columns", "big", "empty", "version 3", "no header"],
)
def test_an_array_that_is_not_ours_is_refused_even_when_the_manifest_lists_it(
    folder, name, content
):
    forge(folder, name, content)
    refused(folder, str(folder / name), "not a valid array")


def test_nothing_of_an_array_of_objects_is_ever_run(folder, tmp_path):
    forge(folder, "weights/matrix.npy", npy(np.array([_Touch(tmp_path / "ran")], dtype=object)))
    refused(folder, "matrix.npy", "not a valid array")
    assert not (tmp_path / "ran").exists()


class _Touch:
    """Something that makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".npy")])
def test_a_truncated_array_is_refused(folder, name):
    raw = (folder / name).read_bytes()
    (folder / name).write_bytes(raw[:-3])
    refused(folder, str(folder / name), "altered since training")
    forge(folder, name, raw[:-3])
    refused(folder, str(folder / name), "not a valid array")


@pytest.mark.parametrize("name", ["words", "characters", "lexicon", "matrix"])
def test_an_array_of_another_size_is_refused(folder, name):
    values = np.load(folder / "weights" / f"{name}.npy")
    forge(folder, f"weights/{name}.npy", npy(np.ascontiguousarray(values[:-1])))
    refused(folder, f"{name}.npy", "shape", "instead of")


def test_values_that_are_not_finite_are_refused(folder):
    values = np.load(folder / "weights" / "matrix.npy")
    values[0, 0] = np.nan
    forge(folder, "weights/matrix.npy", npy(values))
    refused(folder, "matrix.npy", "contains values that are not finite")


def test_a_list_that_is_no_text_is_refused(folder):
    forge(folder, "weights/words.txt", b"\xff\xfe\n")
    refused(folder, "words.txt", "not UTF-8 text")


@pytest.mark.parametrize("suffix", ["pkl", "pickle", "joblib", "PT"])
def test_a_pickle_beside_them_is_refused(folder, suffix):
    (folder / "examples" / f"model.{suffix}").write_bytes(b"")
    refused(folder, f"model.{suffix}", "a pickle, which can run code")


@pytest.mark.parametrize("name", ["weights/more.npy", "lexicon/more.toml"])
def test_a_file_that_training_did_not_see_is_refused(folder, name):
    (folder / name).write_text("", encoding="utf-8")
    refused(folder, str(folder / name), "not part of the trained pack")


@pytest.mark.parametrize("name", ["weights/matrix.npy", "lexicon/words.toml", pack.MANIFEST])
def test_a_huge_file_is_not_read(folder, name):
    with (folder / name).open("r+b") as file:
        file.truncate(10 * 2**30)  # sparse: nothing is written
    refused(folder, str(folder / name), f"{10 * 2**30} bytes; at most")


def test_another_format_says_what_to_do(folder):
    manifest(folder, lambda table: table.update(format=2))
    refused(folder, "format 2, but this program reads format 1", "monitor model train")


@pytest.mark.parametrize("raw", ["", "[]", "{}", "null", "{", "3", '"files"', "\udcff"])
def test_an_unreadable_manifest_is_refused(folder, raw):
    (folder / pack.MANIFEST).write_bytes(raw.encode("utf-8", "surrogateescape"))
    refused(folder, "manifest.json: not a manifest", "monitor model train")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.pop("files"), "the list of files is missing"),
        (lambda table: table.pop("temperature"), "not a valid manifest"),
        (lambda table: table.update(threshold="high"), "not a valid manifest"),
        (lambda table: table["themes"].pop("law"), "its themes differ from those of the weights"),
        (lambda table: table["files"].pop("pack.toml"), "not part of the trained pack"),
        (lambda table: table["files"].update({"../x": "0"}), "missing from the pack"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(folder, change, message):
    manifest(folder, change)
    refused(folder, message)


def test_a_missing_folder_is_named(tmp_path):
    refused(tmp_path / "none", "none/weights/manifest.json: missing from the pack")


def test_a_file_that_cannot_be_read_is_named(folder):
    (folder / "pack.toml").unlink()
    (folder / "pack.toml").symlink_to(folder / "pack.toml")
    refused(folder, "pack.toml")


def test_a_topic_that_names_a_class_of_no_list_is_refused(folder):
    metadata = pack.read_metadata(folder)
    words = word_lists.load_lexicon(folder / "lexicon")
    wrong = replace(metadata, topic=replace(metadata.topic, gate=frozenset({"WOLFF"})))
    with pytest.raises(PackError, match="gate names WOLFF: no such class"):
        pack.check_topic(folder, wrong, words)


def test_a_manifest_nested_without_end_is_refused(folder):
    (folder / "weights" / "manifest.json").write_text("[" * 100_000, encoding="utf-8")
    refused(folder, "not a manifest")


def test_the_name_tells_one_training_from_another(folder):
    loaded = pack.load_pack(folder)
    assert loaded.id.startswith("wolves@")
    assert len(loaded.id) == len("wolves@") + 12
    manifest(folder, lambda table: table.update(threshold=0.6))
    assert pack.load_pack(folder).id != loaded.id


def test_the_readable_facts_are_json(folder):
    facts = pack.load_pack(folder).as_dict()
    assert json.loads(json.dumps(facts)) == facts
    assert (facts["lexicon"]["classes"], facts["lexicon"]["entries"]) == (3, 16)
    assert facts["lexicon"]["titles"]["WOLF"] == "wolves"
    assert set(facts["themes"]) == {"attack", "law"}
    assert pack.read_metadata(folder).theme_titles == {"attack": "Attacks", "law": "Law"}


def test_no_code_here_allows_pickles():
    room = Path(pack.__file__).parent
    for file in room.glob("*.py"):
        code = file.read_text(encoding="utf-8")
        assert "allow_pickle" not in code, file
        assert "np.load(" not in code, file
        assert "import pickle" not in code, file
