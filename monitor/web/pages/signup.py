"""Sign-up page with double opt-in: a form, and the page that a confirmation mail leads to.

The answer to the form is the same, and as fast, whether an address is known or not: the work is
done after the answer.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from monitor.actions.subscribing import sign_up as sign_up_actions
from monitor.actions.subscribing.sign_up import Confirmation, SignUp
from monitor.deliver.transports.address import check_email
from monitor.domain.alerts import Subscription, SubscriptionState
from monitor.domain.errors import ConfigError, StoreError
from monitor.net.rate_limit import RateLimit, RateLimiter, network
from monitor.runtime.service import Round
from monitor.store.store import Store
from monitor.web.site import templating
from monitor.web.site.context import SiteContext

log = logging.getLogger(__name__)

# Somebody may type another's address: three mails a day are bearable, and an office behind one
# address of the network still gets in.  The last limit is on all requests together, so that the
# form can't be used to send mails in bulk.
ADDRESS_LIMIT = RateLimit(times=3, within=timedelta(days=1))
NETWORK_LIMIT = RateLimit(times=10, within=timedelta(hours=1))
TOTAL_LIMIT = RateLimit(times=300, within=timedelta(days=1))


def routes(site: SiteContext) -> APIRouter:
    """The form, and the page that confirms."""
    router = APIRouter()
    limits = RateLimiter()

    @router.get("/subscribe")
    async def form() -> Response:
        return _form(site)

    @router.post("/subscribe")
    async def submit(request: Request) -> Response:
        content, now = await templating.read_body(request), site.clock()
        try:
            sign_up = sign_up_of_form(content, site)
        except ConfigError as error:
            return _form(site, status=400, fault=str(error))
        host = request.client.host if request.client else ""
        if not limits.allow(f"network {network(host)}", NETWORK_LIMIT, now):
            return _form(site, status=429, fault="Too many requests from here: try again later.")
        response = templating.page("mail_sent", root="", topic=site.topic_names)
        if limits.allow(f"address {sign_up.address.casefold()}", ADDRESS_LIMIT, now):
            response.background = BackgroundTask(store_sign_up, site, limits, sign_up, now)
        return response

    @router.get("/confirm/{token}")
    async def ask(token: str, until: str = "", themes: str = "") -> Response:
        confirmation = Confirmation(token=token, until=until, themes=themes)
        subscription = await site.writing.call(
            lambda store: sign_up_actions.unconfirmed_subscription(store, confirmation)
        )
        return _confirm_page(site, subscription, confirmation)

    @router.post("/confirm/{token}")
    async def confirm(token: str, request: Request, until: str = "", themes: str = "") -> Response:
        await templating.read_body(request)
        confirmation = Confirmation(token=token, until=until, themes=themes)
        now = site.clock()
        subscription = await site.writing.call(
            lambda store: sign_up_actions.confirm_subscription(store, confirmation, now)
        )
        return _confirm_page(site, subscription, confirmation)

    return router


def sign_up_of_form(content: bytes, site: SiteContext) -> SignUp:
    """The fields of a submitted form.  Raise ConfigError with a sentence for the reader."""
    try:
        fields = parse_qs(content.decode(errors="replace"), max_num_fields=50)
    except ValueError:
        raise ConfigError("That is not what our form sends.") from None
    text = fields.get("email", [""])[0].strip()
    if len(text) > sign_up_actions.LONGEST_ADDRESS:
        raise ConfigError("That is longer than a mail address can be.")
    try:
        address = check_email(text)
    except ConfigError:
        raise ConfigError("That is no mail address: it looks like name@example.org.") from None
    themes = [slug for slug in site.theme_titles if slug in fields.get("theme", ())]
    are_all = len(themes) == len(site.theme_titles)
    return SignUp(address=address, themes=() if are_all else tuple(themes))


async def store_sign_up(
    site: SiteContext, limits: RateLimiter, sign_up: SignUp, now: datetime
) -> None:
    """Store the sign-up and queue its mail, within the limit on all sign-ups together."""
    if not limits.allow("all", TOTAL_LIMIT, now):
        log.warning("signup.too_many", extra={"a_day": TOTAL_LIMIT.times})
        return
    public_url = site.settings.web.public_url

    def sign_up_in(store: Store) -> bool:
        return sign_up_actions.sign_up(store, sign_up, public_url=public_url, now=now)

    try:
        has_mail = await site.writing.call(sign_up_in)
    except (StoreError, ConfigError) as error:
        log.error("signup.not_stored", extra={"error": str(error)})
        return
    log.info("signup.asked", extra={"mail": has_mail})


def cleanup_round(site: SiteContext) -> Round:
    """Hourly: delete sign-ups that were not confirmed in time."""

    async def work(now: datetime) -> None:
        count = await site.writing.call(partial(sign_up_actions.delete_unconfirmed, now=now))
        if count:
            log.info("signup.forgotten", extra={"subscriptions": count})

    return Round(name="signups", every=timedelta(hours=1), work=work)


def _confirm_page(
    site: SiteContext, subscription: Subscription | None, confirmation: Confirmation
) -> Response:
    """The state of the subscription.  Raise HTTPException (404) for a link that we did not make."""
    if subscription is None:
        raise templating.not_found()
    is_active = subscription.state is SubscriptionState.ACTIVE
    is_paused = subscription.state is SubscriptionState.PAUSED
    is_over = confirmation.is_over(site.clock()) and not is_active and not is_paused
    return templating.page(
        "confirm",
        status=410 if is_over else 200,
        topic=site.topic_names,
        address=subscription.address,
        themes=[site.theme_titles.get(slug, slug) for slug in confirmation.slugs],
        done=is_active,
        paused=is_paused,
        ended=is_over,
    )


def _form(site: SiteContext, *, status: int = 200, fault: str = "") -> Response:
    return templating.page(
        "subscribe",
        status=status,
        root="",
        topic=site.topic_names,
        topics=list(site.topics.values()),
        themes=site.theme_titles,
        fault=fault,
    )
