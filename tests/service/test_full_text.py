"""Full text as a person meets it: the command, a real publisher, real pages, and the reason."""

from __future__ import annotations

from tests.collect.fulltext.test_extract import web_page
from tests.service.conftest import Monitor
from tests.service.publisher import Publisher

OWN = "It is not said where the train goes."
PAGE = (
    "Sappers of the Korean People's Army boarded the train at Rason on Monday, and officers told"
    " them that they are bound for the Kursk region of Russia, where mines are to be cleared."
)


def document(address: str, *names: str) -> bytes:
    items = "".join(
        f"<item><title>Train leaves, {name}</title><link>{address}/{name}</link>"
        f"<description>{OWN}</description></item>"
        for name in names
    )
    return f"<rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>".encode()


def test_an_article_is_judged_by_its_page_and_explain_shows_the_result(
    monitor: Monitor, publisher: Publisher
) -> None:
    url = publisher.publish("/feed", document(publisher.address, "old"))
    monitor("feeds", "add", url, "--full-text")
    monitor("poll")
    publisher.publish("/feed", document(publisher.address, "missing", "told", "old"))
    publisher.publish("/told", web_page(PAGE).encode())
    monitor("poll", "--all")
    complete, missing, old = sorted(
        monitor.json("articles", "list"),
        key=lambda article: ["told", "missing", "old"].index(article["title"].split()[-1]),
    )
    length = len(PAGE)
    assert complete["relevant"]
    assert complete["full_text"] == {"taken": True, "said": f"{length} characters from the page"}
    assert not missing["relevant"]
    assert missing["full_text"]["said"].startswith("not taken, status: the publisher answered 404")
    assert old["full_text"]["said"] == "not taken, it was there before we watched"
    assert f"full text: {length} characters from the page" in monitor("explain", complete["key"])
    assert "full text: not taken, status: " in monitor("explain", missing["key"])
    paths = [path for path, _ in publisher.asked]
    assert paths.count("/told") == paths.count("/missing") == 1
    assert "/old" not in paths
    checked = monitor.json("feeds", "check", url)
    assert checked[0]["full_text"].startswith("not taken, status: the publisher answered 404")
