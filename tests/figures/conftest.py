"""The shipped kinds and parties, and a short way to extract figures from a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.figures.extraction import SourceText, extract_figures
from monitor.figures.figure import Figure
from monitor.figures.figure_pack import FigurePack
from monitor.figures.pack_files import load_figure_pack

FOLDER = Path(__file__).parents[2] / "models" / "dprk-russia" / "figures"
Extract = Callable[..., list[Figure]]


@pytest.fixture(scope="session")
def pack() -> FigurePack:
    return load_figure_pack(FOLDER)


@pytest.fixture(scope="session")
def extract(pack: FigurePack) -> Extract:
    """`extract("en", headline, text)` gives the figures."""

    def figures(language: str | None, title: str, text: str = "") -> list[Figure]:
        source = SourceText(title=title, text=text, language=language, date="2025-05-02")
        return extract_figures(source, pack)

    return figures
