"""`monitor searches`: saved under a name, used in other questions, and read as feeds."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_a_search_is_saved_shown_used_and_removed(watch: Terminal):
    saved = watch("searches", "save", "East coast", "wonsan -lang:ru")
    assert "saved search East coast: has “wonsan” · not: language ru" in saved.err
    (listed,) = watch("searches", "list", "--json").json()
    assert (listed["name"], listed["question"]) == ("East coast", "wonsan -lang:ru")
    assert "wonsan -lang:ru" in watch("searches", "list").out
    assert "finds       has “wonsan”" in watch("searches", "show", "east coast").out
    assert watch("searches", "show", "East coast", "--json").json() == listed
    printed = watch("search", 'saved:"east coast" kursk')
    assert "(has “wonsan”" in printed.err or "has “wonsan” · not: language ru" in printed.err
    assert "removed search East coast: " in watch("searches", "remove", "east coast").err
    assert "no searches are saved yet" in watch("searches", "list").err


def test_a_search_is_subscribed_to_in_one_step(watch: Terminal):
    watch("searches", "save", "coast", "wonsan OR hamhung sort:old", "--json").json()
    add = ("subscriptions", "add", "me", "--email", "me@watch.example")
    watch(*add, "--filter", "saved:coast -lang:ru")
    (stored,) = watch("subscriptions", "list", "--json").json()
    assert stored["filter"] == "(wonsan OR hamhung) -lang:ru"


def test_what_can_not_be_saved_is_refused(watch: Terminal):
    message = watch.refused("searches", "save", "broken", "kursk (")
    assert "search, character" in message
    assert "no saved search 'none'" in watch.refused("searches", "show", "none")


def test_feeds_need_an_address_that_readers_can_reach(watch: Terminal):
    watch("searches", "save", "coast", "wonsan")
    assert "set web.listen and web.public_url" in watch.refused("searches", "links", "coast")
    file = watch.folder / "monitor.toml"
    web = '[web]\npublic_url = "https://alerts.example"'
    file.write_text(file.read_text(encoding="utf-8").replace("[web]", web), encoding="utf-8")
    first = watch("searches", "links", "coast", "--json").json()
    assert first["atom"].startswith("https://alerts.example/feeds/searches/")
    assert first["atom"] in watch("searches", "links", "coast").out.replace("\n", "")
    assert watch("searches", "links", "coast", "--renew", "--json").json() != first
