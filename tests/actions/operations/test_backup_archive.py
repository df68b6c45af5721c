"""Backup archives: whole, private, and refused when a byte differs."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from monitor.actions.operations.backup_archive import (
    BackupFacts,
    digest,
    read_archive,
    write_archive,
)
from monitor.domain.errors import StoreError

CREATED = "2025-06-17T12:00:00Z"


def written(folder: Path, **texts: str) -> Path:
    """An archive of these files."""
    files = {}
    for name, text in texts.items():
        path = folder / f"{name}.source"
        path.write_text(text, encoding="utf-8")
        files[f"files/{name}"] = path
    digests = {name: digest(path) for name, path in files.items()}
    facts = BackupFacts(created_at=CREATED, program="0.1.0", settings="", digests=digests)
    archive = folder / "backup.tar.gz"
    write_archive(archive, facts, files)
    return archive


def manifest(**changes: object) -> bytes:
    table = {"format": 1, "created_at": "", "program": "9.0", "settings": "", "sha256": {}}
    return json.dumps({**table, **changes}).encode()


def rebuilt(archive: Path, **changes: bytes | None) -> Path:
    """The archive with other contents of some members; None leaves one out."""
    target = archive.with_name("changed.tar.gz")
    with tarfile.open(archive) as before, tarfile.open(target, "w:gz") as after:
        for member in before:
            stream = before.extractfile(member)
            assert stream is not None
            content = changes.get(Path(member.name).name, stream.read())
            if content is None:
                continue
            member.size = len(content)
            after.addfile(member, io.BytesIO(content))
    return target


def test_an_archive_is_private_and_unpacks_to_the_same_files(tmp_path: Path):
    archive = written(tmp_path, a="one\n", b="два\n")
    assert archive.stat().st_mode & 0o777 == 0o600
    target = tmp_path / "target"
    target.mkdir()
    facts = read_archive(archive, target)
    assert (facts.created_at, facts.program) == (CREATED, "0.1.0")
    assert (target / "files/b").read_text(encoding="utf-8") == "два\n"
    assert (target / "files/b").stat().st_mode & 0o777 == 0o600
    with pytest.raises(StoreError, match="exists already"):
        write_archive(archive, facts, {})


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"a": b"One\n"}, "'files/a' is damaged: its digest differs"),
        ({"a": None}, "is incomplete: 'files/a' is missing"),
        ({"manifest.json": b"{}"}, "its manifest is damaged"),
        ({"manifest.json": b"[]"}, "its manifest is damaged"),
        ({"manifest.json": None}, "its first file is no manifest"),
        ({"manifest.json": manifest(format=2)}, r"was made by a newer program \(9\.0\)"),
        ({"manifest.json": manifest(sha256={"../a": "0"})}, "'../a' lies outside of its folder"),
        ({"manifest.json": manifest()}, "'files/a' is not in its manifest"),
    ],
)
def test_an_archive_that_was_changed_is_refused(tmp_path: Path, changes, problem):
    archive = rebuilt(written(tmp_path, a="one\n", b="two\n"), **changes)
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(StoreError, match=problem):
        read_archive(archive, target)


@pytest.mark.parametrize("share", [0, 0.1, 0.5])
def test_a_file_that_is_no_whole_archive_is_refused(tmp_path: Path, share: float):
    archive = written(tmp_path, a="one\n" * 10_000)
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(StoreError, match=r"can't be read|is empty|is incomplete"):
        read_archive(archive, tmp_path)


def test_a_link_in_an_archive_is_refused(tmp_path: Path):
    archive = tmp_path / "link.tar.gz"
    with tarfile.open(archive, "w:gz") as stream:
        link = tarfile.TarInfo("manifest.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        stream.addfile(link)
    with pytest.raises(StoreError, match="is no ordinary file"):
        read_archive(archive, tmp_path)
