"""The way out: a link in every mail, that asks before it acts, or acts when a mail program posts.

Programs that look at every link of a mail, to warn of bad ones, ask by GET: that changes nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime

from fastapi import APIRouter, Request, Response

from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.domain.alerts import Subscription, SubscriptionState
from monitor.web.site import templating
from monitor.web.site.context import SiteContext

log = logging.getLogger(__name__)


def routes(office: SiteContext) -> APIRouter:
    """GET shows a page with a button; POST ends the subscription at once (RFC 8058)."""
    router = APIRouter()

    @router.get("/unsubscribe/{token}")
    async def ask(token: str) -> Response:
        subscription = await office.run_in_store(lambda: _meant(office, token))
        return _page(office, subscription, subscription.state is SubscriptionState.UNSUBSCRIBED)

    @router.post("/unsubscribe/{token}")
    async def end(token: str, request: Request) -> Response:
        await templating.body(request)  # says only what the address says already
        subscription = await office.run_in_store(lambda: _end(office, token, office.clock()))
        return _page(office, subscription, ended=True)

    return router


def _meant(office: SiteContext, token: str) -> Subscription:
    """The subscription that the token proves.  Raise HTTPException (404)."""
    key = tokens.key_of(token)
    found = office.store.subscriptions.by_key(key) if key else None
    secret = office.store.tokens.secret()
    if found is None or not tokens.is_right(token, secret, Purpose.UNSUBSCRIBE, found):
        raise templating.not_found()
    return found


def _end(office: SiteContext, token: str, now: datetime) -> Subscription:
    found = _meant(office, token)
    if office.store.subscriptions.unsubscribe(
        found.key, f"by its reader, {now:%Y-%m-%d %H:%M} UTC"
    ):
        log.info("subscription.unsubscribed", extra={"subscription": found.key})
    return found


def _page(office: SiteContext, of: Subscription, ended: bool) -> Response:
    return templating.page("unsubscribe", topic=office.topic, name=of.name, ended=ended)
