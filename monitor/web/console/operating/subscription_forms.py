"""Forms of subscriptions in the console: add, try, edit, test, rotate, pause, remove, erase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from fastapi import HTTPException, Request, Response

from monitor.access.caller import Caller
from monitor.access.permissions import Act
from monitor.actions import as_json
from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.option_values import InvalidOption
from monitor.actions.subscribing import destinations, subscription_links, subscriptions
from monitor.actions.subscribing.subscription_edits import (
    SubscriptionEdit,
    check_version,
    edit_subscription,
    edited_subscription,
)
from monitor.actions.subscribing.subscription_erasure import (
    ErasedSubscription,
    erase_subscription,
)
from monitor.actions.subscribing.subscription_links import SubscriptionLinks
from monitor.actions.subscribing.subscriptions import NewSubscription
from monitor.actions.subscribing.trial_message import send_trial
from monitor.deliver.channels.descriptor import Destination
from monitor.deliver.transports.signature import check_secret
from monitor.domain.alerts import ChannelKind, Subscription
from monitor.domain.errors import ConfigError, FetchError
from monitor.store.one_transaction import in_one_transaction
from monitor.store.store import Store
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import render, see_other
from monitor.web.console.operating import subscription_pages
from monitor.web.console.operating.subscription_fields import edit_of_form, typed_fields
from monitor.web.console.operating.subscription_pages import UnsavedEdit
from monitor.web.site.context import SiteContext

PATH = "/console/subscriptions"
_LONGEST_OVERLAP_HOURS = 24 * 30

SubscriptionAct = Callable[[Store, Subscription, Caller, datetime], str]


def add_forms(place: PlaceRouter, site: SiteContext) -> None:
    """Add the forms of operators to the router."""
    place.post(PATH, Act.CHANGE_SUBSCRIPTIONS)(partial(_add, site))
    place.post(PATH + "/{key}/try", Act.READ_SUBSCRIPTIONS)(partial(_try_edit, site))
    place.post(PATH + "/{key}/edit", Act.CHANGE_SUBSCRIPTIONS)(partial(_edit, site))
    place.post(PATH + "/{key}/test", Act.CHANGE_SUBSCRIPTIONS)(partial(_test, site))
    place.post(PATH + "/{key}/rotate", Act.ROTATE_SECRETS)(partial(_rotate, site))
    place.post(PATH + "/{key}/links", Act.ROTATE_SECRETS)(partial(_links, site))
    place.post(PATH + "/{key}/erase", Act.CHANGE_SUBSCRIPTIONS)(partial(_erase, site))
    for name, act in _ACTS.items():
        path = f"{PATH}/{{key}}/{name}"
        place.post(path, Act.CHANGE_SUBSCRIPTIONS)(partial(_act_on, site, act))


async def _add(site: SiteContext, request: Request) -> Response:
    """Store it; the page of the answer shows the secret of a webhook, once."""
    form, caller, now = await read_form(request), caller_of(request), site.clock()
    try:
        destination = _new_destination(site, form)
        remark = await destinations.probe_destination(destination, site.settings)
        edit = edit_of_form(form, site.topics)
        added = await site.write(
            partial(
                _store_new,
                edit=edit,
                destination=destination,
                theme_titles=site.theme_titles,
                caller=caller,
                now=now,
            )
        )
    except (ConfigError, FetchError) as error:
        channel = form.text("channel")
        return subscription_pages.new_page(
            site, request, typed_fields(form), channel=channel, fault=str(error)
        )
    if added.signing_secret and not form.text("secret"):
        parts = {"subscription": added, "secret": added.signing_secret, "old_until": None}
        return render(site, request, "subscription_secret", parts)
    done = f"{added.name} is told from now on, at {added.address}.  {remark}".strip()
    return see_other(f"{PATH}/{added.key}", Flash(text=done))


def _new_destination(site: SiteContext, form: Form) -> Destination:
    kind = form.text("channel")
    if kind not in {*ChannelKind}:
        raise InvalidOption("channel", f"{kind!r}: one of {', '.join(ChannelKind)}")
    allow = site.settings.egress.allow
    destination = destinations.parse_destination(ChannelKind(kind), form.text("address"), allow)
    if not form.text("secret"):
        return destination
    subscriptions.check_signed(form.text("name"), destination.channel)
    return replace(destination, signing_secret=check_secret(form.text("secret")))


@in_one_transaction
def _store_new(
    store: Store,
    *,
    edit: SubscriptionEdit,
    destination: Destination,
    theme_titles: Mapping[str, str],
    caller: Caller,
    now: datetime,
) -> Subscription:
    new = NewSubscription(name=edit.name or "", destination=destination)
    edited = edited_subscription(store, new.subscription(now), edit, now, theme_titles)
    request = replace(
        new,
        headers=edited.headers,
        topics=edited.topics,
        themes=edited.themes,
        languages=edited.languages,
        feeds=edited.feeds,
        min_score=edited.min_score,
        filter=edited.filter,
        about=edited.about,
        schedule=edited.cadence,
        repeat=edited.repeat,
        tier=edited.tier,
    )
    added = subscriptions.subscribe(store, request, now)
    changed = Changed(after={"channel": added.channel})
    audit_log.record(store, caller, "add subscription", added.name, now, changed)
    return added


async def _try_edit(site: SiteContext, request: Request, key: str) -> Response:
    """What it would have been told as edited; nothing is stored."""
    form, now = await read_form(request), site.clock()
    stored = await site.read(partial(_found, key=key))
    fields = typed_fields(form)
    try:
        edit = edit_of_form(form, site.topics, stored.topics)
        draft = await site.read(
            lambda store: edited_subscription(store, stored, edit, now, site.theme_titles)
        )
    except ConfigError as error:
        unsaved = UnsavedEdit(fields=fields, fault=str(error))
    else:
        unsaved = UnsavedEdit(fields=fields, draft=draft)
    return await subscription_pages.subscription_page(site, request, stored.key, unsaved=unsaved)


async def _edit(site: SiteContext, request: Request, key: str) -> Response:
    """Store what the form has, if nobody changed the subscription since it was shown."""
    form, caller, now = await read_form(request), caller_of(request), site.clock()
    stored = await site.read(partial(_found, key=key))

    @in_one_transaction
    def change(store: Store, edit: SubscriptionEdit) -> bool:
        check_version(subscriptions.find_subscription(store, stored.key), form.text("version"))
        edited = edit_subscription(store, stored.key, edit, caller, now, site.theme_titles)
        return bool(edited.changed)

    try:
        destination = await _other_destination(site, form, stored)
        edit = edit_of_form(form, site.topics, stored.topics)
        edit = replace(edit, destination=destination)
        has_changed = await site.write(lambda store: change(store, edit))
    except (ConfigError, FetchError) as error:
        unsaved = UnsavedEdit(fields=typed_fields(form), fault=str(error))
        return await subscription_pages.subscription_page(
            site, request, stored.key, unsaved=unsaved
        )
    done = "Saved." if has_changed else "Nothing differs from what is stored."
    return see_other(f"{PATH}/{stored.key}", Flash(text=done))


async def _other_destination(
    site: SiteContext, form: Form, stored: Subscription
) -> Destination | None:
    """The checked new address of the form; None when it is that of the subscription."""
    address = form.text("address")
    if not address or address == stored.address:
        return None
    allow = site.settings.egress.allow
    destination = destinations.parse_destination(stored.channel, address, allow)
    await destinations.probe_destination(destination, site.settings)
    return destination


async def _test(site: SiteContext, request: Request, key: str) -> Response:
    """Send one test message now; the page shows what went out and what came back."""
    subscription = await site.read(partial(_found, key=key))
    answer = await send_trial(subscription, site.settings, site.clock())
    parts = {"subscription": subscription, "answer": answer}
    return render(site, request, "subscription_test", parts)


async def _rotate(site: SiteContext, request: Request, key: str) -> Response:
    """Give a webhook a new secret; the page of the answer shows it, once."""
    form, caller, now = await read_form(request), caller_of(request), site.clock()
    stored = await site.read(partial(_found, key=key))
    page = f"{PATH}/{stored.key}"
    try:
        old_until = now + timedelta(hours=_hours(form.text("keep_hours")))
        secret = form.text("secret")
        rotated = await site.write(
            lambda store: _rotate_secret(store, stored, old_until, secret, caller, now)
        )
    except ConfigError as error:
        return see_other(page, Flash(text=str(error), is_fault=True))
    if secret:
        return see_other(page, Flash(text="Calls are signed with the secret that you gave."))
    parts = {"subscription": stored, "secret": rotated, "old_until": old_until}
    return render(site, request, "subscription_secret", parts)


async def _links(site: SiteContext, request: Request, key: str) -> Response:
    """The secret addresses of feeds and page, in this answer alone; renewed when asked."""
    form, caller, now = await read_form(request), caller_of(request), site.clock()
    stored = await site.read(partial(_found, key=key))
    url, renew = site.settings.web.public_url, form.text("renew") == "yes"

    @in_one_transaction
    def read(store: Store) -> SubscriptionLinks:
        shown = subscription_links.links(store, stored.key, public_url=url, renew=renew)
        if renew:
            audit_log.record(store, caller, "renew feed addresses", stored.name, now)
        return shown

    try:
        links = await site.write(read)
    except ConfigError as error:
        return see_other(f"{PATH}/{stored.key}", Flash(text=str(error), is_fault=True))
    parts = {"subscription": stored, "links": links.as_json()}
    return render(site, request, "subscription_links", parts)


def _hours(text: str) -> int:
    is_short = text.isdecimal() and len(text) <= len(str(_LONGEST_OVERLAP_HOURS))
    if not is_short or int(text) > _LONGEST_OVERLAP_HOURS:
        raise InvalidOption(
            "hours", f"{text[:20]!r}: a whole number from 0 to {_LONGEST_OVERLAP_HOURS}"
        )
    return int(text)


@in_one_transaction
def _rotate_secret(
    store: Store,
    stored: Subscription,
    old_until: datetime,
    secret: str,
    caller: Caller,
    now: datetime,
) -> str:
    rotated = subscriptions.rotate_secret(
        store, stored.key, old_until=old_until, now=now, secret=secret
    )
    changed = Changed(after={"old_until": as_json.instant(old_until)})
    audit_log.record(store, caller, "rotate secret", stored.name, now, changed)
    return rotated.secret


async def _act_on(site: SiteContext, act: SubscriptionAct, request: Request, key: str) -> Response:
    """Do it, and go back to the subscription, or to the list when it is gone."""
    caller, now = caller_of(request), site.clock()

    @in_one_transaction
    def change(store: Store) -> str:
        return act(store, subscriptions.find_subscription(store, key), caller, now)

    address = PATH if act is _remove else f"{PATH}/{key}"
    try:
        done = await site.write(change)
    except ConfigError as error:
        return see_other(PATH, Flash(text=str(error), is_fault=True))
    return see_other(address, Flash(text=done))


async def _erase(site: SiteContext, request: Request, key: str) -> Response:
    """Erase all that is stored about it, when its name is typed; say what remains elsewhere."""
    form, caller, now = await read_form(request), caller_of(request), site.clock()
    stored = await site.read(partial(_found, key=key))
    if form.text("name") != stored.name:
        fault = f"Nothing was erased: type its name, {stored.name}, to confirm."
        return see_other(f"{PATH}/{stored.key}", Flash(text=fault, is_fault=True))

    def erase(store: Store) -> ErasedSubscription:
        erased = erase_subscription(store, stored.key, site.settings, now)
        audit_log.record(store, caller, "erase subscription", erased.key, now)
        return erased

    try:
        erased = await site.write(erase)
    except ConfigError as error:  # another person erased it meanwhile
        return see_other(PATH, Flash(text=str(error), is_fault=True))
    return render(site, request, "subscription_erased", {"erased": erased})


def _pause(store: Store, subscription: Subscription, caller: Caller, now: datetime) -> str:
    subscriptions.pause_subscription(store, subscription.key)
    audit_log.record(store, caller, "pause subscription", subscription.name, now)
    return "It is told nothing until it is resumed; articles of this time are not told later."


def _resume(store: Store, subscription: Subscription, caller: Caller, now: datetime) -> str:
    subscriptions.resume_subscription(store, subscription.key, now)
    audit_log.record(store, caller, "resume subscription", subscription.name, now)
    return "It is told again, beginning with what waited."


def _remove(store: Store, subscription: Subscription, caller: Caller, now: datetime) -> str:
    subscriptions.remove_subscription(store, subscription.key, now)
    audit_log.record(store, caller, "remove subscription", subscription.name, now)
    return f"{subscription.name} is removed; what waited for it is listed as undelivered."


_ACTS: dict[str, SubscriptionAct] = {"pause": _pause, "resume": _resume, "remove": _remove}


def _found(store: Store, *, key: str) -> Subscription:
    """Raise HTTPException (404)."""
    try:
        return subscriptions.find_subscription(store, key)
    except ConfigError:
        raise HTTPException(404) from None
