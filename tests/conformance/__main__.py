"""`make conformance`: documents of others and mutations of them, by the whole way."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.conformance import checks, corpora, hostile, mutations
from tests.conformance.checks import Figure
from tests.conformance.hostile import Ends


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--acts", default="feedparser,feedvalidator,dompurify,json,mutated")
    parser.add_argument("--step", type=int, default=1, help="each n-th document (default: all)")
    parser.add_argument("--explained", type=int, default=25, help="articles given to `explain`")
    parser.add_argument("--feeds", type=int, default=20_000, help="mutated (default 20,000)")
    parser.add_argument("--versions", type=int, default=2, help="of each, polled one by one")
    parser.add_argument("--first", type=int, default=0, help="number of the first mutated feed")
    parser.add_argument("--case", type=int, help="only this mutated feed; show what it is")
    return parser.parse_args()


def main() -> int:
    chosen = options()
    if chosen.case is not None:
        chosen.acts, chosen.first, chosen.feeds = "mutated", chosen.case, 1
        for version in range(chosen.versions):
            answer = mutations.answer(chosen.case, version)
            show(f"{' + '.join(answer.how)}\n{answer.raw[:2_000]!r}\n")
    acts = chosen.acts.split(",")
    of_others = [name for name in acts if name != "mutated"]
    if of_others and not corpora.MANIFEST.is_file():
        sys.exit(f"conformance: {corpora.MANIFEST} is not there (--acts mutated needs none)")
    figures = asyncio.run(play(chosen, of_others)) if of_others else []
    for figure in figures:
        show(line(figure))
    for figure in figures:
        for shortfall in figure.short:
            show(f"  {shortfall}")
    is_well = not any(figure.short for figure in figures)
    if "mutated" in acts:
        ends = mutated(chosen)
        show(table(ends, chosen))
        is_well = is_well and ends.is_well
    return int(not is_well)


def mutated(chosen: argparse.Namespace) -> Ends:
    """Poll so many mutated feeds."""
    numbers = range(chosen.first, chosen.first + chosen.feeds)
    with hostile.lying() as host, tempfile.TemporaryDirectory(prefix="watchpost-") as place:
        return asyncio.run(hostile.play(host, Path(place), numbers, versions=chosen.versions))


def table(ends: Ends, chosen: argparse.Namespace) -> str:
    """How the mutated feeds ended."""
    memory = ends.memory
    head = [
        f"mutated feeds: {chosen.feeds:,}, {chosen.versions} version(s) each: {ends.polls:,} polls",
        *(f"  {end:46}{count:>8,}" for end, count in ends.ends.most_common()),
        f"crashes{len(ends.crashes):>49,}",
        f"documents that make the parser fail{len(ends.parser_failures):>21,}",
        f"ends without a name{len(ends.nameless):>37,}",
        f"places stuck afterwards{ends.stuck:>33,}",
        f"slowest {hostile.AT_ONCE} feeds{ends.slowest.total_seconds():>36,.0f} s",
        f"the service, with nothing to do{memory.idle:>25,.0f} MB",
        f"  at its most{memory.peak:>43,.0f} MB",
        f"a parse child, at its most{memory.child:>30,.0f} MB",
    ]
    return "\n".join([*head, *ends.crashes, *ends.parser_failures, *ends.nameless])


async def play(chosen: argparse.Namespace, acts: list[str]) -> list[Figure]:
    """Every act that was asked for, each with a store of its own."""
    figures: list[Figure] = []
    with corpora.serving() as host, tempfile.TemporaryDirectory(prefix="watchpost-") as place:
        for name in acts:
            folder = Path(place) / name
            folder.mkdir()
            if name == "json":
                figures += await checks.json_feeds(folder, chosen.step)
            elif name == "dompurify":
                figures += await checks.dompurify(host, folder, chosen.step, chosen.explained)
            elif name == "feedvalidator":
                figures += await checks.feedvalidator(host, folder, chosen.step)
            else:
                figures += await checks.feedparser(host, folder, chosen.step)
    return figures


def line(figure: Figure) -> str:
    return f"{figure.title:48}{figure.good:>6,} of {figure.of:>5,}  {figure.note}".rstrip()


def show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
