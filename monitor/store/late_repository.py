"""Late import of repositories: each is imported and built when it is first used.

A command uses a few of the store's forty repositories; the modules of all of them are a sixth of
the CPU of a short one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.store.database.transactions import Database


class LateRepository:
    """An attribute of the store: the repository of its database, built at first use."""

    def __init__(self, path: str) -> None:
        """`path` is the class below `monitor.store`, as in "repositories.feeds.Feeds"."""
        module, _, self._class_name = path.rpartition(".")
        self._module = f"monitor.store.{module}"

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, store: Any, owner: type) -> Any:
        if store is None:
            return self
        repository = self.build(store._database)
        # from now on the attribute is found before this descriptor
        vars(store)[self._name] = repository
        return repository

    def build(self, database: Database) -> Any:
        """Import the class of the repository and make one."""
        return getattr(import_module(self._module), self._class_name)(database)


def repository(path: str) -> Any:
    """The attribute for a class below `monitor.store`; its type is declared where it is used."""
    return LateRepository(path)
