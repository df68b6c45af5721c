"""Backup archive: a compressed tar of files with a manifest of their SHA-256 digests."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from monitor.domain.errors import StoreError

FORMAT = 1
_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 10 * 2**20  # bytes
_PIECE = 2**20  # bytes read at a time
_LEVEL = 3  # of the compression: a third of the time of level 6, and a little larger


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFacts:
    """What an archive says of itself."""

    created_at: str  # RFC 3339
    program: str  # version
    settings: str  # the name of the configuration file in it; empty: there is none
    digests: Mapping[str, str]  # name of a file in the archive → SHA-256, hexadecimal

    def manifest(self) -> bytes:
        """The manifest as it is stored."""
        table = {
            "format": FORMAT,
            "created_at": self.created_at,
            "program": self.program,
            "settings": self.settings,
            "sha256": dict(self.digests),
        }
        return json.dumps(table, indent=1, sort_keys=True).encode()


def digest(path: Path) -> str:
    """The SHA-256 of a file, hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_archive(path: Path, facts: BackupFacts, files: Mapping[str, Path]) -> None:
    """Write the archive to a new file that only its owner may read.

    `files` maps names in the archive to files, those of `facts.digests`.  The archive gets its name
    when it is complete.  Raise StoreError for a path that exists or can't be written.
    """
    if path.exists():
        raise StoreError(f"{path}: exists already: name a new file")
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        opened = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(opened, "wb") as stream:
            _write_members(stream, facts, files)
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"{path}: can't be written: {error.strerror or error}") from error


def _write_members(stream: IO[bytes], facts: BackupFacts, files: Mapping[str, Path]) -> None:
    with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=_LEVEL) as archive:
        manifest = facts.manifest()
        archive.addfile(_member(_MANIFEST, len(manifest)), io.BytesIO(manifest))
        for name, path in files.items():
            with path.open("rb") as content:
                archive.addfile(_member(name, path.stat().st_size), content)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def read_archive(path: Path, folder: Path) -> BackupFacts:
    """Unpack the archive into an empty folder, and compare every digest.

    Raise StoreError, naming the file, for an archive that is damaged, incomplete, or of a newer
    program; its files are then not to be used.
    """
    try:
        with tarfile.open(path, mode="r|gz") as archive:
            return _unpack(archive, path, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        reason = getattr(error, "strerror", None) or "it is damaged, or no backup of Watchpost"
        raise StoreError(f"{path}: can't be read: {reason}") from error


def _unpack(archive: tarfile.TarFile, path: Path, folder: Path) -> BackupFacts:
    facts: BackupFacts | None = None
    present = set()
    for member in archive:
        content = archive.extractfile(member) if member.isfile() else None
        if content is None:
            raise StoreError(f"{path}: {member.name!r} is no ordinary file: it is no backup")
        if facts is None:
            facts = _read_manifest(path, member, content)
            continue
        if member.name not in facts.digests or member.name in present:
            raise StoreError(f"{path}: {member.name!r} is not in its manifest")
        if _store(content, folder / member.name) != facts.digests[member.name]:
            raise StoreError(f"{path}: {member.name!r} is damaged: its digest differs")
        present.add(member.name)
    if facts is None:
        raise StoreError(f"{path}: is empty")
    for name in facts.digests.keys() - present:
        raise StoreError(f"{path}: is incomplete: {name!r} is missing")
    return facts


def _read_manifest(path: Path, member: tarfile.TarInfo, content: IO[bytes]) -> BackupFacts:
    if member.name != _MANIFEST or member.size > _LARGEST_MANIFEST:
        raise StoreError(f"{path}: is no backup of Watchpost: its first file is no manifest")
    try:
        table: dict[str, Any] = json.loads(content.read())
        version = int(table["format"])
        facts = BackupFacts(
            created_at=str(table["created_at"]),
            program=str(table["program"]),
            settings=str(table["settings"]),
            digests={str(name): str(value) for name, value in table["sha256"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{path}: its manifest is damaged") from error
    if version > FORMAT:
        raise StoreError(
            f"{path}: was made by a newer program ({facts.program}): update this one first"
        )
    for name in (*facts.digests, facts.settings):
        if not _is_inside(name):
            raise StoreError(f"{path}: {name!r} lies outside of its folder: it is no backup")
    return facts


def _is_inside(name: str) -> bool:
    """Whether the name is a relative path that does not leave its folder."""
    place = PurePosixPath(name)
    return not place.is_absolute() and ".." not in place.parts and "\\" not in name


def _store(content: IO[bytes], path: Path) -> str:
    """Write the content to a file that only its owner may read; return its SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    digest_of = hashlib.sha256()
    with os.fdopen(opened, "wb") as stream:
        while piece := content.read(_PIECE):
            digest_of.update(piece)
            stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())
    return digest_of.hexdigest()
