"""Teaching: the next article to mark, the progress, and the candidate against the pack in use."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from fastapi import APIRouter, HTTPException, Request, Response

from monitor.access.caller import Caller
from monitor.access.permissions import Act, is_allowed
from monitor.actions.jobs import training_job
from monitor.actions.jobs.job_lists import list_jobs, state_sentence
from monitor.actions.option_values import settings_of_topic
from monitor.actions.reading.article_view import ViewedArticle
from monitor.actions.reading.explanations import ExplainerCache
from monitor.actions.teaching import marks
from monitor.actions.teaching.mark_progress import MARKS_OF_A_LESSON, MarkTally, tally_of_topic
from monitor.actions.teaching.marks import ProposedArticle
from monitor.actions.teaching.teaching_state import TeachingState, teaching_state
from monitor.domain.errors import MonitorError
from monitor.domain.jobs.job import Job, JobKind, JobState
from monitor.store.store import Store
from monitor.store.teaching.pack_training import PackTraining
from monitor.web.console import article_lists
from monitor.web.console.article import find_article_view, panel_parts
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import render
from monitor.web.console.teaching import lesson as lessons
from monitor.web.console.teaching.lesson import PATH, Lesson
from monitor.web.site.context import SiteContext
from monitor.web.site.short_cache import ShortCache

SPAN = timedelta(days=30)  # as `monitor marks next` has it
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_KEPT = timedelta(minutes=1)  # proposals, of which nobody marked one
_GRACE = timedelta(minutes=9)  # while they are chosen anew


def routes(site: SiteContext, explainers: ExplainerCache) -> APIRouter:
    """The place as a page and as JSON, and its card of packs alone, while a training runs."""
    place, proposals = PlaceRouter(site), Proposals(site, explainers)
    teaching = TeachingStates(site)
    site.preparations.append(proposals.now)

    @place.get(PATH, Act.READ_TEACHING)
    async def teaching_page(
        request: Request, list: str = "", at: str = "", topic: str = ""
    ) -> Response:
        lesson = lessons.parse_lesson(list, at, _watched(site, topic))
        state, caller = await teaching.now(lesson.topic), caller_of(request)
        parts = _packs_parts(state, await _training_job(site, lesson.topic, state), caller, lesson)
        viewed = None
        if _reads_articles(caller):
            if not lesson.keys:
                proposed = await proposals.now()
                keys = [row.article.key for row in proposed]
                lesson = lessons.lesson_of(keys, lesson.topic)
            viewed = await _article(site, explainers, lesson)
        parts |= _lesson_parts(lesson, viewed)
        if viewed is not None:
            parts |= panel_parts(site, request, viewed, next_article=lesson.next_address)
        return render(site, request, "teaching", parts)

    @place.get(PATH + "/packs", Act.READ_TEACHING)
    async def packs_card(
        request: Request, list: str = "", at: str = "", topic: str = ""
    ) -> Response:
        lesson = lessons.parse_lesson(list, at, _watched(site, topic))
        state = await teaching.now(lesson.topic)
        job = await _training_job(site, lesson.topic, state)
        parts = _packs_parts(state, job, caller_of(request), lesson)
        return render(site, request, "teaching_packs", parts)

    @place.get(PATH + ".json", Act.READ_TEACHING)
    async def teaching_json(request: Request, topic: str = "") -> Response:
        names_articles = _reads_articles(caller_of(request))
        state = await teaching.now(_watched(site, topic))
        document = state.as_json(names_articles=names_articles)
        if names_articles:
            proposed = await proposals.now()
            document["next"] = [row.as_json() for row in proposed]
        return article_lists.json_response(document)

    return place.router


class TeachingStates:
    """The state of teaching each topic: marks are counted again when one of them changes.

    The name or score of a marked article that changes without a mark is a minute late.
    """

    def __init__(self, site: SiteContext) -> None:
        self._site = site
        self._tallies = ShortCache[MarkTally](site.clock, _KEPT)

    async def now(self, topic: str) -> TeachingState:
        """The state of this topic, of the first one where it is empty."""
        site, settings = self._site, settings_of_topic(self._site.settings, topic)
        last_mark = await site.read(lambda store: store.marks.last_change())
        tally = await self._tallies.get(
            (topic, last_mark), lambda: site.read(partial(tally_of_topic, settings=settings))
        )
        return await site.read(
            partial(teaching_state, settings=settings, now=site.clock(), tally=tally)
        )


class Proposals:
    """The articles of the next lesson: they are chosen again when one of them is marked.

    The choice reads scores of thirty days.  Nobody waits for one that only grew old.
    """

    def __init__(self, site: SiteContext, explainers: ExplainerCache) -> None:
        self._site = site
        self._explainers = explainers
        self._rows = ShortCache[Sequence[ProposedArticle]](site.clock, _KEPT, grace=_GRACE)
        self._lesson = 0  # that these are proposed for

    async def now(self) -> Sequence[ProposedArticle]:
        """Ten articles to mark, none of which is marked."""
        rows = await self._rows.get(self._lesson, self._choose)
        keys = [row.article.key for row in rows]
        if await self._site.read(lambda store: store.marks.of_articles(keys)):
            self._lesson += 1
            rows = await self._rows.get(self._lesson, self._choose)
        if not rows:
            self._lesson += 1  # the next article that comes is proposed at once
        return rows

    async def _choose(self) -> Sequence[ProposedArticle]:
        """The first one is explained at once: the explanation is kept for who opens the place."""
        rows = await self._site.count(partial(_propose, now=self._site.clock()))
        with suppress(MonitorError):  # a pack that can't be used: the page says so
            await _article(self._site, self._explainers, _lesson_of(rows))
        return rows


def _lesson_of(rows: Sequence[ProposedArticle]) -> Lesson:
    return lessons.lesson_of([row.article.key for row in rows])


def _propose(store: Store, now: datetime) -> Sequence[ProposedArticle]:
    """Articles of the last days; of any time where those are all marked, or there are none."""
    for since in (now - SPAN, _EVER):
        rows = marks.propose_articles(store, now, since=since, number=lessons.SIZE)
        if rows:
            break
    return rows


def _watched(site: SiteContext, topic: str) -> str:
    """The topic of the address; empty for the first one.  Raise HTTPException for an unknown."""
    if topic and topic not in site.topics:
        raise HTTPException(404)
    return "" if topic == next(iter(site.topics)) else topic


async def _article(
    site: SiteContext, explainers: ExplainerCache, lesson: Lesson
) -> ViewedArticle | None:
    """The article to look at; None when there is none, or when it was removed meanwhile."""

    def view(store: Store) -> ViewedArticle | None:
        if not lesson.key or store.articles.find(lesson.key) is None:
            return None
        return find_article_view(site, store, explainers, lesson.key)

    return await site.read(view)


def _reads_articles(caller: Caller) -> bool:
    return is_allowed(Act.READ_ARTICLES, role=caller.role, scopes=caller.scopes)


def _lesson_parts(lesson: Lesson, viewed: ViewedArticle | None) -> dict[str, object]:
    return {
        "lesson": lesson,
        "opened": viewed,
        "why_chosen": marks.proposal_reason(viewed.article) if viewed else "",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _PackButtons:
    """Which buttons of the card of packs there are."""

    train: bool
    promote: bool
    roll_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrainingJob:
    """A job for a training that has not begun, or that failed before it began."""

    job: Job
    sentence: str

    @property
    def is_open(self) -> bool:
        return not self.job.state.is_over


async def _training_job(site: SiteContext, topic: str, state: TeachingState) -> _TrainingJob | None:
    """The last job for a training of the topic, where `state` does not tell of it yet."""

    def find(store: Store) -> _TrainingJob | None:
        job = training_job.newest_job(store, site.settings, topic)
        if job is None or not _is_news(job, state.training):
            return None
        waiting = list_jobs(store, site.clock(), open_only=True, kind=JobKind.TRAINING)
        return _TrainingJob(job=job, sentence=waiting.warning or state_sentence(job))

    return await site.read(find)


def _is_news(job: Job, training: PackTraining | None) -> bool:
    """Whether the last training does not tell what became of the job."""
    if job.state in (JobState.DONE, JobState.CANCELLED):
        return False
    has_begun = training is not None and training.started_at >= job.asked_at
    return job.state is JobState.WAITING or not has_begun


def _packs_parts(
    state: TeachingState, job: _TrainingJob | None, caller: Caller, lesson: Lesson
) -> dict[str, object]:
    """The variables of "teaching_packs.html.j2"."""
    training, packs = state.training, state.packs
    may_teach = is_allowed(Act.TEACH, role=caller.role, scopes=caller.scopes)
    is_running = training is not None and training.is_running
    is_asked = job is not None and job.is_open
    is_free = may_teach and not packs.fault and not is_running
    return {
        "state": state,
        "lesson_marks": MARKS_OF_A_LESSON,
        "training": training,
        "job": job,
        "is_running": is_running,
        "looks_again": is_running or is_asked,
        "buttons": _PackButtons(
            train=is_free and not is_asked and state.progress.to_learn > 0,
            promote=is_free and bool(packs.candidate),
            roll_back=is_free and packs.has_promoted,
        ),
        "reads_articles": _reads_articles(caller),
        "may_teach": may_teach,
        "chosen_topic": lesson.topic,
        "back_address": lesson.address,
        "packs_address": lesson.address.replace(PATH, f"{PATH}/packs", 1),
    }
