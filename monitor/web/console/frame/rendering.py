"""Pages of the console from templates, with times in the reader's zone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from monitor.access.caller import Caller
from monitor.domain.stories import party_title
from monitor.text.formats import readable_duration
from monitor.text.language_names import language_name
from monitor.web.console.frame import flash as flash_messages
from monitor.web.console.frame import navigation, zones
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.key_choice import chosen_keys
from monitor.web.console.frame.static_files import static_names
from monitor.web.site.context import SiteContext
from monitor.web.site.templating import TEMPLATES

Parts = Mapping[str, object]
_NONE: Parts = MappingProxyType({})


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["utc"] = zones.utc_text
    environment.filters["language"] = language_name
    environment.filters["number"] = "{:,}".format
    environment.filters["party"] = party_title
    environment.filters["duration"] = readable_duration
    environment.globals["static"] = static_names()
    return environment


def template_names() -> list[str]:
    """The templates of the console."""
    return _environment().list_templates(filter_func=lambda name: name.startswith("console/"))


def compile_template(name: str) -> None:
    """Compile a template that `template_names` names; the next call does nothing."""
    _environment().get_template(name)


def render(
    site: SiteContext, request: Request, template: str, parts: Parts = _NONE, *, status: int = 200
) -> Response:
    """The page of the template "console/TEMPLATE.html.j2".

    `parts` are its variables.  It knows besides: `person` (who is signed in), `places`, `here`
    (the path with its query), `topics`, `flash`, and `local` and `full`, which show a time in the
    reader's zone.
    """
    zone, now = zones.zone_of(request), site.clock()
    caller: Caller | None = getattr(request.state, "caller", None)
    page = _environment().get_template(f"console/{template}.html.j2")
    content = page.render(
        parts,
        person=caller,
        places=navigation.visible_places(caller) if caller else (),
        here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        path=request.url.path,
        keys_choice=chosen_keys(request),
        theme_titles=site.theme_titles,
        topics=site.topics,
        now=now,
        flash=flash_messages.take_flash(request),
        local=lambda instant: zones.local_text(instant, zone, now),
        full=lambda instant: zones.full_text(instant, zone),
    )
    response = Response(content, status_code=status, media_type="text/html")
    flash_messages.clear_flash(request, response)
    return response


def render_part(template: str, parts: Parts) -> Markup:
    """A part of pages that is the same for all readers and may be kept; of `parts` alone."""
    page = _environment().get_template(f"console/{template}.html.j2")
    return page.make_module(dict(parts)).__html__()


def see_other(address: str, flash: Flash | None = None) -> Response:
    """303: the form was taken; the browser asks for the page at `address` next."""
    response = RedirectResponse(own_address(address), status_code=303)
    if flash:
        flash_messages.set_flash(response, flash)
    return response


def own_address(address: str, otherwise: str = "/console/") -> str:
    """The address if it is a page of the console, else `otherwise` (no open redirect)."""
    is_own = address.startswith("/console/") and "\\" not in address and address.isprintable()
    return address if is_own else otherwise
