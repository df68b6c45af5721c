"""`monitor label`: tell the program which articles matter, so that it learns."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from monitor.cli import invocation, output
from monitor.domain.articles import Article, Mark
from monitor.domain.errors import ConfigError
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.classify.training.sampling import SampledArticle
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


class _KeyOrVerb(TyperGroup):
    """`monitor label KEY relevant` is short for `monitor label set KEY relevant`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["set", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_KeyOrVerb,
    help="Mark articles as relevant or not; the pack learns from it. `label KEY relevant` is"
    " short for `label set KEY relevant`.",
    no_args_is_help=True,
    subcommand_metavar="KEY relevant|irrelevant | next | list",
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class MarkWord(StrEnum):
    """What a person says of an article."""

    RELEVANT = "relevant"
    IRRELEVANT = "irrelevant"


@app.command("set")
def set_(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="The article's key (its beginning).")],
    word: Annotated[
        MarkWord, typer.Argument(metavar="relevant|irrelevant", help="Does it matter?")
    ],
    theme: Annotated[
        list[str] | None,
        typer.Option("--theme", metavar="SLUG", help="A theme that it belongs to."),
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")] = "operator",
    json: Json = False,
) -> None:
    """Mark an article; a later word replaces an earlier one."""
    themes = tuple(dict.fromkeys(theme or ()))
    _check_themes(invocation.settled_settings(context), word, themes)
    with invocation.open_store(context) as store:
        article = store.articles.find(key)
        mark = Mark(
            article_key=article.key if article else key,
            relevant=word is MarkWord.RELEVANT,
            themes=themes,
            marked_at=clock.now(),
            by=by,
        )
        if article is None or not store.marks.add(mark):
            raise ConfigError(
                f"no article {key!r}: `monitor articles list` and `monitor label next` show keys"
            )
        count = len(store.marks.list())
    if json:
        output.as_json(as_dict(mark, article))
        return
    output.note(f"marked {word}: {article.entry.title}")
    output.note(f"{count} labels; `monitor model train --with-labels` learns from them")


def _check_themes(chosen: Settings, word: MarkWord, themes: tuple[str, ...]) -> None:
    from monitor.runtime import topic_pack

    if themes and word is MarkWord.IRRELEVANT:
        raise ConfigError("an irrelevant article has no theme: leave --theme out")
    known = topic_pack.read_card(chosen).themes
    unknown = [slug for slug in themes if slug not in known]
    if unknown:
        raise ConfigError(f"no such theme: {', '.join(unknown)}; there are: {', '.join(known)}")


@app.command("list")
def list_(context: typer.Context, json: Json = False) -> None:
    """Every label, the newest first."""
    with invocation.open_store(context) as store:
        marked = store.marks.list()
    if json:
        output.as_json([as_dict(mark, article) for mark, article in marked])
        return
    output.table(
        ("key", "marked", "label", "themes", "headline", "by"),
        [
            (
                article.key[:8],
                output.short_instant(mark.marked_at),
                _word(mark),
                ", ".join(mark.themes),
                article.entry.title,
                mark.by,
            )
            for mark, article in marked
        ],
        empty="no labels yet: `monitor label next` proposes articles",
    )


@app.command("next")
def next_(
    context: typer.Context,
    n: Annotated[int, typer.Option("--n", min=1, max=200, help="How many.")] = 10,
    since: Annotated[str, typer.Option(metavar="30d", help="Seen within.")] = "30d",
    json: Json = False,
) -> None:
    """The articles whose labels would teach most: near the threshold, and some from far below."""
    within = invocation.span(since, "--since")
    with invocation.open_store(context) as store:
        asked = _proposals(store, number=n, within=within)
        titles = store.feeds.titles({one.article.feed_key for one in asked})
    if json:
        output.as_json([_asked_dict(one) for one in asked])
        return
    output.table(
        ("key", "lang", "headline", "feed", "why this one"),
        [
            (
                one.article.key[:8],
                one.article.entry.language or "–",
                one.article.entry.title,
                titles.get(one.article.feed_key, ""),
                one.reason,
            )
            for one in asked
        ],
        empty=f"nothing to mark in {since}: `monitor poll` reads feeds, --since looks further back",
    )
    if asked:
        output.note("mark them: monitor label KEY relevant|irrelevant [--theme SLUG]")


def _proposals(store: Store, *, number: int, within: timedelta) -> list[SampledArticle]:
    from monitor.classify.training import sampling

    now = clock.now()
    since, pool = now - within, sampling.POOL * number
    lots = sampling.daily_sample(store.marks.far_below_threshold(since=since), now.date(), pool)
    deep = [article for key in lots if (article := store.articles.find(key)) is not None]
    return sampling.choose_articles(
        store.marks.nearest_to_threshold(since=since, limit=pool), deep, number=number
    )


def _word(mark: Mark) -> str:
    return MarkWord.RELEVANT if mark.relevant else MarkWord.IRRELEVANT


def as_dict(mark: Mark, article: Article) -> dict[str, object]:
    """A label as `label list --json` shows it."""
    return {
        "key": mark.article_key,
        "label": _word(mark),
        "themes": mark.themes,
        "marked_at": output.instant(mark.marked_at),
        "by": mark.by,
        "title": article.entry.title,
        "language": article.entry.language,
        "score": round(article.decision.score, 4),
    }


def _asked_dict(asked: SampledArticle) -> dict[str, object]:
    article = asked.article
    return {
        "key": article.key,
        "title": article.entry.title,
        "url": article.entry.url,
        "language": article.entry.language,
        "feed": article.feed_key,
        "score": round(article.decision.score, 4),
        "threshold": article.decision.threshold,
        "why": asked.reason,
    }
