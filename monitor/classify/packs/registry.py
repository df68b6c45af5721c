"""Which trained pack is in use?  The packs of one data folder, and the file that says which.

    packs/dprk-russia/3f0c52a17c11/   a pack, named by the digest of its manifest; never changed
    packs/dprk-russia/in-use.json     {"candidate": …, "current": …, "previous": …}: digests or null

Packs lie still and only the file is replaced, at once or not at all: whoever reads meanwhile, or is
killed in the middle, finds the packs of before or of after.  Without a current one the shipped
pack is in use.
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
    """The folder that plays each part, by name; None: nobody does."""

    candidate: str | None = None  # trained, not in use yet
    current: str | None = None  # in use; None: the shipped one
    previous: str | None = None  # in use before; None: the shipped one


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInUse:
    """The pack to work with, and why those that should have been were passed over."""

    pack: Pack
    folder: Path
    faults: tuple[str, ...] = ()  # a sentence each; any means: degraded


class PackRegistry:
    """The trained packs of one topic in one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "in-use.json"

    def roles(self) -> PackRoles:
        """Who plays which part.  Raise PackError when the file that says so is damaged."""
        try:
            table = json.loads(self._file.read_text(encoding="utf-8"))
            roles = PackRoles(**table)
            names = (roles.candidate, roles.current, roles.previous)
            if not all(name is None or _DIGEST.fullmatch(name) for name in names):
                raise ValueError("a part is played by twelve digits, or null")
        except FileNotFoundError:
            return PackRoles()
        except (OSError, ValueError, TypeError) as error:
            raise PackError(
                f"{self._file}: can't be read: {error}; remove it to go back to the shipped pack"
            ) from error
        return roles

    def path_of(self, name: str | None) -> Path | None:
        """Where the pack of this name lies."""
        return self.folder / name if name else None

    def add_candidate(self, write: Callable[[Path], object]) -> Path:
        """Let `write` make a pack in a fresh folder; when it is whole, it is the candidate.

        Raise PackError, and change nothing, when it is not.
        """
        fresh = self.folder / "new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        try:
            write(fresh)
            name = _load(fresh).digest[:12]
            place = self.folder / name
            if place.exists():  # the same labels again, or it was damaged since
                shutil.rmtree(place)
            fresh.rename(place)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        self._settle(replace(self.roles(), candidate=name))
        return place

    def promote(self) -> None:
        """The candidate becomes current, the current previous.  Raise ConfigError without one."""
        roles = self.roles()
        if roles.candidate is None:
            raise ConfigError("there is no candidate: `monitor model train --with-marks` makes one")
        same = (
            roles.candidate == roles.current
        )  # taught the same again: nothing new to go back from
        previous = roles.previous if same else roles.current
        self._settle(PackRoles(current=roles.candidate, previous=previous))

    def rollback(self) -> None:
        """Undo a promotion: the current becomes candidate again, the previous current.

        Raise ConfigError when the shipped pack is in use: nothing was promoted.
        """
        roles = self.roles()
        if roles.current is None:
            raise ConfigError("there is nothing to go back to: the shipped pack is in use")
        self._settle(PackRoles(candidate=roles.current, current=roles.previous))

    def _settle(self, roles: PackRoles) -> None:
        """Replace the file, then drop the packs that play no part any more."""
        table = {"candidate": roles.candidate, "current": roles.current, "previous": roles.previous}
        fresh = self._file.with_name("in-use.json.new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(json.dumps(table, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._file)
        for place in self.folder.iterdir():
            if _DIGEST.fullmatch(place.name) and place.name not in table.values():
                shutil.rmtree(place, ignore_errors=True)


def pack_digest(folder: Path) -> str:
    """Twelve digits that change when the pack there is trained anew; of a sound one or not."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return ""
    return hashlib.sha256(manifest.read_bytes()).hexdigest()[:12]


def first_usable_pack(folders: Sequence[Path], *, faults: Sequence[str] = ()) -> PackInUse:
    """The first of these packs, the best first, that can be used.

    Raise PackError with every reason when there is none.
    """
    found = list(faults)
    for folder in folders:
        try:
            loaded = _load(folder)
        except PackError as error:
            found.append(str(error))
        else:
            return PackInUse(pack=loaded, folder=folder, faults=tuple(found))
    raise PackError("\n".join(found))


def _load(folder: Path) -> Pack:
    # Here: who only asks which pack is in use, as most commands do, need not load numpy.
    from monitor.classify.packs import pack

    return pack.load_pack(folder)
