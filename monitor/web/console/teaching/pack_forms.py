"""Forms of the place Teaching: train a candidate, promote it, roll back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act
from monitor.actions.option_values import InvalidOption
from monitor.actions.teaching import candidates
from monitor.actions.teaching.candidates import PackSwitch
from monitor.domain.errors import ConfigError, MonitorError
from monitor.settings.sections import Settings
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import own_address, see_other
from monitor.web.console.teaching.lesson import PATH
from monitor.web.site.context import SiteContext
from monitor.web.site.pack_operations import PackOperations


def routes(site: SiteContext, packs: PackOperations) -> APIRouter:
    """The forms of the buttons "train", "promote" and "roll back"."""
    place = PlaceRouter(site)

    @place.post(PATH + "/train", Act.TEACH)
    async def train(request: Request) -> Response:
        form = await read_form(request)
        try:
            caller, reason = caller_of(request), form.text("reason")
            job = await packs.start_training(caller, reason, form.text("topic"))
        except MonitorError as error:
            return _refused(form, error)
        text = f"Started training {job.key[:8]}; you may leave this page meanwhile."
        return see_other(_back(form), Flash(text=text))

    @place.post(PATH + "/promote", Act.TEACH)
    async def promote(request: Request) -> Response:
        form = await read_form(request)
        accepts_loss = form.text("accept_loss") == "yes"
        if accepts_loss and not form.text("reason"):
            return _refused(form, ConfigError("Say why the loss of golden events is accepted."))
        promotion = partial(
            candidates.promote_candidate,
            accept_loss=accepts_loss,
            seen=form.text("candidate").rpartition("@")[2],
        )
        return await _switch(packs, request, form, promotion)

    @place.post(PATH + "/roll-back", Act.TEACH)
    async def roll_back(request: Request) -> Response:
        return await _switch(packs, request, await read_form(request), candidates.roll_back)

    return place.router


async def _switch(
    packs: PackOperations,
    request: Request,
    form: Form,
    switch_pack: Callable[[Settings], PackSwitch],
) -> Response:
    try:
        caller, reason = caller_of(request), form.text("reason")
        switch = await packs.switch(switch_pack, caller, reason, form.text("topic"))
    except InvalidOption as error:
        subject = "The topic" if error.option == "topic" else "Accepting the loss"
        return _refused(form, ConfigError(f"{subject} {error.problem}"))
    except MonitorError as error:
        return _refused(form, error)
    text = f"In use now: {switch.in_use}; running services take it within 5 s."
    return see_other(_back(form), Flash(text=text))


def _back(form: Form) -> str:
    return own_address(form.text("back"), PATH)


def _refused(form: Form, error: MonitorError) -> Response:
    return see_other(_back(form), Flash(text=str(error), is_fault=True))
