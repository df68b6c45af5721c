"""Saved searches: save under a name, list, remove, and the addresses of their feeds.

They are shared: everybody who may search sees them, and everybody who may save changes them.  The
audit log says who did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.access.caller import Caller
from monitor.access.permissions import Act
from monitor.actions import as_json
from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.as_json import JsonObject
from monitor.actions.reading.questions import with_patterns
from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.domain.errors import ConfigError
from monitor.search import description
from monitor.search.fields import ParseContext, suggestion
from monitor.search.grammar import parse_in
from monitor.search.question import Question, QuestionError
from monitor.search.saved_search import LONGEST_NAME, SavedSearch, by_folded_name
from monitor.store.one_transaction import in_one_transaction

if TYPE_CHECKING:
    from monitor.store.store import Store

_UNQUOTABLE = set('",“”„«»')  # in `saved:"NAME"`


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveRequest:
    """A question to save."""

    name: str
    question: str
    zone: str = "UTC"  # of the dates in the question


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSearch:
    """A saved search with its question in words."""

    search: SavedSearch
    words: str  # or why the question can't be read

    def as_json(self) -> JsonObject:
        """One line of `searches list --json`."""
        search = self.search
        return {
            "name": search.name,
            "question": search.question,
            "words": self.words,
            "zone": search.zone,
            "saved_by": search.saved_by,
            "created_at": as_json.instant(search.created_at),
            "changed_at": as_json.instant(search.changed_at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLinks:
    """The addresses of a saved search's feeds; whoever knows one can read it."""

    atom: str
    json: str

    def as_json(self) -> JsonObject:
        """The addresses as `searches links --json` prints them."""
        return {"atom": self.atom, "json": self.json}


@in_one_transaction
def save_search(store: Store, request: SaveRequest, caller: Caller, now: datetime) -> ListedSearch:
    """Save a question under a name; one of that name is changed and keeps its addresses.

    Raise ConfigError for a name that can't be used, and QuestionError for a question that can't be
    understood, finds every article, or would be part of itself.
    """
    name, text = " ".join(request.name.split()), request.question.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or _UNQUOTABLE & set(name):
        raise ConfigError(
            f"the name of a saved search has 1 to {LONGEST_NAME} printable characters, without"
            " quotation marks and commas"
        )
    before = store.saved_searches.find(name)
    search = SavedSearch(
        name=name, question=text, zone=request.zone, saved_by=caller.name,
        created_at=before.created_at if before else now, changed_at=now,
    )  # fmt: skip
    saved = {**by_folded_name(store.saved_searches.list()), name.casefold(): search}
    question = with_patterns(_read(search, saved, now), text)
    _check_others(search, saved, now)
    store.saved_searches.save(search)
    changed = Changed(
        before={"question": before.question} if before else None, after={"question": text}
    )
    audit_log.record(store, caller, Act.SAVE_SEARCHES, name, now, changed)
    return ListedSearch(search=search, words=description.describe(question, search.dates_zone))


def _read(search: SavedSearch, saved: Mapping[str, SavedSearch], now: datetime) -> Question:
    """The question of a saved search.  Raise QuestionError."""
    context = ParseContext(now, search.dates_zone, saved, within=(search.name.casefold(),))
    question = parse_in(search.question, context)
    if question.tree is None:
        fault = "it finds every article: write a condition to save"
        raise QuestionError(search.question, 0, fault)
    return question


def _check_others(search: SavedSearch, saved: Mapping[str, SavedSearch], now: datetime) -> None:
    """Raise ConfigError when another saved search could not be read any more."""
    for other in saved.values():
        if "saved:" not in other.question.casefold() or other.key == search.key:
            continue
        try:
            _read(other, saved, now)
        except QuestionError as error:
            raise ConfigError(
                f"the saved search {other.name!r} uses this one: {error.fault}"
            ) from None


def list_searches(store: Store, now: datetime) -> list[ListedSearch]:
    """Every saved search, by name."""
    searches = store.saved_searches.list()
    saved = by_folded_name(searches)
    return [ListedSearch(search=search, words=_words(search, saved, now)) for search in searches]


def _words(search: SavedSearch, saved: Mapping[str, SavedSearch], now: datetime) -> str:
    try:
        return description.describe(_read(search, saved, now), search.dates_zone)
    except QuestionError as error:
        return f"can't be read: {error.fault}"


def find_search(store: Store, name: str) -> SavedSearch:
    """The saved search of this name.  Raise ConfigError with the nearest name."""
    search = store.saved_searches.find(" ".join(name.split()))
    if search is None:
        names = [saved.name for saved in store.saved_searches.list()]
        hint = suggestion(name, names) if names else "none is saved yet"
        raise ConfigError(f"no saved search {name!r}: {hint}")
    return search


def show_search(store: Store, name: str, now: datetime) -> ListedSearch:
    """One saved search.  Raise ConfigError when there is none of this name."""
    search = find_search(store, name)
    saved = by_folded_name(store.saved_searches.list())
    return ListedSearch(search=search, words=_words(search, saved, now))


@in_one_transaction
def remove_search(store: Store, name: str, caller: Caller, now: datetime) -> SavedSearch:
    """Remove a saved search, which ends its feeds; subscriptions made from it stay.

    Raise ConfigError when there is none, or when another one uses it.
    """
    search = find_search(store, name)
    others = [other for other in store.saved_searches.list() if other.key != search.key]
    for other in others:
        try:
            _read(other, by_folded_name(others), now)
        except QuestionError as error:
            raise ConfigError(
                f"{other.name!r} uses {search.name!r}: change or remove it first ({error.fault})"
            ) from None
    store.saved_searches.remove(search.key)
    removed = Changed(before={"question": search.question})
    audit_log.record(store, caller, Act.SAVE_SEARCHES, search.name, now, removed)
    return search


def search_links(store: Store, search: SavedSearch, public_url: str) -> SearchLinks:
    """The addresses of the feeds of a saved search."""
    secret = store.tokens.secret()
    return SearchLinks(
        atom=tokens.search_feed_url(public_url, secret, search, search.renewals, "atom"),
        json=tokens.search_feed_url(public_url, secret, search, search.renewals, "json"),
    )


@in_one_transaction
def renew_links(store: Store, name: str, caller: Caller, now: datetime) -> SavedSearch:
    """Give the feeds of a saved search new addresses; the old ones end."""
    search = find_search(store, name)
    store.saved_searches.renew(search.key)
    renewed = Changed(after={"feeds": "new addresses"})
    audit_log.record(store, caller, Act.SAVE_SEARCHES, search.name, now, renewed)
    return replace(search, renewals=search.renewals + 1)


def search_of_token(store: Store, token: str) -> SavedSearch | None:
    """The saved search whose feed the token opens; None for one of before a renewal, too."""
    key = tokens.key_of_token(token)
    search = store.saved_searches.by_key(key) if key else None
    if search is None:
        return None
    bound = str(search.renewals)
    is_valid = tokens.is_valid(token, store.tokens.secret(), Purpose.SEARCH, search, bound)
    return search if is_valid else None


def question_of(store: Store, search: SavedSearch, now: datetime) -> Question:
    """The question of a saved search, read now.  Raise QuestionError."""
    saved = by_folded_name(store.saved_searches.list())
    return with_patterns(_read(search, saved, now), search.question)
