"""How long `monitor keywords test` takes over 20,000 stored articles.

python -m tests.bench.keyword_test
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, Decision, DecisionReason, Term
from monitor.domain.feeds import Entry, PollState
from monitor.domain.keys import key_of
from monitor.store.store import Store
from tests.bench import feeds
from tests.fakes import feed, subscription

ARTICLES, FEEDS = 20_000, 100
LIMIT = 10.0  # seconds
THEMES = ("troops", "labour", "arms", "technology", "treaty", "sanctions", "alliances", "regional")
_RULES = 10
_CHANGED = "\n".join(
    f"[[keywords.rules]]\nname = 'rule {number}'\n"
    f"any = ['sapper*', 'сапёр*', '공병*', 'word{number}']\nall = ['Kursk*']\n"
    f"action = 'boost'\nboost = {0.04 if number % 2 else -0.01}\n"
    for number in range(_RULES)
)
# Named by one article in forty, which are judged anew.
_LEXICON = "[topic.lexicon]\nTROOPS = ['sappers in Kursk', 'pokpung guard*', '폭풍근위대']\n"


def measure() -> list[dict[str, object]]:
    """Seconds of the whole command, with ten rules before and ten others after the change; then
    with new lexicon entries, too.
    """
    with tempfile.TemporaryDirectory(prefix="watchpost-bench-") as place:
        folder = Path(place)
        _fill(folder)
        (folder / "monitor.toml").write_text(_CHANGED.replace("0.04", "0.01"))
        return [_timed(folder, "rules", _CHANGED), _timed(folder, "words", _CHANGED + _LEXICON)]


def _timed(folder: Path, name: str, changed: str) -> dict[str, object]:
    (folder / "new.toml").write_text(changed)
    command = [sys.executable, "-m", "monitor", "--config", str(folder / "monitor.toml")]
    started = time.perf_counter()
    done = subprocess.run(
        [*command, "keywords", "test", str(folder / "new.toml"), "--json"],
        capture_output=True,
        text=True,
        check=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")},
    )
    seconds = time.perf_counter() - started
    output = json.loads(done.stdout)
    return {
        "name": f"test {name} on {output['articles']:,} articles",
        "unit": "s",
        "value": round(seconds, 2),
        "limit": LIMIT,
        "changed": len(output["changes"]),
    }


def _fill(folder: Path) -> None:
    now = datetime.now(UTC)
    with Store.open(f"sqlite:///{folder / 'watchpost.db'}") as store:
        store.subscriptions.add(subscription("all"))
        store.subscriptions.add(subscription("some", themes=frozenset(THEMES[:2])))
        for number in range(FEEDS):
            key = f"feed{number}"
            store.feeds.add(feed(key))
            articles = tuple(
                _article(key, feeds.item(number, serial), now - timedelta(minutes=2 * serial))
                for serial in range(ARTICLES // FEEDS)
            )
            state = PollState(due_at=now)
            store.commit([PollResult(feed_key=key, state=state, articles=articles)])


def _article(feed_key: str, item: feeds.Item, seen_at: datetime) -> Article:
    """One in twenty is near the threshold, and of these every other one names a place of ours."""
    key = key_of(feed_key, item.address)
    draw = int(key[:8], 16) / 16**8
    score = 0.4 + 4 * draw if draw < 0.05 else draw / 4
    title = f"{item.title}: sappers in Kursk" if draw < 0.025 else item.title
    entry = Entry(title=title, text=item.html, url=item.address, language=item.language)
    return Article(
        key=key,
        copy_key=key_of("copy", entry.url or ""),
        feed_key=feed_key,
        entry=entry,
        decision=Decision(
            relevant=score >= 0.5,
            reason=DecisionReason.SCORE if score >= 0.5 else DecisionReason.BELOW,
            score=score,
            pack_score=score,
            threshold=0.5,
            themes=dict.fromkeys(THEMES, draw),
            labels=(),
            terms=tuple(Term(text=word, weight=0.1) for word in item.title.split()[:8]),
            pack="bench@000000000000",
        ),
        seen_at=seen_at,
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
