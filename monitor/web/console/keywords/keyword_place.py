"""Keyword lab: the draft as a form or as TOML, what it would do, versions, rule health.

The trial of the draft is asked for by the page that is shown already: it may take a while.
"""

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
from monitor.charts.score_bars import score_bars
from monitor.domain.errors import MonitorError
from monitor.runtime import topics
from monitor.settings.sections import Settings
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
TRIAL_PATH = f"{PATH}?trial=yes"  # the page with the trial in it
LARGEST_DRAFT = 1_000_000  # bytes of a form; percent-encoded
_VERSIONS = 10  # shown
_NO_TRIAL: dict[str, object] = {
    "trial": None, "fault": "", "progress": None, "is_awaited": False,
}  # fmt: skip
_AWAITED = _NO_TRIAL | {"is_awaited": True}


def routes(site: SiteContext, lab: RuleLab) -> APIRouter:
    """The page, its trial alone, and the rules in force for programs."""
    place, trials = PlaceRouter(site), _ShownTrials(site, lab)

    @place.get(PATH, Act.CHANGE_RULES)
    async def keywords_page(request: Request, view: str = "", trial: str = "") -> Response:
        """With `trial` the page waits for the trial of the draft; else it asks for it itself."""
        state = await site.read(partial(_state, site=site, lab=lab, request=request))
        parts = _draft_parts(state, view)
        parts |= await trials.parts(state.open.draft.text) if trial else _AWAITED
        parts |= await _health_parts(lab, state)
        return render(site, request, "keywords", parts)

    @place.get(PATH + "/trial", Act.TRY_RULES)
    async def trial_of_draft(request: Request) -> Response:
        draft = await site.read(partial(_draft_text, site=site, person=_person(request)))
        return render(site, request, "keywords_trial", await trials.parts(draft))

    @place.post(PATH + "/trial", Act.TRY_RULES)
    async def trial_alone(request: Request) -> Response:
        form = await read_form(request, LARGEST_DRAFT)
        text, person = text_of_form(form), _person(request)
        save = partial(save_text, site=site, person=person, text=text)
        try:
            await site.write(save)
        except MonitorError as error:
            return render(site, request, "keywords_trial", _NO_TRIAL | {"fault": str(error)})
        return render(site, request, "keywords_trial", await trials.parts(text))

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


def _person(request: Request) -> str:
    return caller_of(request).person_key


def _draft_text(store: Store, site: SiteContext, person: str) -> str:
    """The draft of a person, or the rules in force."""
    current = rules_in_force(store, site.settings, site.clock())
    return open_drafts.open_draft(store, person, current).draft.text


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What the page reads at one instant."""

    current: RulesInForce
    open: OpenDraft
    versions: tuple[RuleVersion, ...]
    since: SinceThen | None


def _state(store: Store, site: SiteContext, lab: RuleLab, request: Request) -> _State:
    current = rules_in_force(store, site.settings, site.clock())
    return _State(
        current=current,
        open=open_drafts.open_draft(store, _person(request), current),
        versions=tuple(rule_history.list_versions(store, limit=_VERSIONS)),
        since=(
            None
            if current.fault
            else since_then(store, current.settings, lab.packs(current.settings))
        ),
    )


def _draft_parts(state: _State, view: str) -> dict[str, object]:
    fields = rule_form.fields_of(state.open.draft.text)
    return {
        "current": state.current,
        "open": state.open,
        "fields": fields,
        "shows_toml": view == "toml" or fields is None,
        "versions": state.versions,
        "no_versions": rule_history.NO_VERSIONS,
        "since": state.since,
        "topic_of_pack": _topic_of_pack(state.current.settings),
        "actions": ("flag", "boost", "drop"),
        "places_of_words": ("anywhere", "title", "text"),
    }


def _topic_of_pack(settings: Settings) -> dict[str, str]:
    """The setting `pack` of each topic → its name."""
    by_topic = topics.settings_by_topic(settings)
    return {topic.topic.pack: name for name, topic in by_topic.items()}


async def _health_parts(lab: RuleLab, state: _State) -> dict[str, object]:
    outcomes = await lab.in_force()
    rules = state.current.settings.keywords.rules
    return {"health": rule_health(rules, outcomes) if outcomes else (), "outcomes": outcomes}


class _ShownTrials:
    """Trials as the variables of "keywords_trial.html.j2"."""

    def __init__(self, site: SiteContext, lab: RuleLab) -> None:
        self._site = site
        self._lab = lab

    async def parts(self, text: str) -> dict[str, object]:
        """What the rules of this text would do, how far their trial is, or what is wrong."""
        try:
            outcome = await self._lab.try_text(text)
        except MonitorError as error:
            return _NO_TRIAL | {"fault": str(error)}
        if isinstance(outcome, TrialProgress):
            return _NO_TRIAL | {"progress": outcome}
        now, until = self._site.clock(), outcome.before_outcomes.window.until
        return _NO_TRIAL | _shown(outcome) | {"until": until if now - until > SPAN else None}


def _shown(trial: RuleTrial) -> dict[str, object]:
    return {
        "trial": trial,
        "sentence": trial_report.sentence_of(trial),
        "score_charts": [
            (topic, score_bars(topic.scores, topic.threshold), sentence)
            for topic, sentence in zip(
                trial.topics, trial_report.threshold_sentences(trial), strict=True
            )
        ],
        "trial_rows": list(trial_report.trial_rows(trial)),
        "losses": known_losses(trial),
        "causes_text": trial_report.causes_text,
        "excerpt_of": trial_report.excerpt_of,
    }
