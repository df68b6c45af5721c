"""The routes of the console: every place, its static files and its error pages."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from monitor.actions.reading.explanations import ExplainerCache
from monitor.web.console import (
    account,
    article,
    common_pages,
    figure_pages,
    flagged,
    marking,
    passkey_forms,
    people,
    settings_place,
    sign_in,
    story_pages,
)
from monitor.web.console.federation import oidc_pages
from monitor.web.console.frame import authentication, error_pages, static_files
from monitor.web.console.keywords import draft_forms, keyword_place
from monitor.web.console.operating import (
    delivery_place,
    feed_place,
    job_place,
    silence_place,
    subscription_place,
)
from monitor.web.console.reference import api_reference
from monitor.web.console.searching import saved_search_pages, search
from monitor.web.console.statistics import dashboard
from monitor.web.console.teaching import pack_forms, review_place, teaching_place
from monitor.web.site.context import SiteContext
from monitor.web.site.pack_operations import PackOperations
from monitor.web.site.rule_lab import RuleLab
from monitor.web.site.site_health import SiteHealth


def add_to(
    app: FastAPI,
    site: SiteContext,
    health: SiteHealth,
    explainers: ExplainerCache,
    packs: PackOperations,
    lab: RuleLab,
) -> None:
    """Add the console to the application of the pages."""
    app.include_router(static_files.routes(site))
    app.include_router(flagged.routes(site, explainers))
    app.include_router(article.routes(site, explainers))
    app.include_router(teaching_place.routes(site, explainers))
    app.include_router(review_place.routes(site, explainers))
    app.include_router(pack_forms.routes(site, packs))
    app.include_router(keyword_place.routes(site, lab))
    app.include_router(draft_forms.routes(site, lab))
    app.include_router(dashboard.routes(site))
    app.include_router(feed_place.routes(site))
    app.include_router(subscription_place.routes(site))
    app.include_router(silence_place.routes(site))
    app.include_router(delivery_place.routes(site))
    app.include_router(job_place.routes(site))
    app.include_router(settings_place.routes(site, health))
    app.include_router(marking.routes(site))
    app.include_router(search.routes(site))
    app.include_router(saved_search_pages.routes(site))
    app.include_router(story_pages.routes(site))
    app.include_router(figure_pages.routes(site))
    app.include_router(account.routes(site))
    app.include_router(people.routes(site))
    app.include_router(common_pages.routes(site, health))
    app.include_router(api_reference.routes(site))
    app.include_router(sign_in.routes(site))
    app.include_router(passkey_forms.routes(site))
    app.include_router(oidc_pages.routes(site))
    error_pages.add_to(app, site)

    @app.get("/", include_in_schema=False)
    async def start(request: Request) -> Response:
        """To the console for who is signed in, and to the sign-in otherwise."""
        caller = await authentication.find_caller(site, request)
        address = "/console/" if caller else error_pages.SIGN_IN
        return RedirectResponse(address, status_code=303)
