"""Documents and answers damaged on purpose: the same for the same number, everywhere.

The documents to begin with are those of the corpora and real feeds, where they are there, and
made-up ones; so a number stands for the same answer only where the same documents are.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.bench import feeds
from tests.conformance import corpora

_MOST = 3  # alterations of one document
_LONGEST = 3 * 2**20  # bytes
_TAG = re.compile(rb"</?[\w:.-]+")
_ITEM = re.compile(rb"<(item|entry)\b.*?</\1>", re.DOTALL)
_CODECS = (
    "utf-7", "utf-16", "utf-32", "punycode", "undefined", "unicode_escape", "idna", "cp037",
    "euc-kr", "shift_jis", "gb18030", "iso-2022-jp", "hz", "koi8-r", "windows-1251", "us-ascii",
    "nonsense", "base64", "zlib", "utf-8-sig", "mbcs", "x" * 500,
)  # fmt: skip
_HOSTILE = (
    "\x00", "\x1b[2J\x1b]0;owned\x07", "\u202e\u2066", "&#xD800;", "&#0;", "&#x110000;",
    "&#99999999;",
    "]]>", "<![CDATA[", "<!--", "-->", "<?php ", '<!DOCTYPE x [<!ENTITY a "b">]>', "&a;", "&nbsp;",
    "{{7*7}}", "%s%n", '=HYPERLINK("http://x")', "javascript:alert(1)",
    "<script>alert(1)</script>",
    "=?UTF-8?Q?=0D=0ABcc: a@b?=", "\r\nBcc: a@b", "９" * 40, "́" * 300, "a" * 3_000, "-1", "1e400",
    "9999-12-31T23:59:60+99:99", "Fri, 99 Foo 0000 25:61:61 +9999", "http://[", "//", "urn:",
    "\\\\host",
)  # fmt: skip

Alter = Callable[[Random, bytes], bytes]


# ── of a document ────────────────────────────────────────────────────────────────────────────────


def _place(dice: Random, body: bytes) -> int:
    return dice.randrange(len(body) + 1)


def _between(dice: Random, body: bytes) -> int:
    """Somewhere before or after a tag, where markup is understood."""
    places = [match.start() for match in _TAG.finditer(body[:200_000])]
    return dice.choice(places) if places else _place(dice, body)


def _put(body: bytes, at: int, inserted: bytes) -> bytes:
    return body[:at] + inserted + body[at:]


def flip_bytes(dice: Random, body: bytes) -> bytes:
    """Some bytes become others."""
    altered = bytearray(body)
    for _ in range(dice.randint(1, 20) if altered else 0):
        altered[dice.randrange(len(altered))] = dice.randrange(256)
    return bytes(altered)


def cut_off(dice: Random, body: bytes) -> bytes:
    """The end is missing."""
    return body[: _place(dice, body)]


def cut_out(dice: Random, body: bytes) -> bytes:
    """A part in the middle is missing."""
    begin, end = sorted((_place(dice, body), _place(dice, body)))
    return body[:begin] + body[end:]


def swap_tags(dice: Random, body: bytes) -> bytes:
    """Two tags stand in each other's place."""
    tags = [match.span() for match in _TAG.finditer(body[:200_000])]
    if len(tags) < 2:
        return body
    (a, b), (c, d) = sorted(dice.sample(tags, 2))
    return body[:a] + body[c:d] + body[b:c] + body[a:b] + body[d:]


def lose_a_tag(dice: Random, body: bytes) -> bytes:
    """What was opened is not closed, or the other way round."""
    tags = [match.span() for match in _TAG.finditer(body[:200_000])]
    begin, end = dice.choice(tags) if tags else (0, 0)
    return body[:begin] + body[end:]


def repeat_block(dice: Random, body: bytes) -> bytes:
    """One item many times, or any part."""
    items = [match.span() for match in _ITEM.finditer(body[:20_000])]
    begin, end = dice.choice(items) if items else sorted((_place(dice, body), _place(dice, body)))
    times = min(dice.choice((2, 20, 300)), _LONGEST // max(end - begin, 1))
    return body[:end] + body[begin:end] * times + body[end:]


def concatenate(dice: Random, body: bytes) -> bytes:
    """Another document, or the same, follows."""
    return body + dice.choice((body, originals().pick(dice)))


def put_inside(dice: Random, body: bytes) -> bytes:
    """A document within a document."""
    return _put(body, _between(dice, body), originals().pick(dice)[:100_000])


def say_hostile_things(dice: Random, body: bytes) -> bytes:
    """Texts that hurt somebody further on."""
    for _ in range(dice.randint(1, 6)):
        text = dice.choice(_HOSTILE).encode("utf-8", "surrogatepass")
        body = _put(body, dice.choice((_place, _between))(dice, body), text)
    return body


def entity_bomb(dice: Random, body: bytes) -> bytes:
    """Entities of entities of entities, and one from outside."""
    bomb = '<!ENTITY a0 "lol">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
    )
    bomb += '<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/">'
    where = _between(dice, body)
    return f"<!DOCTYPE rss [{bomb}]>".encode() + _put(body, where, b"&a11;&x;%p;")


def nest(dice: Random, body: bytes) -> bytes:
    """Elements in elements in elements."""
    depth, name = dice.choice((50, 3_000, 40_000)), dice.choice((b"a", b"item", b"div", b"entry"))
    closed = dice.random() < 0.5
    return _put(
        body, _between(dice, body), b"<%b>" % name * depth + b"</%b>" % name * depth * closed
    )


def huge_attribute(dice: Random, body: bytes) -> bytes:
    """One attribute of a megabyte, or ten thousand."""
    attributes = b" ".join(b'a%d="x"' % n for n in range(10_000))
    huge = b'<x %b="%b"/>' % (b"y", b"A" * dice.choice((10_000, 1_000_000)))
    return _put(body, _between(dice, body), dice.choice((huge, b"<x %b/>" % attributes)))


def huge_text(dice: Random, body: bytes) -> bytes:
    """An element that has too much to say."""
    name = dice.choice((b"author", b"title", b"category", b"guid", b"pubDate", b"link", b"updated"))
    text = dice.choice((b"a", b"@", b"9", b"&amp;", b"<b>", b" a", b"(")) * dice.choice(
        (500, 60_000)
    )
    return _put(body, _between(dice, body), b"<%b>%b</%b>" % (name, text, name))


def lie_about_letters(dice: Random, body: bytes) -> bytes:
    """A declaration of another character set than is used."""
    claim = b'<?xml version="1.0" encoding="%b"?>' % dice.choice(_CODECS).encode()
    return claim + re.sub(rb"^\s*<\?xml[^>]*\?>", b"", body)


def other_letters(dice: Random, body: bytes) -> bytes:
    """Really another character set, whatever is declared."""
    codec = dice.choice(("utf-16", "utf-16-le", "utf-32", "cp1251", "cp949", "cp932", "utf-7"))
    return body.decode("utf-8", "replace").encode(codec, "ignore")


def as_json(dice: Random, body: bytes) -> bytes:
    """A JSON Feed out of what was none."""
    text = body[:50_000].decode("utf-8", "replace").replace("\\", "").replace('"', "'")
    item = f'{{"id": "{dice.random()}", "content_html": "{text}", "tags": [1, null, {{}}]}}'
    items = ", ".join([item] * dice.choice((1, 5)))
    head = '{"version": "https://jsonfeed.org/version/1.1", "title": 1e400, "items": ['
    return (head + items + dice.choice(("]}", "]", ", [[[["))).encode()


ALTERATIONS: tuple[Alter, ...] = (
    flip_bytes, flip_bytes, cut_off, cut_off, cut_out, swap_tags, swap_tags, lose_a_tag,
    repeat_block, concatenate, put_inside, say_hostile_things, say_hostile_things, entity_bomb,
    nest, huge_attribute, huge_text, lie_about_letters, other_letters, as_json,
)  # fmt: skip


# ── of an answer ─────────────────────────────────────────────────────────────────────────────────

_LIES: tuple[str, ...] = (
    "Content-Type: text/html; charset=utf-16", "Content-Type: application/json",
    "Content-Type: \xff\xfe", "Content-Type: " + "a/" * 3_000, "Content-Encoding: gzip",
    "Content-Encoding: deflate", "Content-Encoding: gzip, gzip", "Content-Encoding: br",
    "Transfer-Encoding: chunked", "Content-Length: 10", "Content-Length: 99999999",
    "Content-Length: -1", "ETag: \x00\x01", "ETag: " + "e" * 9_000, "Last-Modified: never",
    "Cache-Control: max-age=99999999999999999999", "Expires: 0", "Retry-After: -1",
    "Link: <" + "/" * 500 + '>; rel="hub"', "Location: /elsewhere", "X" * 9_000 + ": y", "no colon",
    "Set-Cookie: a=b", "Date: Fri, 99 Foo 0000", "Content-Location: http://169.254.169.254/",
)  # fmt: skip
_STATUSES = (
    "200 OK", "200", "204 No Content", "206 Partial Content", "226 IM Used", "301 Moved",
    "302 Found", "304 Not Modified", "401 Who", "403 No", "404 Not Found", "410 Gone",
    "429 Slow", "500 Oh", "503 Later", "599 x", "999 y", "000 z", "abc d", "",
)  # fmt: skip


def _honest(body: bytes) -> list[str]:
    return ["Content-Type: application/xml", f"Content-Length: {len(body)}"]


def _packed(dice: Random, body: bytes) -> tuple[list[str], bytes]:
    """Compressed, and perhaps damaged then."""
    kind = dice.choice(("gzip", "deflate"))
    packed = gzip.compress(body, 1, mtime=0) if kind == "gzip" else zlib.compress(body, 1)
    if dice.random() < 0.5:
        packed = dice.choice((cut_off, flip_bytes))(dice, packed)
    return [*_honest(packed), f"Content-Encoding: {kind}"], packed


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends, to the byte, and what was done to it."""

    raw: bytes
    how: tuple[str, ...]


def answer(number: int, version: int = 0) -> Answer:
    """Answer `number`; each feed is asked twice, and changes in between."""
    dice = Random(f"mutation {number}")
    body = originals().pick(dice)
    if version:
        dice = Random(f"mutation {number}.{version}")
    chosen = dice.choices(ALTERATIONS, k=dice.randint(1, _MOST))
    for alter in chosen:
        body = alter(dice, body)[:_LONGEST]
    how = [alter.__name__ for alter in chosen]
    headers, status = _honest(body), "200 OK"
    lie = dice.random()
    if lie < 0.1:
        headers, body = _packed(dice, body)
        how.append("packed")
    elif lie < 0.25:
        lies = dice.sample(_LIES, dice.randint(1, 3))
        headers = dice.choice(([], headers)) + lies
        how += [text[:30] for text in lies]
    elif lie < 0.3:
        status = dice.choice(_STATUSES)
        how.append(f"status {status!r}")
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, "Connection: close", "", ""])
    return Answer(head.encode("latin-1") + body, tuple(how))


# ── what is altered ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Originals:
    """Documents to begin with: of the corpora, of publishers, and made up."""

    files: Sequence[Path]
    real: Sequence[Path]
    generated: Sequence[bytes]

    def pick(self, dice: Random) -> bytes:
        """One of them: each kind as often as the others."""
        kinds: list[Sequence[Path] | Sequence[bytes]] = [
            kind for kind in (self.files, self.real, self.generated) if kind
        ]
        chosen = dice.choice(dice.choice(kinds))
        return chosen if isinstance(chosen, bytes) else chosen.read_bytes()


_originals: list[Originals] = []


def originals() -> Originals:
    """All that are there; looked for once."""
    if not _originals:
        rows = corpora.documents("") if corpora.MANIFEST.is_file() else []
        real = (corpora.SHARED / "feeds").rglob("*")
        _originals.append(
            Originals(
                files=[corpora.CORPORA / row["id"] for row in rows],
                real=sorted(path for path in real if path.suffix in {".xml", ".rss", ".atom"}),
                generated=[feeds.document(feed, entries=20) for feed in range(12)],
            )
        )
    return _originals[0]
