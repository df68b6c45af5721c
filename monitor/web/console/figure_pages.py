"""Figures: the ledger of what articles state, by kind and claimant, and corrections by hand."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, HTTPException, Request, Response

from monitor.access.permissions import Act, is_allowed
from monitor.actions.grouping import figure_lists
from monitor.actions.grouping.atom_entries import figure_entries
from monitor.actions.grouping.figure_lists import Correction, FigurePage, FigureQuery
from monitor.domain.errors import ConfigError
from monitor.domain.stated_figures import value_text
from monitor.web.console import article_lists
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import own_address, render, see_other
from monitor.web.site.context import SiteContext

PATH = "/console/figures"
_PAGE, _DOCUMENT = 50, 1_000


def routes(site: SiteContext) -> APIRouter:
    """The ledger, its documents, and the form of a correction."""
    place = PlaceRouter(site)
    _add_ledger(place, site)
    _add_correction(place, site)
    return place.router


def _add_ledger(place: PlaceRouter, site: SiteContext) -> None:
    @place.get(PATH, Act.READ_FIGURES)
    async def page(request: Request) -> Response:
        figures = await _listed(site, request, _PAGE)
        filters = _filters(request)
        caller = caller_of(request)
        query = article_lists.query_text({**filters, "after": figures.next or ""})
        parts = {
            "figures": figures.figures,
            "filters": filters,
            "is_filtered": any(filters.values()),
            "value": value_text,
            "next_address": f"{PATH}{query}" if figures.next else "",
            "formats": article_lists.formats(PATH, filters),
            "can_correct": is_allowed(Act.CORRECT_FIGURES, role=caller.role, scopes=caller.scopes),
        }
        return render(site, request, "figures", parts)

    @place.get(PATH + ".json", Act.READ_FIGURES)
    async def as_json(request: Request) -> Response:
        return article_lists.json_response((await _listed(site, request, _PAGE)).as_json())

    @place.get(PATH + ".csv", Act.EXPORT_ARTICLES)
    async def as_csv(request: Request) -> Response:
        figures = await _listed(site, request, _DOCUMENT)
        return article_lists.table_response(figures.as_csv(), "figures")

    @place.get(PATH + ".atom", Act.READ_FIGURES)
    async def as_atom(request: Request) -> Response:
        figures = await _listed(site, request, _PAGE)
        articles_address = str(request.url.replace(path="/console/articles", query=""))
        entries = figure_entries(figures, articles_address)
        return article_lists.entries_response(site, request, entries, "Figures", "Figures")


def _filters(request: Request) -> dict[str, str]:
    names = ("kind", "claimant", "story", "days")
    return {name: request.query_params.get(name, "").strip()[:200] for name in names}


async def _listed(site: SiteContext, request: Request, limit: int) -> FigurePage:
    filters = _filters(request)
    days = int(filters["days"]) if filters["days"].isdecimal() else 0
    query = FigureQuery(
        kind=filters["kind"] or None,
        claimant=filters["claimant"] or None,
        story=filters["story"] or None,
        since=site.clock() - timedelta(days=min(days, 36_500)) if days else None,
        after=request.query_params.get("after") or None,
        limit=limit,
    )
    try:
        return await site.read(lambda store: figure_lists.list_figures(store, query))
    except ConfigError as error:
        raise HTTPException(400, str(error)) from None


def _add_correction(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH + "/correct", Act.CORRECT_FIGURES)
    async def correct(request: Request) -> Response:
        form = await read_form(request)
        back, by, now = own_address(form.text("back"), PATH), caller_of(request).name, site.clock()
        try:
            correction = _correction(form, by)
            await site.write(
                lambda store: figure_lists.correct_figure(
                    store, form.text("figure"), correction, now
                )
            )
        except ConfigError as error:
            return see_other(back, Flash(text=str(error), is_fault=True))
        done = "The figure is removed." if correction.remove else "The figure is corrected."
        return see_other(back, Flash(text=f"{done}  What it was is kept."))


def _correction(form: Form, by: str) -> Correction:
    return Correction(
        value_min=_number(form, "min"),
        value_max=_number(form, "max"),
        remove=form.text("remove") == "yes",
        reason=form.text("reason"),
        by=by,
    )


def _number(form: Form, name: str) -> float | None:
    """The number of this field, None where it is empty.  Raise ConfigError for another text."""
    text = form.text(name).replace(",", "").replace(" ", "")
    if not text:
        return None
    if not text.replace(".", "", 1).isdecimal() or len(text) > 18:
        raise ConfigError(f"{form.text(name)[:30]!r} is no number: write digits, such as 1200")
    return float(text)
