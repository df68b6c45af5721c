"""Flagged: the queue of articles to look at, and the article beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act, is_allowed
from monitor.actions.reading import flagged
from monitor.actions.reading.explanations import ExplainerCache
from monitor.actions.reading.flagged import QueueCounts, QueuePage, QueueRequest, QueueView
from monitor.publish import atom_feed
from monitor.store.search.facets import Facets
from monitor.web.console import article_lists
from monitor.web.console.article import find_article_view, panel_parts
from monitor.web.console.article_lists import ListPage
from monitor.web.console.facet_links import FacetLinks
from monitor.web.console.frame.authentication import is_secure
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import render
from monitor.web.console.frame.visits import (
    VISIT_COOKIE,
    Visit,
    cookie_text,
    next_visit,
    read_visit,
)
from monitor.web.console.frame.zones import zone_of
from monitor.web.site.context import SiteContext
from monitor.web.site.short_cache import ShortCache

PATH = "/console/flagged"
# Counting takes ten times as long as a page of the queue, and who goes from page to page or from
# article to article sees the same counts.
COUNTS_AGE = timedelta(seconds=10)
# Counts so old are shown while they are counted anew, which waits for the dashboard's: with
# very many articles for a second.
COUNTS_GRACE = timedelta(minutes=2)
_YEAR_SECONDS = 31_536_000
_VIEW_NAMES = {
    QueueView.UNMARKED: "Unmarked",
    QueueView.ALL: "All",
    QueueView.NEAR: "Near the line",
}


def routes(site: SiteContext, explainers: ExplainerCache) -> APIRouter:
    """The queue as a page and for programs."""
    place = PlaceRouter(site)
    counts = CountsCache(site)
    site.preparations.append(counts.prepare)
    _add_page(place, site, explainers, counts)
    _add_documents(place, site, counts)
    return place.router


class CountsCache:
    """Counts of queues, two minutes old at most, and never older than the last mark."""

    def __init__(self, site: SiteContext) -> None:
        self._site = site
        self._counts = ShortCache[QueueCounts](site.clock, COUNTS_AGE, grace=COUNTS_GRACE)

    async def prepare(self) -> None:
        """Count the views without a question."""
        for view in QueueView:
            await self.of(QueueRequest(view=view))

    async def of(self, queue: QueueRequest) -> QueueCounts:
        """The counts of this queue.  Raise StoreError and ConfigError."""
        site = self._site
        last_mark = await site.read(lambda store: store.marks.last_change())
        zone = str(queue.zone) if queue.question else ""  # of dates in the question
        key = (queue.view, queue.question, zone, last_mark)
        return await self._counts.get(key, lambda: self._count(queue))

    async def _count(self, queue: QueueRequest) -> QueueCounts:
        """Before other counts: who marks an article has the queue counted anew, and waits."""
        site, now = self._site, self._site.clock()
        count_facets = partial(flagged.queue_facets, request=queue, now=now)
        facets = await site.count(count_facets, is_urgent=True)
        views = {queue.view: facets.total}
        for view in QueueView:
            if view is not queue.view:
                other = replace(queue, view=view)
                count_view = partial(flagged.queue_size, request=other, now=now)
                views[view] = await site.count(count_view, is_urgent=True)
        return QueueCounts(facets=facets, views=views)


def _add_page(
    place: PlaceRouter, site: SiteContext, explainers: ExplainerCache, counts: CountsCache
) -> None:
    @place.get("/console/", Act.READ_ARTICLES)
    async def queue_page(
        request: Request, show: str = "", q: str = "", after: str = "", open: str = ""
    ) -> Response:
        queue = _request(request, show, q, after)
        page = await site.read(partial(flagged.flagged_queue, request=queue, now=site.clock()))
        parts = _parts(site, request, queue, page, await counts.of(queue))
        if open:
            viewed = await site.read(lambda store: find_article_view(site, store, explainers, open))
            beside = _beside(queue, page, viewed.article.key)
            parts |= panel_parts(site, request, viewed, **beside)
        visit = _visit(site, request, page)
        if queue.view is QueueView.UNMARKED and not queue.after:
            parts["new_count"] = _new_since(page, visit.seen_until)
        response = render(site, request, "flagged", parts)
        response.set_cookie(
            VISIT_COOKIE, cookie_text(visit), max_age=_YEAR_SECONDS, path="/console",
            secure=is_secure(request), httponly=True, samesite="lax",
        )  # fmt: skip
        return response

    @place.get("/console/flagged/new", Act.READ_ARTICLES)
    async def arrivals(request: Request, newest: str = "", show: str = "", q: str = "") -> Response:
        queue = _request(request, show, q)
        count = await site.read(
            lambda store: flagged.newer_than(store, queue, newest, site.clock()) if newest else 0
        )
        address = f"/console/{article_lists.query_text({'show': show, 'q': q})}"
        return render(site, request, "arrivals", {"count": count, "address": address})


def _add_documents(place: PlaceRouter, site: SiteContext, counts: CountsCache) -> None:
    @place.get(PATH + ".json", Act.READ_ARTICLES)
    async def queue_json(
        request: Request, show: str = "", q: str = "", after: str = ""
    ) -> Response:
        queue = _request(request, show, q, after)
        page = await site.read(partial(flagged.flagged_queue, request=queue, now=site.clock()))
        facets = (await counts.of(queue)).facets
        return article_lists.json_response(page.as_json(facets))

    @place.get(PATH + ".csv", Act.EXPORT_ARTICLES)
    async def queue_csv(request: Request, show: str = "", q: str = "") -> Response:
        queue = replace(_request(request, show, q), limit=article_lists.PAGE_OF_DOWNLOAD)
        return await article_lists.csv_response(request, partial(_list_page, site, queue))

    @place.get(PATH + ".atom", Act.READ_ARTICLES)
    async def queue_atom(
        request: Request, show: str = "", q: str = "", after: str = ""
    ) -> Response:
        queue = replace(_request(request, show, q), limit=atom_feed.PAGE)
        page = await _list_page(site, queue, after)
        return article_lists.atom_response(site, request, page, "Flagged")


def _visit(site: SiteContext, request: Request, page: QueuePage) -> Visit:
    newest = max((queued.listed.article.seen_at for queued in page.articles), default=None)
    before = read_visit(request.cookies.get(VISIT_COOKIE, ""))
    return next_visit(before, newest, site.clock())


def _new_since(page: QueuePage, seen_until: datetime | None) -> int:
    """How many articles at the top of the page came after the visit before."""
    if seen_until is None:
        return 0
    after = seen_until + timedelta(seconds=1)  # the cookie keeps whole seconds
    return sum(queued.listed.article.seen_at >= after for queued in page.articles)


async def _list_page(site: SiteContext, queue: QueueRequest, after: str) -> ListPage:
    page_request = replace(queue, after=after)
    page = await site.read(partial(flagged.flagged_queue, request=page_request, now=site.clock()))
    return ListPage(articles=[article.listed for article in page.articles], next=page.next)


def _request(request: Request, show: str, question: str, after: str = "") -> QueueRequest:
    view = QueueView(show) if show in list(QueueView) else QueueView.UNMARKED
    return QueueRequest(view=view, question=question.strip(), after=after, zone=zone_of(request))


def _parts(
    site: SiteContext,
    request: Request,
    queue: QueueRequest,
    page: QueuePage,
    counts: QueueCounts,
) -> dict[str, object]:
    caller = caller_of(request)
    parameters = {"show": queue.view.value, "q": queue.question}
    address = partial(_address, queue)
    links = FacetLinks(question=queue.question, address=lambda question: address(question=question))
    return {
        "page": page,
        "asked": queue,
        "views": [
            (_VIEW_NAMES[view], counts.views[view], address(view=view), view is queue.view)
            for view in QueueView
        ],
        "facets": [
            *links.topics(counts.facets, site),
            *links.themes(counts.facets, site),
            *links.languages(counts.facets),
        ],
        "opened": None,
        "sentence": _sentence(queue, counts.facets),
        "why_empty": _why_empty(queue, counts),
        "unfiltered": address(question=""),
        "open_address": lambda key: address(after=queue.after, open_key=key),
        "new_count": 0,
        "next_address": address(after=page.next) if page.next else "",
        "formats": article_lists.formats(PATH, parameters),
        "can_mark": is_allowed(Act.MARK_ARTICLES, role=caller.role, scopes=caller.scopes),
        "newest": page.articles[0].listed.article.key if page.articles else "",
        "arrivals": "/console/flagged/new" + article_lists.query_text(parameters),
    }


def _beside(queue: QueueRequest, page: QueuePage, key: str) -> dict[str, str]:
    """Where the article that is open beside the queue leads to: back, and to the next one."""
    keys = [queued.listed.article.key for queued in page.articles]
    place = keys.index(key) + 1 if key in keys else 0
    following = keys[place] if place < len(keys) else ""
    return {
        "close_address": _address(queue, after=queue.after),
        "next_article": _address(queue, after=queue.after, open_key=following) if following else "",
    }


def _sentence(queue: QueueRequest, facets: Facets) -> str:
    """What is the case: "17 flagged articles wait for a mark." """
    count = f"{facets.total:,}" + (" or more" if facets.is_capped else "")
    noun = "article" if facets.total == 1 else "articles"
    match queue.view:
        case QueueView.UNMARKED:
            verb = "waits" if facets.total == 1 else "wait"
            return f"{count} flagged {noun} {verb} for a mark."
        case QueueView.ALL:
            return f"{count} flagged {noun}, marked or not."
        case QueueView.NEAR:
            return f"{count} {noun} within 5 points of the line, not marked."


def _why_empty(queue: QueueRequest, counts: QueueCounts) -> str:
    if queue.question:
        return "No article of this view meets the filter."
    if queue.view is QueueView.UNMARKED and counts.views[QueueView.ALL]:
        return "Every flagged article is marked.  New ones appear here by themselves."
    return "Nothing is flagged yet.  Articles appear here as soon as a feed brings a relevant one."


def _address(
    queue: QueueRequest, *, view: QueueView | None = None, question: str | None = None,
    after: str | None = "", open_key: str = "",
) -> str:  # fmt: skip
    shown = view or queue.view
    parameters = {
        "show": "" if shown is QueueView.UNMARKED else shown.value,
        "q": queue.question if question is None else question,
        "after": after or "",
        "open": open_key,
    }
    return f"/console/{article_lists.query_text(parameters)}"
