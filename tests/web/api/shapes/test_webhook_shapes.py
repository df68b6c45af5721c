"""Tests of the documented shape of the catalogue of webhook messages."""

from __future__ import annotations

from tests.web.api.conftest import document


def test_the_catalogue_names_every_type() -> None:
    kinds = document()["components"]["schemas"]["MessageType"]["enum"]
    assert "article.flagged" in kinds
