"""A program over the generated client: `python client_program.py ACCESS`.

PYTHONPATH leads to the package `watchpost_client`; ACCESS is JSON with the address and a token by
role.
"""

from __future__ import annotations

import json
import sys

from watchpost_client import AuthenticatedClient
from watchpost_client.api.articles import list_articles, read_article, set_mark
from watchpost_client.models import ArticleShape, MarkBody, Problem

access = json.loads(sys.argv[1])
viewer, analyst = (
    AuthenticatedClient(base_url=access["address"], token=access[role])
    for role in ("viewer", "analyst")
)

articles, after = [], ""
while True:
    page = list_articles.sync(client=viewer, limit=50, after=after)
    articles += page.items
    if not page.next_:
        break
    after = page.next_
assert len(articles) == len({article.key for article in articles}) > 100, len(articles)

article = read_article.sync(articles[0].key, client=viewer)
assert isinstance(article, ArticleShape)
assert article.title == articles[0].title

body = MarkBody(relevant=True, note="from a program")
marked = set_mark.sync(article.key, client=analyst, body=body)
assert not isinstance(marked, Problem), marked
refused = set_mark.sync(article.key, client=viewer, body=body)
assert isinstance(refused, Problem), refused
assert refused.status == 403

sys.stdout.write(f"read {len(articles)} articles by pages, marked one, was refused once\n")
