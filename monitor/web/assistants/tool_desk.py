"""Tool desk: the tools that one caller may use, and the answers to their calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from pydantic import ValidationError

from monitor.access.caller import Caller
from monitor.access.permissions import refusal, refusal_text
from monitor.actions.as_json import JsonObject
from monitor.domain.errors import MonitorError
from monitor.settings.sections import Settings
from monitor.web.api.conventions.errors_as_problems import as_problem
from monitor.web.api.conventions.field_errors import field_errors, similar
from monitor.web.assistants.tools import TOOLS, AssistantTool, ToolCall

if TYPE_CHECKING:
    from monitor.classify.model.explain import Explainer
    from monitor.store.store import Store

Result = TypeVar("Result")


class ToolRefused(Exception):
    """A call that gets no answer; the text says what is wrong and what to do."""


class ReadStore(Protocol):
    """Calls a function with a store, in the thread of the store."""

    def __call__(self, query: Callable[[Store], Result], /) -> Awaitable[Result]:
        """What the function returns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolDesk:
    """Answers the calls of one caller."""

    settings: Settings
    read: ReadStore
    explainer: Callable[[str], Explainer]  # of a topic; called in the thread of the store
    clock: Callable[[], datetime]
    caller: Caller

    def tools(self) -> Sequence[AssistantTool]:
        """The tools that the role and the scopes of the caller allow."""
        now = self.clock()
        return [tool for tool in TOOLS.values() if refusal(tool.act, self.caller, now) is None]

    async def answer(self, name: str, raw_arguments: Mapping[str, object]) -> JsonObject:
        """The answer of a tool.  Raise ToolRefused."""
        tool, now = TOOLS.get(name), self.clock()
        if tool is None:
            raise ToolRefused(_no_such_tool(name))
        reason = refusal(tool.act, self.caller, now)
        if reason is not None:
            raise ToolRefused(refusal_text(tool.act, reason))
        try:
            arguments = tool.arguments.model_validate(dict(raw_arguments))
        except ValidationError as error:
            raise ToolRefused(_wrong_arguments(error, tool)) from None

        def ask(store: Store) -> JsonObject:
            call = ToolCall(
                store=store,
                settings=self.settings,
                explainer=self.explainer,
                now=now,
                arguments=arguments,
            )
            return tool.answer_to(call)

        try:
            return await self.read(ask)
        except MonitorError as error:
            raise ToolRefused(as_problem(error, None).detail) from None


def _no_such_tool(name: str) -> str:
    nearest = similar(name[:60], TOOLS)
    suggestion = f"; {nearest!r} was probably meant" if nearest else ""
    return f"there is no tool {name[:60]!r}{suggestion}; there are: {', '.join(TOOLS)}"


def _wrong_arguments(error: ValidationError, tool: AssistantTool) -> str:
    """Each wrong argument with its fault."""
    sentences = []
    for fault in field_errors(error, tool.arguments, in_query=True):
        suggestion = f"; {fault.suggestion!r} was probably meant" if fault.suggestion else ""
        sentences.append(f"{fault.parameter}: {fault.detail}{suggestion}")
    return "; ".join(sentences)
