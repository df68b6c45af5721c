"""Form and TOML are two views of one draft."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.settings import loader
from monitor.settings.rule_text import draft_settings, rule_text
from monitor.web.console.frame.forms import Form
from monitor.web.console.keywords.rule_form import (
    DraftFields,
    RuleFields,
    fields_of,
    read_fields,
    text_of,
)

_LINES = st.lists(st.from_regex(r"[a-z북Ж*]{1,8}", fullmatch=True), max_size=3).map("\n".join)
_RULES = st.builds(
    RuleFields,
    name=st.from_regex(r"[a-z '\"\\]{1,8}", fullmatch=True).map(str.strip),
    any=_LINES,
    none=_LINES,
    regex=st.sampled_from(["", r"\bM-?14\b", "it's"]),
    where=st.sampled_from(["", "title"]),
    theme=st.sampled_from(["", "arms"]),
    topic=st.sampled_from(["", "undersea-cables"]),
    action=st.sampled_from(["flag", "boost", "nonsense"]),
)


@given(st.lists(_RULES, max_size=3), st.sampled_from(["0.0", "0.45", "much"]))
def test_what_a_form_says_its_toml_says(rules: list[RuleFields], threshold: str) -> None:
    shown = DraftFields(
        threshold=threshold, lexicon="TROOPS: storm unit*\nTROOPS: 폭풍", rules=tuple(rules)
    )
    assert fields_of(text_of(shown)) == shown


def test_the_text_of_the_form_is_that_of_the_settings() -> None:
    text = (
        "[topic]\nthreshold = 0.0\n\n[[keywords.rules]]\nname = \"a\"\nany = [\"b\", \"c d*\"]\n"
        "regex = '\\bM14\\b'\naction = \"boost\"\nboost = -0.2\n"
    )  # fmt: skip
    settings = loader.load(None, environment={})
    assert rule_text(draft_settings(settings, text)) == text
    shown = fields_of(text)
    assert shown is not None
    assert text_of(shown) == text


def test_what_the_form_has_no_field_for_is_shown_as_toml() -> None:
    assert fields_of("[topic") is None
    assert fields_of("[email]\nhost = 'x'") is None
    assert fields_of("[[keywords.rules]]\nname = 'a'\nnote = 'x'") is None
    assert fields_of("[[keywords.rules]]\nname = 3") is None
    assert fields_of("[[keywords.rules]]\nname = 'a'\n" * 91) is None
    assert fields_of("topic = 3") is None


def test_hostile_fields_are_read_as_text() -> None:
    form = Form({"rules": ["9" * 40], "threshold": ['0"]\n[email]\nhost = "x"']})
    text = text_of(read_fields(form))
    assert fields_of(text) is not None
    assert "[email]\nhost" not in text
    assert read_fields(Form({"rules": ["-1"]})).rules == ()
