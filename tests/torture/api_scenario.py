"""Scenario: SIGKILL while marks, rule edits and replays over the API are in flight."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.access.accounts import AccessToken
from monitor.access.caller import local_caller
from monitor.access.roles import PersonRole, Scope
from monitor.access.secret_text import digest, new_token
from monitor.actions.access import audit_log
from monitor.actions.rules.rule_changes import FOUND
from monitor.domain.alerts import ChannelKind, Subscription
from monitor.domain.keys import key_of
from monitor.settings import loader
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.service.conftest import free_port
from tests.service.publisher import Hook
from tests.torture.api_actors import (
    BATCH,
    Actor,
    ActorThreads,
    Connection,
    Marker,
    Replayer,
    RuleEditor,
)
from tests.torture.processes import ServiceProcess
from tests.torture.scenarios import PATIENCE, Outcome, outcome
from tests.torture.surroundings import Surroundings

_REPLAYED = "replayed"  # a subscription of its own: the others count each repeat as a fault
_START = 4 * PATIENCE  # seconds, for a process to load its pack and answer each actor once


@dataclass(frozen=True, slots=True)
class _Cast:
    """The actors, and the receiver of what is sent again."""

    marker: Marker
    editor: RuleEditor
    replayer: Replayer
    hook: Hook

    @property
    def actors(self) -> dict[str, Actor]:
        return {"marks": self.marker, "rules": self.editor, "replays": self.replayer}


def kills_during_changes(surroundings: Surroundings, times: int) -> Outcome:
    """SIGKILL while people change things by programs: each change is done whole, or not at all."""
    connection = Connection(port=free_port(), token=_add_token(surroundings))
    cast = _Cast(
        Marker(), RuleEditor(), Replayer(subscription=_REPLAYED), _add_receiver(surroundings)
    )
    faults: list[str] = []
    for _ in range(times):
        process = _start(surroundings, connection)
        threads = ActorThreads(cast.actors, connection)
        _until_each_acted(process, surroundings, cast)
        process.wait(surroundings.chance.uniform(0, 1.5))
        process.kill()
        threads.stop()
        faults += threads.faults
    faults += _settle(surroundings, connection, cast)
    faults += _compare(surroundings, cast)
    integrity = "; ".join(dict.fromkeys(faults)) or surroundings.integrity()
    return outcome(
        "SIGKILL during marks, rule edits, replays",
        times, surroundings, note=_note(surroundings, cast), integrity=integrity,
    )  # fmt: skip


def _start(surroundings: Surroundings, connection: Connection) -> ServiceProcess:
    listen = f"127.0.0.1:{connection.port}"
    surroundings.publish(surroundings.chance.randint(3, 9))
    return surroundings.start("run", WEB__LISTEN=listen, WEB__CONSOLE="true")


def _add_token(surroundings: Surroundings) -> str:
    """An access token with every scope."""
    secret, now = new_token(), datetime.now(UTC)
    token = AccessToken(
        key=digest(secret), name="actors", role=PersonRole.ADMIN, scopes=frozenset(Scope),
        person_key="", created_at=now, until=now + timedelta(days=1),
    )  # fmt: skip
    entry = audit_log.entry_of(local_caller("test", now), "make a token", "actors", now)
    with Store.open(surroundings.url) as store:
        assert store.access_tokens.add(token, entry)
    return secret


def _add_receiver(surroundings: Surroundings) -> Hook:
    url, hook = surroundings.hook("/replayed")
    with Store.open(surroundings.url) as store:
        hooked = store.subscriptions.by_key(key_of("subscription", "hooked"))
        assert hooked is not None
        receiver = Subscription(
            key=key_of("subscription", _REPLAYED), name=_REPLAYED, channel=ChannelKind.WEBHOOK,
            address=url, signing_secret=hooked.signing_secret, repeat=hooked.repeat,
            created_at=hooked.created_at,
        )  # fmt: skip
        store.subscriptions.add(receiver)
    return hook


def _until_each_acted(process: ServiceProcess, surroundings: Surroundings, cast: _Cast) -> None:
    """Wait until each actor had an answer of this process."""
    before = {name: actor.done for name, actor in cast.actors.items()}
    for second in range(round(_START)):
        process.wait(1)
        waiting = [name for name, actor in cast.actors.items() if actor.done == before[name]]
        if not waiting:
            return
        if "marks" in waiting and second % 5 == 4:
            surroundings.publish(1)


def _settle(surroundings: Surroundings, connection: Connection, cast: _Cast) -> Iterator[str]:
    """Once more, without a kill: what got no answer is sent again, then all is delivered."""
    process = _start(surroundings, connection)
    threads = ActorThreads(cast.actors, connection)
    _until_each_acted(process, surroundings, cast)
    threads.stop()
    yield from threads.faults
    if not surroundings.until_delivered(3 * PATIENCE):
        yield "not everything was delivered"
    with Store.open(surroundings.url) as store:
        for _ in range(round(3 * PATIENCE)):
            if not store.counts().pending:
                break
            process.wait(1)
    process.terminate()
    if process.wait(20) != 0:
        process.kill()
        yield "the last process did not end by itself"


def _compare(surroundings: Surroundings, cast: _Cast) -> Iterator[str]:
    """What is stored beside what was answered."""
    with Store.open(surroundings.url) as store:
        yield from _half_done_marks(store, cast.marker)
        yield from _half_done_rules(store, surroundings, cast.editor)
        yield from _half_done_replays(store, cast.replayer)
    received = Counter(
        json.loads(body)["data"]["article"]["title"].split()[0] for _, body in _whole(cast.hook)
    )
    lost = surroundings.records.published - received.keys()
    if lost:
        yield f"{len(lost)} articles never came to the receiver of replays"


def _whole(hook: Hook) -> Iterator[tuple[dict[str, str], bytes]]:
    """The calls that came whole: the sender of the others was killed."""
    for headers, body in hook.calls:
        if body.endswith(b"}"):
            yield headers, body


def _half_done_marks(store: Store, marker: Marker) -> Iterator[str]:
    for number, change in enumerate(marker.changes):
        keys, note = change.body["articles"], f"batch {number}"
        marks = store.marks.of_articles(keys)
        stored = sum(any(mark.note == note for mark in marks.get(key, ())) for key in keys)
        times = {len(store.marks.history(key)) for key in keys}
        if stored not in (0, BATCH) or (change.is_done and stored != BATCH):
            yield f"of a batch of {BATCH} marks {stored} are stored"
        if times - {1 if stored else 0}:
            yield "a batch of marks was done twice"


def _half_done_rules(store: Store, surroundings: Surroundings, editor: RuleEditor) -> Iterator[str]:
    settings = loader.load(surroundings.folder / "monitor.toml", environment={})
    newest = store.rule_versions.newest()
    if newest is None or newest.config != settings.decision_digest:
        yield "the file and the newest version of the rules differ"
    by_number = {version.number: version for version in store.rule_versions.list(limit=10_000)}
    for reason, number in editor.answered.items():
        if by_number[number].reason != reason:
            yield f"version {number} is not {reason}"
    if any(count > 1 for reason, count in _reasons(store).items() if reason != FOUND):
        yield "an edit of rules was done twice"


def _reasons(store: Store) -> Counter[str]:
    return Counter(version.reason for version in store.rule_versions.list(limit=10_000))


def _half_done_replays(store: Store, replays: Replayer) -> Iterator[str]:
    entries = store.audit_log.list(AuditFilter(act="send again"), 10_000)
    spans = Counter(str((entry.after or {})["since"]) for entry in entries)
    if any(count > 1 for count in spans.values()):
        yield "a replay was done twice"
    if len(spans) < replays.done:
        yield f"{replays.done} replays were answered, {len(spans)} are in the audit log"


def _note(surroundings: Surroundings, cast: _Cast) -> str:
    with Store.open(surroundings.url) as store:
        versions_in_file = _reasons(store)[FOUND]
    unknown = sum(
        change.is_unknown for actor in (cast.marker, cast.replayer) for change in actor.changes
    )
    replayed = sum(change.answer["due_now"] for change in cast.replayer.changes if change.is_done)
    calls = len(cast.hook.calls)
    return (
        f"{cast.marker.done} batches of marks, {cast.editor.done} rule edits and"
        f" {cast.replayer.done} replays of {replayed:,} alerts were answered, {unknown} keyed"
        f" requests cut off, {versions_in_file} rule versions found in the file, {calls:,} calls to"
        " the receiver of replays"
    )
