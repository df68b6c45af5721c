"""`monitor articles` and `monitor explain`: list stored articles, and explain a decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions import option_values
from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.domain.articles import Article, Decision, DecisionReason, Source
from monitor.domain.errors import ConfigError
from monitor.domain.tiers import Tier
from monitor.runtime import clock
from monitor.text.formats import short_instant, zoned_instant

if TYPE_CHECKING:
    from rich.text import Text

    from monitor.actions.reading.articles import ListedArticle
    from monitor.actions.reading.explanations import ExplainedDecision
    from monitor.classify.model.explain import Explanation

app = typer.Typer(help="Stored articles and the decisions about them.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only relevant articles.")] = False,
    since: Annotated[
        str | None, typer.Option(metavar="7d", help="Only articles seen within this time.")
    ] = None,
    theme: Annotated[
        str | None, typer.Option(metavar="SLUG", help="Only articles of this theme.")
    ] = None,
    feed: Annotated[
        str | None, typer.Option(help="Only articles of this feed (key or URL).")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    json: Json = False,
) -> None:
    """Articles, newest first."""
    from monitor.actions.collecting.feeds import find_feed
    from monitor.actions.reading.articles import ArticleQuery, check_theme, list_articles

    after = clock.now() - option_values.parse_duration(since, "since") if since else None
    check_theme(theme, invocation.settled_settings(context))
    with invocation.open_store(context) as store:
        query = ArticleQuery(
            limit=limit,
            since=after,
            theme=theme,
            feed_key=find_feed(store, feed).key if feed else None,
            flagged_only=flagged,
        )
        rows = list_articles(store, query)
    if json:
        output.print_json([row.as_json() for row in rows])
        return
    print_articles(rows, empty="nothing here: `monitor poll` reads the feeds that are due")


def print_articles(rows: Sequence[ListedArticle], *, empty: str) -> None:
    """Print a table of articles; without any, print the note `empty`."""
    output.print_table(
        ("key", "seen", "score", "themes", "headline", "feed"),
        [
            (
                row.article.key[:8],
                short_instant(row.article.seen_at),
                f"{'●' if row.article.decision.relevant else ' '} {row.article.decision.score:.2f}",
                ", ".join(row.article.decision.labels),
                f"{row.article.entry.title}{_edits(row.article.edits)}",
                f"{row.feed_title}{_other_sources(row.sources)}",
            )
            for row in rows
        ],
        optional=("feed", "themes"),
        empty=empty,
    )


@app.command()
def show(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="An article's key (its beginning).")],
    json: Json = False,
) -> None:
    """One article: headline, text, address, dates, sources and decision."""
    from monitor.actions.reading.articles import show_article

    with invocation.open_store(context) as store:
        shown = show_article(store, key)
    if json:
        output.print_json(shown.as_json())
    else:
        _print_article(shown.listed)


def _print_article(listed: ListedArticle) -> None:
    from rich.text import Text

    article, entry = listed.article, listed.article.entry
    published = zoned_instant(entry.published_at) if entry.published_at else "at an unknown time"
    facts = [
        entry.url or "",
        f"published {published} · seen {zoned_instant(article.seen_at)}{_edits(article.edits)}",
        *(
            f"{source.feed_title}  {source.url or ''}  seen {zoned_instant(source.seen_at)}"
            for source in listed.sources
        ),
    ]
    lines = [Text(entry.title, style="bold"), *(Text(fact, style="dim") for fact in facts if fact)]
    lines += [Text(), Text(entry.text or _no_text(article)), Text(), _outcome(article.decision)]
    lines += _other_topics(article)
    lines += _theme_bars(article.decision)
    rules = ", ".join(hit.rule for hit in article.decision.rules)
    lines += [Text(f"rules: {rules}")] if rules else []
    lines.append(Text(f"`monitor explain {article.key[:8]}` shows the reasons", style="dim"))
    output.console().print(Text("\n").join(lines))


def _no_text(article: Article) -> str:
    from monitor.actions.reading.explanations import pruned_text_note

    return pruned_text_note(article.text_pruned_at) if article.text_pruned_at else "no text"


def _edits(count: int) -> str:
    """ " (edited 2×)", or nothing."""
    return f" (edited {count}×)" if count else ""


def _other_sources(sources: Sequence[Source]) -> str:
    """ " +2": the number of other feeds that brought the article."""
    return f" +{len(sources) - 1}" if len(sources) > 1 else ""


def explain(
    context: typer.Context,
    key: Annotated[str | None, typer.Argument(help="An article's key (its beginning).")] = None,
    text: Annotated[str | None, typer.Option("--text", help="Judge this text instead.")] = None,
    topic: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Judge --text for this topic; else for the first one."),
    ] = None,
    json: Json = False,
) -> None:
    """Why an article was flagged or not, and what would have to change for the other outcome.

    Shows score, threshold, themes, the sentence and the terms for and against, rules and versions.
    """
    from monitor.actions.reading.explanations import explain_article, explain_text

    if (key is None) == (text is None):
        raise ConfigError("say what to explain: an article's key, or --text “…”")
    if key is not None and topic:
        raise ConfigError("--topic goes with --text: an article is explained for all topics")
    if key is not None:
        with invocation.open_store(context) as store:
            explained = explain_article(store, key, invocation.settings(context))
    else:
        explained = explain_text(text or "", invocation.topic_settings(context, topic))
    if explained.unexplained:
        output.print_note(explained.unexplained)
    if json:
        output.print_json(explained.as_json())
    else:
        _print(explained)


_REASONS = {
    DecisionReason.SCORE: "the score reaches the threshold",
    DecisionReason.BELOW: "the score is under the threshold",
    DecisionReason.BOOSTED: "keyword rules moved the score across the threshold",
    DecisionReason.FLAGGED: "a keyword rule flags it, whatever the score",
    DecisionReason.DROPPED: "a keyword rule drops it, whatever the score",
    DecisionReason.CONFIRMED: "it was confirmed in review, whatever the score",
    DecisionReason.UNJUDGED: "it could not be judged",
}


def _print(explained: ExplainedDecision) -> None:
    from rich.text import Text

    decision, explanation = explained.decision, explained.explanation
    lines = [Text(explained.entry.title, style="bold")]
    if explained.entry.url:
        lines.append(Text(f"{explained.feed_title}  {explained.entry.url}", style="dim"))
    lines += [Text(line, style="dim") for line in _history(explained)]
    lines += [Text(), _outcome(decision)]
    lines += _other_topics(explained.article)
    if decision.themes and not decision.relevant:
        lines.append(Text("themes, if it were relevant:", style="dim"))
    lines += _theme_bars(decision)
    lines += [Text(line) for line in _evidence(decision, explanation)]
    if explanation:
        lines += [Text(line) for line in _other_outcome(explanation, decision)]
    place = explained.place
    if place is not None:
        story = f"story {place.story.key[:8]} “{place.story.title}”: {place.sentence}"
        lines.append(Text(story, style="dim"))
    elif explained.no_story:
        lines.append(Text(explained.no_story, style="dim"))
    if explained.second_reading:
        lines.append(Text(f"second reader {explained.second_reading.sentence}", style="dim"))
    lines += [
        Text(f"second reader, for {reading.topic}: {reading.sentence}", style="dim")
        for reading in explained.other_readings
    ]
    lines += [
        Text(f"subscription {outcome.subscription}: {outcome.sentence}", style="dim")
        for outcome in explained.outcomes
    ]
    lines.append(Text(f"pack {decision.pack}, config {decision.config}", style="dim"))
    output.print_lines(lines)


def _outcome(decision: Decision) -> Text:
    """ "relevant: the score reaches the threshold (0.91, threshold 0.50)" """
    from rich.text import Text

    word, colour = ("relevant", "green") if decision.relevant else ("not relevant", "yellow")
    start = decision.review_threshold
    in_review = "" if start is None else f"; in review from {start:.2f}"
    return Text.assemble(
        (word, f"bold {colour}"),
        f": {_REASONS[decision.reason]}",
        f" ({decision.score:.2f}, threshold {decision.threshold:.2f})",
        in_review if decision.tier is Tier.REVIEW else "",
        f"; confirmed by {decision.confirmed_by}" if decision.confirmed_by else "",
    )


def _other_topics(article: Article | None) -> Iterator[Text]:
    """The topic of the leading decision, and the outcome for each other one; nothing for one."""
    from rich.text import Text

    if article is None or not article.other_decisions:
        return
    yield Text(f"that is for the topic {article.decision.topic}; for the others:", style="dim")
    for decision in article.other_decisions:
        yield Text.assemble(f"  {decision.topic}: ", _outcome(decision))


def _theme_bars(decision: Decision) -> Iterator[Text]:
    """A bar for each theme, the most probable first."""
    from rich.text import Text

    for slug, probability in sorted(decision.themes.items(), key=lambda item: -item[1]):
        bar = "█" * round(probability * 20)
        style = "" if slug in decision.labels else "dim"
        yield Text(f"  {slug:<11} {probability:4.0%} {bar}", style=style)


def _history(explained: ExplainedDecision) -> Iterator[str]:
    """Whether its page was read, which other feeds brought it, and its earlier wordings."""
    article = explained.article
    if article and article.page:
        is_judged = article.decision.reason is not DecisionReason.UNJUDGED
        yield f"full text: {article.page}" if is_judged else article.page
    for source in explained.sources:
        if article is None or source.feed_key != article.feed_key:
            seen = short_instant(source.seen_at)
            yield f"also in {source.feed_title or source.feed_key[:8]}, {seen}  {source.url or ''}"
    for revision in explained.revisions:
        word = "relevant" if revision.decision.relevant else "not relevant"
        since = short_instant(revision.edited_at or revision.seen_at)
        score = f"{revision.decision.score:.2f}"
        yield f"edited; from {since}: {revision.entry.title} ({word}, {score})"


def _evidence(decision: Decision, explanation: Explanation | None) -> Iterator[str]:
    """The sentence, the terms and the rules that decided."""
    from monitor.actions.reading.articles import memory_sentence

    if explanation and explanation.sentence:
        sentence = explanation.sentence
        yield f"{'headline' if sentence.in_title else 'opening'}: {sentence.marked()}"
    if explanation and explanation.views.scores:
        yield explanation.views.sentence()
    memory = memory_sentence(decision)
    if memory:
        yield f"memory: {memory}"
    for heading, sign in (("for", 1), ("against", -1)):
        terms = [
            f"{term.text} {term.weight:+.2f}" for term in decision.terms if term.weight * sign > 0
        ]
        if terms:
            yield f"{heading}: {', '.join(terms)}"
    for hit in decision.rules:
        yield f"rule {hit.rule} ({hit.action}): {', '.join(hit.terms)}"


def _other_outcome(explanation: Explanation, stored: Decision) -> Iterator[str]:
    """What would have to change for the other outcome, in sentences."""
    current = explanation.decision
    outcome = "would not be relevant" if current.relevant else "would be relevant"
    if current.relevant != stored.relevant:
        word = "relevant" if current.relevant else "not relevant"
        yield f"today it would be {word}: pack {current.pack}, score {current.score:.2f}"
    if explanation.distance < 0:
        yield f"{-explanation.distance:.2f} under the threshold"
    if explanation.gate:
        yield (
            f"names none of: {'; '.join(explanation.gate.missing)}: its score is a tenth of"
            f" {explanation.gate.score:.2f}"
        )
    if explanation.rules:
        yield f"without the rule {', '.join(explanation.rules)} it {outcome}"
    elif explanation.without:
        words = " and ".join(f"“{word}”" for word in explanation.without)
        yield f"without {words} it {outcome} ({explanation.without_score:.2f})"
    else:
        yield "taking out up to three words does not change that"
    if explanation.rule:
        yield f"with this rule in monitor.toml it {outcome}:"
        yield "\n" + "".join(f"  {line}\n" for line in explanation.rule.splitlines())
