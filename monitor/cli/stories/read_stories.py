"""`monitor stories list` and `monitor stories show`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions import option_values
from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.domain.tiers import WantedTier
from monitor.runtime import clock
from monitor.text.formats import short_instant

if TYPE_CHECKING:
    from rich.text import Text

    from monitor.actions.grouping.story_reports import ListedStory, ShownStory, StoryArticle
    from monitor.domain.stories import GroupingReason
    from monitor.stories.claims import StatedClaim
    from monitor.stories.confirmation_matrix import ConfirmationMatrix

Story = Annotated[str, typer.Argument(help="A story's key (its beginning).")]
_BARS = " ▁▂▃▄▅▆▇█"


def list_(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option(metavar="7d", help="Only stories with an article in this time.")
    ] = None,
    articles: Annotated[
        int, typer.Option("--articles", min=1, help="Only stories of at least so many articles.")
    ] = 1,
    tier: Annotated[
        WantedTier,
        typer.Option(help="“review”: also stories with articles that wait for review."),
    ] = WantedTier.ALERT,
    topic: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of this topic; one without stories is refused."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000)] = 50,
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="The page after the one that printed this.")
    ] = None,
    json: Json = False,
) -> None:
    """Stories, the one with the latest article first: outlets, origins, articles by day."""
    from monitor.actions.grouping.story_lookup import check_has_stories
    from monitor.actions.grouping.story_reports import StoryQuery, list_stories

    if topic:
        check_has_stories(invocation.settings(context), topic)
    now = clock.now()
    start = now - option_values.parse_duration(since, "since") if since else None
    query = StoryQuery(
        since=start,
        least_articles=articles,
        in_review=tier is WantedTier.REVIEW,
        after=after,
        limit=limit,
    )
    with invocation.open_store(context) as store:
        page = list_stories(store, query, now)
    if json:
        output.print_json(page.as_json())
        return
    output.print_table(
        ("key", "last", "phase", "articles", "outlets", "origins", "days", "review", "headline"),
        [
            (
                listed.story.key[:8],
                short_instant(listed.story.last_at),
                listed.story.phase(now),
                f"{listed.story.articles:,}",
                f"{listed.outlets:,}",
                f"{listed.origins:,}",
                sparkline(listed.days),
                f"{listed.in_review:,}" if listed.in_review else "",
                listed.story.title,
            )
            for listed in page.stories
        ],
        optional=("review", "days", "outlets", "phase"),
        empty=_no_stories(context),
    )
    if page.next:
        output.print_note(f"there are more: --after {page.next}")


def _no_stories(context: typer.Context) -> str:
    """Why there is no story."""
    from monitor.runtime import topic_pack

    settings = invocation.settled_settings(context)
    if topic_pack.has_stories(settings):
        return "no stories: relevant articles are grouped when `monitor poll` reads them"
    return f"no stories: the pack {settings.topic.pack} has no data for grouping articles"


def sparkline(days: tuple[int, ...]) -> str:
    """A bar for each day; the highest is the busiest."""
    busiest = max(days, default=0)
    highest = len(_BARS) - 1
    return "".join(_BARS[round(count / max(1, busiest) * highest)] for count in days)


def show(context: typer.Context, story: Story, json: Json = False) -> None:
    """One story: its articles, claims, who confirms or denies them, what was not told, history."""
    from monitor.actions.grouping.silent_parties import expected_outlets
    from monitor.actions.grouping.story_reports import show_story

    outlets = expected_outlets(invocation.settled_settings(context))
    with invocation.open_store(context) as store:
        shown = show_story(store, story, clock.now(), outlets)
    if json:
        output.print_json(shown.as_json())
        return
    output.print_lines(_lines(shown))


def _lines(shown: ShownStory) -> Iterator[Text]:
    from rich.text import Text

    listed = shown.listed
    story, phase = listed.story, listed.story.phase(listed.now)
    yield Text(story.title, style="bold")
    span = f"{short_instant(story.first_at)} to {short_instant(story.last_at)}"
    yield Text(f"{story.key[:8]} · {phase} · {span} · {_counts(listed)}", style="dim")
    strands = {article.strand for article in shown.articles}
    for strand in sorted(strands):
        if len(strands) > 1:
            yield Text(f"\nstrand {strand}")
        for article in shown.articles:
            if article.strand == strand:
                yield from _article_lines(article)
    if shown.omitted:
        yield Text(f"{shown.omitted:,} older articles are not shown", style="dim")
    yield from _claim_lines(shown.claims)
    yield from _matrix_lines(shown.matrix)
    for held in shown.held_back:
        note = f"{short_instant(held.at)} {held.article_key[:8]} not told to {held.subscription}"
        yield Text(f"{note}: {held.reason}", style="dim")
    for event in shown.events:
        note = f"{short_instant(event.at)} {event.kind} by {event.by}: {event.reason}"
        yield Text(f"{note}{' (undone)' if event.undone else ''}", style="dim")


def _counts(listed: ListedStory) -> str:
    """ "3 articles · 2 outlets · 1 origin · 1 in review" """
    counts = " · ".join(
        f"{count:,} {noun}{'s' * (count != 1)}"
        for count, noun in (
            (listed.story.articles, "article"),
            (listed.outlets, "outlet"),
            (listed.origins, "origin"),
        )
    )
    return f"{counts} · {listed.in_review:,} in review" if listed.in_review else counts


def _matrix_lines(matrix: ConfirmationMatrix) -> Iterator[Text]:
    """Who says what about each claim, with the sentence."""
    from rich.text import Text

    from monitor.domain.stories import party_title

    for row in matrix.rows:
        yield Text(f"\n{row.claim}", style="bold")
        for party, cell in sorted(row.cells.items()):
            sentence = cell.sentence or f"no word of it since {short_instant(cell.at)}"
            yield Text(f"  {party_title(party)} {cell.stance}: {sentence}")


def _article_lines(listed: StoryArticle) -> Iterator[Text]:
    from rich.text import Text

    at, key = short_instant(listed.grouped.at), listed.article.key[:8]
    yield Text(f"{at}  {key}  {listed.article.entry.title} · {listed.feed_title}")
    if listed.in_review:
        yield Text(f"    please look: `monitor review confirm {key}`, or `reject`")
    yield Text(f"    {why_sentence(listed.grouped.why)}", style="dim")


def why_sentence(why: GroupingReason) -> str:
    """ "it has most in common with this story: shoigu, sapper; 3 hours apart, probability 0.91" """
    parts = [f"{why.sentence}: {', '.join(why.shared)}" if why.shared else why.sentence]
    if why.nearest and why.mean < 1:
        parts.append(f"{why.hours_apart:.0f} hours apart, probability {why.probability:.2f}")
    if why.next_story is not None:
        parts.append(f"next best story {why.next_mean:.2f}")
    return "; ".join(parts)


def _claim_lines(claims: tuple[StatedClaim, ...]) -> Iterator[Text]:
    from rich.text import Text

    from monitor.domain.stated_figures import value_text

    for claim in claims:
        value = value_text(claim.value_min, claim.value_max, approx=claim.approx)
        claimant = claim.claimant or "nobody named"
        note = "" if claim.is_current else " (superseded)"
        note += " (others differ)" if claim.differs_from else ""
        sources = f"{len(claim.sources)} article{'s' * (len(claim.sources) > 1)}"
        yield Text(f"{claim.kind}: {value}, says {claimant} · {sources}{note}")
