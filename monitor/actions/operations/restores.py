"""Restore a whole backup into a folder: everything is checked before anything is changed."""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions.access import audit_log
from monitor.actions.as_json import JsonObject
from monitor.actions.operations import backup_archive
from monitor.actions.operations.database_copies import unused
from monitor.actions.operations.whole_backups import DATABASE, FILES
from monitor.domain.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.access.caller import Caller
    from monitor.actions.operations.backup_archive import BackupFacts
    from monitor.settings.sections import Settings
    from monitor.store.store import StoreCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredBackup:
    """What was restored, and where."""

    created_at: str  # of the backup, RFC 3339
    database: str  # its file, or its address without the password
    files: tuple[Path, ...]  # written beside the configuration
    feeds: int
    articles: int
    waiting: int  # alerts that the next `monitor run` sends

    def as_json(self) -> JsonObject:
        """The restored backup as `restore --json` prints it."""
        return {
            "created_at": self.created_at,
            "database": self.database,
            "files": [str(path) for path in self.files],
            "feeds": self.feeds,
            "articles": self.articles,
            "waiting": self.waiting,
        }


def restore(
    file: Path, folder: Path, caller: Caller, now: datetime, *, keep_settings: bool = False
) -> RestoredBackup:
    """Restore the backup into this folder, and into the database that its settings name.

    Files that are there with the same content are left.  With `keep_settings` the configuration of
    the folder is used, and that of the backup is not written.  Raise StoreError for an archive that
    is damaged, a database that has rows or that a service uses, and ConfigError for files that
    differ: then nothing was changed.
    """
    folder = folder.absolute()
    if not folder.is_dir():
        raise ConfigError(f"{folder}: there is no such folder: create it")
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as unpacked_name:
        unpacked = Path(unpacked_name)
        facts = backup_archive.read_archive(file, unpacked)
        settings = _settings(facts, unpacked, folder, keep_settings)
        new_files = _new_files(facts, unpacked, folder, keep_settings)
        counts = _check_database(file, unpacked / DATABASE, caller, now)
        _check_target(settings)
        for source, target in new_files:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
        # the last step: a restore that was cut before it can be repeated
        database = _put_database(unpacked / DATABASE, settings)
    return RestoredBackup(
        created_at=facts.created_at,
        database=database,
        files=tuple(target for _, target in new_files),
        feeds=sum(counts.feeds.values()),
        articles=counts.articles,
        waiting=counts.pending + counts.held,
    )


def _settings(facts: BackupFacts, unpacked: Path, folder: Path, keep_settings: bool) -> Settings:
    """The settings that will be in force in the folder.  Raise ConfigError."""
    from monitor.settings import loader

    name = facts.settings or loader.FILE_NAME
    present, restored = folder / name, unpacked / FILES / name
    if keep_settings:
        if not present.is_file():
            raise ConfigError(f"{present}: there is no configuration to keep")
        return loader.load(present)
    if restored.is_file():
        return loader.load(restored).model_copy(update={"path": present})
    return loader.load(present if present.is_file() else None)


def _new_files(
    facts: BackupFacts, unpacked: Path, folder: Path, keep_settings: bool
) -> list[tuple[Path, Path]]:
    """Pairs of an unpacked file and its place.  Raise ConfigError when a place is taken."""
    pairs = []
    for name in sorted(facts.digests):
        relative = name.removeprefix(FILES)
        if name == DATABASE or (keep_settings and relative == facts.settings):
            continue
        source, target = unpacked / name, folder / relative
        if not target.exists():
            pairs.append((source, target))
        elif not target.is_file() or not filecmp.cmp(source, target, shallow=False):
            hint = (
                "move it away, or keep it with --keep-settings"
                if relative == facts.settings
                else "move it away"
            )
            raise ConfigError(f"{target}: is there already, and differs: {hint}")
    return pairs


def _check_database(file: Path, database: Path, caller: Caller, now: datetime) -> StoreCounts:
    """Open and upgrade the database of the backup; its audit log says that it was restored.

    Raise StoreError.
    """
    from monitor.store.store import Store

    if not database.is_file():
        raise StoreError(f"{file}: holds no database")
    with Store.open(f"sqlite:///{database}") as store:
        audit_log.record(store, caller, "restore backup", file.name, now)
        store.event_log.begin_anew()  # numbers after the backup were given to other events
        return store.counts()


def _check_target(settings: Settings) -> None:
    """Raise StoreError when the database of the settings has rows, or when a service uses it."""
    from monitor.store.store import Store

    path = _sqlite_file(settings)
    if path is not None and not path.parent.is_dir():
        raise StoreError(f"{path}: the folder {path.parent} does not exist: create it")
    if path is not None and not path.exists():
        return
    with Store.open(settings.database_url, upgrade=True) as target, unused(target):
        filled_table = next((name for name, number in target.row_counts().items() if number), "")
        if filled_table:
            raise StoreError(
                f"{target.name}: is not empty, it has rows of {filled_table}: move it away, or name"
                " another database.url"
            )


def _put_database(database: Path, settings: Settings) -> str:
    """Move the file to its place, or copy its rows to the server; the name of the target."""
    from monitor.store.store import Store

    path = _sqlite_file(settings)
    if path is None:
        with (
            Store.open(f"sqlite:///{database}") as source,
            Store.open(settings.database_url, upgrade=True) as target,
        ):
            source.copy_to(target)
            return target.name
    for suffix in ("-wal", "-shm"):  # of the empty or lost file that was there
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    part = path.with_name(f"{path.name}.part")
    shutil.move(database, part)  # the folder may be on another disk
    part.rename(path)
    return str(path)


def _sqlite_file(settings: Settings) -> Path | None:
    from monitor.store.database import engine

    return engine.sqlite_file(engine.read_url(settings.database_url))
