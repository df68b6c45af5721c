"""Shipped files (config, topic packs, demo data): their paths, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]  # `monitor/`


def path(*parts: str) -> Path:
    """`path("config", "defaults.toml")`: inside the installed package, else in the checkout.

    The wheel carries `config/`, `models/` and the demo's data under `monitor/_shipped/`.
    """
    installed = _PACKAGE / "_shipped"
    root = installed if installed.is_dir() else _PACKAGE.parent
    return root.joinpath(*parts)
