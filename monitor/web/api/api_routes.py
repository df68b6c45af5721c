"""The routes of the API: every address with its operations."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain

from fastapi import FastAPI

from monitor.web.api.conventions.api_context import ApiContext
from monitor.web.api.conventions.endpoint import ApiEndpoint, api_route
from monitor.web.api.conventions.operation import Operation
from monitor.web.api.events import event_resource
from monitor.web.api.installation import backup_resource, setup_resource
from monitor.web.api.jobs import job_resource, replay_resource
from monitor.web.api.resources import (
    account_resource,
    article_downloads,
    article_resource,
    delivery_resource,
    feed_intake,
    feed_resource,
    figure_resource,
    mark_resource,
    receiver_resource,
    reference_resource,
    saved_search_resource,
    search_resource,
    silence_resource,
    statistics_resource,
    story_resource,
    subscription_resource,
)
from monitor.web.api.rules import rule_resource
from monitor.web.api.teaching import review_resource, teaching_resource

_RESOURCES = (
    account_resource, article_downloads, article_resource, delivery_resource, feed_intake,
    feed_resource, figure_resource, mark_resource, receiver_resource, reference_resource,
    saved_search_resource, search_resource, silence_resource, statistics_resource, story_resource,
    subscription_resource, backup_resource, setup_resource, event_resource, review_resource,
    rule_resource, teaching_resource, job_resource, replay_resource,
)  # fmt: skip


def all_operations() -> list[Operation]:
    """The operations of every resource."""
    return [*chain.from_iterable(resource.api.operations for resource in _RESOURCES)]


def add_to(app: FastAPI, context: ApiContext) -> None:
    """Add the API to the application of the pages."""
    by_path: dict[str, dict[str, Operation]] = defaultdict(dict)
    for operation in all_operations():
        by_path[operation.path][operation.method] = operation
    # "/marks/next" before "/marks/{key}"
    for path in sorted(by_path, key=lambda path: (path.count("{"), path)):
        app.router.routes.append(api_route(ApiEndpoint(context, by_path[path]), path))
