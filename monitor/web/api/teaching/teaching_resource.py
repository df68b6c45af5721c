"""Teaching: the progress of marks, a training, promotion and rollback of packs."""

from __future__ import annotations

from functools import partial

from pydantic import Field

from monitor.access.permissions import Act, is_allowed
from monitor.actions.jobs.offered_files import whole_job_as_json
from monitor.actions.option_values import check_watched, settings_of_topic
from monitor.actions.teaching import candidates
from monitor.actions.teaching.recall_measurement import WEEKS, measure_recall
from monitor.actions.teaching.teaching_state import teaching_state
from monitor.domain.errors import ConfigError
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery, Whole
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.shapes import teaching_shapes as shapes
from monitor.web.api.shapes.job_shapes import WholeJobShape
from monitor.web.site import problems
from monitor.web.site.problems import ProblemError

api = ApiRouter()


_TOPIC_WORDS = "Of this topic, by the name of its pack; empty: of the first one."


class TeachingQuery(ApiModel):
    """Of which topic."""

    topic: str = Field("", max_length=200, description=_TOPIC_WORDS)


@api.get("/teaching", Act.READ_TEACHING, TeachingQuery, shapes.TeachingShape)
async def read_teaching(call: Call[TeachingQuery, NoBody]) -> Answer:
    """The progress of marks, the packs in their roles, and the candidate against the pack in use.

    Articles are named only to a token that may read articles.
    """
    settings = settings_of_topic(call.site.settings, call.query.topic)
    state = await call.read(partial(teaching_state, settings=settings, now=call.now))
    caller = call.caller
    names_articles = is_allowed(Act.READ_ARTICLES, role=caller.role, scopes=caller.scopes)
    return Answer(content=state.as_json(names_articles=names_articles))


class RecallQuery(ApiModel):
    """Of how many weeks, and of which topic."""

    weeks: Whole = Field(WEEKS, ge=1, le=52, description="Completed ones, Monday to Sunday, UTC.")
    topic: str = Field("", max_length=200, description="Of this topic; empty: of all together.")


@api.get("/teaching/recall", Act.READ_TEACHING, RecallQuery, shapes.RecallShape)
async def read_recall(call: Call[RecallQuery, NoBody]) -> Answer:
    """The share of relevant articles that was flagged, by the marks on the weekly random sample."""
    weeks, topic = call.query.weeks, call.query.topic
    check_watched(call.site.settings, topic)
    measure = partial(measure_recall, now=call.now, weeks=weeks, topic=topic)
    return Answer(content=(await call.count(measure)).as_json())


class ReasonBody(ApiModel):
    """Why, and for which topic."""

    reason: str = Field("", max_length=1_000, description="For the audit log.")
    topic: str = Field("", max_length=200, description=_TOPIC_WORDS)


@api.post("/teaching/trainings", Act.TEACH, ReasonBody, WholeJobShape)
async def train_candidate(call: Call[NoQuery, ReasonBody]) -> Answer:
    """Start the job that trains a candidate; `/jobs/KEY` says how far it is.

    `last_training` of `/teaching` is about it as soon as a worker has begun.
    """
    body = call.body
    check_watched(call.site.settings, body.topic)
    try:
        job = await call.context.packs.start_training(call.caller, body.reason, body.topic)
    except ConfigError as error:
        raise ProblemError(problems.CONFLICT, str(error)) from None
    return Answer(content=whole_job_as_json(job))


class PromotionBody(ReasonBody):
    """Which candidate is put into use."""

    candidate: str = Field(max_length=300, description="Its id, as `/teaching` names it.")
    accept_loss: bool = Field(
        False, description="Also when golden events are lost; needs a reason."
    )


@api.post("/teaching/promotion", Act.TEACH, PromotionBody, shapes.PackSwitchShape)
async def promote_pack(call: Call[NoQuery, PromotionBody]) -> Answer:
    """Put the candidate into use; running services take it within five seconds."""
    body = call.body
    if body.accept_loss and not body.reason.strip():
        raise ProblemError(problems.BAD_BODY, "Say why the loss of golden events is accepted.")
    check_watched(call.site.settings, body.topic)
    promotion = partial(
        candidates.promote_candidate,
        accept_loss=body.accept_loss,
        seen=body.candidate.rpartition("@")[2],
    )
    try:
        packs = call.context.packs
        switch = await packs.switch(promotion, call.caller, body.reason, body.topic)
    except ConfigError as error:
        raise ProblemError(problems.CONFLICT, str(error)) from None
    return Answer(content=switch.as_json())


@api.post("/teaching/rollback", Act.TEACH, ReasonBody, shapes.PackSwitchShape)
async def roll_back_pack(call: Call[NoQuery, ReasonBody]) -> Answer:
    """Undo the last promotion: the previous pack is in use again."""
    packs, body = call.context.packs, call.body
    check_watched(call.site.settings, body.topic)
    try:
        switch = await packs.switch(candidates.roll_back, call.caller, body.reason, body.topic)
    except ConfigError as error:
        raise ProblemError(problems.CONFLICT, str(error)) from None
    return Answer(content=switch.as_json())
