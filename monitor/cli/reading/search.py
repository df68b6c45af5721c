"""`monitor search`: find stored articles by words and by conditions."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.articles import print_articles
from monitor.cli.options import Json
from monitor.runtime import clock


def search(
    context: typer.Context,
    question: Annotated[
        str, typer.Argument(help="Words and conditions: 'kursk -lang:ru since:7d'.")
    ],
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Articles of one page.")] = 50,
    after: Annotated[
        str | None,
        typer.Option(metavar="CURSOR", help="The next page, by the cursor of the page before."),
    ] = None,
    json: Json = False,
) -> None:
    """Stored articles that match a question, flagged or not; docs/search.md has the grammar.

    Dates in the question are UTC.
    """
    from monitor.actions.reading.searches import SearchRequest, search_articles

    request = SearchRequest(question=question, limit=limit, after=after)
    with invocation.open_store(context) as store:
        result = search_articles(store, request, clock.now())
    if result.incomplete:
        index = result.incomplete
        output.print_note(
            f"incomplete: the words of {index.indexed:,} of {index.articles:,} articles are"
            " indexed; `monitor run` and `monitor db index` index the rest"
        )
    if json:
        output.print_json(result.as_json())
        return
    output.print_note(result.description)
    if result.total:
        output.print_note(f"{result.count_text} found")
    print_articles(result.articles, empty="no article matches")
    if result.next:
        output.print_note(f"more: repeat the command with --after {result.next}")
