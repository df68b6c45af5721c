"""The documentation says what the program does: generated pages are fresh, named things exist."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.main import get_command
from typer.testing import CliRunner

from monitor.cli import app
from monitor.settings.sections import Settings
from tests import docs
from tests.house.files import program, suite

ROOT = Path(__file__).parents[1]
ENTRY_PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES = [*ENTRY_PAGES, *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", docs.PAGES)
def test_a_generated_page_is_fresh(name):
    assert (ROOT / name).read_text(encoding="utf-8") == docs.PAGES[name](), "run `make docs`"


def test_every_setting_has_a_default_and_a_sentence():
    defaults = tomllib.loads((ROOT / "config/defaults.toml").read_text(encoding="utf-8"))
    fields = {
        section: set(field.annotation.model_fields)
        for section, field in Settings.model_fields.items()
        if section != "path"
    }
    assert {section: set(table) for section, table in defaults.items()} == fields
    page = docs.settings_page()
    bare = re.findall(r"^- `(\S+)` = `[^`]*`:\s*$", page, re.MULTILINE)
    assert not bare


def commands_in(text: str) -> Iterator[list[str]]:
    """Every `monitor …` written as code in a page, as words."""
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL)
    lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
    inline = re.findall(r"`(monitor [^`\n]+)`", text)
    for line in [*lines, *inline]:
        if line.startswith("monitor "):
            yield shlex.split(line.split(" #")[0].replace("…", ""), posix=True)[1:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_exists(page):
    for words in commands_in(page.read_text(encoding="utf-8")):
        command, rest = get_command(app), list(words)
        while rest and hasattr(command, "commands"):
            if rest[0] == "--config":
                rest = rest[2:]
                continue
            if rest[0].startswith(("-", "<")):
                break
            named = [command.commands.get(name) for name in rest[0].split("|")]
            assert all(named), f"{page.name}: monitor {' '.join(words)}"
            command, rest = named[0], rest[1:]
        declared = {option for parameter in command.params for option in parameter.opts}
        options = {word.split("=")[0] for word in rest if word.startswith("--")}
        assert options <= declared | {"--help"}, f"{page.name}: monitor {' '.join(words)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_page_links_to_is_there(page):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_is_there(page):
    path = r"`((?:monitor|tests|config|models|docs|requirements)/[\w/.\-]+)`"
    named = re.findall(path, page.read_text(encoding="utf-8"))
    named = [name for name in named if not re.search("NOUN|NAME|TYPE|monitor/a/|tests/a/", name)]
    assert not [name for name in named if not (ROOT / name).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_test_that_a_page_names_exists(page):
    named = set(re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8")))
    defined = {name for module in suite() for name in re.findall(r"def (test_\w+)", module.text)}
    assert not named - defined


# A code span such as `identity.article_keys`, `bounded.Strict.states` or `next_poll.plan()`.
DOTTED = re.compile(r"`([a-z_]+)\.([A-Za-z_]\w*)(?:\.\w+)*(?:\([^`]*\))?`")
FOREIGN = {"os._exit", "id.timestamp", "news._domainkey", "data.sources"}
FILE_ENDINGS = {"db", "eml", "json", "jsonl", "md", "py", "toml", "txt", "opml", "yml"}


def names_by_module() -> dict[str, set[str]]:
    """What each module of the program defines at its top, by the module's last name."""
    names: dict[str, set[str]] = {}
    for module in program():
        defined = re.findall(r"^(?:async )?(?:def |class )?(\w+)", module.text, re.MULTILINE)
        names.setdefault(module.name.rsplit(".", 1)[-1], set()).update(defined)
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_dotted_name_in_a_page_is_there(page):
    """A function, a setting, or a word that the program says (log event, message type)."""
    if page.name == "CHANGELOG.md":
        pytest.skip("it names what was before, too")
    names = names_by_module()
    texts = [module.text for module in program()]
    unknown = []
    for first, second in DOTTED.findall(page.read_text(encoding="utf-8")):
        is_file = second in FILE_ENDINGS or f"{first}.{second}" in FOREIGN
        is_setting = first in Settings.model_fields
        is_said = any(f'"{first}.{second}' in text for text in texts)
        if not (is_file or is_setting or is_said or second in names.get(first, set())):
            unknown.append(f"{first}.{second}")
    assert not unknown


DECISIONS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))


def test_decisions_are_numbered_without_gaps_and_listed():
    assert [int(page.name[:3]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    index = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    titles = {page: page.read_text(encoding="utf-8").splitlines()[0] for page in DECISIONS}
    lines = [f"- [{page.name[:3]}]({page.name}) {titles[page][6:]}" for page in DECISIONS]
    assert [line for line in index.splitlines() if line.startswith("- ")] == lines


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name)
def test_a_decision_has_its_number_and_its_date(page):
    title, empty, status = page.read_text(encoding="utf-8").splitlines()[:3]
    assert title.startswith(f"# {page.name[:3]} ")
    assert not empty
    assert re.match(r"\*Decided 20\d\d-\d\d-\d\d\.[^*]*\*$", status)


def test_every_target_of_the_makefile_is_in_contributing():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE)) - {"help"}
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert targets <= set(re.findall(r"`make ([a-z-]+)`", page))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_target_that_a_page_names_is_in_the_makefile(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)\b", page.read_text(encoding="utf-8")))
    assert named <= targets


def test_every_folder_of_the_house_is_in_the_design():
    design = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    rooms = [p.name for p in (ROOT / "monitor").iterdir() if p.is_dir() and p.name[0] not in "_."]
    modules = [p.stem for p in (ROOT / "monitor").glob("*.py") if not p.name.startswith("_")]
    assert not [name for name in [*rooms, *modules] if name not in design]


HOOKS = ROOT / "docs" / "webhooks"


@pytest.mark.parametrize("schema", sorted(HOOKS.glob("*.v1.json")), ids=lambda path: path.stem)
def test_each_webhook_type_has_a_sample_that_its_schema_takes(schema):
    name = schema.name.removesuffix(".v1.json")
    document = json.loads(schema.read_text(encoding="utf-8"))
    file = HOOKS / "samples" / f"{name}.json"
    assert file.is_file(), (
        f"put a body of type {name}, as it is sent, into {file.relative_to(ROOT)}"
    )
    sample = json.loads(file.read_text(encoding="utf-8"))
    checker = Draft202012Validator.FORMAT_CHECKER
    Draft202012Validator(document, format_checker=checker).validate(sample)
    assert set(sample["data"]) == set(document["properties"]["data"]["properties"])
    assert f"`{name}`" in (HOOKS / "README.md").read_text(encoding="utf-8")


def test_the_text_that_the_readme_explains_is_flagged(tmp_path):
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    (text,) = re.findall(r'monitor explain --text "([^"]+)"', page)
    (score,) = re.findall(r"^relevant: .*\((0\.\d\d), threshold", page, re.MULTILINE)
    config = tmp_path / "monitor.toml"
    config.write_text('[database]\nurl = "sqlite:///readme.db"\n', encoding="utf-8")
    runner = CliRunner()
    result = runner.invoke(app, ["--config", str(config), "explain", "--text", text])
    assert f"relevant: the score reaches the threshold ({score}, threshold" in result.output
