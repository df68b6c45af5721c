"""Why an article is in its story: what it shares with the nearest one, and the next best story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.domain.stories import GroupedArticle, GroupingReason, Standing, Story

if TYPE_CHECKING:
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPlace:
    """An article in its story, with the reason."""

    story: Story
    grouped: GroupedArticle
    nearest_title: str  # of the article that is most like it; empty: there is none
    next_title: str  # of the next best story

    @property
    def sentence(self) -> str:
        """ "it has most in common with this story: shoigu; nearest “…”, 3 hours apart" """
        reason = reason_sentence(
            self.grouped.why,
            nearest_title=self.nearest_title,
            next_title=self.next_title,
            is_copy=self.grouped.copy_of is not None,
        )
        parts = [reason]
        if self.grouped.pinned:
            parts.append("a person put it here")
        if self.grouped.standing is Standing.REVIEW:
            parts.append("it counts there when somebody confirms it")
        return "; ".join(parts)

    def as_json(self) -> JsonObject:
        """The place as `explain --json` shows it."""
        return {
            "key": self.story.key,
            "title": self.story.title,
            "articles": self.story.articles,
            "why": reason_as_json(self.grouped.why),
            "in_review": self.grouped.standing is Standing.REVIEW,
            "sentence": self.sentence,
        }


def story_place(store: Store, article_key: str) -> StoryPlace | None:
    """The story of an article and why it is there; None for an article without one."""
    grouped = store.stories.grouped([article_key]).get(article_key)
    if grouped is None:
        return None
    why = grouped.why
    stories = store.stories.by_numbers({grouped.story, why.next_story or 0})
    titles = store.articles.titles([why.nearest] if why.nearest else [])
    return StoryPlace(
        story=stories[grouped.story],
        grouped=grouped,
        nearest_title=titles.get(why.nearest or "", ""),
        next_title=stories[why.next_story].title if why.next_story in stories else "",
    )


def reason_sentence(
    why: GroupingReason, *, nearest_title: str, next_title: str, is_copy: bool = False
) -> str:
    """ "it has most in common with this story: shoigu; nearest “…”, 3 hours apart, 0.83" """
    parts = [why.sentence + (f": {', '.join(why.shared)}" if why.shared else "")]
    if nearest_title:
        apart = "" if is_copy else f", {why.hours_apart:.0f} hours apart"
        parts.append(f"nearest “{nearest_title}”{apart}, {why.probability:.2f}")
    if next_title:
        parts.append(f"next best story “{next_title}”, {why.next_mean:.2f}")
    return "; ".join(parts)


def reason_as_json(why: GroupingReason) -> JsonObject:
    """Why an article is in its story, for programs."""
    return {
        "sentence": why.sentence,
        "shared": list(why.shared),
        "nearest": why.nearest,
        "probability": as_json.score(why.probability),
        "mean": as_json.score(why.mean),
        "hours_apart": round(why.hours_apart, 1),
        "next_best_mean": as_json.score(why.next_mean) if why.next_story is not None else None,
    }
