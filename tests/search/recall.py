"""Recall of the search against keyword rules, on a stream of real items.

    python -m tests.search.recall [STREAM.jsonl.gz]

Each query is also a keyword rule.  The rule matcher names the items that it must find.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.articles import Article
from monitor.domain.feeds import Entry
from monitor.search.grammar import parse
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, an_article

STREAM = Path("../shared/eval/stream.jsonl.gz")
GROUP = 500
# Language → queries; a star and several words as in keyword rules.
QUERIES = {
    "en": ("north korea", "troops", "kursk", "sanction*", "kim jong un", "missile*"),
    "ko": ("북한", "파병", "러시아", "미사일", "김정은", "군"),
    "zh": ("朝鲜", "俄罗斯", "派兵", "导弹"),
    "ja": ("北朝鮮", "ロシア", "政府", "ミサイル"),
    "ru": ("россия", "кндр", "войск*"),
    "fr": ("corée du nord", "armée"),
    "de": ("nordkorea*", "russland"),
    "pl": ("rosj*", "korea"),
    "uk": ("росі*",),
}


def articles(stream: Path) -> Iterator[Article]:
    feed = a_feed()
    with gzip.open(stream, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            entry = Entry(title=item["title"], text=item["text"])
            yield an_article(item["id"], feed, entry=entry)


def by_search(store: Store, query: str) -> set[str]:
    star = "*" if query.endswith("*") else ""
    question = parse(f'"{query.removesuffix("*")}{star}"', NOW)
    page = store.search.find(question, limit=1_000)
    keys = {article.key for article in page.articles}
    while page.next:
        page = store.search.find(question, limit=1_000, after=page.next)
        keys |= {article.key for article in page.articles}
    return keys


def main(stream: Path) -> int:
    """Print a line for each query, and the recall of all; return 1 when something was missed."""
    items = list(articles(stream))
    queries = [(language, query) for language, group in QUERIES.items() for query in group]
    rules = KeywordRules([KeywordRule(name=query, any=(query,)) for _, query in queries], themes=())
    expected: dict[str, set[str]] = {query: set() for _, query in queries}
    for article in items:
        for hit in rules.hits(article.entry):
            expected[hit.rule].add(article.key)
    total = missed = 0
    with TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/stream.db") as store:
        store.feeds.add_all([a_feed()])
        for start in range(0, len(items), GROUP):
            store.commit([a_poll(a_feed(), *items[start : start + GROUP])])
        for language, query in queries:
            answers = by_search(store, query)
            lacking = expected[query] - answers
            total, missed = total + len(expected[query]), missed + len(lacking)
            counts = (
                f"rule {len(expected[query]):6}  search {len(answers):6}  missed {len(lacking)}"
            )
            sys.stdout.write(f"{language}  {query:14} {counts}\n")
    recall = 1 - missed / max(total, 1)
    sys.stdout.write(
        f"{len(items):,} items, {len(queries)} queries in {len(QUERIES)} languages,"
        f" {total:,} rule hits: recall {recall:.3f}\n"
    )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else STREAM))
