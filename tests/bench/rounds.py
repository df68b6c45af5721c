"""Benchmark rounds: every peer runs every step, and each result is checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import peers
from tests.bench.measure import Cost, Failed
from tests.bench.peers import Peer
from tests.bench.publishers import Publishers

STEPS = ("first", "unchanged", "one new")


@dataclass(frozen=True, slots=True)
class Measured:
    """One peer's run of one step, and the responses of the server meanwhile."""

    round: int
    peer: str
    step: str
    cost: Cost
    requests: dict[str, int]


def play(
    runners: Sequence[Peer],
    publishers: Publishers,
    folder: Path,
    *,
    entries: int,
    rounds: int,
    say: Callable[[str], None],
) -> list[Measured]:
    """Measure all; the order of the peers rotates with each round.  Raise Failed."""
    _warm_up(runners, publishers, folder)
    measured: list[Measured] = []
    for number in range(rounds):
        turn = number % len(runners)
        order = [*runners[turn:], *runners[:turn]]
        for peer in order:
            peers.fresh(peer, folder / peer.name, publishers.addresses())
        for step in STEPS:
            publishers.add(1 if step == "one new" else 0)
            for peer in order:
                if step == "unchanged":  # an unmeasured poll for peers without validators yet
                    for _ in range(peer.polls_before_validators - 1):
                        peers.poll(peer, folder / peer.name)
                cost, requests = _step(peer, step, publishers, folder / peer.name, entries=entries)
                measured.append(Measured(number, peer.name, step, cost, requests))
                say(
                    f"round {number + 1}  {step:10} {peer.name:10}"
                    f" {cost.cpu:7.2f} s CPU {cost.wall:7.2f} s {cost.peak_mb:6.0f} MB"
                )
    return measured


def _warm_up(runners: Sequence[Peer], publishers: Publishers, folder: Path) -> None:
    """A poll of one feed each, so that no measured run compiles modules or reads them from disk."""
    for peer in runners:
        peers.fresh(peer, folder / peer.name, publishers.addresses()[:1])
        peers.poll(peer, folder / peer.name)


def _step(
    peer: Peer, step: str, publishers: Publishers, folder: Path, *, entries: int
) -> tuple[Cost, dict[str, int]]:
    publishers.asked()
    cost = peers.poll(peer, folder)
    requests = publishers.asked()
    wanted_status = "304" if step == "unchanged" else "200"
    wanted_entries = publishers.count * (entries + (step == "one new"))
    answered = {status: requests.get(status, 0) for status in ("200", "304", "404")}
    if answered[wanted_status] != publishers.count or sum(answered.values()) != publishers.count:
        raise Failed(f"{peer.name}, {step}: the server answered {answered}")
    stored = peer.count(folder)
    if stored != wanted_entries:
        raise Failed(f"{peer.name}, {step}: keeps {stored} entries instead of {wanted_entries}")
    return cost, requests
