"""Saved searches: names, changes, cycles, and the addresses of their feeds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.caller import local_caller
from monitor.actions.reading import saved_searches
from monitor.actions.reading.saved_searches import SaveRequest
from monitor.domain.errors import ConfigError
from monitor.search.question import QuestionError
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.fakes import NOW

ME = local_caller("mina", NOW)


def save(store: Store, name: str, question: str) -> saved_searches.ListedSearch:
    return saved_searches.save_search(store, SaveRequest(name=name, question=question), ME, NOW)


def test_a_search_is_saved_listed_changed_and_removed(store: Store):
    saved = save(store, "  East   coast ", "wonsan -lang:ru")
    assert saved.as_json() == {
        "name": "East coast",
        "question": "wonsan -lang:ru",
        "words": "has “wonsan” · not: language ru · newest first",
        "zone": "UTC",
        "saved_by": "mina",
        "created_at": "2025-06-17T12:00:00Z",
        "changed_at": "2025-06-17T12:00:00Z",
    }
    save(store, "EAST COAST", "hamhung")
    (listed,) = saved_searches.list_searches(store, NOW)
    assert (listed.search.question, listed.words) == ("hamhung", "has “hamhung” · newest first")
    assert saved_searches.show_search(store, "east coast", NOW) == listed
    saved_searches.remove_search(store, "east coast", ME, NOW)
    assert saved_searches.list_searches(store, NOW) == []
    entries = store.audit_log.list(AuditFilter(), 10)
    assert [(entry.before, entry.after) for entry in entries] == [
        ({"question": "hamhung"}, None),
        ({"question": "wonsan -lang:ru"}, {"question": "hamhung"}),
        (None, {"question": "wonsan -lang:ru"}),
    ]


@pytest.mark.parametrize("name", ["", "  ", "a" * 61, 'a"b', "a,b", "a\x07b", "«a»"])
def test_a_name_that_a_question_could_not_write_is_refused(store: Store, name: str):
    with pytest.raises(ConfigError, match="1 to 60 printable characters"):
        save(store, name, "kursk")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("colour:red", "no field 'colour'"),
        ("", "finds every article"),
        ("sort:old", "finds every article"),
        ("saved:none", "no saved search 'none'"),
        ("a saved:NEW", "'NEW' is part of its own question"),
    ],
)
def test_a_question_that_can_not_be_asked_is_not_saved(store: Store, question: str, words: str):
    save(store, "old", "a")
    with pytest.raises(QuestionError, match=words):
        save(store, "new", question)
    assert len(store.saved_searches.list()) == 1


def test_there_are_no_cycles(store: Store):
    save(store, "one", "a")
    save(store, "two", "saved:one b")
    save(store, "three", "saved:two c")
    with pytest.raises(QuestionError, match="is part of its own question"):
        save(store, "one", "saved:three")
    assert store.saved_searches.find("one").question == "a"


def test_what_others_use_is_neither_removed_nor_made_too_long(store: Store):
    save(store, "one", "a")
    save(store, "two", "saved:one " + " ".join(f"w{number}" for number in range(50)))
    with pytest.raises(ConfigError, match="'two' uses 'one': change or remove it first"):
        saved_searches.remove_search(store, "one", ME, NOW)
    with pytest.raises(ConfigError, match="'two' uses this one: more than 60 terms"):
        save(store, "one", " ".join(f"v{number}" for number in range(20)))


def test_an_unknown_name_gets_a_suggestion(store: Store):
    with pytest.raises(ConfigError, match="none is saved yet"):
        saved_searches.find_search(store, "arms")
    save(store, "arms", "theme:arms")
    with pytest.raises(ConfigError, match="did you mean arms"):
        saved_searches.find_search(store, "arm")


def test_a_token_opens_one_search_until_its_addresses_are_renewed(store: Store):
    search = save(store, "arms", "theme:arms").search
    links = saved_searches.search_links(store, search, "https://a.example")
    assert links.atom.startswith("https://a.example/feeds/searches/")
    assert links.json == links.atom.removesuffix("atom") + "json"
    token = links.atom.rpartition("/")[2].removesuffix(".atom")
    assert saved_searches.search_of_token(store, token) == search
    assert saved_searches.search_of_token(store, f"{token}0") is None
    other_end = "1" if token.endswith("0") else "0"
    assert saved_searches.search_of_token(store, token[:-1] + other_end) is None
    assert saved_searches.search_of_token(store, "nonsense") is None
    renewed = saved_searches.renew_links(store, "arms", ME, NOW)
    assert saved_searches.search_of_token(store, token) is None
    assert saved_searches.search_links(store, renewed, "https://a.example") != links


def test_a_question_is_read_when_it_is_asked(store: Store):
    search = save(store, "week", "since:7d").search
    later = NOW + timedelta(days=30)
    first, second = (saved_searches.question_of(store, search, now) for now in (NOW, later))
    assert first != second


def test_a_search_that_can_not_be_read_any_more_says_so(store: Store):
    search = save(store, "one", "a").search
    save(store, "two", "saved:one")
    store.saved_searches.remove(search.key)
    (listed,) = saved_searches.list_searches(store, NOW)
    assert listed.words.startswith("can't be read: saved: no saved search 'one'")
