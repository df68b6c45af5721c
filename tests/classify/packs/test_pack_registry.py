"""Packs are switched at once or not at all, and a damaged one never takes the service down."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import pytest

from monitor.classify.packs import pack
from monitor.classify.packs.pack_registry import (
    PackRegistry,
    PackRoles,
    first_usable_pack,
    pack_digest,
)
from monitor.domain.errors import ConfigError, PackError
from tests.classify import toy_topic


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves")


@pytest.fixture
def shelf(tmp_path) -> PackRegistry:
    return PackRegistry(tmp_path / "packs" / "wolves")


def put(shelf: PackRegistry, base: Path, note: str = "") -> str:
    """Put a copy of the base pack there, told apart by a note in its manifest; its name."""

    def write(folder: Path) -> None:
        shutil.copytree(base, folder, dirs_exist_ok=True)
        manifest = folder / pack.MANIFEST
        table = json.loads(manifest.read_text())
        manifest.write_text(json.dumps({**table, "training": {"note": note}}))

    return shelf.add_candidate(write).name


def test_a_new_registry_is_empty(shelf):
    assert shelf.roles() == PackRoles()
    with pytest.raises(ConfigError, match="there is no candidate: `monitor model train"):
        shelf.promote()
    with pytest.raises(ConfigError, match="nothing to go back to: the shipped pack"):
        shelf.rollback()


def test_promotion_and_rollback_undo_each_other(shelf, base):
    first, second = put(shelf, base, "one"), None
    assert shelf.roles() == PackRoles(candidate=first)
    shelf.promote()
    assert shelf.roles() == PackRoles(current=first)
    second = put(shelf, base, "two")
    before = shelf.roles()
    shelf.promote()
    assert shelf.roles() == PackRoles(current=second, previous=first)
    shelf.rollback()
    assert shelf.roles() == before
    shelf.rollback()
    assert shelf.roles() == PackRoles(candidate=first)


def test_promoting_the_same_pack_again_keeps_the_rollback(shelf, base):
    first = put(shelf, base, "one")
    shelf.promote()
    put(shelf, base, "one")
    shelf.promote()
    assert shelf.roles() == PackRoles(current=first)


def test_packs_without_a_role_are_deleted(shelf, base):
    first = put(shelf, base, "one")
    second = put(shelf, base, "two")
    assert (shelf.path_of(first).exists(), shelf.path_of(second).exists()) == (False, True)


def test_adding_the_same_pack_repairs_a_damaged_copy(shelf, base):
    name = put(shelf, base)
    (shelf.path_of(name) / "pack.toml").unlink()
    assert put(shelf, base) == name
    assert pack.load_pack(shelf.path_of(name)).digest.startswith(name)


def test_a_pack_that_is_not_whole_is_never_a_candidate(shelf, base):
    put(shelf, base)
    before = shelf.roles()
    with pytest.raises(PackError):
        shelf.add_candidate(lambda folder: (folder / "pack.toml").write_text("name = 1"))
    assert shelf.roles() == before
    assert not (shelf.folder / "new").exists()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"current": "../../etc"}', '{"current": 7}', '{"other": null}']
)
def test_a_damaged_file_of_roles_is_refused(shelf, base, text):
    put(shelf, base)
    (shelf.folder / "in-use.json").write_text(text)
    with pytest.raises(PackError, match=r"in-use\.json: can't be read"):
        shelf.roles()


def test_the_rest_of_a_killed_switch_has_no_role(shelf, base):
    name = put(shelf, base)
    (shelf.folder / "in-use.json.new").write_text('{"current": "0')
    shutil.copytree(base, shelf.folder / "new")
    assert shelf.roles() == PackRoles(candidate=name)
    shelf.promote()
    assert shelf.roles() == PackRoles(current=name)


def flip(folder: Path) -> None:
    file = folder / "weights" / "matrix.npy"
    content = bytearray(file.read_bytes())
    content[-3] ^= 0x10
    file.write_bytes(content)


def rewrite(folder: Path, **changes: object) -> None:
    manifest = folder / pack.MANIFEST
    table = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**table, **changes}))


DAMAGE = {
    "a flipped byte": (flip, "altered since training"),
    "a missing file": (lambda folder: (folder / "weights/words.txt").unlink(), "missing"),
    "no weights": (lambda folder: shutil.rmtree(folder / "weights"), "missing"),
    "another version": (lambda folder: rewrite(folder, format=2), "format 2, but this program"),
    "a pickle among the weights": (
        lambda folder: (folder / "weights/model.pkl").write_bytes(pickle.dumps({})),
        "a pickle, which can run code",
    ),
    "a pickle beside them": (
        lambda folder: (folder / "model.joblib").write_bytes(pickle.dumps({})),
        "a pickle, which can run code",
    ),
    "a file nobody listed": (
        lambda folder: (folder / "weights/extra.npy").write_bytes(b""),
        "not part of the trained pack",
    ),
    "no folder at all": (shutil.rmtree, "missing"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_pack_is_passed_over_with_the_reason(tmp_path, base, damage):
    spoil, message = DAMAGE[damage]
    broken = shutil.copytree(base, tmp_path / "broken")
    spoil(broken)
    in_use = first_usable_pack([broken, base])
    assert in_use.folder == base
    assert message in in_use.faults[0]
    assert str(broken) in in_use.faults[0]


def test_without_a_usable_pack_every_reason_is_named(tmp_path, base):
    for name in ("one", "two"):
        flip(shutil.copytree(base, tmp_path / name))
    with pytest.raises(PackError, match=r"(?s)first fault.*one.*altered.*two.*altered"):
        first_usable_pack([tmp_path / "one", tmp_path / "two"], faults=["first fault"])


def test_a_pack_is_named_by_its_manifest(base, tmp_path):
    assert pack_digest(base) == pack.load_pack(base).digest[:12]
    assert pack_digest(tmp_path) == ""
