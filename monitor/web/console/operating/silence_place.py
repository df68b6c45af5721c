"""Silences in the console: the list, a new one with what it would keep back, and an early end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.access.caller import Caller
from monitor.access.permissions import Act, is_allowed
from monitor.actions import option_values
from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.collecting.feeds import find_feed
from monitor.actions.silence_preview import SilencePreview, preview_silence
from monitor.actions.silences import (
    ListedSilence,
    SilenceRequest,
    add_silence,
    end_silence,
    list_silences,
    silence_length,
)
from monitor.actions.subscribing.alert_history import LAST_DAYS, MOST_LISTED
from monitor.actions.subscribing.subscriptions import check_themes, find_subscription
from monitor.domain.errors import ConfigError
from monitor.store.one_transaction import in_one_transaction
from monitor.store.store import Store
from monitor.text import local_time
from monitor.web.console import article_lists
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import Parts, render, see_other
from monitor.web.site.context import SiteContext

PATH = "/console/silences"
_FIELDS = ("reason", "for", "until", "subscription", "feed", "theme", "term", "every", "zone")
_AUDITED = ("subscription", "feed", "theme", "term", "until", "every", "zone")


def routes(site: SiteContext) -> APIRouter:
    """The list as a page and as JSON; the forms of operators."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.READ_SILENCES)
    async def page(request: Request) -> Response:
        """`?theme=…` and the like fill the form: a link can propose a silence."""
        typed = {name: request.query_params.get(name, "")[:300] for name in _FIELDS}
        return await _page(site, request, typed)

    @place.get(PATH + ".json", Act.READ_SILENCES)
    async def as_json(request: Request) -> Response:
        listed = await site.read(lambda store: _all(store, site.clock()))
        return article_lists.json_response({"items": [silence.as_json() for silence in listed]})

    _add_forms(place, site)
    return place.router


def _add_forms(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH + "/try", Act.READ_SUBSCRIPTIONS)
    async def try_silence(request: Request) -> Response:
        form, now = await read_form(request), site.clock()
        typed = {name: form.text(name) for name in _FIELDS}
        since = option_values.parse_instant(LAST_DAYS, "since", now)
        try:
            preview = await site.read(
                lambda store: preview_silence(store, _request(site, store, form, now), since, now)
            )
        except ConfigError as error:
            return await _page(site, request, typed, fault=str(error))
        return await _page(site, request, typed, preview=preview)

    @place.post(PATH, Act.CHANGE_SILENCES)
    async def add(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        try:
            await site.write(partial(_add, site=site, form=form, caller=caller, now=now))
        except ConfigError as error:
            typed = {name: form.text(name) for name in _FIELDS}
            return await _page(site, request, typed, fault=str(error))
        return see_other(PATH, Flash(text="Added; it ends by itself."))

    @place.post(PATH + "/{key}/end", Act.CHANGE_SILENCES)
    async def end(request: Request, key: str) -> Response:
        caller, now = caller_of(request), site.clock()
        try:
            done = await site.write(partial(_end, key=key, caller=caller, now=now))
        except ConfigError as error:
            return see_other(PATH, Flash(text=str(error), is_fault=True))
        return see_other(PATH, Flash(text=done))


async def _page(
    site: SiteContext,
    request: Request,
    typed: Mapping[str, str],
    *,
    preview: SilencePreview | None = None,
    fault: str = "",
) -> Response:
    parts = await site.read(partial(_parts, site, request))
    more = {"typed": typed, "preview": preview, "fault": fault, "most_listed": MOST_LISTED}
    return render(site, request, "silences", {**parts, **more}, status=400 if fault else 200)


def _parts(site: SiteContext, request: Request, store: Store) -> Parts:
    caller, now = caller_of(request), site.clock()

    def may(act: Act) -> bool:
        return is_allowed(act, role=caller.role, scopes=caller.scopes)

    listed = _all(store, now)
    return {
        "in_force": [silence for silence in listed if silence.silence.until > now],
        "ended": [silence for silence in listed if silence.silence.until <= now][::-1],
        "can_change": may(Act.CHANGE_SILENCES),
        "subscriptions": store.subscriptions.list() if may(Act.READ_SUBSCRIPTIONS) else [],
        "feeds": store.feeds.names(),
        "zones": local_time.zones(),
        "formats": {"JSON": PATH + ".json"},
    }


def _all(store: Store, now: datetime) -> list[ListedSilence]:
    return list_silences(store, now, include_ended=True)


def _request(site: SiteContext, store: Store, form: Form, now: datetime) -> SilenceRequest:
    """The silence as typed.  Raise ConfigError."""
    subscription, feed, theme = form.text("subscription"), form.text("feed"), form.text("theme")
    if theme:
        check_themes([theme], site.theme_titles)
    return SilenceRequest(
        reason=form.text("reason"),
        length=silence_length(form.text("for") or None, form.text("until") or None, now),
        subscription_key=find_subscription(store, subscription).key if subscription else None,
        feed_key=find_feed(store, feed).key if feed else None,
        theme=theme or None,
        term=form.text("term") or None,
        every=form.text("every") or None,
        zone=form.text("zone") or None,
    )


@in_one_transaction
def _add(store: Store, *, site: SiteContext, form: Form, caller: Caller, now: datetime) -> None:
    added = add_silence(store, _request(site, store, form, now), now)
    shown = added.as_json()
    after = {name: shown[name] for name in _AUDITED if shown[name]}
    changed = Changed(after=after, reason=added.silence.reason)
    audit_log.record(store, caller, "add silence", added.silence.key[:8], now, changed)


@in_one_transaction
def _end(store: Store, *, key: str, caller: Caller, now: datetime) -> str:
    ended = end_silence(store, key, now)
    if not ended.was_active:
        return "It was over already."
    audit_log.record(store, caller, "end silence", ended.silence.key[:8], now)
    return f"Ended; it kept back {ended.kept_back:,}."
