"""Figures: what articles state, by kind and claimant, and corrections by hand."""

from __future__ import annotations

from fastapi import Response
from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions import option_values
from monitor.actions.as_json import JsonObject
from monitor.actions.grouping import figure_lists
from monitor.actions.grouping.figure_lists import Correction, FigurePage, FigureQuery
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery, PageQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.conventions.paging import page_answer
from monitor.web.api.shapes import story_shapes as shapes

api = ApiRouter()

_LARGEST = 1e15


class FigureListQuery(PageQuery):
    """Which figures."""

    kind: str = Field("", max_length=100)
    claimant: str = Field("", max_length=200, description="A party, or a part of the claimant.")
    story: str = Field("", max_length=64, description="The key of a story.")
    since: str = Field("", max_length=40, description="Since `2d` ago, or a date or time.")


@api.get("/figures", Act.READ_FIGURES, FigureListQuery, shapes.FigurePageShape)
async def list_all_figures(call: Call[FigureListQuery, NoBody]) -> Answer:
    """What articles state, the newest first; copies are left out."""
    page = await _page(call)
    return page_answer(call.request, [shown.as_json() for shown in page.figures], page.next)


@api.download("/figures.csv", Act.EXPORT_ARTICLES, FigureListQuery, "text/csv")
async def export_figures(call: Call[FigureListQuery, NoBody]) -> Response:
    """A page of figures as a table."""
    page = await _page(call)
    headers = {"content-disposition": 'attachment; filename="figures.csv"'}
    return Response(page.as_csv(), headers=headers, media_type="text/csv")


async def _page(call: Call[FigureListQuery, NoBody]) -> FigurePage:
    query = call.query
    request = FigureQuery(
        kind=query.kind or None,
        claimant=query.claimant or None,
        story=query.story or None,
        since=option_values.parse_instant(query.since, "since", call.now) if query.since else None,
        after=query.after or None,
        limit=query.limit,
    )
    return await call.read(lambda store: figure_lists.list_figures(store, request))


class CorrectionBody(ApiModel):
    """What a person changes of a figure; what is not there stays as it is."""

    value_min: float | None = Field(None, ge=-_LARGEST, le=_LARGEST)
    value_max: float | None = Field(None, ge=-_LARGEST, le=_LARGEST)
    kind: str | None = Field(None, min_length=1, max_length=100)
    claimant: str | None = Field(None, min_length=1, max_length=200)
    remove: bool = Field(False, description="It is no figure.")
    reason: str = Field(min_length=1, max_length=1_000)


@api.post(
    "/figures/{key}/corrections",
    Act.CORRECT_FIGURES,
    CorrectionBody,
    shapes.StatedFigureShape,
)
async def correct_one_figure(call: Call[NoQuery, CorrectionBody]) -> Answer:
    """Correct a figure, named by its article's key and its place, such as `1a2b3c4d:0`.

    What it was is kept.
    """
    body = call.body
    correction = Correction(
        value_min=body.value_min,
        value_max=body.value_max,
        kind=body.kind,
        claimant=body.claimant,
        remove=body.remove,
        reason=body.reason,
        by=call.caller.name,
    )

    def correct(store: Store) -> JsonObject:
        figure = found(lambda: figure_lists.find_figure(store, call.key))
        key = f"{figure.article_key}:{figure.position}"
        return figure_lists.correct_figure(store, key, correction, call.now).as_json()

    return Answer(content=await call.write(correct))
