"""Forms of deliveries in the console: retry one, retry what was given up, replay a span."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from fastapi import Request, Response

from monitor.access.caller import Caller
from monitor.access.permissions import Act
from monitor.actions import as_json, deliveries, option_values
from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.deliveries import MOST_REPLAYED, ReplayRequest, ReplayResult
from monitor.actions.subscribing.subscriptions import find_subscription
from monitor.domain.errors import ConfigError
from monitor.store.one_transaction import in_one_transaction
from monitor.store.store import Store
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, authorize, caller_of
from monitor.web.console.frame.rendering import Parts, render, see_other
from monitor.web.site.context import SiteContext

PATH = "/console/deliveries"
_MANY = 1_000  # alerts; a replay of more needs a recent sign-in


def add_forms(place: PlaceRouter, site: SiteContext) -> None:
    """Add the forms of operators to the router; their addresses come before that of a message."""
    place.post(PATH + "/retry", Act.RETRY_DELIVERIES)(partial(_retry_dead, site))
    place.get(PATH + "/replay", Act.RETRY_DELIVERIES)(partial(_count, site))
    place.post(PATH + "/replay", Act.RETRY_DELIVERIES)(partial(_replay, site))
    place.post(PATH + "/{key}/retry", Act.RETRY_DELIVERIES)(partial(_retry, site))


async def _retry(site: SiteContext, request: Request, key: str) -> Response:
    caller, now = caller_of(request), site.clock()

    @in_one_transaction
    def retry(store: Store) -> str:
        alert = deliveries.retry_delivery(store, key, now)
        audit_log.record(store, caller, "send again", alert.key[:8], now)
        return alert.key

    try:
        alert_key = await site.write(retry)
    except ConfigError as error:
        return see_other(f"{PATH}/{key}", Flash(text=str(error), is_fault=True))
    return see_other(f"{PATH}/{alert_key}", Flash(text="It is due now, under the same key."))


async def _retry_dead(site: SiteContext, request: Request) -> Response:
    """Of one subscription, or of all."""
    form, caller, now = await read_form(request), caller_of(request), site.clock()
    name = form.text("subscription")

    @in_one_transaction
    def retry(store: Store) -> int:
        key = find_subscription(store, name).key if name else None
        count = deliveries.retry_dead_deliveries(store, now, subscription_key=key)
        changed = Changed(after={"alerts": count})
        target = name or "all undelivered alerts"
        audit_log.record(store, caller, "send again", target, now, changed)
        return count

    try:
        count = await site.write(retry)
    except ConfigError as error:
        return see_other(PATH, Flash(text=str(error), is_fault=True))
    return see_other(PATH, Flash(text=f"{count:,} that were given up are due now."))


async def _count(site: SiteContext, request: Request) -> Response:
    """How many a replay would send again; the page has the button that does it."""
    query = request.query_params
    form = Form({name: [query.get(name, "")[:300]] for name in ("subscription", "since", "until")})
    return await _replay_page(site, request, form)


async def _replay(site: SiteContext, request: Request) -> Response:
    """Send the span again, after another sign-in where it is long."""
    form, caller, now = await read_form(request), caller_of(request), site.clock()
    try:
        counted = await site.read(partial(_result, form, now, dry_run=True))
        if counted.alerts > _MANY:
            await authorize(site, request, Act.REPLAY_MANY_DELIVERIES)
        result = await site.write(lambda store: _do_replay(store, form, caller, now))
    except ConfigError as error:
        return await _replay_page(site, request, form, fault=str(error))
    return see_other(PATH, Flash(text=f"{result.due_now:,} are due now, under the same keys."))


async def _replay_page(
    site: SiteContext, request: Request, form: Form, *, fault: str = ""
) -> Response:
    now, counted = site.clock(), None
    try:
        if not fault and form.text("subscription"):
            counted = await site.read(partial(_result, form, now, dry_run=True))
    except ConfigError as error:
        fault = str(error)
    parts: Parts = {
        "typed": {name: form.text(name) for name in ("subscription", "since", "until")},
        "subscriptions": await site.read(lambda store: store.subscriptions.list()),
        "counted": counted,
        "most": MOST_REPLAYED,
        "fault": fault,
    }
    return render(site, request, "replay", parts, status=400 if fault else 200)


def _request(store: Store, form: Form, now: datetime, *, dry_run: bool) -> ReplayRequest:
    """Raise ConfigError for a subscription or a time that can't be used."""
    until = form.text("until")
    return ReplayRequest(
        subscription=find_subscription(store, form.text("subscription")),
        since=option_values.parse_instant(form.text("since"), "since", now),
        until=option_values.parse_instant(until, "until", now) if until else now,
        dry_run=dry_run,
    )


def _result(form: Form, now: datetime, store: Store, *, dry_run: bool) -> ReplayResult:
    return deliveries.replay_deliveries(store, _request(store, form, now, dry_run=dry_run), now)


@in_one_transaction
def _do_replay(store: Store, form: Form, caller: Caller, now: datetime) -> ReplayResult:
    request = _request(store, form, now, dry_run=False)
    result = deliveries.replay_deliveries(store, request, now)
    span = {
        "since": as_json.instant(request.since),
        "until": as_json.instant(request.until),
        "alerts": result.due_now,
    }
    changed = Changed(after=span)
    audit_log.record(store, caller, "send again", request.subscription.name, now, changed)
    return result
