"""The notice of faults of the service itself: present ones, and those that are resolved."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.deliver.messages.notice import Notice
from monitor.domain.message_contents import ServiceCondition, ServiceStateChanged
from monitor.text import sanitize

_LONGEST = 1_000


def content(present: Mapping[str, str], mended: Mapping[str, str]) -> ServiceStateChanged:
    """The content of the alert; both arguments map a fault's name to its sentence."""
    return ServiceStateChanged(conditions=_conditions(present), mended=_conditions(mended))


def _conditions(sentences: Mapping[str, str]) -> tuple[ServiceCondition, ...]:
    return tuple(
        ServiceCondition(name=name, sentence=sanitize.line(sentence, _LONGEST))
        for name, sentence in sorted(sentences.items())
    )


def notice(content: ServiceStateChanged) -> Notice:
    """The content in words."""
    mended = tuple((fault.name, f"resolved: {fault.sentence}") for fault in content.mended)
    if not content.conditions:
        return Notice(
            tag="service",
            headline="Watchpost works normally",
            sentences=("The faults reported before are resolved.",),
            facts=mended,
        )
    names = ", ".join(fault.name for fault in content.conditions)
    present = tuple((fault.name, fault.sentence) for fault in content.conditions)
    return Notice(
        tag="service",
        headline=f"Watchpost is degraded: {names}",
        sentences=(
            "It continues with the last valid version; your change takes effect when you fix this.",
        ),
        facts=(*present, *mended),
        commands=("monitor doctor",),
    )
