"""Search: every stored article by words and conditions, with facets; as a page and for programs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act, is_allowed
from monitor.actions.reading import searches
from monitor.actions.reading.searches import SearchRequest, SearchResult
from monitor.publish import atom_feed
from monitor.search.question import QuestionError
from monitor.web.console import article_lists
from monitor.web.console.article_lists import ListPage
from monitor.web.console.facet_links import FacetLinks
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import Parts, render
from monitor.web.console.frame.zones import zone_of
from monitor.web.site.context import SiteContext

PATH = "/console/search"
_PAGE = 50
_EXAMPLES = (
    ("kursk sappers", "both words, in headline or text"),
    ('"North Korea"', "words in a row"),
    ("sapper*", "any ending"),
    ("북한군", "Korean, Chinese and Japanese inside longer words, too"),
    ("kursk -wonsan", "without a word"),
    ("kursk OR belgorod", "either word"),
    ("title:treaty", "in the headline alone"),
    ("theme:arms score>0.7", "by theme and score"),
    ("lang:ko is:flagged", "flagged, in one language"),
    ("is:unmarked is:near", "near the line, and nobody has marked it"),
    ("site:example.org", "of one publisher"),
    ("since:7d", "seen in the last week"),
    ("seen:2025-06-01..06-15", "seen in a span of days"),
    ("sort:score", "the highest score first"),
)


def routes(site: SiteContext) -> APIRouter:
    """The page and its documents."""
    place = PlaceRouter(site)
    _add_page(place, site)
    _add_documents(place, site)
    return place.router


def _add_page(place: PlaceRouter, site: SiteContext) -> None:
    @place.get(PATH, Act.READ_ARTICLES)
    async def page(request: Request, q: str = "", after: str = "", help: str = "") -> Response:
        question = q.strip()
        parts: dict[str, object] = {
            "question": question, "examples": _EXAMPLES, "show_help": bool(help) or not question,
            "fault": "", "place": 0, "result": None, "can_save": _can_save(request),
        }  # fmt: skip
        if not question:
            return render(site, request, "search", parts)
        try:
            search = SearchRequest(
                question=question, limit=_PAGE, after=after or None, with_facets=True
            )
            result = await _find(site, request, search)
        except QuestionError as error:
            parts |= {"fault": error.fault, "place": error.place, "show_help": True}
            return render(site, request, "search", parts, status=400)
        return render(site, request, "search", {**parts, **_found(site, question, result)})


def _can_save(request: Request) -> bool:
    caller = caller_of(request)
    return is_allowed(Act.SAVE_SEARCHES, role=caller.role, scopes=caller.scopes)


def _add_documents(place: PlaceRouter, site: SiteContext) -> None:
    @place.get(PATH + ".json", Act.READ_ARTICLES)
    async def as_json(request: Request, q: str = "", after: str = "") -> Response:
        search = SearchRequest(question=q, limit=_PAGE, after=after or None)
        result = await _find(site, request, search)
        return article_lists.json_response(result.as_json())

    @place.get(PATH + ".csv", Act.EXPORT_ARTICLES)
    async def as_csv(request: Request, q: str = "") -> Response:
        search = SearchRequest(question=q, limit=article_lists.PAGE_OF_DOWNLOAD)

        async def read_page(after: str) -> ListPage:
            return await _list_page(site, request, replace(search, after=after or None))

        return await article_lists.csv_response(request, read_page)

    @place.get(PATH + ".atom", Act.READ_ARTICLES)
    async def as_atom(request: Request, q: str = "", after: str = "") -> Response:
        search = SearchRequest(question=q, limit=atom_feed.PAGE, after=after or None)
        page = await _list_page(site, request, search)
        return article_lists.atom_response(site, request, page, f"Search: {q}"[:200])


async def _list_page(site: SiteContext, request: Request, search: SearchRequest) -> ListPage:
    result = await _find(site, request, replace(search, with_total=False))
    return ListPage(articles=result.articles, next=result.next)


async def _find(site: SiteContext, request: Request, search: SearchRequest) -> SearchResult:
    search = replace(search, zone=zone_of(request))
    return await site.read(partial(searches.search_articles, request=search, now=site.clock()))


def _address(question: str, after: str = "") -> str:
    return f"{PATH}{article_lists.query_text({'q': question, 'after': after})}"


def _sentence(result: SearchResult) -> str:
    """What is the case: "17 articles match." """
    if result.total is None:
        return "Counting the articles that match takes too long."
    text = f"{result.count_text} {'matches' if result.total == 1 else 'match'}."
    return text[0].upper() + text[1:]


def _facets(site: SiteContext, question: str, result: SearchResult) -> list[object]:
    facets = result.facets
    if facets is None:
        return []
    links = FacetLinks(question=question, address=_address)
    return [
        *links.topics(facets, site),
        *links.themes(facets, site),
        *links.languages(facets),
        *links.feeds(facets, result.feed_titles),
        *links.months(facets),
    ]


def _found(site: SiteContext, question: str, result: SearchResult) -> Parts:
    return {
        "result": result,
        "sentence": _sentence(result),
        "facets": _facets(site, question, result),
        "next_address": _address(question, result.next) if result.next else "",
        "formats": article_lists.formats(PATH, {"q": question}),
    }
