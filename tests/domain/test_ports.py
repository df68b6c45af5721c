"""Ports: every public one is a protocol."""

from __future__ import annotations

from monitor.domain import ports


def test_every_port_is_a_protocol():
    classes = (door for door in vars(ports).values() if isinstance(door, type))
    doors = [door for door in classes if door.__module__ == ports.__name__]
    assert {door.__name__ for door in doors} >= {"Fetcher", "Parser", "Classifier", "Channel"}
    assert all(door._is_protocol for door in doors)
