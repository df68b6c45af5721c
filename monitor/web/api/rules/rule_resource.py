"""Rules: in force, tried on stored articles, put in force, their versions and their health."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic import Field

from monitor.access.permissions import Act, is_allowed
from monitor.actions.as_json import JsonObject
from monitor.actions.rules import checked_change, rule_history
from monitor.actions.rules.checked_change import ChangeOrder, LossRefused, put_in_force_checked
from monitor.actions.rules.rule_changes import NothingChanged, RuleChange, RulesChanged
from monitor.actions.rules.rule_health import rule_health
from monitor.actions.rules.rule_history import rules_in_force, version_as_json
from monitor.actions.rules.rule_trial import RuleTrial
from monitor.actions.rules.trial_report import trial_as_json
from monitor.domain.errors import ConfigError
from monitor.settings.rule_text import MAX_RULE_TEXT
from monitor.store.rules.rule_version import RuleVersion
from monitor.store.store import Store
from monitor.web.api.conventions import entity_tags
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery, PageQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call, Trait
from monitor.web.api.conventions.paging import page_answer, whole_list
from monitor.web.api.shapes import rule_shapes as shapes
from monitor.web.site import problems
from monitor.web.site.problems import ProblemError
from monitor.web.site.rule_lab import TrialProgress

api = ApiRouter()
_STILL_TRIED = "The rules are still being tried: ask again in some seconds."


@api.get("/rules", Act.READ_RULES, NoQuery, shapes.RulesShape)
async def read_rules(call: Call[NoQuery, NoBody]) -> Answer:
    """The keyword rules in force, with threshold and lexicon; their TOML is `text`."""
    return Answer(content=await call.read(partial(_rules, call)))


class TextBody(ApiModel):
    """Rules to try."""

    text: str = Field(
        max_length=MAX_RULE_TEXT, description="Threshold, lexicon and rules as TOML, whole."
    )


class RulesBody(TextBody):
    """Rules to put in force."""

    reason: str = Field("", max_length=1_000, description="For the history and the audit log.")
    accept_loss: bool = Field(
        False,
        description="Also when marked articles or golden events are lost; needs a reason.",
    )


@api.put("/rules", Act.CHANGE_RULES, RulesBody, shapes.RuleVersionShape, Trait.NEEDS_MATCH)
async def put_rules(call: Call[NoQuery, RulesBody]) -> Answer:
    """Put rules in force: they are written into the file, which a running service takes in 5 s.

    The rules are tried first; while that takes longer the answer is 409 with a progress.
    """
    rules, body = await call.read(partial(_rules, call)), call.body
    entity_tags.check_match(call.request, rules)
    trial = await _tried(call, body.text)
    change = RuleChange(
        text=body.text,
        base=str(rules["config"]),
        base_text=str(rules["text"]),
        reason=body.reason,
    )
    return await _changed(call, change, trial, _order(call, body))


@api.post("/backtests", Act.TRY_RULES, TextBody, shapes.BacktestShape)
async def try_rules(call: Call[NoQuery, TextBody]) -> Answer:
    """Try rules on the stored articles of 30 days, beside the rules in force.

    Where every article has to be decided again this takes longer: ask again with the same text
    while `state` is `running`.  Articles are named only to a token that may read articles.
    """
    outcome = await call.context.lab.try_text(call.body.text)
    if isinstance(outcome, TrialProgress):
        content: JsonObject = {
            "state": "running",
            "sentence": outcome.sentence,
            "articles_done": outcome.done,
            "articles": outcome.articles,
            "result": None,
        }
        return Answer(content=content)
    caller = call.caller
    names_articles = is_allowed(Act.READ_ARTICLES, role=caller.role, scopes=caller.scopes)
    result = trial_as_json(outcome, names_articles=names_articles)
    content = {
        "state": "done",
        "sentence": result["sentence"],
        "articles_done": outcome.articles,
        "articles": outcome.articles,
        "result": result,
    }
    return Answer(content=content)


@api.get("/rules/versions", Act.READ_RULES, PageQuery, shapes.RuleVersionPageShape)
async def list_rule_versions(call: Call[PageQuery, NoBody]) -> Answer:
    """The versions of the rules, the newest first."""
    limit, after = call.query.limit, call.query.after
    if after and not (after.isascii() and after.isdigit() and len(after) < 10):
        raise ProblemError(problems.BAD_QUERY, "after: no cursor of this list: begin anew.")
    before = int(after) if after else None
    versions = await call.read(
        lambda store: rule_history.list_versions(store, before=before, limit=limit + 1)
    )
    items = [version_as_json(version, with_text=True) for version in versions[:limit]]
    cursor = str(versions[limit - 1].number) if len(versions) > limit else None
    return page_answer(call.request, items, cursor)


@api.get("/rules/versions/{key}", Act.READ_RULES, NoQuery, shapes.RuleVersionShape)
async def read_rule_version(call: Call[NoQuery, NoBody]) -> Answer:
    """One version with its text; the key is its number."""
    version = await call.read(lambda store: _version(store, call.key))
    return Answer(content=version_as_json(version, with_text=True))


class RestoreBody(ApiModel):
    """Why an earlier version is put in force again."""

    reason: str = Field("", max_length=1_000, description="For the history and the audit log.")
    accept_loss: bool = Field(
        False,
        description="Also when marked articles or golden events are lost; needs a reason.",
    )


@api.post("/rules/versions/{key}/restore", Act.CHANGE_RULES, RestoreBody, shapes.RuleVersionShape)
async def restore_rules(call: Call[NoQuery, RestoreBody]) -> Answer:
    """Put an earlier version in force again, as a new version."""
    version = await call.read(lambda store: _version(store, call.key))
    trial = await _tried(call, version.text)
    current = await call.read(lambda store: rules_in_force(store, call.site.settings, call.now))
    change = checked_change.restoring_change(version, current.settings, call.body.reason)
    return await _changed(call, change, trial, _order(call, call.body))


@api.get("/rules/health", Act.READ_RULES, NoQuery, shapes.RuleHealthListShape)
async def read_rule_health(call: Call[NoQuery, NoBody]) -> Answer:
    """How often each rule in force applied in 30 days, and which are superfluous."""
    outcomes = await call.context.lab.in_force()
    current = await call.read(lambda store: rules_in_force(store, call.site.settings, call.now))
    rules = current.settings.keywords.rules
    health = rule_health(rules, outcomes) if outcomes else ()
    return whole_list([rule.as_json() for rule in health])


def _rules(call: Call[Any, Any], store: Store) -> JsonObject:
    return rules_in_force(store, call.site.settings, call.now).as_json()


def _version(store: Store, key: str) -> RuleVersion:
    """Raise ProblemError (404)."""
    return found(lambda: rule_history.find_version(store, key))


def _order(call: Call[Any, Any], body: RulesBody | RestoreBody) -> ChangeOrder:
    return ChangeOrder(
        caller=call.caller, now=call.now, accept_loss=body.accept_loss, reason=body.reason
    )


async def _tried(call: Call[Any, Any], text: str) -> RuleTrial:
    """Raise ProblemError (409) while the trial takes longer."""
    outcome = await call.context.lab.try_text(text)
    if isinstance(outcome, TrialProgress):
        raise ProblemError(problems.CONFLICT, f"{_STILL_TRIED} {outcome.sentence}")
    return outcome


async def _changed(
    call: Call[Any, Any], change: RuleChange, trial: RuleTrial, order: ChangeOrder
) -> Answer:
    """The new version.  Raise ProblemError: 412 when somebody else changed the rules, 409, 422."""
    put = partial(
        put_in_force_checked,
        started=call.site.settings,
        change=change,
        trial=trial,
        order=order,
    )
    try:
        version = await call.write(put)
    except RulesChanged as error:
        raise ProblemError(problems.STALE, str(error)) from None
    except (LossRefused, NothingChanged) as error:
        raise ProblemError(problems.CONFLICT, str(error)) from None
    except ConfigError as error:
        raise ProblemError(problems.BAD_BODY, str(error)) from None
    return Answer(content=version_as_json(version, with_text=True))
