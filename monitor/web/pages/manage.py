"""The page of a receiver, for who has the link in a message: filters, schedule, pause, messages.

Opening a page changes nothing, because programs open every link of a mail; forms change.  Each
change is told to the address, with a link that takes it back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qs

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from monitor.actions.managing import own_changes, own_messages
from monitor.actions.managing.own_changes import OwnContext, Undo
from monitor.actions.subscribing.delivery_schedules import ScheduleOptions, next_message
from monitor.actions.subscribing.subscription_edits import SubscriptionEdit
from monitor.actions.subscribing.trial_message import send_trial
from monitor.deliver.messages.schedule_text import WEEKDAYS, schedule_phrase
from monitor.domain.alerts import ChannelKind, Subscription
from monitor.domain.delivery_schedule import Frequency
from monitor.domain.errors import ConfigError
from monitor.domain.stories import Repeat
from monitor.net.rate_limit import RateLimit, RateLimiter, network
from monitor.store.store import Store
from monitor.text.formats import duration_text
from monitor.web.site import templating
from monitor.web.site.context import SiteContext

log = logging.getLogger(__name__)

# A page and its forms are used some times; a program that tries tokens asks far more often.
NETWORK_LIMIT = RateLimit(times=120, within=timedelta(minutes=1))
TEST_LIMIT = RateLimit(times=5, within=timedelta(minutes=10))
CHANGE_LIMIT = RateLimit(times=30, within=timedelta(hours=1))  # each is a message to the address
_MOST_FIELDS = 100
_NONE = "none"
_DONE = {
    "saved": "Saved.",
    "same": "Nothing differs from what is stored.",
    "paused": "Paused: nothing is sent until you resume it.",
    "resumed": "Resumed: messages are sent again.",
    "ended": "Ended: you are told nothing more.",
    "replayed": "They are due now, under the same keys.",
}
_SPANS = {"1h": "the last hour", "1d": "the last day", "7d": "the last 7 days"}

Fields = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """Somebody on the page of a subscription."""

    site: SiteContext
    subscription: Subscription
    token: str
    fields: Fields
    root: str  # the relative path from the address to that of the site

    def text(self, name: str) -> str:
        return self.fields.get(name, [""])[0].strip()

    @property
    def context(self) -> OwnContext:
        """Where the links of the message about a change lead."""
        return OwnContext(
            public_url=self.site.settings.web.public_url,
            topic_themes=self.site.theme_titles,
            now=self.site.clock(),
        )


def routes(site: SiteContext) -> APIRouter:
    """The page with its forms, what programs of a webhook need, and the page of an undo."""
    router, limits = APIRouter(), RateLimiter()
    _add_page(router, site, limits)
    _add_undo(router, site, limits)
    return router


def _add_page(router: APIRouter, site: SiteContext, limits: RateLimiter) -> None:
    @router.get("/manage/{token}")
    async def page(token: str, request: Request, done: str = "") -> Response:
        visit = await _visit(site, limits, token, request)
        return await _page(visit, done=_DONE.get(done, ""))

    @router.get("/manage/{token}/webhooks")
    async def code(token: str, request: Request) -> Response:
        """Schemas, samples and verifying code for the programs of a receiver."""
        visit = await _visit(site, limits, token, request)
        return templating.page(
            "manage_webhooks",
            root="../../",
            topic=site.topic_names,
            token=token,
            name=visit.subscription.name,
            types=own_messages.webhook_types(),
            codes=own_messages.verifying_codes(),
        )

    @router.post("/manage/{token}/{act}")
    async def act(token: str, act: str, request: Request) -> Response:
        visit = await _visit(site, limits, token, request, content=True)
        form = _FORMS.get(act)
        if form is None:
            raise templating.not_found()
        limit = TEST_LIMIT if act == "test" else CHANGE_LIMIT
        if not limits.allow(f"{limit.times} {visit.subscription.key}", limit, site.clock()):
            return await _page(visit, fault="Too often: try again later.", status=429)
        try:
            return await form(visit)
        except ConfigError as error:
            return await _page(visit, fault=str(error), status=400)


async def _visit(
    site: SiteContext, limits: RateLimiter, token: str, request: Request, *, content: bool = False
) -> _Visit:
    """Who has the link.  Raise HTTPException: 404 for a token that is none, 429 for too many."""
    _check_rate(site, limits, request)
    subscription = await site.writing.call(partial(own_changes.managed_subscription, token=token))
    if subscription is None:
        raise templating.not_found()
    fields = _fields(await templating.read_body(request)) if content else {}
    root = "../../" if content else "../"
    return _Visit(site=site, subscription=subscription, token=token, fields=fields, root=root)


def _check_rate(site: SiteContext, limits: RateLimiter, request: Request) -> None:
    host = request.client.host if request.client else ""
    if not limits.allow(f"network {network(host)}", NETWORK_LIMIT, site.clock()):
        raise HTTPException(429, "Too many requests from here: try again later.")


def _fields(content: bytes) -> Fields:
    try:
        return parse_qs(content.decode(errors="replace"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(422, "That is not what our form sends.") from None


async def _page(
    visit: _Visit, *, done: str = "", fault: str = "", status: int = 200, **more: object
) -> Response:
    site = visit.site
    key, now = visit.subscription.key, site.clock()
    shown = await site.writing.call(lambda store: own_messages.own_messages(store, key, now))
    subscription = shown.subscription or visit.subscription
    parts: dict[str, object] = {
        "subscription": subscription,
        "is_webhook": subscription.channel is ChannelKind.WEBHOOK,
        "schedule": schedule_phrase(subscription.cadence),
        "next": next_message(subscription, shown.outlook, site.clock()),
        "messages": shown.messages,
        "counts": shown.counts,
        "themes": site.theme_titles,
        "frequencies": tuple(Frequency),
        "weekdays": WEEKDAYS,
        "group": duration_text(subscription.cadence.group) if subscription.cadence.group else "",
        "repeats": own_changes.REPEAT_WORDS,
        "spans": _SPANS,
        "topic": site.topic_names,
        "token": visit.token,
        "done": done,
        "fault": fault,
        "trial": None,
        "secret": "",
        "counted": None,
        "span": "",
        **more,
    }
    return templating.page("manage", status=status, root=visit.root, **parts)


# ── forms ────────────────────────────────────────────────────────────────────────────────────────


def _back(visit: _Visit, done: str) -> Response:
    """303 to the page, which says what was done."""
    return RedirectResponse(f"../{visit.token}?done={done}", status_code=303)


async def _write(visit: _Visit, change: Callable[[Store], object]) -> object:
    log.info("subscription.managed", extra={"subscription": visit.subscription.key})
    return await visit.site.writing.call(change)


async def _edit(visit: _Visit) -> Response:
    edit = SubscriptionEdit(
        themes=tuple(visit.fields.get("theme", ())),
        languages=tuple(filter(None, map(str.strip, visit.text("languages").split(",")))),
        question=visit.text("filter"),
        repeat=_repeat(visit.text("repeat")),
        schedule=_schedule(visit),
    )
    changed = await _write(
        visit, lambda store: own_changes.change_own(store, visit.subscription, edit, visit.context)
    )
    return _back(visit, "saved" if changed else "same")


def _repeat(text: str) -> Repeat | None:
    """Which further articles of a story; None where the form did not ask.  Raise ConfigError."""
    if text and text not in {*Repeat}:
        raise ConfigError(f"further articles {text!r}: one of {', '.join(Repeat)}")
    return Repeat(text) if text else None


def _schedule(visit: _Visit) -> ScheduleOptions:
    """The schedule as typed; a field that the cadence has no use for is left out.

    Raise ConfigError.
    """
    every = visit.text("every")
    if every not in {*Frequency}:
        raise ConfigError(f"cadence {every!r}: one of {', '.join(Frequency)}")
    frequency = Frequency(every)
    is_at_once = frequency is Frequency.ONCE
    budget = visit.text("budget") if is_at_once else ""
    has_clock = frequency in (Frequency.DAILY, Frequency.WEEKLY) or bool(budget)
    return ScheduleOptions(
        frequency=frequency,
        at=visit.text("at") if has_clock else None,
        on=visit.text("on") if frequency is Frequency.WEEKLY else None,
        zone=visit.text("zone") or "UTC",
        quiet=visit.text("quiet") or _NONE,
        budget=budget or _NONE,
        group=(visit.text("group") if is_at_once else "") or _NONE,
        empty=visit.text("empty") == "yes" and (not is_at_once or bool(budget)),
    )


async def _pause(visit: _Visit) -> Response:
    await _write(
        visit, lambda store: own_changes.pause_own(store, visit.subscription, visit.context)
    )
    return _back(visit, "paused")


async def _resume(visit: _Visit) -> Response:
    await _write(
        visit, lambda store: own_changes.resume_own(store, visit.subscription, visit.context)
    )
    return _back(visit, "resumed")


async def _leave(visit: _Visit) -> Response:
    await _write(
        visit, lambda store: own_changes.leave_own(store, visit.subscription, visit.context)
    )
    return _back(visit, "ended")


async def _test(visit: _Visit) -> Response:
    """Send one test message now; the page shows what went out and what came back."""
    _check_webhook(visit)
    trial = await send_trial(visit.subscription, visit.site.settings, visit.site.clock())
    return await _page(visit, trial=trial)


async def _rotate(visit: _Visit) -> Response:
    """The page of the answer shows the new secret, once; its link is new, too."""
    _check_webhook(visit)
    secret = await _write(
        visit, lambda store: own_changes.rotate_own(store, visit.subscription, visit.context)
    )
    return await _page(visit, secret=secret)


async def _replay(visit: _Visit) -> Response:
    """Count first; the page of the count has the button that sends."""
    _check_webhook(visit)
    span = visit.text("span")
    if span not in _SPANS:
        raise ConfigError(f"span {span!r}: one of {', '.join(_SPANS)}")
    is_confirmed = visit.text("confirmed") == "yes"
    now = visit.site.clock()
    counted = await visit.site.writing.call(
        lambda store: own_messages.replay_own(
            store, visit.subscription, span, now, dry_run=not is_confirmed
        )
    )
    if is_confirmed:
        return _back(visit, "replayed")
    return await _page(visit, counted=counted, span=span)


def _check_webhook(visit: _Visit) -> None:
    if visit.subscription.channel is not ChannelKind.WEBHOOK:
        raise ConfigError("this is for webhooks only")


_FORMS = {
    "edit": _edit,
    "pause": _pause,
    "resume": _resume,
    "leave": _leave,
    "test": _test,
    "rotate": _rotate,
    "replay": _replay,
}


# ── undo ─────────────────────────────────────────────────────────────────────────────────────────


def _add_undo(router: APIRouter, site: SiteContext, limits: RateLimiter) -> None:
    @router.get("/undo/{token}")
    async def ask(token: str, request: Request, was: str = "", until: str = "") -> Response:
        _check_rate(site, limits, request)
        undo = Undo(token=token, was=was, until=until)
        undone = partial(own_changes.undone_subscription, undo=undo)
        return _undo_page(site, await site.writing.call(undone), undo)

    @router.post("/undo/{token}")
    async def take_back(token: str, request: Request, was: str = "", until: str = "") -> Response:
        _check_rate(site, limits, request)
        await templating.read_body(request)
        undo = Undo(token=token, was=was, until=until)
        context = OwnContext(
            public_url=site.settings.web.public_url,
            topic_themes=site.theme_titles,
            now=site.clock(),
        )
        fault = ""
        try:
            subscription = await site.writing.call(
                lambda store: own_changes.undo_change(store, undo, context)
            )
        except ConfigError as error:
            fault = str(error)
            undone = partial(own_changes.undone_subscription, undo=undo)
            subscription = await site.writing.call(undone)
        return _undo_page(site, subscription, undo, is_done=not fault, fault=fault)


def _undo_page(
    site: SiteContext,
    subscription: Subscription | None,
    undo: Undo,
    *,
    is_done: bool = False,
    fault: str = "",
) -> Response:
    """Raise HTTPException (404) for a link that we did not make."""
    if subscription is None:
        raise templating.not_found()
    is_over = undo.is_over(site.clock())
    status = 410 if is_over else 400 if fault else 200
    return templating.page(
        "undo",
        status=status,
        topic=site.topic_names,
        name=subscription.name,
        is_done=is_done and not is_over,
        is_over=is_over,
        fault=fault,
    )
