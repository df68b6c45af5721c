"""`make conformance`: documents of others and mutations of them, by the whole way."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.conformance import acts, corpora
from tests.conformance.acts import Figure


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--acts", default="feedparser,feedvalidator,dompurify,json")
    parser.add_argument("--step", type=int, default=1, help="each n-th document (default: all)")
    parser.add_argument("--explained", type=int, default=25, help="articles given to `explain`")
    return parser.parse_args()


def main() -> int:
    chosen = options()
    if not corpora.MANIFEST.is_file():
        sys.exit(f"conformance: {corpora.MANIFEST} is not there")
    figures = asyncio.run(play(chosen, chosen.acts.split(",")))
    for figure in figures:
        show(line(figure))
    for figure in figures:
        for one in figure.short:
            show(f"  {one}")
    return int(any(figure.short for figure in figures))


async def play(chosen: argparse.Namespace, wanted: list[str]) -> list[Figure]:
    """Every act that was asked for, each with a store of its own."""
    figures: list[Figure] = []
    with corpora.serving() as host, tempfile.TemporaryDirectory(prefix="watchpost-") as place:
        for name in wanted:
            folder = Path(place) / name
            folder.mkdir()
            if name == "json":
                figures += await acts.json_feeds(folder, chosen.step)
            elif name == "dompurify":
                figures += await acts.dompurify(host, folder, chosen.step, chosen.explained)
            elif name == "feedvalidator":
                figures += await acts.feedvalidator(host, folder, chosen.step)
            else:
                figures += await acts.feedparser(host, folder, chosen.step)
    return figures


def line(figure: Figure) -> str:
    return f"{figure.what:48}{figure.good:>6,} of {figure.of:>5,}  {figure.note}".rstrip()


def show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
