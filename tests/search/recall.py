"""Recall of the search against keyword rules, on real items.

    python -m tests.search.recall [FILE.jsonl.gz …]

Each query is also a keyword rule.  The rule matcher names the items that it must find.  The stream
has English, Korean, French and Japanese; the open half of the labelled items has the other
languages.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.articles import Article
from monitor.domain.feeds import Entry
from monitor.search.grammar import parse
from monitor.store.store import Store
from tests.bench.search.__main__ import index_bytes
from tests.store.builders import NOW, a_feed, a_poll, an_article

FILES = (Path("../shared/eval/stream.jsonl.gz"), Path("../shared/eval/dev.jsonl"))
GROUP = 500
# Language → queries; a star and several words as in keyword rules.
QUERIES = {
    "en": ("north korea", "troops", "sanction*", "kim jong un", "missile*"),
    "ko": ("북한", "파병", "러시아", "미사일", "군"),
    "zh": ("朝鲜", "俄罗斯", "派兵", "合作"),
    "ja": ("北朝鮮", "ロシア", "政府", "ミサイル"),
    "ru": ("россия", "кндр", "войск*", "северной кореи"),
    "fr": ("armée", "guerre"),
    "de": ("russland", "soldaten"),
    "pl": ("rosj*", "wojsk*"),
    "uk": ("росі*", "північн*"),
}


def articles(files: Sequence[Path]) -> Iterator[Article]:
    """The items of all files, each under a key of its own."""
    feed = a_feed()
    for file in files:
        opened = gzip.open if file.suffix == ".gz" else open
        with opened(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                item = json.loads(line)
                entry = Entry(title=item["title"], text=item["text"])
                yield an_article(f"{file.name} {item['id']}", feed, entry=entry)


def by_search(store: Store, query: str) -> set[str]:
    star = "*" if query.endswith("*") else ""
    question = parse(f'"{query.removesuffix("*")}{star}"', NOW)
    page = store.search.find(question, limit=1_000)
    keys = {article.key for article in page.articles}
    while page.next:
        page = store.search.find(question, limit=1_000, after=page.next)
        keys |= {article.key for article in page.articles}
    return keys


def main(files: Sequence[Path]) -> int:
    """Print a line for each query, and the recall of all.

    1 when something was missed, or a query has nothing to find.
    """
    items = list(articles(files))
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
        index = index_bytes(store) / len(items)
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
        f" {total:,} rule hits: recall {recall:.3f}; the index has {index:,.0f} bytes an item\n"
    )
    return int(missed > 0 or not all(expected.values()))


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]] or FILES))
