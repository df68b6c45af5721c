"""CSV that a spreadsheet opens without running formulas, and JSON Lines."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.contents.exported_article import ExportedArticle
from monitor.publish import csv_jsonl
from monitor.publish.csv_jsonl import COLUMNS, cell
from tests.fakes import article, entry
from tests.publish.builders import TITLES, hostile, korean, plain


def rows(*articles) -> list[dict[str, str]]:
    text = "".join(csv_jsonl.csv_lines(map(ExportedArticle.of, articles), TITLES))
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-5 degrees", "'-5 degrees"),
        ("@cmd", "'@cmd"),
        ("  =HYPERLINK()", "'  =HYPERLINK()"),
        ("＝1+1", "'＝1+1"),
        ("\tx", "'\tx"),
        (-0.5, -0.5),
        ("North = South", "North = South"),
        (None, ""),
        (["troops", "arms"], "troops; arms"),
        (["=x"], "'=x"),
        (True, True),
    ],
)
def test_a_cell_is_never_a_formula(value, expected):
    assert cell(value) == expected


def test_a_row_has_every_column():
    first, second = rows(plain(), korean())
    assert tuple(first) == COLUMNS
    assert first["title"] == "Sappers leave for Kursk"
    assert first["themes"] == "labour"
    assert second["outlet"] == "한빛통신"
    assert second["published_at"] == ""


def test_a_hostile_article_is_a_row_like_any_other():
    (row,) = rows(hostile())
    assert row["url"] == ""
    assert "\u202e" not in row["title"]
    assert row["outlet"] == "Harbour <Wire>"


@given(st.text(st.characters(exclude_categories=()), max_size=100))
def test_whatever_a_text_holds_a_row_stays_a_row(text):
    first, second = rows(article("a", entry=entry(text, text=text)), plain())
    assert not first["title"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert second["key"] == "a"


def test_a_json_line_has_all_details_of_the_decision():
    (line,) = csv_jsonl.json_lines([ExportedArticle.of(plain())], TITLES)
    record = json.loads(line)
    assert set(COLUMNS) <= set(record)
    assert record["chances"] == {"troops": 0.2, "labour": 0.7}
    assert record["theme_probabilities"] == record["chances"]
    assert record["themes"] == record["theme_slugs"] == ["labour"]
    assert record["pack"] == "test@000000000000"
    assert line.count(b"\n") == 1


def test_a_json_line_is_spelled_as_the_standard_library_spells_it():
    articles = map(ExportedArticle.of, (korean(), plain(), hostile()))
    for line in csv_jsonl.json_lines(articles, TITLES):
        assert line.decode() == json.dumps(json.loads(line), ensure_ascii=False) + "\n"
