"""Unsubscribe pages: the link in every mail asks first; the POST of a mail program acts at once.

Scanners that open every link of a mail send GET requests: those change nothing.
"""

from __future__ import annotations

import logging
from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.actions.subscribing import sign_up
from monitor.actions.subscribing.subscription_links import subscription_of_token
from monitor.alerts.tokens import Purpose
from monitor.domain.alerts import Subscription, SubscriptionState
from monitor.web.site import templating
from monitor.web.site.context import SiteContext

log = logging.getLogger(__name__)


def routes(site: SiteContext) -> APIRouter:
    """GET shows a page with a button; POST ends the subscription at once (RFC 8058)."""
    router = APIRouter()

    @router.get("/unsubscribe/{token}")
    async def ask(token: str) -> Response:
        subscription = await site.writing.call(
            lambda store: subscription_of_token(store, token, Purpose.UNSUBSCRIBE)
        )
        if subscription is None:
            raise templating.not_found()
        has_ended = subscription.state is SubscriptionState.UNSUBSCRIBED
        return _page(site, subscription, ended=has_ended)

    @router.post("/unsubscribe/{token}")
    async def end(token: str, request: Request) -> Response:
        await templating.read_body(request)  # it repeats what the address says
        ended = await site.writing.call(partial(sign_up.unsubscribe, token=token, now=site.clock()))
        if ended is None:
            raise templating.not_found()
        if ended.was_subscribed:
            log.info("subscription.unsubscribed", extra={"subscription": ended.subscription.key})
        return _page(site, ended.subscription, ended=True)

    return router


def _page(site: SiteContext, subscription: Subscription, ended: bool) -> Response:
    return templating.page(
        "unsubscribe", topic=site.topic_names, name=subscription.name, ended=ended
    )
