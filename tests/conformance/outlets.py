"""Every output of an article, and the active parts in it, of which there must be none."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from xml.etree import ElementTree as Xml

from monitor import cli
from monitor.deliver.messages import render
from monitor.deliver.messages.webhook_payload import webhook_body
from monitor.domain.alerts import Alert, ChannelKind, Claim
from monitor.domain.articles import Article, Source
from monitor.domain.contents.exported_article import ExportedArticle
from monitor.publish import atom_feed, csv_jsonl, items, json_feed
from tests.conformance.full_pipeline import NOW, PollOutcome
from tests.fakes import THEMES, subscription
from tests.page import Page

# Markup that would be active where a page forgets to escape it.
MARKUP = re.compile(r"<[a-zA-Z/!?]")
# Controls (which a terminal executes), lone surrogates, and direction overrides.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ud800-\udfff]"
)
_TITLES = {slug: slug.title() for slug in THEMES}


def active(result: PollOutcome) -> list[str]:
    """The active parts in all outputs of one document's articles; empty if they are inert."""
    active_parts = []
    for article in result.articles:
        for outlet, traces in _outlets(article, result.feed.title):
            active_parts += [f"{outlet}: {trace}" for trace in traces]
    return active_parts


def _outlets(article: Article, outlet: str) -> Iterator[tuple[str, Sequence[object]]]:
    entry = article.entry
    yield "store", _in_texts([outlet, entry.title, entry.text, entry.author or "", *entry.tags])
    yield "store's link", _in_links([entry.url or ""])
    mail = _message(article, outlet, ChannelKind.EMAIL)
    page = Page(mail.html)
    yield "mail, HTML", page.active
    yield "mail, what is seen of it", UNSEEN.findall(page.text)
    yield "mail, text", _in_texts([mail.subject, mail.text])
    webhook = _message(article, outlet, ChannelKind.WEBHOOK)
    yield "webhook", _in_json(json.loads(webhook_body(webhook)))
    shelf = items.items([article], {article.key: [_source(article, outlet)]}, _TITLES)
    heading = items.heading("topic", "t", title="T", subtitle="S", url=None, since=NOW)
    yield "Atom", _in_xml(Xml.fromstring(atom_feed.document(heading, shelf)))
    yield "JSON Feed", _in_json(json.loads(json_feed.document(heading, shelf)))
    titles, exported = {article.feed_key: outlet}, ExportedArticle.of(article)
    yield (
        "JSON Lines",
        _in_json([json.loads(line) for line in csv_jsonl.json_lines([exported], titles)]),
    )
    yield "CSV", _in_texts(["".join(csv_jsonl.csv_lines([exported], titles)).replace("\r\n", "\n")])


def _message(article: Article, outlet: str, channel: ChannelKind) -> render.Message:
    claim = Claim(
        alert=Alert(
            key="a", subscription_key="s", article_keys=(article.key,), created_at=NOW, due_at=NOW
        ),
        subscription=subscription(channel=channel),
        articles=(article,),
        feed_titles={article.feed_key: outlet},
        sources={article.key: (_source(article, outlet),)},
        token="t",
    )
    return render.message(claim, topic="topic", theme_titles=_TITLES)


def _source(article: Article, outlet: str) -> Source:
    return Source(
        article_key=article.key,
        feed_key=article.feed_key,
        feed_title=outlet,
        url=article.entry.url,
        seen_at=article.seen_at,
    )


def _in_texts(texts: Sequence[str]) -> list[str]:
    traces: list[str] = []
    for text in texts:
        traces += (*MARKUP.findall(text), *UNSEEN.findall(text))
    return traces


def _in_links(links: Sequence[str]) -> list[str]:
    return [link for link in links if link and not link.startswith(("http://", "https://"))]


def _in_json(value: object) -> list[str]:
    """Active parts in any text or address of a JSON document."""
    traces: list[str] = []
    if isinstance(value, dict):
        addresses = [value.get(name) for name in ("url", "feed_url")]
        traces += _in_links([str(address) for address in addresses if address])
        for part in value.values():
            traces += _in_json(part)
    elif isinstance(value, list):
        for part in value:
            traces += _in_json(part)
    elif isinstance(value, str):
        traces = _in_texts([value])
    return traces


def _in_xml(root: Xml.Element) -> list[str]:
    elements = list(root.iter())
    links = [element.get("href", "") for element in elements]
    texts = [element.text or "" for element in elements]
    return _in_links(links) + _in_texts(texts)


# ── the terminal ─────────────────────────────────────────────────────────────────────────────────


def on_a_terminal(folder: Path, keys: Sequence[str]) -> list[str]:
    """The control characters that our commands print for the articles in `folder`."""
    config = folder / "monitor.toml"
    config.write_text(f'[database]\nurl = "sqlite:///{folder / "taken.db"}"\n', encoding="utf-8")
    lists = [("articles", "list", "--limit", "1000"), ("feeds", "list")]
    commands = [*lists, *((*words, "--json") for words in lists), *(("explain", k) for k in keys)]
    return [
        f"monitor {' '.join(words)}: {trace!r}"
        for words in commands
        for trace in UNSEEN.findall(_printed("--config", str(config), *words))
    ]


def _printed(*words: str) -> str:
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(out):
        code = cli.run(words)
    assert code == 0, out.getvalue()[-2_000:]
    return out.getvalue()
