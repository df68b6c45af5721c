"""The report of a story replay on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from monitor.cli import output
from monitor.text.formats import zoned_instant

if TYPE_CHECKING:
    from rich.text import Text

    from monitor.actions.grouping.replay_report import NamedStory, ReplayReport, StoryShare


def print_replay(result: Mapping[str, object]) -> None:
    """Print the result of a job that replayed stories."""
    from monitor.actions.grouping.replay_report import ReplayReport

    output.print_lines(_lines(ReplayReport.from_json(result)))


def _lines(report: ReplayReport) -> Iterator[Text]:
    from rich.text import Text

    yield Text(report.sentence, style="bold")
    yield Text(
        f"B³ {report.agreement:.3f}, precision {report.precision:.3f}, recall {report.recall:.3f};"
        f" {zoned_instant(report.since)} to {zoned_instant(report.until)}, {report.topic},"
        f" {'with' if report.encoder else 'without'} the sentence encoder",
        style="dim",
    )
    if report.copies or report.without_story:
        yield Text(
            f"{report.copies:,} copies go where their original goes; {report.without_story:,}"
            " articles are in no story, and would be in one",
            style="dim",
        )
    for joined in report.joined:
        yield Text(f"\njoined: {_name(joined.story)}")
        yield from _shares("from", joined.stored)
        yield Text(f"    {joined.why}", style="dim")
    yield from _rest(report.joined_count, report.joined, "joined stories")
    for split in report.split:
        yield Text(f"\nsplit: {_name(split.story)}")
        yield from _shares("into", split.replayed)
        yield Text(f"    {split.why}", style="dim")
    yield from _rest(report.split_count, report.split, "split stories")
    if report.moved:
        yield Text("\nmoved")
    for moved in report.moved:
        review = " (in review)" if moved.in_review else ""
        yield Text(f"  {moved.article[:8]}  {moved.title}{review}")
        yield Text(f"    from {_name(moved.stored)} to {_name(moved.replayed)}")
        yield Text(f"    {moved.why}", style="dim")
    yield from _rest(report.moved_count, report.moved, "moved articles")


def _name(story: NamedStory) -> str:
    """ "1a2b3c4d “Sappers leave”", or "a new story “Sappers leave”" """
    return f"{story.key[:8] if story.key else 'a new story'} “{story.title}”"


def _shares(word: str, shares: Sequence[StoryShare]) -> Iterator[Text]:
    from rich.text import Text

    for share in shares:
        noun = "article" if share.articles == 1 else "articles"
        yield Text(f"  {word} {_name(share.story)}: {share.articles:,} {noun}")


def _rest(count: int, listed: Sequence[object], nouns: str) -> Iterator[Text]:
    from rich.text import Text

    if count > len(listed):
        yield Text(f"and {count - len(listed):,} more {nouns}", style="dim")
