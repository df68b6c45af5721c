"""Mail templates: a pair of parts, escaped in HTML only, and strict about what they are given."""

from __future__ import annotations

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from monitor.deliver.messages import mail_templates

PARTS = {
    "subject": "s", "topic": "t", "subscription": "desk", "alert_key": "k", "headline": "<A> & B",
    "about": "<x>", "sentences": (), "facts": (), "commands": (),
}  # fmt: skip


def test_values_are_escaped_in_html_and_written_as_they_are_in_plain_text():
    text, html = mail_templates.rendered("notice", **PARTS)
    assert "<A> & B" in text
    assert "&lt;A&gt; &amp; B" in html
    assert "<A>" not in html


def test_a_value_that_a_template_lacks_is_an_error_and_no_gap_in_a_mail():
    with pytest.raises(UndefinedError, match="headline"):
        mail_templates.rendered("notice", **{k: v for k, v in PARTS.items() if k != "headline"})


@pytest.mark.parametrize("name", ["no_such", "../notice", "/etc/passwd"])
def test_templates_come_from_their_folder_only(name):
    with pytest.raises(TemplateNotFound):
        mail_templates.rendered(name)
