"""Pack registry: the trained packs of a data folder, and which of them is in use.

    packs/dprk-russia/3f0c52a17c11/   a pack, named by the digest of its manifest; never changed
    packs/dprk-russia/in-use.json     {"candidate": …, "current": …, "previous": …}: digests or null

Packs are immutable and only the file is replaced, atomically: a concurrent reader, or a process
that is killed, leaves the state before or after the change.  Without a current pack the shipped
one is in use.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.classify.packs.metadata import MANIFEST
from monitor.domain.errors import ConfigError, PackError

if TYPE_CHECKING:
    from monitor.classify.packs.pack import Pack

_DIGEST = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRoles:
    """The pack in each role, by folder name."""

    candidate: str | None = None  # trained, not yet in use; None: there is none
    current: str | None = None  # in use; None: the shipped one
    previous: str | None = None  # in use before; None: the shipped one


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInUse:
    """The pack in use, and why better ones could not be used."""

    pack: Pack
    folder: Path
    faults: tuple[str, ...] = ()  # one sentence for each unusable pack; any fault means degraded


class PackRegistry:
    """The trained packs of one topic in one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "in-use.json"

    def roles(self) -> PackRoles:
        """Return the roles.  Raise PackError when `in-use.json` is damaged."""
        try:
            table = json.loads(self._file.read_text(encoding="utf-8"))
            roles = PackRoles(**table)
            names = (roles.candidate, roles.current, roles.previous)
            if not all(name is None or _DIGEST.fullmatch(name) for name in names):
                raise ValueError("a role is a name of twelve hexadecimal digits, or null")
        except FileNotFoundError:
            return PackRoles()
        except (OSError, ValueError, TypeError) as error:
            raise PackError(
                f"{self._file}: can't be read: {error}; remove it to go back to the shipped pack"
            ) from error
        return roles

    def path_of(self, name: str | None) -> Path | None:
        """Return the folder of the pack with this name."""
        return self.folder / name if name else None

    def add_candidate(self, write: Callable[[Path], object]) -> Path:
        """Let `write` create a pack in a new folder, verify it, and make it the candidate.

        Return its folder.  Raise PackError, and change nothing, when the pack is not valid.
        """
        new_folder = self.folder / "new"
        shutil.rmtree(new_folder, ignore_errors=True)
        new_folder.mkdir(parents=True)
        try:
            write(new_folder)
            name = _load(new_folder).digest[:12]
            folder = self.folder / name
            if folder.exists():  # trained on the same marks before, or damaged since
                shutil.rmtree(folder)
            new_folder.rename(folder)
        finally:
            shutil.rmtree(new_folder, ignore_errors=True)
        self._write_roles(replace(self.roles(), candidate=name))
        return folder

    def promote(self) -> None:
        """Make the candidate current and the current previous.  Raise ConfigError without one."""
        roles = self.roles()
        if roles.candidate is None:
            raise ConfigError("there is no candidate: `monitor model train --with-marks` makes one")
        # A candidate equal to the current pack leaves the previous one in place for a rollback.
        is_unchanged = roles.candidate == roles.current
        previous = roles.previous if is_unchanged else roles.current
        self._write_roles(PackRoles(current=roles.candidate, previous=previous))

    def rollback(self) -> None:
        """Undo a promotion: the current becomes candidate again, the previous becomes current.

        Raise ConfigError when the shipped pack is in use, because nothing was promoted.
        """
        roles = self.roles()
        if roles.current is None:
            raise ConfigError("there is nothing to go back to: the shipped pack is in use")
        self._write_roles(PackRoles(candidate=roles.current, current=roles.previous))

    def _write_roles(self, roles: PackRoles) -> None:
        """Replace `in-use.json`, then delete the packs without a role."""
        table = {"candidate": roles.candidate, "current": roles.current, "previous": roles.previous}
        new_file = self._file.with_name("in-use.json.new")
        with new_file.open("w", encoding="utf-8") as file:
            file.write(json.dumps(table, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        new_file.replace(self._file)
        for folder in self.folder.iterdir():
            if _DIGEST.fullmatch(folder.name) and folder.name not in table.values():
                shutil.rmtree(folder, ignore_errors=True)


def pack_digest(folder: Path) -> str:
    """Return the first twelve digits of the manifest's SHA-256; "" without a manifest.

    The pack is not verified.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return ""
    return hashlib.sha256(manifest.read_bytes()).hexdigest()[:12]


def first_usable_pack(folders: Sequence[Path], *, faults: Sequence[str] = ()) -> PackInUse:
    """Return the first valid pack of `folders`, which are in order of preference.

    Raise PackError with every reason when none is valid.
    """
    reasons = list(faults)
    for folder in folders:
        try:
            loaded = _load(folder)
        except PackError as error:
            reasons.append(str(error))
        else:
            return PackInUse(pack=loaded, folder=folder, faults=tuple(reasons))
    raise PackError("\n".join(reasons))


def _load(folder: Path) -> Pack:
    # Imported here, because most commands only need the names of packs, and numpy loads slowly.
    from monitor.classify.packs import pack

    return pack.load_pack(folder)
