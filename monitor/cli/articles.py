"""`monitor articles` and `monitor explain`: what was decided, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.domain.articles import Article, Decision, DecisionReason, Source
from monitor.domain.errors import ConfigError, PackError
from monitor.domain.feeds import Entry
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.classify.model.explain import Explainer, Explanation
    from monitor.settings.sections import Settings

app = typer.Typer(help="What was read and decided.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(
    context: typer.Context,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only relevant ones.")] = False,
    since: Annotated[str | None, typer.Option(metavar="7d", help="Seen within.")] = None,
    theme: Annotated[str | None, typer.Option(metavar="SLUG", help="Only this theme.")] = None,
    feed: Annotated[str | None, typer.Option(help="Only this feed (key or URL).")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    json: Json = False,
) -> None:
    """Articles, newest first."""
    from monitor.cli.feeds import found

    after = clock.now() - invocation.span(since, "--since") if since else None
    with invocation.open_store(context) as store:
        articles = store.articles.list(
            since=after,
            theme=theme,
            flagged=True if flagged else None,
            feed=found(store, feed).key if feed else None,
            limit=limit,
        )
        sources = store.articles.sources(articles)
        titles = store.feeds.titles({article.feed_key for article in articles})
    if json:
        output.as_json([as_dict(article, sources[article.key]) for article in articles])
        return
    output.table(
        ("key", "seen", "score", "themes", "headline", "feed"),
        [
            (
                article.key[:8],
                output.short_instant(article.seen_at),
                f"{'●' if article.decision.relevant else ' '} {article.decision.score:.2f}",
                ", ".join(article.decision.labels),
                f"{article.entry.title}{f' (edited {article.edits}×)' if article.edits else ''}",
                f"{titles.get(article.feed_key, '')}{_others(sources[article.key])}",
            )
            for article in articles
        ],
        empty="nothing here: `monitor poll` reads the feeds that are due",
    )


def _others(sources: Sequence[Source]) -> str:
    """ " +2": so many more feeds brought it."""
    return f" +{len(sources) - 1}" if len(sources) > 1 else ""


def as_dict(article: Article, sources: Sequence[Source] = ()) -> dict[str, object]:
    """An article as `articles list --json` shows it."""
    entry, decision = article.entry, article.decision
    return {
        "key": article.key,
        "feed": article.feed_key,
        "url": entry.url,
        "title": entry.title,
        "language": entry.language,
        "published_at": output.instant(entry.published_at),
        "seen_at": output.instant(article.seen_at),
        "score": round(decision.score, 4),
        "relevant": decision.relevant,
        "themes": {slug: round(p, 4) for slug, p in decision.themes.items()},
        "labels": decision.labels,
        "rules": [hit.rule for hit in decision.rules],
        "backlog": article.backlog,
        "full_text": {"taken": article.own_text is not None, "said": article.page},
        "edits": article.edits,
        "edited_at": output.instant(article.edited_at),
        "sources": [
            {
                "article": source.article_key,
                "feed": source.feed_key,
                "feed_title": source.feed_title,
                "url": source.url,
                "seen_at": output.instant(source.seen_at),
            }
            for source in sources
        ],
    }


def explain(
    context: typer.Context,
    key: Annotated[str | None, typer.Argument(help="An article's key (its beginning).")] = None,
    text: Annotated[str | None, typer.Option("--text", help="Judge this instead.")] = None,
    json: Json = False,
) -> None:
    """Why an article was flagged, or was not, and what would have to change for the other outcome.

    Score, the sentence and the terms for and against, rules, versions.
    """
    if (key is None) == (text is None):
        raise ConfigError("say what to explain: an article's key, or --text “…”")
    account = _stored(context, key) if key else _judged(invocation.settings(context), text or "")
    if json:
        output.as_json(account.as_dict())
    else:
        _print(account)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything there is to say about one decision."""

    entry: Entry
    decision: Decision
    article: Article | None = None  # None for a text that was only tried
    feed_title: str = ""
    sources: tuple[Source, ...] = ()
    before: tuple[Article, ...] = ()  # what it was before each edit
    told: tuple[tuple[str, str], ...] = ()  # subscription, why or why not
    why: Explanation | None = None  # None: no pack can be used, so nothing can be tried

    def as_dict(self) -> dict[str, object]:
        """What `explain --json` shows."""
        stored: dict[str, object] = {"title": self.entry.title}
        if self.article:
            stored = as_dict(self.article, self.sources)
            stored["revisions"] = [_revision(one) for one in self.before]
        why = self.why.as_dict() if self.why else {}
        return {
            **stored,
            "language": self.entry.language,
            "feed_title": self.feed_title,
            "text": self.entry.text[:500],
            "decision": decision_dict(self.decision),
            "sentence": why.pop("sentence", None),
            "otherwise": why or None,
            "subscriptions": [{"subscription": name, "why": why} for name, why in self.told],
        }


def _stored(context: typer.Context, key: str) -> Account:
    from monitor.alerts import match

    with invocation.open_store(context) as store:
        article = store.articles.find(key)
        if article is None:
            raise ConfigError(f"no article {key!r}: `monitor articles list` shows their keys")
        granted = "backlog: it was there before we watched" if article.backlog else "wanted"
        told = [
            (subscription.name, str(match.mismatch(article, subscription) or granted))
            for subscription in store.subscriptions.list()
        ]
        title = store.feeds.titles({article.feed_key}).get(article.feed_key, "")
        sources = store.articles.sources([article])[article.key]
        before = store.articles.revisions(article)
    chosen = invocation.settings(context)
    try:
        why = _explainer(chosen).explain(article.entry, config=chosen.decision_digest)
    except PackError as error:  # what was decided stands all the same
        output.note(str(error))
        why = None
    return Account(
        entry=article.entry,
        decision=article.decision,
        article=article,
        feed_title=title,
        sources=sources,
        before=tuple(before),
        told=tuple(told),
        why=why,
    )


def _revision(before: Article) -> dict[str, object]:
    """What an article was before an edit."""
    return {
        "from": output.instant(before.edited_at or before.seen_at),
        "title": before.entry.title,
        "text": before.entry.text[:500],
        "decision": decision_dict(before.decision),
    }


def _explainer(chosen: Settings) -> Explainer:
    from monitor.classify.model.explain import Explainer
    from monitor.runtime import build, topic_pack

    pack = topic_pack.load_pack(chosen)
    return Explainer(pack, build.classifier(pack), topic_pack.keyword_rules(chosen, pack))


def _judged(chosen: Settings, text: str) -> Account:
    """Judge a text as if a feed had brought it: its first line is the headline."""
    from monitor.classify.features import language

    whole = text.encode("utf-8", "replace").decode()  # half a character can't be printed
    title, _, rest = whole.strip().partition("\n")
    entry = Entry(title=title, text=rest.strip())
    entry = replace(entry, language=language.entry_language(entry, None))
    why = _explainer(chosen).explain(entry, config=chosen.decision_digest)
    return Account(entry=entry, decision=why.decision, why=why)


def decision_dict(decision: Decision) -> dict[str, object]:
    """A decision whole, as `explain --json` shows it."""
    return {
        "relevant": decision.relevant,
        "reason": decision.reason,
        "score": round(decision.score, 4),
        "threshold": decision.threshold,
        "themes": {slug: round(p, 4) for slug, p in decision.themes.items()},
        "labels": decision.labels,
        "terms": [{"text": term.text, "weight": round(term.weight, 3)} for term in decision.terms],
        "rules": [
            {"rule": hit.rule, "action": hit.action, "terms": hit.terms, "theme": hit.theme}
            for hit in decision.rules
        ],
        "pack": decision.pack,
        "config": decision.config,
    }


_REASONS = {
    DecisionReason.SCORE: "the score reaches the threshold",
    DecisionReason.BELOW: "the score is under the threshold",
    DecisionReason.BOOSTED: "keyword rules moved the score across the threshold",
    DecisionReason.FLAGGED: "a keyword rule flags it, whatever the score",
    DecisionReason.DROPPED: "a keyword rule drops it, whatever the score",
}


def _print(account: Account) -> None:
    from rich.text import Text

    entry, decision, why = account.entry, account.decision, account.why
    word, colour = ("relevant", "green") if decision.relevant else ("not relevant", "yellow")
    lines = [Text(entry.title, style="bold")]
    if entry.url:
        lines.append(Text(f"{account.feed_title}  {entry.url}", style="dim"))
    lines += [Text(line, style="dim") for line in _history(account)]
    lines += [
        Text(),
        Text.assemble(
            (word, f"bold {colour}"),
            f": {_REASONS[decision.reason]}",
            f" ({decision.score:.2f}, threshold {decision.threshold:.2f})",
        ),
    ]
    for slug, chance in sorted(decision.themes.items(), key=lambda item: -item[1]):
        style = "" if slug in decision.labels else "dim"
        lines.append(Text(f"  {slug:<11} {chance:4.0%} {'█' * round(chance * 20)}", style=style))
    lines += [Text(line) for line in _because(decision, why)]
    lines += [Text(line) for line in (_otherwise(why, decision) if why else ())]
    lines += [Text(f"subscription {name}: {said}", style="dim") for name, said in account.told]
    lines.append(Text(f"pack {decision.pack}, config {decision.config}", style="dim"))
    for line in lines:
        output.console().print(line)


def _history(account: Account) -> Iterator[str]:
    """Whether its page was read, who else brought it, and what it said before."""
    own = account.article.feed_key if account.article else None
    if account.article and account.article.page:
        yield f"full text: {account.article.page}"
    for source in account.sources:
        if source.feed_key != own:
            seen = output.short_instant(source.seen_at)
            yield f"also in {source.feed_title or source.feed_key[:8]}, {seen}  {source.url or ''}"
    for before in account.before:
        word = "relevant" if before.decision.relevant else "not relevant"
        since = output.short_instant(before.edited_at or before.seen_at)
        yield f"edited; from {since}: {before.entry.title} ({word}, {before.decision.score:.2f})"


def _because(decision: Decision, why: Explanation | None) -> Iterator[str]:
    """The sentence, the terms and the rules."""
    if why and why.sentence:
        yield f"{'headline' if why.sentence.in_title else 'opening'}: {why.sentence.marked()}"
    for heading, sign in (("for", 1), ("against", -1)):
        words = [f"{t.text} {t.weight:+.2f}" for t in decision.terms if t.weight * sign > 0]
        if words:
            yield f"{heading}: {', '.join(words)}"
    for hit in decision.rules:
        yield f"rule {hit.rule} ({hit.action}): {', '.join(hit.terms)}"


def _otherwise(why: Explanation, stored: Decision) -> Iterator[str]:
    """What would have to change for the other outcome, in sentences."""
    now = why.decision
    then = "would not be relevant" if now.relevant else "would be relevant"
    if now.relevant != stored.relevant:
        word = "relevant" if now.relevant else "not relevant"
        yield f"today it would be {word}: pack {now.pack}, score {now.score:.2f}"
    if why.distance < 0:
        yield f"{-why.distance:.2f} under the threshold"
    if why.gate:
        yield (
            f"names none of: {'; '.join(why.gate.wanted)}: its score is a tenth of"
            f" {why.gate.score:.2f}"
        )
    if why.rules:
        yield f"without the rule {', '.join(why.rules)} it {then}"
    elif why.without:
        words = " and ".join(f"“{word}”" for word in why.without)
        yield f"without {words} it {then} ({why.without_score:.2f})"
    else:
        yield "taking out up to three words does not change that"
    if why.rule:
        yield f"with this rule in monitor.toml it {then}:"
        yield "\n" + "".join(f"  {line}\n" for line in why.rule.splitlines())
