"""Proxy header: who asks, as a reverse proxy says that signed them in; trusted from it alone."""

from __future__ import annotations

from functools import partial
from ipaddress import ip_address

from fastapi import Request

from monitor.access.caller import Caller
from monitor.access.provider_claims import groups_of_text
from monitor.actions.access import identity_sign_in
from monitor.actions.access.identity_sign_in import VouchedPerson
from monitor.web.site.context import SiteContext
from monitor.web.site.peer_address import peer_of


async def caller_of_header(site: SiteContext, request: Request, address: str) -> Caller | None:
    """Who asks by the header; None without one, from elsewhere, or for somebody unknown."""
    rules, now = site.settings.sign_in, site.clock()
    name = request.headers.get(rules.header, "").strip() if rules.header else ""
    if not name or not _is_trusted(site, request):
        return None
    groups = request.headers.get(rules.groups_header, "") if rules.groups_header else ""
    vouched = VouchedPerson(
        name=name, groups=groups_of_text(groups), voucher=f"proxy {peer_of(request.scope)}"
    )
    find = partial(
        identity_sign_in.caller_of_proxy, vouched=vouched, rules=rules, address=address, now=now
    )
    is_due = partial(identity_sign_in.is_change_due, vouched=vouched, rules=rules)
    if await site.read(is_due):
        return await site.write(find)
    return await site.read(find)


def _is_trusted(site: SiteContext, request: Request) -> bool:
    """Whether the proxy itself sent the request, and nobody beside it."""
    try:
        peer = ip_address(peer_of(request.scope))
    except ValueError:
        return False
    return any(peer in network for network in site.settings.sign_in.proxies)
