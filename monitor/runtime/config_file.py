"""Configuration file: replaced whole by one process at a time; line endings and mode stay."""

from __future__ import annotations

import codecs
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from monitor.domain.errors import ConfigError
from monitor.settings import layers

_MODE = 0o600  # of the new file, until it has the mode of the old one: it may hold passwords


class ConfigFile:
    """The file while it is locked against other processes that edit it here."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._content = _read(path)

    @property
    def text(self) -> str:
        """The content with line feeds, as settings are read.  Raise ConfigError."""
        try:
            return layers.decode(self._content)
        except UnicodeDecodeError as error:
            raise ConfigError(f"{self.path}: can't be read: {error}; save it as UTF-8") from error

    def replace(self, text: str) -> None:
        """Replace the content, atomically.

        Raise ConfigError when the file can't be written, or was changed since it was read.
        """
        content = text.encode()
        if b"\r\n" in self._content:
            content = text.replace("\n", "\r\n").encode()
        if self._content.startswith(codecs.BOM_UTF8):
            content = codecs.BOM_UTF8 + content
        if _read(self.path) != self._content:
            raise ConfigError(f"{self.path} was changed at this moment: look at it and try again")
        new = self.path.with_name(f".{self.path.name}.new")
        try:
            _write(new, content)
            shutil.copymode(self.path, new)
            _copy_owner(self.path, new)
            new.replace(self.path)
        except OSError as error:
            raise ConfigError(f"{self.path} can't be written: {error.strerror}") from error
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)


@contextmanager
def locked_file(path: Path) -> Iterator[ConfigFile]:
    """The file, which no other process of this machine edits through here meanwhile.

    The lock is on the file itself, which every edit replaces: whoever waited looks again.  Raise
    ConfigError when the file can't be read.
    """
    path = path.resolve()  # a link stays one
    while True:
        descriptor = _open(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_current(descriptor, path):
                yield ConfigFile(path)
                return
        finally:
            os.close(descriptor)


def why_not_writable(path: Path | None) -> str:
    """Why the file can't be replaced, in a sentence; "" when it can, as far as can be told."""
    if path is None:
        return "there is no configuration file: `monitor init` writes one"
    if not path.is_file():
        return f"{path} is missing"
    if not os.access(path, os.W_OK):
        return f"{path} may not be written by this process"
    if not os.access(path.parent, os.W_OK):
        return f"{path.parent} may not be written by this process, so the file can't be replaced"
    return ""


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from error


def _is_current(descriptor: int, path: Path) -> bool:
    """Whether this is still the file at the path."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from error


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)  # left by a process that was killed
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _copy_owner(old: Path, new: Path) -> None:
    """Give the new file the owner of the old one, as far as this process may."""
    status = old.stat()
    with suppress(PermissionError):
        os.chown(new, status.st_uid, status.st_gid)
