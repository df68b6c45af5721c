"""Golden files of charts: pictures as they are meant, compared byte by byte.

After a change that is meant, `WATCHPOST_GOLDEN=write pytest tests/charts` writes them anew; look at
each before it is committed: a browser opens them.
"""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree

FOLDER = Path(__file__).parent / "golden"


def check_golden(name: str, picture: str) -> None:
    """Compare with the file `name`.svg; the picture must be XML, and the file must exist."""
    ElementTree.fromstring(picture)
    file = FOLDER / f"{name}.svg"
    text = picture.replace("><", ">\n<") + "\n"  # a line for each element: differences are short
    if os.environ.get("WATCHPOST_GOLDEN") == "write":
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
