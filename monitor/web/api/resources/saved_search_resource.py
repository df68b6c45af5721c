"""Saved searches: listed, shown, saved, removed, and the addresses of their feeds."""

from __future__ import annotations

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions.as_json import JsonObject
from monitor.actions.reading import saved_searches
from monitor.actions.reading.saved_searches import SaveRequest
from monitor.actions.subscribing.time_zones import parse_zone
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call, Trait
from monitor.web.api.conventions.paging import whole_list
from monitor.web.api.shapes import search_shapes as shapes

api = ApiRouter()


@api.get("/saved-searches", Act.READ_ARTICLES, NoQuery, shapes.SavedSearchListShape)
async def list_saved_searches(call: Call[NoQuery, NoBody]) -> Answer:
    """Saved searches by name, with their questions in words."""
    listed = await call.read(lambda store: saved_searches.list_searches(store, call.now))
    return whole_list([search.as_json() for search in listed])


@api.get("/saved-searches/{key}", Act.READ_ARTICLES, NoQuery, shapes.SavedSearchShape)
async def read_saved_search(call: Call[NoQuery, NoBody]) -> Answer:
    """The saved search of this name."""
    shown = await call.read(
        lambda store: found(lambda: saved_searches.show_search(store, call.key, call.now))
    )
    return Answer(content=shown.as_json())


class SavedSearchBody(ApiModel):
    """A question to save."""

    question: str = Field(min_length=1, max_length=500, description="In the grammar of search.")
    zone: str = Field("UTC", max_length=64, description="Of the dates in the question.")


@api.put("/saved-searches/{key}", Act.SAVE_SEARCHES, SavedSearchBody, shapes.SavedSearchShape)
async def save_one_search(call: Call[NoQuery, SavedSearchBody]) -> Answer:
    """Save a question under this name; one of that name is changed and keeps its feeds."""
    request = SaveRequest(
        name=call.key, question=call.body.question, zone=parse_zone(call.body.zone)
    )
    saved = await call.write(
        lambda store: saved_searches.save_search(store, request, call.caller, call.now)
    )
    return Answer(content=saved.as_json())


@api.delete("/saved-searches/{key}", Act.SAVE_SEARCHES, NoQuery)
async def remove_saved_search(call: Call[NoQuery, NoBody]) -> Answer:
    """Remove the saved search of this name, which ends its feeds; subscriptions of it stay."""

    def remove(store: Store) -> None:
        search = found(lambda: saved_searches.find_search(store, call.key))
        saved_searches.remove_search(store, search.name, call.caller, call.now)

    await call.write(remove)
    return Answer(status=204)


@api.get("/saved-searches/{key}/links", Act.READ_ARTICLES, NoQuery, shapes.SearchLinksShape)
async def read_search_links(call: Call[NoQuery, NoBody]) -> Answer:
    """The addresses of the feeds of a saved search; whoever knows one can read it."""

    def links(store: Store) -> JsonObject:
        search = found(lambda: saved_searches.find_search(store, call.key))
        return saved_searches.search_links(store, search, _base(call)).as_json()

    return Answer(content=await call.read(links))


@api.post(
    "/saved-searches/{key}/renew-links",
    Act.SAVE_SEARCHES,
    NoBody,
    shapes.SearchLinksShape,
    Trait.SHOWN_ONCE,
)
async def renew_search_links(call: Call[NoQuery, NoBody]) -> Answer:
    """Give the feeds of a saved search new addresses; the old ones end."""

    def renew(store: Store) -> JsonObject:
        search = found(lambda: saved_searches.find_search(store, call.key))
        renewed = saved_searches.renew_links(store, search.name, call.caller, call.now)
        return saved_searches.search_links(store, renewed, _base(call)).as_json()

    return Answer(content=await call.write(renew))


def _base(call: Call[NoQuery, NoBody]) -> str:
    """ "https://alerts.example.org", as readers know the site."""
    return call.site.settings.web.public_url or str(call.request.base_url).rstrip("/")
