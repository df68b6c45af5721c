"""Keyword lab: the draft as a form or as TOML, what it would do, versions, rule health."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act
from monitor.actions.rules import open_drafts, rule_history, trial_report
from monitor.actions.rules.checked_change import known_losses
from monitor.actions.rules.open_drafts import OpenDraft
from monitor.actions.rules.rule_health import rule_health
from monitor.actions.rules.rule_history import RulesInForce, rules_in_force
from monitor.actions.rules.rule_trial import RuleTrial
from monitor.actions.rules.since_then import SinceThen, since_then
from monitor.actions.statistics.score_distribution import score_distribution
from monitor.charts.score_bars import score_bars
from monitor.domain.errors import MonitorError
from monitor.store.rules.rule_version import RuleVersion
from monitor.store.store import Store
from monitor.web.console import article_lists
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import render
from monitor.web.console.keywords import rule_form
from monitor.web.site.context import SiteContext
from monitor.web.site.rule_lab import SPAN, RuleLab, TrialProgress

PATH = "/console/keywords"
LARGEST_DRAFT = 1_000_000  # bytes of a form; percent-encoded
_VERSIONS = 10  # shown
_NO_TRIAL: dict[str, object] = {"trial": None, "fault": "", "progress": None}


def routes(site: SiteContext, lab: RuleLab) -> APIRouter:
    """The page, its trial alone, and the rules in force for programs."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.CHANGE_RULES)
    async def keywords_page(request: Request, view: str = "") -> Response:
        state = await site.read(partial(_state, site=site, lab=lab, request=request))
        parts = _draft_parts(state, view)
        parts |= await trial_parts(lab, site, state.open.draft.text)
        parts |= await _health_parts(lab, state)
        return render(site, request, "keywords", parts)

    @place.post(PATH + "/trial", Act.TRY_RULES)
    async def trial_alone(request: Request) -> Response:
        form = await read_form(request, LARGEST_DRAFT)
        text, person = text_of_form(form), caller_of(request).person_key
        save = partial(save_text, site=site, person=person, text=text)
        try:
            await site.write(save)
        except MonitorError as error:
            return render(site, request, "keywords_trial", _NO_TRIAL | {"fault": str(error)})
        return render(site, request, "keywords_trial", await trial_parts(lab, site, text))

    @place.get(PATH + ".json", Act.READ_RULES)
    async def keywords_json(request: Request) -> Response:
        def read(store: Store) -> dict[str, object]:
            return rules_in_force(store, site.settings, site.clock()).as_json()

        return article_lists.json_response(await site.read(read))

    return place.router


def text_of_form(form: Form) -> str:
    """The draft of a form, whichever view sent it."""
    if form.text("view") == "toml":
        return form.exact("toml").replace("\r\n", "\n")
    return rule_form.text_of(rule_form.read_fields(form))


def save_text(store: Store, site: SiteContext, person: str, text: str) -> None:
    """Keep the draft of a person, unless it is what is in force.  Raise ConfigError."""
    now = site.clock()
    current = rules_in_force(store, site.settings, now)
    if text.strip() == current.text.strip():
        open_drafts.discard_draft(store, person)
    else:
        open_drafts.save_draft(store, person, text, current, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What the page reads at one instant."""

    current: RulesInForce
    open: OpenDraft
    versions: tuple[RuleVersion, ...]
    since: SinceThen | None


def _state(store: Store, site: SiteContext, lab: RuleLab, request: Request) -> _State:
    current = rules_in_force(store, site.settings, site.clock())
    pack = lab.explainers.explainer().pack
    return _State(
        current=current,
        open=open_drafts.open_draft(store, caller_of(request).person_key, current),
        versions=tuple(rule_history.list_versions(store, limit=_VERSIONS)),
        since=None if current.fault else since_then(store, current.settings, pack),
    )


def _draft_parts(state: _State, view: str) -> dict[str, object]:
    fields = rule_form.fields_of(state.open.draft.text)
    return {
        "current": state.current,
        "open": state.open,
        "fields": fields,
        "shows_toml": view == "toml" or fields is None,
        "versions": state.versions,
        "since": state.since,
        "actions": ("flag", "boost", "drop"),
        "places_of_words": ("anywhere", "title", "text"),
    }


async def _health_parts(lab: RuleLab, state: _State) -> dict[str, object]:
    outcomes = await lab.in_force()
    rules = state.current.settings.keywords.rules
    return {"health": rule_health(rules, outcomes) if outcomes else (), "outcomes": outcomes}


async def trial_parts(lab: RuleLab, site: SiteContext, text: str) -> dict[str, object]:
    """The variables of "keywords_trial.html.j2"."""
    parts = _NO_TRIAL
    try:
        outcome = await lab.try_text(text)
    except MonitorError as error:
        return parts | {"fault": str(error)}
    if isinstance(outcome, TrialProgress):
        return parts | {"progress": outcome}
    scores = await site.read(partial(score_distribution, now=site.clock()))
    until = outcome.before_outcomes.window.until
    return (
        parts
        | _shown(outcome)
        | {
            "score_chart": score_bars(scores.counts, outcome.after_threshold),
            "until": until if site.clock() - until > SPAN else None,
        }
    )


def _shown(trial: RuleTrial) -> dict[str, object]:
    return {
        "trial": trial,
        "sentence": trial_report.sentence_of(trial),
        "trial_rows": list(trial_report.trial_rows(trial)),
        "losses": known_losses(trial),
        "causes_text": trial_report.causes_text,
        "excerpt_of": trial_report.excerpt_of,
    }
