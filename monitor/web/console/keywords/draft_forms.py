"""Forms of the keyword lab: change the draft, put it in force, restore a version."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act
from monitor.actions.rules import checked_change, open_drafts, rule_history
from monitor.actions.rules.checked_change import ChangeOrder, put_in_force_checked
from monitor.actions.rules.rule_changes import RuleChange
from monitor.actions.rules.rule_history import rules_in_force
from monitor.domain.errors import ConfigError, MonitorError
from monitor.settings.sections import Settings
from monitor.store.rules.rule_version import RuleVersion
from monitor.store.store import Store
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import see_other
from monitor.web.console.keywords import rule_form
from monitor.web.console.keywords.keyword_place import (
    LARGEST_DRAFT,
    PATH,
    TRIAL_PATH,
    save_text,
    text_of_form,
)
from monitor.web.console.keywords.rule_form import RuleFields
from monitor.web.site.context import SiteContext
from monitor.web.site.rule_lab import RuleLab, TrialProgress

_STILL_TRIED = "The draft is still being tried: wait for the result, then put it in force."


def routes(site: SiteContext, lab: RuleLab) -> APIRouter:
    """The buttons of the page; each works without JavaScript."""
    place = PlaceRouter(site)

    @place.post(PATH + "/draft", Act.TRY_RULES)
    async def change_draft(request: Request) -> Response:
        return await _change_draft(site, request, await read_form(request, LARGEST_DRAFT))

    @place.post(PATH + "/put", Act.CHANGE_RULES)
    async def put(request: Request) -> Response:
        return await _answered(_put(site, lab, request, await read_form(request)))

    @place.post(PATH + "/restore", Act.CHANGE_RULES)
    async def restore(request: Request) -> Response:
        return await _answered(_restore(site, lab, request, await read_form(request)))

    return place.router


async def _change_draft(site: SiteContext, request: Request, form: Form) -> Response:
    person, button = caller_of(request).person_key, form.text("button")
    if button == "discard":
        await site.write(lambda store: open_drafts.discard_draft(store, person))
        return see_other(PATH, Flash(text="The draft is gone; these are the rules in force."))
    back = _back(form, button)
    try:
        text = _changed_text(form, button)
        await site.write(partial(save_text, site=site, person=person, text=text))
        if button == "rebase":
            await site.write(partial(_rebase, site=site, person=person))
    except MonitorError as error:
        return see_other(back, Flash(text=str(error), is_fault=True))
    return see_other(back)


async def _answered(change: Awaitable[RuleVersion]) -> Response:
    """The page again, with what is in force now, or why nothing was changed."""
    try:
        version = await change
    except MonitorError as error:
        return see_other(PATH, Flash(text=str(error), is_fault=True))
    return see_other(PATH, Flash(text=_done(version)))


def _changed_text(form: Form, button: str) -> str:
    """The draft with a rule added or removed, as the button says."""
    if form.text("view") == "toml":
        return text_of_form(form)
    fields = rule_form.read_fields(form)
    if button == "add":
        names = {rule.name for rule in fields.rules}
        free = (f"rule {number}" for number in range(len(names) + 1, len(names) + 99))
        new = RuleFields(name=next(name for name in free if name not in names))
        fields = replace(fields, rules=(*fields.rules, new))
    kind, _, number = button.partition("-")
    if kind == "remove":
        remaining = (rule for at, rule in enumerate(fields.rules) if str(at) != number)
        fields = replace(fields, rules=tuple(remaining))
    return rule_form.text_of(fields)


def _back(form: Form, button: str) -> str:
    """The page with the trial of the changed draft, in the view that was asked for."""
    shows_toml = button == "toml" or (form.text("view") == "toml" and button != "form")
    return f"{TRIAL_PATH}&view=toml" if shows_toml else TRIAL_PATH


def _rebase(store: Store, site: SiteContext, person: str) -> None:
    now = site.clock()
    open_drafts.begin_anew(store, person, rules_in_force(store, site.settings, now), now)


def _order(site: SiteContext, request: Request, form: Form) -> ChangeOrder:
    return ChangeOrder(
        caller=caller_of(request),
        now=site.clock(),
        accept_loss=form.text("accept_loss") == "yes",
        reason=form.text("reason"),
    )


async def _put(
    site: SiteContext, lab: RuleLab, request: Request, form: Form
) -> RuleVersion:  # fmt: skip
    """Put the draft in force that the person has seen tried.  Raise ConfigError."""
    order = _order(site, request, form)
    person = order.caller.person_key
    draft = await site.read(lambda store: store.rule_drafts.find(person))
    if draft is None:
        raise ConfigError("there is no draft: change a rule first")
    outcome = await lab.try_text(draft.text)
    if isinstance(outcome, TrialProgress):
        raise ConfigError(_STILL_TRIED)
    if outcome.config != form.text("config"):
        raise ConfigError("the draft was changed in another window: look at what it does now")
    change = RuleChange(
        text=draft.text, base=draft.base, base_text=draft.base_text, reason=order.reason
    )

    def put_and_discard(store: Store) -> RuleVersion:
        version = put_in_force_checked(store, site.settings, change, outcome, order)
        open_drafts.discard_draft(store, person)
        return version

    return await site.write(put_and_discard)


async def _restore(
    site: SiteContext, lab: RuleLab, request: Request, form: Form
) -> RuleVersion:  # fmt: skip
    """Put an earlier version in force again.  Raise ConfigError."""
    order, number = _order(site, request, form), form.text("number")
    version = await site.read(lambda store: rule_history.find_version(store, number))
    outcome = await lab.try_text(version.text)
    if isinstance(outcome, TrialProgress):
        raise ConfigError(_STILL_TRIED)

    def put_again(store: Store) -> RuleVersion:
        current: Settings = rules_in_force(store, site.settings, order.now).settings
        change = checked_change.restoring_change(version, current, order.reason)
        return put_in_force_checked(store, site.settings, change, outcome, order)

    return await site.write(put_again)


def _done(version: RuleVersion) -> str:
    name = f"Version {version.number}"
    if version.restored:
        name += f" (version {version.restored} again)"
    return f"{name} is in force; running services take it within 5 s."
