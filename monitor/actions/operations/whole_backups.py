"""Back up the whole installation: database, settings and trained packs, in one file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.actions.as_json import JsonObject
from monitor.actions.operations import backup_archive
from monitor.actions.operations.backup_archive import BackupFacts
from monitor.domain.errors import ConfigError
from monitor.text.formats import rfc3339

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

DATABASE = "database.db"  # in the archive: always SQLite
FILES = "files/"  # in the archive: what lies beside the configuration, and the configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeBackup:
    """What a backup holds, and what it does not."""

    file: Path
    size: int  # bytes
    files: int  # beside the database
    left_out: tuple[str, ...]  # a sentence each

    def as_json(self) -> JsonObject:
        """The backup as `backup --json` prints it."""
        return {
            "file": str(self.file),
            "bytes": self.size,
            "files": self.files,
            "left_out": list(self.left_out),
        }


def back_up(store: Store, settings: Settings, file: Path, now: datetime) -> WholeBackup:
    """Write a backup while the service runs; the database is that of one instant.

    The file holds every secret as it is, and only its owner may read it.  Raise StoreError for a
    path that exists or can't be written.
    """
    from monitor.store.store import Store

    beside = _files_beside(settings)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.absolute().parent) as folder:
        copy = Path(folder) / DATABASE
        if store.file is not None:
            store.backup(copy)
        else:
            with Store.open(f"sqlite:///{copy}") as target:
                store.copy_to(target)
        files = {DATABASE: copy, **beside}
        facts = BackupFacts(
            created_at=rfc3339(now),
            program=__version__,
            settings=settings.path.name if settings.path else "",
            digests={name: backup_archive.digest(path) for name, path in files.items()},
        )
        backup_archive.write_archive(file, facts, files)
    return WholeBackup(
        file=file,
        size=file.stat().st_size,
        files=len(beside),
        left_out=tuple(_left_out(settings)),
    )


def check_folder(file: Path) -> None:
    """Raise ConfigError when the folder of a new backup does not exist."""
    if not file.absolute().parent.is_dir():
        raise ConfigError(f"{file}: its folder does not exist: create it")


def _files_beside(settings: Settings) -> dict[str, Path]:
    """Name in the archive → file: the configuration, trained packs, a pack of one's own, DKIM."""
    if settings.path is None:
        return {}
    folder = settings.path.absolute().parent
    places = [settings.path.absolute(), folder / "packs"]
    places += [folder / name for name in (settings.topic.pack, settings.email.dkim_key) if name]
    files = {}
    for place in places:
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        for path in inside:
            if path.is_file() and not path.is_symlink() and path.is_relative_to(folder):
                files[FILES + path.relative_to(folder).as_posix()] = path
    return files


def _left_out(settings: Settings) -> Iterator[str]:
    """What a person must keep elsewhere."""
    if settings.path is None:
        yield "there is no configuration file: settings come from the environment"
    names = list(_set_by_environment(settings))
    if names:
        yield f"set by the environment, and not in the backup: {', '.join(names)}"
    folder = settings.folder.absolute()
    for name in (
        settings.email.dkim_key,
        settings.topic.pack if "/" in settings.topic.pack else "",
    ):
        if name and not (folder / name).resolve().is_relative_to(folder.resolve()):
            yield f"outside of the folder of the configuration, and not in the backup: {name}"


def _set_by_environment(settings: Settings) -> Iterator[str]:
    """The names of settings that a variable sets."""
    from monitor.settings.layers import VARIABLE

    for section, table in settings.model_dump().items():
        for key in table:
            if settings.place_of(section, key).startswith(VARIABLE):
                yield f"{section}.{key}"
