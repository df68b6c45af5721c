"""The metadata of a pack: pack.toml, its keys and their types."""

from __future__ import annotations

import pytest

from monitor.classify.packs.metadata import read_metadata
from tests.classify.packs.test_pack import forge, refused

THEME = "name = 'x'\ntitle = 'x'\n[themes.a]\ntitle = 'A'\ndescription = 'a'\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "not valid TOML"),
        ("title = 'x'", "not a valid pack: 'name'"),
        ("name = 3\ntitle = 'x'", "name must be text"),
        ("name = 'x'\ntitle = 'x'\ntopic = 3", "not a valid pack"),
        ("name = 'x'\ntitle = 'x'\n[topic]\nthird = []", "third"),
        ("name = 'x'\ntitle = 'x'\n[topic]\ngate = 'NK'", "[topic] gate must be a list of classes"),
        ("name = 'x'\ntitle = 'x'\n[topic]\ngate = [3]", "[topic] gate must be a list of classes"),
        ("name = 'x'\ntitle = 'x'\n[themes]\na = 3", "not a valid pack"),
        ("name = 'x'\ntitle = 'x'\n[themes.a]\ntitle = 'A'", "'description'"),
        (f"{THEME}threshold = 1", "threshold must be a number above 0 and below 1"),
        (f"{THEME}threshold = 'x'", "threshold must be a number above 0 and below 1"),
    ],
)
def test_metadata_of_another_shape_is_refused(folder, text, message):
    forge(folder, "pack.toml", text.encode())
    refused(folder, "pack.toml", message)


def test_a_changed_file_is_read_anew(folder):
    first = read_metadata(folder)
    assert read_metadata(folder) == first
    forge(folder, "pack.toml", THEME.replace("'A'", "'B'").encode())
    assert read_metadata(folder).theme_titles == {"a": "B"}
