"""Marking from the console: one article or several at once, and the undo of it."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act
from monitor.actions.teaching import marks
from monitor.actions.teaching.marks import BulkMarkRequest
from monitor.domain.errors import ConfigError, PackError
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import own_address, see_other
from monitor.web.site.context import SiteContext

UNDO_PATH = "/console/marks/undo"


def routes(site: SiteContext) -> APIRouter:
    """The forms of the buttons "relevant", "not relevant" and "undo"."""
    place = PlaceRouter(site)

    @place.post("/console/marks", Act.MARK_ARTICLES)
    async def mark(request: Request) -> Response:
        form = await read_form(request)
        is_relevant = form.text("relevant") == "yes"
        new_marks = BulkMarkRequest(
            articles=form.texts("article"),
            relevant=is_relevant,
            themes=form.texts("theme") if is_relevant else (),
            by=caller_of(request).name,
            note=form.text("note"),
            topic=form.text("topic"),
        )
        back = own_address(form.text("next") or form.text("back"))
        try:
            themes = marks.themes_of_mark(site.settings, new_marks.topic, site.theme_titles)
            store_marks = partial(
                marks.mark_articles, request=new_marks, now=site.clock(), topic_themes=themes
            )
            done = await site.write(store_marks)
        except (ConfigError, PackError) as error:
            return see_other(own_address(form.text("back")), Flash(text=str(error), is_fault=True))
        return see_other(back, Flash(text=done.sentence, undo=UNDO_PATH))

    @place.post(UNDO_PATH, Act.MARK_ARTICLES)
    async def undo(request: Request) -> Response:
        form = await read_form(request)
        take_back = partial(marks.undo_marks, by=caller_of(request).name, now=site.clock())
        back = own_address(form.text("back"))
        try:
            changes = await site.write(take_back)
        except ConfigError as error:
            return see_other(back, Flash(text=str(error), is_fault=True))
        noun = "mark" if len(changes) == 1 else "marks"
        text = f"Took back {len(changes)} {noun}."
        return see_other(back, Flash(text=text, undo=UNDO_PATH))  # the act before, by the same key

    return place.router
