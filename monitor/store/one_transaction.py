"""One transaction for an action that changes several things: all is stored, or none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from monitor.store.store import Store

_Rest = ParamSpec("_Rest")
_Result = TypeVar("_Result")


def in_one_transaction(
    action: Callable[Concatenate[Store, _Rest], _Result],
) -> Callable[Concatenate[Store, _Rest], _Result]:
    """Make this action atomic: a change, its messages and its audit entry.

    It runs again when the connection is lost, so it must change nothing but the database.
    """

    @wraps(action)
    def run(store: Store, /, *rest: _Rest.args, **named: _Rest.kwargs) -> _Result:
        return store.together(partial(action, store, *rest, **named))

    return run
