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
    routers = (
        static_files.routes(site),
        flagged.routes(site, explainers),
        article.routes(site, explainers),
        teaching_place.routes(site, explainers),
        review_place.routes(site, explainers),
        pack_forms.routes(site, packs),
        keyword_place.routes(site, lab),
        draft_forms.routes(site, lab),
        dashboard.routes(site),
        feed_place.routes(site),
        subscription_place.routes(site),
        silence_place.routes(site),
        delivery_place.routes(site),
        job_place.routes(site),
        settings_place.routes(site, health),
        marking.routes(site),
        search.routes(site),
        saved_search_pages.routes(site),
        story_pages.routes(site),
        figure_pages.routes(site),
        account.routes(site),
        people.routes(site),
        common_pages.routes(site, health),
        api_reference.routes(site),
        sign_in.routes(site),
        passkey_forms.routes(site),
        oidc_pages.routes(site),
    )
    for router in routers:
        # `include_router` would keep a second description of each route: 2 MB
        app.router.routes.extend(router.routes)
    error_pages.add_to(app, site)

    @app.get("/", include_in_schema=False)
    async def start(request: Request) -> Response:
        """To the console for who is signed in, and to the sign-in otherwise."""
        caller = await authentication.find_caller(site, request)
        address = "/console/" if caller else error_pages.SIGN_IN
        return RedirectResponse(address, status_code=303)
