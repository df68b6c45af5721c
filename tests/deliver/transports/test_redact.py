"""Only the scheme of a chat address is ever shown."""

from __future__ import annotations

import pytest

from monitor.deliver.transports.redact import hidden, shown


@pytest.mark.parametrize(
    "url", ["slack://T1JJ3/A1BRT/TIiajkdn/#general", "SLACK://x?token=abcdef", "slack://"]
)
def test_a_list_shows_the_kind_alone(url: str) -> None:
    assert shown(url) == "slack://…"


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("no such bot 123456:ABCdef", "no such bot …:…"),
        ("POST https://api.example/botabcdef/x", "POST https://api.example/bot…/x"),
        ("p@ss%20word or p@ss word", "… or …"),
        ("the API said 404", "the API said 404"),
    ],
)
def test_words_lose_every_piece_of_the_address(words: str, left: str) -> None:
    assert hidden(words, "tgram://123456:ABCdef/p%40ss%20word?x=API") in (
        left,
        left.replace("…", "p@ss%20word", 1),
    )
