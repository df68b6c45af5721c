"""Stories: a list with outlets and origins, and the page of each, where a person corrects it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from markupsafe import Markup

from monitor.access.permissions import Act, is_allowed
from monitor.actions.grouping import story_decisions, story_reports
from monitor.actions.grouping.atom_entries import story_entries
from monitor.actions.grouping.silent_parties import expected_outlets
from monitor.actions.grouping.story_reports import ListedStory, StoryPage, StoryQuery
from monitor.charts.sparkline import sparkline
from monitor.domain.errors import ConfigError
from monitor.domain.events.event_types import EventSubject
from monitor.domain.tiers import WantedTier
from monitor.store.store import Store
from monitor.web.console import article_lists
from monitor.web.console.event_notices import ListNotice
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import render, see_other
from monitor.web.console.operating.replay_forms import add_replay_form
from monitor.web.console.teaching import review_place
from monitor.web.site.context import SiteContext

PATH = "/console/stories"
_NOTICE = ListNotice(
    path=PATH, act=Act.READ_ARTICLES, subject=EventSubject.STORY, words=("story", "stories")
)
_PAGE, _DOCUMENT = 50, 1_000
_SPANS = ((0, "all"), (1, "today"), (7, "7 days"), (30, "30 days"))
_TIERS = ((WantedTier.ALERT, "relevant"), (WantedTier.REVIEW, "and those to look at"))
_SIZES = ((1, "every size"), (2, "2 or more articles"), (5, "5 or more"))


def routes(site: SiteContext) -> APIRouter:
    """The list, the page of a story, and the forms on it."""
    place = PlaceRouter(site)
    _add_lists(place, site)
    _NOTICE.add_to(place, site)
    _add_pages(place, site)
    _add_forms(place, site)
    add_replay_form(place, site, PATH)
    return place.router


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filters:
    """The filters of the list, as its address names them."""

    days: int = 0
    articles: int = 1
    tier: WantedTier = WantedTier.ALERT

    def parameters(self) -> dict[str, str]:
        """Those that narrow or widen the list."""
        return {
            "days": str(self.days) if self.days else "",
            "articles": str(self.articles) if self.articles > 1 else "",
            "tier": self.tier.value if self.tier is WantedTier.REVIEW else "",
        }

    def address(self, after: str = "") -> str:
        """The address of the list with these filters."""
        return PATH + article_lists.query_text({**self.parameters(), "after": after})

    def facets(self) -> dict[str, list[tuple[str, None, str, bool]]]:
        """What a reader may choose instead: the name, its address, and whether it is chosen."""
        return {
            "spans": [
                (name, None, replace(self, days=span).address(), span == self.days)
                for span, name in _SPANS
            ],
            "sizes": [
                (name, None, replace(self, articles=size).address(), size == self.articles)
                for size, name in _SIZES
            ],
            "tiers": [
                (name, None, replace(self, tier=tier).address(), tier is self.tier)
                for tier, name in _TIERS
            ],
        }


_Chosen = Annotated[_Filters, Depends()]


def _add_lists(place: PlaceRouter, site: SiteContext) -> None:
    @place.get(PATH, Act.READ_ARTICLES)
    async def page(request: Request, filters: _Chosen, after: str = "") -> Response:
        news, caller = await _NOTICE.address(site), caller_of(request)
        stories = await _listed(site, filters, after)
        parts: dict[str, object] = {
            "stories": [(listed, _course(listed)) for listed in stories.stories],
            "sentence": _sentence(stories),
            "next_address": filters.address(stories.next) if stories.next else "",
            "news": news,
            "formats": article_lists.formats(PATH, filters.parameters()),
            "can_replay": is_allowed(Act.CHANGE_JOBS, role=caller.role, scopes=caller.scopes),
        }
        parts.update(filters.facets())
        return render(site, request, "stories", parts)

    @place.get(PATH + ".json", Act.READ_ARTICLES)
    async def as_json(filters: _Chosen, after: str = "") -> Response:
        stories = await _listed(site, filters, after)
        return article_lists.json_response(stories.as_json())

    @place.get(PATH + ".csv", Act.EXPORT_ARTICLES)
    async def as_csv(filters: _Chosen) -> Response:
        stories = await _listed(site, filters, "", _DOCUMENT)
        return article_lists.table_response(stories.as_csv(), "stories")

    @place.get(PATH + ".atom", Act.READ_ARTICLES)
    async def as_atom(request: Request, filters: _Chosen) -> Response:
        stories = await _listed(site, filters, "")
        address = str(request.url.replace(path=PATH, query=""))
        entries = story_entries(stories, address)
        return article_lists.entries_response(site, request, entries, "Stories", "Stories")


async def _listed(
    site: SiteContext, filters: _Filters, after: str, limit: int = _PAGE
) -> StoryPage:
    now, days = site.clock(), filters.days
    query = StoryQuery(
        since=now - timedelta(days=min(days, 36_500)) if days > 0 else None,
        least_articles=min(max(1, filters.articles), 1_000_000),
        in_review=filters.tier is WantedTier.REVIEW,
        after=after or None,
        limit=limit,
    )
    try:
        return await site.read(lambda store: story_reports.list_stories(store, query, now))
    except ConfigError as error:
        raise HTTPException(400, str(error)) from None


def _sentence(page: StoryPage) -> str:
    count = len(page.stories)
    if page.next:
        return f"The {count} stories with the latest articles."
    return "1 story." if count == 1 else f"{count} stories."


def _course(listed: ListedStory) -> Markup:
    """The articles by day as a small line; nothing for a story of one day."""
    if len(listed.days) < 2:
        return Markup()
    label = ", ".join(f"{count}" for count in listed.days)
    return Markup(sparkline(listed.days, f"articles by day: {label}"))  # noqa: S704 - our own SVG


def _add_pages(place: PlaceRouter, site: SiteContext) -> None:
    @place.get(PATH + "/{key}.json", Act.READ_ARTICLES)
    async def story_json(key: str) -> Response:
        shown = await _shown(site, key)
        return article_lists.json_response(shown.as_json())

    @place.get(PATH + "/{key}", Act.READ_ARTICLES)
    async def story(request: Request, key: str) -> Response:
        shown = await _shown(site, key)
        if shown.listed.story.key != key:
            return see_other(f"{PATH}/{shown.listed.story.key}")
        caller = caller_of(request)
        can_correct = is_allowed(Act.CORRECT_STORIES, role=caller.role, scopes=caller.scopes)
        parts = {
            "shown": shown,
            "course": _course(shown.listed),
            "strands": sorted({article.strand for article in shown.articles}),
            "can_correct": can_correct,
            "review_path": review_place.PATH,
        }
        return render(site, request, "story", parts)


async def _shown(site: SiteContext, key: str) -> story_reports.ShownStory:
    now = site.clock()

    def show(store: Store) -> story_reports.ShownStory:
        return story_reports.show_story(store, key, now, expected_outlets(site.settings))

    try:
        return await site.read(show)
    except ConfigError as error:
        raise HTTPException(404, str(error)) from None


def _add_forms(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH + "/{key}/merge", Act.CORRECT_STORIES)
    async def merge(request: Request, key: str) -> Response:
        form = await read_form(request)
        return await _decide(site, request, key, form, _merge)

    @place.post(PATH + "/{key}/split", Act.CORRECT_STORIES)
    async def split(request: Request, key: str) -> Response:
        form = await read_form(request)
        return await _decide(site, request, key, form, _split)

    @place.post(PATH + "/{key}/rename", Act.CORRECT_STORIES)
    async def rename(request: Request, key: str) -> Response:
        form = await read_form(request)
        return await _decide(site, request, key, form, _rename)

    @place.post(PATH + "/{key}/undo", Act.CORRECT_STORIES)
    async def undo(request: Request, key: str) -> Response:
        form = await read_form(request)
        return await _decide(site, request, key, form, _undo)


class _Decision:
    """One submitted form: the story, the fields, and who sent it."""

    def __init__(self, site: SiteContext, key: str, form: Form, by: str) -> None:
        self.key, self.form, self.by, self.now = key, form, by, site.clock()


def _merge(store: Store, decision: _Decision) -> str:
    story_decisions.merge_stories(
        store,
        decision.form.text("other"),
        decision.key,
        by=decision.by,
        reason=decision.form.text("reason"),
        now=decision.now,
    )
    return "The other story is merged into this one."


def _split(store: Store, decision: _Decision) -> str:
    decided = story_decisions.split_story(
        store,
        decision.key,
        decision.form.texts("article"),
        by=decision.by,
        reason=decision.form.text("reason"),
        now=decision.now,
    )
    return f"{len(decided.event.articles)} of its articles are a story of their own now."


def _rename(store: Store, decision: _Decision) -> str:
    title = decision.form.text("title")
    renamed = story_decisions.rename_story(
        store, decision.key, title, by=decision.by, now=decision.now
    )
    return f"The story is “{renamed.title}” now."


def _undo(store: Store, decision: _Decision) -> str:
    decided = story_decisions.undo_last(store, decision.key, by=decision.by, now=decision.now)
    return f"Taken back: {decided.event.reason}."


async def _decide(
    site: SiteContext,
    request: Request,
    key: str,
    form: Form,
    decide: Callable[[Store, _Decision], str],
) -> Response:
    decision = _Decision(site, key, form, caller_of(request).name)
    try:
        sentence = await site.write(lambda store: decide(store, decision))
    except ConfigError as error:
        return see_other(f"{PATH}/{key}", Flash(text=str(error), is_fault=True))
    return see_other(f"{PATH}/{key}", Flash(text=sentence))
