"""Tests of the static files: their addresses, the files of others, and nothing inline."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from monitor.web.console.frame.static_files import STATIC, static_names
from monitor.web.site.templating import TEMPLATES
from tests.web.conftest import Visitor

OWN_SCRIPTS = ("keys.js", "passkeys.js")
TEMPLATE_FILES = sorted((TEMPLATES / "console").glob("*.j2"))
# What the content security policy would block in a browser, without a word to the reader.
BANNED = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|hx-on|hx-live|hx-vals=[\"']?js:|javascript:|<script(?![^>]*\ssrc=)"
    r"|\|\s*safe",
    re.IGNORECASE,
)


def test_files_of_others_are_listed_with_version_licence_and_digest() -> None:
    listed = tomllib.loads((STATIC / "vendored.toml").read_text())["files"]
    for file in listed:
        content = (STATIC / file["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert all(file[field] for field in ("name", "version", "licence"))
    scripts = {path.name for path in STATIC.glob("*.js")}
    assert scripts == {*OWN_SCRIPTS, *(file["file"] for file in listed)}


def test_our_own_scripts_are_small() -> None:
    assert sum((STATIC / name).stat().st_size for name in OWN_SCRIPTS) <= 6_000


@pytest.mark.parametrize("template", TEMPLATE_FILES, ids=lambda path: path.name)
def test_no_template_holds_what_the_policy_blocks(template: Path) -> None:
    text = template.read_text()
    assert BANNED.findall(text) == []


@pytest.fixture
def web_settings() -> dict[str, object]:
    return {"console": True}


async def test_a_file_is_kept_for_ever_and_another_content_has_another_address(
    visitor: Visitor,
) -> None:
    name = static_names()["console.css"]
    answer = await visitor.get(f"/console/static/{name}")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")
    digest = hashlib.sha256(answer.body).hexdigest()
    assert name == f"console.{digest[:10]}.css"
    assert (await visitor.get("/console/static/console.css")).status == 404
    assert (await visitor.get("/console/static/..%2fvendored.toml")).status == 404
