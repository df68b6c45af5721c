"""The public door: who signs up is asked by mail first, and told nothing until they say yes.

The page answers the same, and as fast, whether an address is known or not; what there is to do is
done after the answer.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.deliver.channels.address import check_email
from monitor.domain.alerts import Alert, ChannelKind, Subscription, SubscriptionState
from monitor.domain.errors import ConfigError, StoreError
from monitor.domain.keys import key_of
from monitor.domain.message_contents import SubscriptionConfirm
from monitor.runtime.service import Round
from monitor.web.site import templating
from monitor.web.site.context import SiteContext
from monitor.web.site.rate_limit import Limit, Limits, network

log = logging.getLogger(__name__)

PATIENCE = timedelta(hours=48)  # for the answer to the mail
# Somebody may type another's address: three mails a day are bearable, and an office behind one
# address of the network still gets in.  The last limit is on all together: we are no mail cannon.
OF_ADDRESS = Limit(times=3, within=timedelta(days=1))
OF_NETWORK = Limit(times=10, within=timedelta(hours=1))
OF_ALL = Limit(times=300, within=timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asked for."""

    address: str
    themes: tuple[str, ...]  # in order; none: all


def routes(office: SiteContext) -> APIRouter:
    """The form, and the two steps of the answer to the mail."""
    router = APIRouter()
    limits = Limits()

    @router.get("/subscribe")
    async def form() -> Response:
        return _form(office)

    @router.post("/subscribe")
    async def sign_up(request: Request) -> Response:
        content, now = await templating.body(request), office.clock()
        try:
            wish = read_wish(content, office)
        except ConfigError as error:
            return _form(office, status=400, fault=str(error))
        host = request.client.host if request.client else ""
        if not limits.allow(f"network {network(host)}", OF_NETWORK, now):
            return _form(office, status=429, fault="Too many requests from here: try again later.")
        response = templating.page("asked", root="", topic=office.topic)
        if limits.allow(f"address {wish.address.casefold()}", OF_ADDRESS, now):
            response.background = BackgroundTask(_promise_later, office, limits, wish, now)
        return response

    @router.get("/confirm/{token}")
    async def ask(token: str, until: str = "", themes: str = "") -> Response:
        found = await office.run_in_store(partial(_meant, office, token, until, themes))
        return _confirm_page(office, found, until, themes)

    @router.post("/confirm/{token}")
    async def confirmed(
        token: str, request: Request, until: str = "", themes: str = ""
    ) -> Response:
        await templating.body(request)
        found = await office.run_in_store(partial(_confirm, office, token, until, themes))
        return _confirm_page(office, found, until, themes)

    return router


def read_wish(content: bytes, office: SiteContext) -> Wish:
    """What the form holds.  Raise ConfigError, for the person to read."""
    try:
        fields = parse_qs(content.decode(errors="replace"), max_num_fields=50)
    except ValueError:
        raise ConfigError("That is not what our form sends.") from None
    given = fields.get("email", [""])[0].strip()
    if len(given) > 254:
        raise ConfigError("That is longer than a mail address can be.")
    try:
        address = check_email(given)
    except ConfigError:
        raise ConfigError("That is no mail address: it looks like name@example.org.") from None
    themes = [slug for slug in office.theme_titles if slug in fields.get("theme", ())]
    everything = len(themes) == len(office.theme_titles)
    return Wish(address=address, themes=() if everything else tuple(themes))


async def _promise_later(office: SiteContext, limits: Limits, wish: Wish, now: datetime) -> None:
    if not limits.allow("all", OF_ALL, now):
        log.warning("signup.too_many", extra={"a_day": OF_ALL.times})
        return
    try:
        promised = await office.run_in_store(partial(promise, office, wish, now))
    except (StoreError, ConfigError) as error:
        log.error("signup.not_stored", extra={"error": str(error)})
        return
    log.info("signup.asked", extra={"mail": promised})


def promise(office: SiteContext, wish: Wish, now: datetime) -> bool:
    """Ask the address by mail, unless it is subscribed already; whether it is asked."""
    subscriptions = office.store.subscriptions
    key = key_of("signup", wish.address.casefold())
    known = [
        one for one in subscriptions.list() if one.address.casefold() == wish.address.casefold()
    ]
    ended = (SubscriptionState.UNCONFIRMED, SubscriptionState.UNSUBSCRIBED)
    if any(one.state not in ended for one in known):
        return False
    asked = next((one for one in known if one.key == key), None) or Subscription(
        key=key,
        name=wish.address,
        channel=ChannelKind.EMAIL,
        address=wish.address,
        state=SubscriptionState.UNCONFIRMED,
        state_reason=f"signed up {now:%Y-%m-%d %H:%M} UTC",
        created_at=now,
    )
    subscriptions.add(asked)
    until = now + PATIENCE
    alert = Alert(
        key=key_of("confirm", key, f"{now:%Y-%m-%dT%H}"),  # at most one an hour, whatever happens
        subscription_key=key,
        content=SubscriptionConfirm(url=_address(office, asked, until, wish.themes), until=until),
        created_at=now,
        due_at=now,
    )
    return office.store.outbox.add([alert]) > 0


def forgetting(office: SiteContext) -> Round:
    """Who does not say yes is forgotten, an hour after the link has ended at the latest."""

    async def work(now: datetime) -> None:
        forget = office.store.subscriptions.delete_unconfirmed
        count = await office.run_in_store(partial(forget, now - PATIENCE))
        if count:
            log.info("signup.forgotten", extra={"subscriptions": count})

    return Round(name="signups", every=timedelta(hours=1), work=work)


def _address(
    office: SiteContext, of: Subscription, until: datetime, themes: tuple[str, ...]
) -> str:
    """Where one says yes: what was wished for is part of what the token proves."""
    ends, wished = str(int(until.timestamp())), ",".join(themes)
    token = tokens.token(office.store.tokens.secret(), Purpose.CONFIRM, of, ends, wished)
    query = urlencode({"until": ends, **({"themes": wished} if wished else {})}, safe=",")
    return f"{office.settings.web.public_url}/confirm/{token}?{query}"


def _meant(office: SiteContext, token: str, until: str, themes: str) -> Subscription:
    """Whom the token proves.  Raise HTTPException (404)."""
    key = tokens.key_of(token)
    found = office.store.subscriptions.by_key(key) if key else None
    secret = office.store.tokens.secret()
    if found is None or not tokens.is_right(token, secret, Purpose.CONFIRM, found, until, themes):
        raise templating.not_found()
    return found


def _confirm(office: SiteContext, token: str, until: str, themes: str) -> Subscription:
    found = _meant(office, token, until, themes)
    if not _is_over(until, office.clock()):
        office.store.subscriptions.confirm(found.key, _slugs(themes))
    return office.store.subscriptions.by_key(found.key) or found


def _slugs(themes: str) -> list[str]:
    return [slug for slug in themes.split(",") if slug]


def _is_over(until: str, now: datetime) -> bool:
    return now > datetime.fromtimestamp(int(until), UTC)  # proven by the token: a number of ours


def _confirm_page(office: SiteContext, of: Subscription, until: str, themes: str) -> Response:
    done = of.state is SubscriptionState.ACTIVE
    ended = _is_over(until, office.clock()) and not done
    return templating.page(
        "confirm",
        status=410 if ended else 200,
        topic=office.topic,
        address=of.address,
        themes=[office.theme_titles.get(slug, slug) for slug in _slugs(themes)],
        done=done,
        ended=ended,
    )


def _form(office: SiteContext, *, status: int = 200, fault: str = "") -> Response:
    return templating.page(
        "subscribe",
        status=status,
        root="",
        topic=office.topic,
        themes=office.theme_titles,
        fault=fault,
    )
