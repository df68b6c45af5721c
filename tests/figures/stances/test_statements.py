"""Which party says what, in the sentences of an article."""

from __future__ import annotations

import pytest

from monitor.domain.stories import Stance
from monitor.figures.extraction import SourceText
from monitor.figures.stances.statements import MAX_STATEMENTS, statements_in
from tests.grouped import figure_pack

PACK = figure_pack()


def stances(text: str, language: str = "en", title: str = "Report") -> list[tuple[str, Stance]]:
    source = SourceText(title=title, text=text, language=language)
    return [(statement.party, statement.stance) for statement in statements_in(source, PACK)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Moscow has denied that the soldiers took part.", ("moscow", Stance.DENIED)),
        ("en", "The report was denied by Moscow.", ("moscow", Stance.DENIED)),
        ("en", "Denied again: Moscow.", ("moscow", Stance.DENIED)),
        ("en", "Russia confirmed what Ukraine had reported.", ("moscow", Stance.CONFIRMED)),
        ("en", "The Kremlin declined to comment.", ("moscow", Stance.DECLINED)),
        ("en", "Pyongyang did not confirm it.", ("pyongyang", Stance.DECLINED)),
        ("en", "Seoul neither confirmed nor denied it.", ("seoul", Stance.DECLINED)),
        ("en", "Ukraine's reports about troops were denied by Russia.", ("moscow", Stance.DENIED)),
        ("ru", "Кремль опроверг сообщения о потерях.", ("moscow", Stance.DENIED)),
        ("ru", "Москва подтвердила участие солдат.", ("moscow", Stance.CONFIRMED)),
        ("ru", "В Кремле отказались комментировать это.", ("moscow", Stance.DECLINED)),
        ("uk", "Київ підтвердив ці дані.", ("kyiv", Stance.CONFIRMED)),
        ("ko", "국정원은 이를 부인했다.", ("seoul", Stance.DENIED)),
        ("ko", "북한은 파병을 공식 인정했다.", ("pyongyang", Stance.CONFIRMED)),
        ("ja", "ロシアは派兵を否定した。", ("moscow", Stance.DENIED)),
        ("zh", "俄方否认派兵。", ("moscow", Stance.DENIED)),
        ("pl", "Kreml zaprzeczył tym doniesieniom.", ("moscow", Stance.DENIED)),
        ("de", "Der Kreml bestätigte den Einsatz.", ("moscow", Stance.CONFIRMED)),
        ("fr", "Moscou a refusé de commenter.", ("moscow", Stance.DECLINED)),
        ("es", "Moscú desmintió la noticia.", ("moscow", Stance.DENIED)),
        ("vi", "Bình Nhưỡng phủ nhận thông tin này.", ("pyongyang", Stance.DENIED)),
        ("en", "The Kremlin did not immediately respond to a request.", ("moscow", Stance.SILENT)),
        ("en", "Pyongyang has yet to comment.", ("pyongyang", Stance.SILENT)),
        ("ru", "Москва хранит молчание.", ("moscow", Stance.SILENT)),
        ("uk", "Москва мовчить.", ("moscow", Stance.SILENT)),
        ("ko", "북한은 침묵을 지키고 있다.", ("pyongyang", Stance.SILENT)),
        ("ja", "ロシアは沈黙している。", ("moscow", Stance.SILENT)),
        ("zh", "俄方保持沉默。", ("moscow", Stance.SILENT)),
        ("pl", "Kreml milczy.", ("moscow", Stance.SILENT)),
        ("de", "Moskau schweigt.", ("moscow", Stance.SILENT)),
        ("fr", "Moscou garde le silence.", ("moscow", Stance.SILENT)),
        ("es", "Moscú guarda silencio.", ("moscow", Stance.SILENT)),
        ("vi", "Bình Nhưỡng im lặng.", ("pyongyang", Stance.SILENT)),
    ],
)
def test_a_stance_belongs_to_the_party_that_is_named_before_its_word(language, text, expected):
    assert stances(text, language) == [expected]


def test_whoever_is_quoted_asserts():
    assert stances("The troops have left, Seoul said.") == [("seoul", Stance.ASSERTED)]


def test_a_headline_that_names_its_speaker_asserts():
    assert stances("", title="Troops have left — Kremlin") == [("moscow", Stance.ASSERTED)]


def test_an_unconfirmed_report_and_a_sentence_without_a_party_state_nothing():
    assert stances("The reports are unconfirmed in Moscow. It was denied.") == []


def test_each_party_and_stance_is_stated_once_with_its_first_sentence():
    source = SourceText(title="", text="Moscow denies it. Moscow denies all of it.", language="en")
    (statement,) = statements_in(source, PACK)
    assert statement.sentence == "Moscow denies it."


def test_a_long_article_states_no_more_than_the_limit():
    text = " ".join(
        f"{party} {verb} it."
        for party in ("Moscow", "Kyiv", "Seoul", "Tokyo", "Washington", "Beijing", "Pyongyang")
        for verb in ("denied", "confirmed")
    )
    assert len(stances(text)) == MAX_STATEMENTS
