"""Inputs as public bug reports describe them, through the real command line and web server.

Each file of this folder holds cases of one kind, with what is right; the program must get all of
them right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cases.serving import CaseServer, Workspace, cases

FEEDS = [
    *cases("dates"), *cases("texts"), *cases("addresses"), *cases("charsets"), *cases("identity"),
    *cases("answers"), *cases("rules"),
]  # fmt: skip
LISTS = cases("lists")


def names(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.fixture(scope="module")
def case_server() -> Iterator[CaseServer]:
    server = CaseServer()
    with server.start() as running:
        yield server
        running.shutdown()


@pytest.fixture(scope="module")
def articles(
    case_server: CaseServer, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[dict[str, Any]]]:
    """The stored articles of each case, after two polls of all feeds at once."""
    workspace = Workspace(tmp_path_factory.mktemp("feeds"))
    with (workspace.folder / "monitor.toml").open("a", encoding="utf-8") as rules:
        for case in cases("rules"):
            rules.write(f'\n[[keywords.rules]]\nname = "{case["name"]}"\nany = {case["any"]}\n')
            rules.write('action = "flag"\n')
        rules.write('\n[[keywords.rules]]\nname = "news"\nany = ["ferry", "bridge", "mayor"]\n')
        rules.write('action = "flag"\n')
    urls = {case["name"]: f"{case_server.root}/{case['name']}" for case in FEEDS}
    workspace.watch(urls)
    workspace.run("subscriptions", "add", "all", "--webhook", "http://127.0.0.1:9/")
    for is_later in (False, True):
        for case in FEEDS:
            case_server.put(case, later=is_later)
        workspace.run("poll", "--all")
    return _by_case(workspace, urls)


def _by_case(workspace: Workspace, urls: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    name_of = {url: name for name, url in urls.items()}
    feeds = {feed["key"]: name_of[feed["url"]] for feed in workspace.json("feeds", "list")}
    texts = {}
    for article in workspace.json_lines("export", "--format", "jsonl", "--all"):
        texts[article["key"]] = article["text"]
    alerts: dict[str, int] = {}
    for alert in workspace.json("deliveries", "list", "--limit", "1000"):
        for key in alert["articles"]:
            alerts[key] = alerts.get(key, 0) + 1
    stored: dict[str, list[dict[str, Any]]] = {name: [] for name in urls}
    for article in workspace.json("articles", "list", "--limit", "2000"):
        key = article["key"]
        full = {**article, "text": texts[key], "alerts": alerts.get(key, 0)}
        stored[feeds[article["feed"]]].append(full)
    return stored


@pytest.mark.parametrize("case", [case for case in FEEDS if "articles" in case], ids=names)
def test_articles_are_what_a_reader_would_read(case, articles, case_server):
    for expected in case["articles"]:
        right_fields = {key: _filled(case_server, case, expected[key]) for key in expected}
        entries = articles[case["name"]]
        matching = [entry for entry in entries if entry["title"] == right_fields.get("title")]
        if len(matching) != 1:
            matching = [entry for entry in entries if entry["url"] == right_fields.get("url")]
        assert len(matching) == 1, (
            case["right"],
            [entry["title"] for entry in articles[case["name"]]],
        )
        stored = {
            **matching[0],
            "published": matching[0]["published_at"],
            "url": matching[0]["url"] or "",
        }
        assert {key: stored[key] for key in right_fields} == right_fields, case["right"]


def _filled(server: CaseServer, case: dict[str, Any], value: Any) -> Any:
    return server.filled(case["name"], value) if isinstance(value, str) else value


@pytest.mark.parametrize("case", cases("dates"), ids=names)
def test_dates_are_read_right_or_not_at_all(case, articles, case_server):
    dates = {entry["url"]: entry["published_at"] for entry in articles[case["name"]]}
    expected = [instant or None for _, instant in case["dates"]]
    base = f"{case_server.root}/{case['name']}"
    assert [dates[f"{base}/{number}"] for number in range(len(expected))] == expected


@pytest.mark.parametrize("case", cases("answers"), ids=names)
def test_an_odd_answer_does_not_cost_the_feed(case, articles):
    assert [entry["title"] for entry in articles[case["name"]]] == ["Usual news"], case["right"]


@pytest.mark.parametrize("case", cases("rules"), ids=names)
def test_a_rule_matches_what_a_reader_would_call_the_word(case, articles):
    matched = {
        int(entry["url"].rpartition("/")[2])
        for entry in articles[case["name"]]
        if case["name"] in entry["rules"]
    }
    assert matched == set(range(len(case["matches"]))), case["right"]


@pytest.fixture(scope="module")
def imported(case_server: CaseServer, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The addresses of all feeds after all lists are imported."""
    workspace = Workspace(tmp_path_factory.mktemp("lists"))
    for case in LISTS:
        text = case_server.filled(case["name"], case["file"])
        path = workspace.folder / "their.opml"
        path.write_bytes(text.encode(case.get("charset", "utf-8")))
        workspace.run("feeds", "import", "their.opml")
    return sorted(feed["url"] for feed in workspace.json("feeds", "list"))


@pytest.mark.parametrize("case", LISTS, ids=names)
def test_a_list_gives_its_feeds(case, imported, case_server):
    base = case_server.filled(case["name"], "{BASE}/")
    expected = [case_server.filled(case["name"], url) for url in case["feeds"]]
    assert [url for url in imported if url.startswith(base)] == expected, case["right"]


def test_there_are_forty_cases_with_names_of_their_own():
    assert len({case["name"] for case in (*FEEDS, *LISTS)}) == len(FEEDS) + len(LISTS) >= 40
