"""The reference of the API: its OpenAPI document, and a page for each type of problem."""

from __future__ import annotations

from fastapi import Response
from starlette.responses import FileResponse

from monitor.access.permissions import Act
from monitor.settings import resources
from monitor.web.api.conventions.api_models import NoBody, NoQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.operation import Call
from monitor.web.site import problems
from monitor.web.site.problems import ProblemError
from monitor.web.site.templating import page

api = ApiRouter()


@api.download("/openapi.json", Act.READ_OWN_ACCOUNT, NoQuery, "application/vnd.oai.openapi+json")
async def read_openapi(call: Call[NoQuery, NoBody]) -> Response:
    """The OpenAPI document (3.1) of this API."""
    return FileResponse(
        resources.path("docs", "openapi.json"), media_type="application/vnd.oai.openapi+json"
    )


@api.download("/problems/{slug}", None, NoQuery, "text/html")
async def read_problem(call: Call[NoQuery, NoBody]) -> Response:
    """What a type of problem means, and what to do about it."""
    slug = call.request.path_params["slug"]
    problem = problems.PROBLEM_TYPES.get(slug)
    if problem is None:
        there_are = ", ".join(problems.PROBLEM_TYPES)
        raise ProblemError(problems.NOT_FOUND, f"There is no such problem; there are: {there_are}.")
    return page("problem", root="../../../", topic=call.site.topic_names, problem=problem)
